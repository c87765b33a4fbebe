/**
 * Draws a Timeline while its disclosure is open: a strip for each lane, and the same in words for those who don't see it.
 * Decides nothing.
 */

import { words } from "./say/say.js";
import { LANES } from "./timeline.js";

/** What is drawn of the past, ms. */
export const WIDTH = 30_000;
const SVG = "http://www.w3.org/2000/svg";
const EVERY = 250;
const EVERY_CALM = 1000;
const LABELS = { you: "laneYou", state: "laneState", guess: "laneGuess", netra: "laneNetra" };

export class Lanes {
  #details;
  #timeline;
  #strips = {};
  #story;

  /** `details`: the disclosure, with an element for the strips and a list for the words. `clock()`: ms. */
  constructor(details, strips, story, timeline, clock = () => performance.now()) {
    this.#details = details;
    this.#timeline = timeline;
    this.#story = story;
    for (const lane of LANES) this.#strips[lane] = strips.appendChild(strip(lane));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    setInterval(() => details.open && this.draw(clock()), calm ? EVERY_CALM : EVERY);
    details.addEventListener("toggle", () => details.open && this.draw(clock()));
  }

  draw(now) {
    const spans = this.#timeline.window(now, WIDTH);
    for (const lane of LANES) {
      const shapes = spans.filter((span) => span.lane === lane).map(({ kind, from, to }) => {
        const shape = document.createElementNS(SVG, "rect");
        shape.setAttribute("class", kind);
        shape.setAttribute("x", (from * 1000).toFixed(1));
        shape.setAttribute("width", Math.max(2, (to - from) * 1000).toFixed(1));
        shape.setAttribute("height", "10");
        return shape;
      });
      this.#strips[lane].querySelector("svg").replaceChildren(...shapes);
    }
    const story = this.#timeline.story;
    while (this.#story.children.length < story.length) this.#story.append(document.createElement("li"));
    story.forEach(({ at, text }, place) => {
      const told = words().story.ago(Math.max(0, Math.round((now - at) / 1000)), text);
      const line = this.#story.children[place];
      if (line.textContent !== told) line.textContent = told;
    });
  }
}

function strip(lane) {
  const row = document.createElement("div");
  row.className = `lane ${lane}`;
  const name = row.appendChild(document.createElement("span"));
  name.dataset.say = LABELS[lane];
  name.textContent = words().page[LABELS[lane]];
  const picture = row.appendChild(document.createElementNS(SVG, "svg"));
  picture.setAttribute("viewBox", "0 0 1000 10");
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  return row;
}
