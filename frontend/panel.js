/**
 * The settings as a form that unfolds under its button, and the one question of the first visit.
 * Shows settings and tells what was chosen; keeps nothing and sends nothing.
 */

import { CHOICES } from "./choices.js";
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

  /** `button` unfolds `box`. `change(changes)`: something was chosen; `forget()`: all is to be forgotten. */
  constructor(button, box, { change, forget }) {
    this.#button = button;
    this.#box = box;
    this.#change = change;
    button.addEventListener("click", () => this.open(box.hidden));
    const { detail, kept, output, settings, signs, speech, turns } = CHOICES;
    const close = push(CHOICES.close, () => {
      this.open(false);
      button.focus();
    });
    this.#voice = this.#select(speech.voice);
    box.append(
      make("h2", { id: "settings-title", textContent: settings.title }),
      group(output.title, ...["voice", "reader"].map((how) => this.#radio("output", how, output[how], (s) => s.output ?? "voice"))),
      group(speech.title, this.#range("rate", RATE), this.#range("volume", VOLUME), this.#voice.label),
      across(detail.title, ...DETAILS.map((much) => this.#radio("detail", much, detail[much], (s) => s.detail))),
      group(turns.title, ...["hold", "strict"].map((name) => this.#check(name, turns[name]))),
      group(
        signs.title,
        ...Object.keys(FRESH.signs).map((name) => this.#sign(name, signs[name])),
        this.#check("vibrate", signs.vibrate),
      ),
      make("div", { className: "ends" }, make("p", { textContent: kept }), push(CHOICES.forget, forget), close),
    );
    box.setAttribute("aria-labelledby", "settings-title");
    this.open(false);
  }

  open(on) {
    this.#box.hidden = !on;
    this.#button.setAttribute("aria-expanded", String(on));
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
    select.replaceChildren(...wanted.map((name) => new Option(name ? called(name) : CHOICES.speech.usual, name)));
  }

  #radio(name, value, text, of) {
    const input = make("input", { type: "radio", name, value, id: `${name}-${value}` });
    input.addEventListener("change", () => this.#change({ [name]: value }));
    this.#shows.push((settings) => (input.checked = of(settings) === value));
    return make("label", { className: "choice" }, input, text);
  }

  #check(name, text) {
    const input = make("input", { type: "checkbox", id: name });
    input.addEventListener("change", () => this.#change({ [name]: input.checked }));
    this.#shows.push((settings) => (input.checked = settings[name]));
    return make("label", { className: "choice" }, input, text);
  }

  #sign(name, text) {
    const input = make("input", { type: "checkbox", id: `sign-${name}` });
    input.addEventListener("change", () => this.#change({ signs: { ...this.#settings.signs, [name]: input.checked } }));
    this.#shows.push((settings) => (input.checked = settings.signs[name]));
    return make("label", { className: "choice" }, input, text);
  }

  #range(name, bounds) {
    const input = make("input", { type: "range", id: name, ...bounds });
    const told = make("span", { className: "value", ariaHidden: "true" }); // the slider itself says its value
    const tell = () => {
      const value = CHOICES[name](Number(input.value));
      told.textContent = value;
      input.setAttribute("aria-valuetext", value);
    };
    input.addEventListener("input", tell);
    input.addEventListener("change", () => this.#change({ [name]: Number(input.value) }));
    this.#shows.push((settings) => {
      if (document.activeElement !== input || Number(input.value) !== settings[name]) input.value = settings[name];
      tell();
    });
    const label = make("label", { htmlFor: name, textContent: CHOICES.speech[name] });
    return make("div", { className: "slide" }, label, input, told);
  }

  #select(text) {
    const select = make("select", { id: "voice-name" });
    select.addEventListener("change", () => this.#change({ voice: select.value || null }));
    this.#shows.push((settings) => (select.value = this.#settings.voice ?? ""));
    return { label: make("label", { className: "pick" }, text, select), select };
  }
}

/** The question of the first visit in `box`; `answer(output)` is told "voice" or "reader". */
export function askFirst(box, answer) {
  const { first } = CHOICES;
  const ways = ["voice", "reader"].map((how) => {
    const [name, more] = first[how];
    const button = push("", () => answer(how));
    button.id = `first-${how}`;
    button.append(make("strong", { textContent: name }), make("span", { textContent: more }));
    return button;
  });
  box.setAttribute("aria-labelledby", "first-title");
  box.append(make("h2", { id: "first-title", textContent: first.title }), make("div", { className: "ways" }, ...ways));
  box.append(make("p", { textContent: first.later }));
}

/** "en-gb" as people call it, where the browser knows. */
function called(name) {
  try {
    const known = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(name);
    return known ? `${known} (${name})` : name;
  } catch {
    return name;
  }
}

function group(title, ...inside) {
  return make("fieldset", {}, make("legend", { textContent: title }), ...inside);
}

/** The same, side by side where there is room. */
const across = (title, ...inside) => Object.assign(group(title, ...inside), { className: "across" });

function push(textContent, does) {
  const button = make("button", { type: "button", textContent });
  button.addEventListener("click", does);
  return button;
}

function make(tag, properties, ...inside) {
  const { htmlFor, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  if (htmlFor) node.setAttribute("for", htmlFor);
  node.append(...inside);
  return node;
}
