/**
 * Who spoke when in this session: spans in lanes, from wire events and facts of the page. Pure: the caller brings the
 * time in ms. Remembers the last minute. Does not know the document.
 */

import { words } from "./say/say.js";

/** you: speech. state: what the agent does. guess: answers begun in a pause. netra: its voice. */
export const LANES = ["you", "state", "guess", "netra"];
const REMEMBERED = 60_000;
const TOLD = 12;

export class Timeline {
  #spans = [];
  #open = {};
  #story = [];
  #lowered = false;

  /** A wire event or a fact of the page, at `now`. */
  take(event, now) {
    rules[event.type]?.call(this, event, now);
  }

  /** Spans that reach into the last `width` ms: {lane, kind, from, to}, times 0..1 of the width. */
  window(now, width) {
    const begin = now - width;
    const open = Object.entries(this.#open).map(([lane, { kind, from }]) => ({ lane, kind, from, to: now }));
    return [...this.#spans, ...open]
      .filter(({ to }) => to > begin)
      .map(({ lane, kind, from, to }) => ({ lane, kind, from: Math.max(0, (from - begin) / width), to: (to - begin) / width }));
  }

  /** The last things that happened, newest first: {at, text}. */
  get story() {
    return this.#story;
  }

  begin(lane, kind, now) {
    this.end(lane, now);
    this.#open[lane] = { kind, from: now };
  }

  /** Closes what is open in a lane, under another kind if one is given; gives its kind and length in ms. */
  end(lane, now, kind) {
    const span = this.#open[lane];
    if (!span) return null;
    delete this.#open[lane];
    this.#spans.push({ lane, kind: kind ?? span.kind, from: span.from, to: now });
    this.#spans = this.#spans.filter(({ to }) => to > now - REMEMBERED);
    return { kind: span.kind, length: now - span.from };
  }

  is(lane) {
    return this.#open[lane]?.kind;
  }

  tell(at, text) {
    this.#story = [{ at, text }, ...this.#story].slice(0, TOLD);
  }

  /** How loud the voice is now, which is one story in several spans. */
  voice(kind, now) {
    if (!this.is("netra")) return;
    this.begin("netra", kind, now);
    if (kind === "full" && this.#lowered) this.tell(now, words().story.back);
    if (kind !== "full" && !this.#lowered) this.tell(now, words().story.lowered);
    this.#lowered = kind !== "full";
  }

  silent(now, text) {
    if (!this.end("netra", now)) return;
    this.#lowered = false;
    this.tell(now, text);
  }

  over(now) {
    for (const lane of LANES) this.end(lane, now);
    this.#lowered = false;
  }
}

/** With `this` as the Timeline. */
const rules = {
  "input_audio_buffer.speech_started"(_, now) {
    this.begin("you", "speech", now);
  },
  "input_audio_buffer.speech_stopped"(_, now) {
    const span = this.end("you", now);
    if (span) this.tell(now, words().story.spoke((span.length / 1000).toFixed(1)));
  },
  "netra.state"({ state }, now) {
    if (this.is("state") !== state) this.begin("state", state, now);
  },
  "netra.turn"({ kind }, now) {
    switch (kind) {
      case "guess":
        return this.begin("guess", "open", now);
      case "guess_used":
        return this.end("guess", now, "used") && this.tell(now, words().story.used);
      case "cancel":
        return this.end("guess", now, "thrown") && this.tell(now, words().story.thrown);
      case "duck":
        return this.voice("lowered", now);
      case "hold":
        return this.voice("held", now);
      case "back":
        return this.voice("full", now);
    }
  },
  "output_audio_buffer.started"(_, now) {
    this.begin("netra", "full", now);
    this.tell(now, words().story.began);
  },
  "output_audio_buffer.stopped"(_, now) {
    this.silent(now, words().story.spoken);
  },
  "output_audio_buffer.cleared"(_, now) {
    this.silent(now, words().story.interrupted);
  },
  "page.lost"(_, now) {
    this.over(now);
    this.tell(now, words().story.lost);
  },
  "page.ended"(_, now) {
    this.over(now);
  },
  "page.refused"(_, now) {
    this.over(now);
  },
};
