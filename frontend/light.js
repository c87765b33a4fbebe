/**
 * The light as a tone that rises with it, while the server says so and nobody speaks.
 * Knows `netra.light`, the agent's state and a way to look. Does not know Web Audio, the camera or the document.
 *
 * The server decides when there is a tone. How bright it is the page sees for itself, ten times a second, because who
 * turns with the phone needs to hear it at once; where it can't see, the server's level (two a second) is taken.
 */

/** Between two looks, ms. */
export const EVERY = 100;
/** Without a word from the server for so long the tone ends, ms. */
export const WITHIN = 3000;
/** Hz at level 0, and octaves from there to level 100: what a phone's loudspeaker plays well. */
const LOWEST = 300;
const OCTAVES = 2.6;

/** Hz of a level 0..100. */
export const pitch = (level) => LOWEST * 2 ** ((OCTAVES * Math.min(100, Math.max(0, level))) / 100);

/** Level 0..100 of pixels as a canvas has them (r, g, b, a): mean luma, as the server measures it. */
export function brightness(pixels) {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) sum += 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  return pixels.length ? sum / (pixels.length / 4) / 2.55 : 0;
}

export class LightTone {
  #look;
  #play;
  #on = false;
  #level = null;
  #told = 0;
  #agent = "idle";
  #timer = 0;

  /** `look()`: level 0..100 seen now, null where nothing can be seen; `play(hz)`: a tone of this pitch, null for silence. */
  constructor({ look, play }) {
    this.#look = look;
    this.#play = play;
  }

  follow(event) {
    switch (event.type) {
      case "netra.light":
        this.#on = event.on;
        this.#level = event.level;
        this.#told = performance.now();
        break;
      case "netra.state":
        this.#agent = event.state;
        break;
      case "page.camera":
        if (event.state !== "on") this.#on = false;
        break;
      case "page.lost":
      case "page.refused":
      case "page.ended":
        this.#on = false;
        break;
      default:
        return;
    }
    this.#sound();
  }

  #sound() {
    clearTimeout(this.#timer);
    if (this.#on && performance.now() - this.#told > WITHIN) this.#on = false;
    const level = this.#on && ["idle", "muted"].includes(this.#agent) ? (this.#look() ?? this.#level) : null;
    this.#play(level === null ? null : pitch(level));
    if (this.#on) this.#timer = setTimeout(() => this.#sound(), EVERY);
  }
}
