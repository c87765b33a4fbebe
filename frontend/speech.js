/**
 * The choice of a language: by the person here, or by what they said to the agent. Remembered across visits.
 * Knows one select element and the document's own texts. Does not know the line.
 */

import { forLong } from "./keep.js";
import { LANGUAGES, label, speak, words } from "./say/say.js";

const LANGUAGE = "netra.language";

export class Speech {
  #choice;
  #changed;
  #send;
  /** What was asked of the server and not confirmed yet. */
  #asked = null;

  /** `changed(code)` after the page speaks another language; `send(code)` asks the server to. */
  constructor(choice, { changed, send }) {
    this.#choice = choice;
    this.#changed = changed;
    this.#send = send;
    choice.addEventListener("change", () => {
      this.#use(choice.value);
      this.#ask(choice.value);
    });
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
    if (this.#asked !== null && code !== this.#asked) return;
    this.#asked = null;
    if (code !== words().code && code in LANGUAGES) this.#use(code);
  }

  #ask(code) {
    if (this.#send(code)) this.#asked = code;
  }

  #use(code) {
    speak(code);
    const { code: spoken } = words();
    forLong.set(LANGUAGE, spoken);
    this.#choice.value = spoken;
    const page = this.#choice.ownerDocument;
    page.documentElement.lang = spoken;
    label(page);
    this.#changed(spoken);
  }
}
