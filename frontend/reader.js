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
  #last = -Infinity;

  /** `entries`: those of the store that need not be read any more. */
  constructor(entries = []) {
    for (const { id } of entries) this.#read.set(id, Infinity);
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
      return read > 0 ? [{ ...entry, text: whole.slice(0, read).join(""), sentences: whole.slice(0, read) }] : [];
    });
    return { shown, wait };
  }
}
