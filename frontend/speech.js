/**
 * The choice of a language: by the person here, or by what they said to the agent. Remembered across visits.
 * Knows the select elements and the document's own texts. Does not know the line.
 */

import { forLong } from "./keep.js";
import { LANGUAGES, label, speak, words } from "./say/say.js";

const LANGUAGE = "netra.language";
/** Of a page where nothing was chosen, before a server says what it speaks. */
const FIRST = "en";

export class Speech {
  #choices;
  #changed;
  #send;
  /** What was asked of the server and not confirmed yet. */
  #asked = null;
  /** What the server spoke before anything was asked of it. */
  #usual = null;

  /**
   * `choices`: select elements, all showing the same. `changed(code)` after the page speaks another language; `send(code)`
   * asks the server to.
   */
  constructor(choices, { changed, send }) {
    this.#choices = choices;
    this.#changed = changed;
    this.#send = send;
    for (const choice of choices) {
      choice.addEventListener("change", () => {
        this.#use(choice.value);
        this.#ask(choice.value);
      });
    }
    const kept = forLong.get(LANGUAGE);
    if (kept) this.#use(kept);
  }

  /** A line is open: what was chosen here, if anything was, is the server's too. */
  opened() {
    this.#asked = null;
    const kept = forLong.get(LANGUAGE);
    if (kept) this.#ask(kept);
  }

  /** The server speaks this language now; what it spoke before it heard our choice does not count. */
  told(code) {
    this.#usual ??= code;
    if (this.#asked !== null && code !== this.#asked) return;
    this.#asked = null;
    if (code !== words().code && code in LANGUAGES) this.#use(code);
  }

  /** What was chosen is forgotten: the language is again what it was without a choice. */
  forget() {
    const code = this.#usual ?? FIRST;
    if (code !== words().code) {
      this.#use(code);
      this.#ask(code);
    }
    forLong.forget(LANGUAGE);
  }

  #ask(code) {
    if (this.#send(code)) this.#asked = code;
  }

  #use(code) {
    speak(code);
    const { code: spoken } = words();
    forLong.set(LANGUAGE, spoken);
    for (const choice of this.#choices) choice.value = spoken;
    document.documentElement.lang = spoken;
    label(document);
    this.#changed(spoken);
  }
}
