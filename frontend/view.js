/**
 * Draws a state of the store into the document, touching only what changed.
 * Decides nothing, moves no focus and sends nothing.
 */

import { shown } from "./store.js";
import { words } from "./say/say.js";
import { devices, pictureLine } from "./words.js";

const NEAR_END = 48;
/** States that come and go with every turn: no screen reader says them, sounds and answers do. */
const OF_A_TURN = ["listening", "thinking", "speaking"];

export class View {
  #page;
  #drawn = null;
  #lines = new Map();

  constructor(page) {
    this.#page = page;
  }

  /** Shows `state`. */
  draw(state) {
    const before = this.#drawn;
    this.#drawn = state;
    this.#state(state);
    this.#buttons(state);
    if (before?.problems !== state.problems) this.#problems(state.problems);
    if (before?.entries !== state.entries) this.#entries(state.entries);
    if (before?.delay !== state.delay) this.#delay(state.delay);
  }

  /** Writes everything anew: the page speaks another language. */
  relabel(state) {
    this.#drawn = null;
    for (const line of this.#lines.values()) line.entry = null;
    this.draw(state);
  }

  /** How loud the side that speaks is, 0..1: for the eye only. */
  level(value) {
    this.#page.talk.style.setProperty("--level", value.toFixed(2));
  }

  #state(state) {
    const page = this.#page;
    const now = shown(state);
    page.body.dataset.shown = now;
    page.shape.setAttribute("href", `#shape-${now}`);
    if (OF_A_TURN.includes(now)) page.state.setAttribute("aria-live", "off");
    else page.state.removeAttribute("aria-live");
    write(page.state, words().states[now].label);
    write(page.devices, devices(state));
    write(page.hint, state.hold && now === "muted" ? words().holdHint : words().states[now].hint);
    write(page.notice, state.notice);
  }

  #buttons({ line, microphone, camera, hold, latched, output, session }) {
    const page = this.#page;
    const inCall = line === "open" || line === "lost";
    const { talk, talking, holding, choices } = words();
    const held = latched ? { ...holding, on: choices.send } : holding;
    const label = inCall ? (hold ? held : talking)[microphone] : undefined;
    write(page.talkLabel, label ?? talk);
    page.camera.setAttribute("aria-pressed", String(camera === "on"));
    page.cameraIcon.setAttribute("href", camera === "on" ? "#icon-camera" : "#icon-camera-off");
    page.sight.hidden = camera !== "on";
    page.end.disabled = line === "idle";
    page.mode.setAttribute("aria-pressed", String(output === "voice"));
    page.modeIcon.setAttribute("href", `#icon-${output}`);
    page.log.setAttribute("aria-live", output === "reader" ? "polite" : "off");
    page.person.hidden = line !== "open" || !session?.person;
    write(page.personLabel, session?.person ? choices.person.ask(session.person) : "");
  }

  #problems(problems) {
    const known = new Map([...this.#page.problems.children].map((node) => [node.dataset.code, node]));
    for (const { code, text } of problems) {
      const node = known.get(code) ?? this.#page.problems.appendChild(make("p", "problem", { code }));
      known.delete(code);
      write(node, text);
    }
    known.forEach((node) => node.remove());
  }

  #entries(entries) {
    const { log, empty } = this.#page;
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    empty.hidden = entries.length > 0;
    const gone = new Set(this.#lines.keys());
    entries.forEach((entry, at) => {
      gone.delete(entry.id);
      const line = this.#lines.get(entry.id) ?? this.#line(entry);
      if (line.entry !== entry) fill(line, entry);
      if (log.children[at + 1] !== line.node) log.insertBefore(line.node, log.children[at + 1] ?? null);
    });
    gone.forEach((id) => {
      this.#lines.get(id).node.remove();
      this.#lines.delete(id);
    });
    if (follow) log.scrollTop = log.scrollHeight;
  }

  #line(entry) {
    const node = make("article", `line ${entry.who}`);
    const who = node.appendChild(make("span", "who"));
    const text = node.appendChild(make("p", "words"));
    const mark = node.appendChild(make("span", "aside"));
    if (entry.who !== "agent") node.setAttribute("aria-live", "off"); // a person knows it; notes are told as the status
    text.lang = entry.lang;
    const line = { node, who, text, mark, entry: null };
    this.#lines.set(entry.id, line);
    return line;
  }

  #delay(delay) {
    const page = this.#page;
    page.delay.hidden = delay === null;
    if (delay === null) return;
    write(page.delayTotal, `${delay.total} ms`);
    page.stages.replaceChildren(...delay.stages.map((stage) => row(stage, delay.total)));
  }
}

function fill(line, entry) {
  const asides = [words().marks[entry.mark] ?? "", entry.picture ? pictureLine(entry.picture) : ""];
  line.node.dataset.mark = entry.mark;
  write(line.who, words().who[entry.who]);
  if (entry.silent) line.node.setAttribute("aria-live", "off"); // before its words
  if (entry.sentences) grow(line.text, entry.sentences);
  else write(line.text, entry.text);
  write(line.mark, asides.filter(Boolean).join(" · "));
  line.entry = entry;
}

function row({ name, at }, total) {
  const node = make("tr", "stage");
  const title = node.appendChild(make("th", ""));
  title.scope = "row";
  title.textContent = words().stages[name];
  const value = node.appendChild(make("td", ""));
  const bar = value.appendChild(make("span", "bar"));
  bar.setAttribute("aria-hidden", "true");
  bar.style.setProperty("--share", total > 0 ? (at / total).toFixed(3) : "0");
  value.append(String(at));
  return node;
}

function make(tag, className, data = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  Object.assign(node.dataset, data);
  return node;
}

/** One element a sentence: a screen reader says what was added, and nothing twice. */
function grow(node, sentences) {
  const there = [...node.childNodes].map((child) => (child.nodeType === Node.ELEMENT_NODE ? child.textContent : null));
  if (there.some((text, at) => text !== sentences[at])) node.replaceChildren();
  for (const sentence of sentences.slice(node.children.length)) node.appendChild(make("span", "")).textContent = sentence;
}

/** Text is written only when it changed: live regions speak on every write. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
