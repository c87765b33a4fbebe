/** When a line counts as lost and how long to wait before the next try. Pure: the caller brings the time in ms. */

const PING_EVERY = 2000;
/** A line without an answer for this long is lost. */
const SILENCE = 6000;

const WAITS = [250, 500, 1000, 2000, 3000, 5000];

/** Milliseconds before try number `tries` (0 = first after a loss). `spread` 0..1 keeps many pages from coming at once. */
export const backoff = (tries, spread = 0.5) => WAITS[Math.min(tries, WAITS.length - 1)] * (0.75 + 0.5 * spread);

/** The heartbeat of one line. A page that slept is not lost before it had the chance to ask. */
export class Pulse {
  #last = -Infinity;
  #unanswered = null;

  /** Time for a ping. */
  due(now) {
    return now - this.#last >= PING_EVERY;
  }

  /** A ping went out. */
  asked(now) {
    this.#last = now;
    this.#unanswered ??= now;
  }

  /** Anything came in: the line lives. */
  answered() {
    this.#unanswered = null;
  }

  lost(now) {
    return this.#unanswered !== null && now - this.#unanswered >= SILENCE;
  }
}
