/**
 * The settings as a form that unfolds under its button, and the one question of the first visit.
 * Shows settings and tells what was chosen; keeps nothing and sends nothing. Its texts carry their keys, so that the page
 * writes them anew in another language; a choice and the focus stay where they are.
 */

import { LANGUAGES, sentence, words } from "./say/say.js";
import { DETAILS, FRESH } from "./settings.js";

const RATE = { min: 0.5, max: 3, step: 0.05 };
const VOLUME = { min: 0.1, max: 1, step: 0.1 };

export class Panel {
  #button;
  #box;
  #change;
  #settings = FRESH;
  #shows = [];
  #voice;
  #language = languages("language");

  /** `button` unfolds `box`. `change(changes)`: something was chosen; `forget()`: all is to be forgotten. */
  constructor(button, box, { change, forget }) {
    this.#button = button;
    this.#box = box;
    this.#change = change;
    button.addEventListener("click", () => this.open(box.hidden));
    const close = push("choices.close", () => {
      this.open(false);
      button.focus();
    });
    this.#voice = this.#select("choices.speech.voice");
    box.append(
      make("h2", { id: "settings-title", say: "settings" }),
      group("language", this.#language.label),
      group("choices.output.title", ...["voice", "reader"].map((how) => this.#radio("output", how, (s) => s.output ?? "voice"))),
      group("choices.speech.title", this.#range("rate", RATE), this.#range("volume", VOLUME), this.#voice.label),
      across("choices.detail.title", ...DETAILS.map((much) => this.#radio("detail", much, (s) => s.detail))),
      group("choices.turns.title", ...["hold", "strict"].map((name) => this.#check(name, `choices.turns.${name}`))),
      group(
        "choices.signs.title",
        ...Object.keys(FRESH.signs).map((name) => this.#sign(name)),
        this.#check("vibrate", "choices.signs.vibrate"),
      ),
      make("div", { className: "ends" }, make("p", { say: "choices.kept" }), push("choices.forget", forget), close),
    );
    box.setAttribute("aria-labelledby", "settings-title");
    this.open(false);
  }

  open(on) {
    this.#box.hidden = !on;
    this.#button.setAttribute("aria-expanded", String(on));
  }

  /** The elements that offer the languages. */
  get languages() {
    return [this.#language.select];
  }

  /** What is put together of words: the names of voices. The values beside the sliders follow with `show`. */
  relabel() {
    for (const option of this.#voice.select.options) option.textContent = voiceName(option.value);
  }

  /** `settings`, over the server's `manner` where nothing was chosen; `voices`: names to choose from. */
  show(settings, { manner, voices }) {
    this.#settings = settings;
    const over = { rate: 1, volume: 1, detail: "normal", ...manner };
    const effective = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? over[name] ?? null]));
    this.#offer(voices);
    this.#shows.forEach((show) => show(effective));
  }

  #offer(voices) {
    const { label, select } = this.#voice;
    label.hidden = voices.length < 2;
    const wanted = ["", ...voices];
    if (wanted.join("\n") === [...select.options].map((option) => option.value).join("\n")) return;
    select.replaceChildren(...wanted.map((name) => new Option(voiceName(name), name)));
  }

  #radio(name, value, of) {
    const input = make("input", { type: "radio", name, value, id: `${name}-${value}` });
    input.addEventListener("change", () => this.#change({ [name]: value }));
    this.#shows.push((settings) => (input.checked = of(settings) === value));
    return make("label", { className: "choice" }, input, make("span", { say: `choices.${name}.${value}` }));
  }

  #check(name, say) {
    const input = make("input", { type: "checkbox", id: name });
    input.addEventListener("change", () => this.#change({ [name]: input.checked }));
    this.#shows.push((settings) => (input.checked = settings[name]));
    return make("label", { className: "choice" }, input, make("span", { say }));
  }

  #sign(name) {
    const input = make("input", { type: "checkbox", id: `sign-${name}` });
    input.addEventListener("change", () => this.#change({ signs: { ...this.#settings.signs, [name]: input.checked } }));
    this.#shows.push((settings) => (input.checked = settings.signs[name]));
    return make("label", { className: "choice" }, input, make("span", { say: `choices.signs.${name}` }));
  }

  #range(name, bounds) {
    const input = make("input", { type: "range", id: name, ...bounds });
    const told = make("span", { className: "value", ariaHidden: "true" }); // the slider itself says its value
    const tell = () => {
      const value = words().choices[name](Number(input.value));
      told.textContent = value;
      input.setAttribute("aria-valuetext", value);
    };
    input.addEventListener("input", tell);
    input.addEventListener("change", () => this.#change({ [name]: Number(input.value) }));
    this.#shows.push((settings) => {
      if (document.activeElement !== input || Number(input.value) !== settings[name]) input.value = settings[name];
      tell();
    });
    const label = make("label", { htmlFor: name, say: `choices.speech.${name}` });
    return make("div", { className: "slide" }, label, input, told);
  }

  #select(say) {
    const select = make("select", { id: "voice-name" });
    select.addEventListener("change", () => this.#change({ voice: select.value || null }));
    this.#shows.push((settings) => (select.value = this.#settings.voice ?? ""));
    return { label: make("label", { className: "pick" }, make("span", { say }), select), select };
  }
}

/** The question of the first visit in `box`; `answer(output)` is told "voice" or "reader". A select offers the languages. */
export function askFirst(box, answer) {
  const ways = ["voice", "reader"].map((how) => {
    const button = make("button", { type: "button", id: `first-${how}` });
    button.addEventListener("click", () => answer(how));
    button.append(...["strong", "span"].map((tag, at) => make(tag, { say: `choices.first.${how}.${at}` })));
    return button;
  });
  box.setAttribute("aria-labelledby", "first-title");
  box.append(make("h2", { id: "first-title", say: "choices.first.title" }), make("div", { className: "ways" }, ...ways));
  box.append(make("p", { say: "choices.first.later" }), languages("first-language").label);
}

/** A select of the languages, each in its own. */
function languages(id) {
  const select = make("select", { id });
  for (const { code, name } of Object.values(LANGUAGES)) {
    select.append(make("option", { value: code, lang: code, textContent: name }));
  }
  return { label: make("label", { className: "pick" }, make("span", { say: "language" }), select), select };
}

const voiceName = (name) => (name ? called(name) : words().choices.speech.usual);

/** "en-gb" as people call it, where the browser knows. */
function called(name) {
  try {
    const known = new Intl.DisplayNames([words().code], { type: "language", fallback: "none" }).of(name);
    return known ? `${known} (${name})` : name;
  } catch {
    return name;
  }
}

function group(say, ...inside) {
  return make("fieldset", {}, make("legend", { say }), ...inside);
}

/** The same, side by side where there is room. */
const across = (title, ...inside) => Object.assign(group(title, ...inside), { className: "across" });

function push(say, does) {
  const button = make("button", { type: "button", say });
  button.addEventListener("click", does);
  return button;
}

/** `say`: the key of its text. */
function make(tag, properties, ...inside) {
  const { htmlFor, say, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  if (htmlFor) node.setAttribute("for", htmlFor);
  if (say) node.dataset.say = say;
  if (say) node.textContent = sentence(say);
  node.append(...inside);
  return node;
}
