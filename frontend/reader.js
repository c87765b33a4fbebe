/**
 * Lets a screen reader hear the agent's lines sentence by sentence, never two within GAP. Pure: the caller brings the
 * time in ms. Does not know the document.
 */

/** Least time between two sentences, ms. */
export const GAP = 1000;

const END = /[.!?…。！？]+["'”’)\]]*(?:\s+|(?=[\u3000-\u9fff]))/g;

/** The whole sentences at the beginning of `text`; all of it, when it is `over`. */
export function sentences(text, over) {
  const found = [];
  let from = 0;
  for (const { index, 0: end } of text.matchAll(END)) {
    found.push(text.slice(from, index + end.length));
    from = index + end.length;
  }
  const rest = text.slice(from);
  if (rest.trim() !== "" && over) found.push(rest);
  return found;
}

export class Reader {
  #read = new Map();
  #silenced = new Set();
  #last = -Infinity;

  /** `entries`: those of the store that need not be read any more. */
  constructor(entries = []) {
    for (const { id } of entries) this.#read.set(id, Infinity);
  }

  /** Stop: what was not read yet of `entries` is shown at once, as `silent`. */
  stop(entries) {
    for (const { id, who, text, mark } of entries) {
      if (who !== "agent" || (this.#read.get(id) ?? 0) >= sentences(text, mark !== "speaking").length) continue;
      this.#read.set(id, Infinity);
      this.#silenced.add(id);
    }
  }

  /**
   * The entries as far as they may be read at `now`: those of the agent carry `sentences`, and are missing before the
   * first of theirs. `wait`: ms after which there will be more, or null.
   */
  take(entries, now) {
    let wait = null;
    const shown = entries.flatMap((entry) => {
      if (entry.who !== "agent" || entry.id.startsWith("past-")) return [entry];
      const whole = sentences(entry.text, entry.mark !== "speaking");
      let read = Math.min(this.#read.get(entry.id) ?? 0, whole.length);
      if (read < whole.length) {
        if (now - this.#last >= GAP) {
          read += 1;
          this.#read.set(entry.id, read);
          this.#last = now;
        }
        if (read < whole.length) wait = GAP - (now - this.#last);
      }
      const told = whole.slice(0, read);
      return read > 0 ? [{ ...entry, text: told.join(""), sentences: told, silent: this.#silenced.has(entry.id) }] : [];
    });
    return { shown, wait };
  }
}
