/**
 * Typed lines on their way to the server: at once while the line is open, one after the other after a loss.
 * Knows which wire events a typed line is; does not know the line's insides or the document.
 */

import { waiting } from "./store.js";

/** How long to wait for the history of a session that was taken up again, and for an answer before the next line, ms. */
const PATIENCE = { history: 1500, answer: 5000 };

export class Outbox {
  #send;
  #tell;
  #state;
  #ready = false;
  #timer = 0;

  /** `send(event)` to the server, `tell(event)` to the store, `state()` the store's newest. */
  constructor({ send, tell, state }) {
    this.#send = send;
    this.#tell = tell;
    this.#state = state;
  }

  /** A person typed this. */
  say(text) {
    const id = `item_${Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("")}`;
    const first = waiting(this.#state()).length === 0;
    this.#tell({ type: "page.typed", id, text });
    if (this.#ready && first) this.#put({ id, text });
  }

  /** Sees every event after the store did. */
  follow(event) {
    switch (event.type) {
      case "page.lost":
      case "page.refused":
      case "page.ended":
        this.#ready = false;
        clearTimeout(this.#timer);
        break;
      case "netra.session":
        this.#begin(event.resumed ? PATIENCE.history : 0);
        break;
      case "netra.history":
        this.#begin(0);
        break;
      case "response.done":
        if (this.#ready) this.#next();
        break;
    }
  }

  #begin(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ready = true;
      this.#next();
    }, wait);
  }

  /** The oldest waiting line; the one after it follows when this one is answered, or nothing came for long. */
  #next() {
    clearTimeout(this.#timer);
    const [entry, ...more] = waiting(this.#state());
    if (!entry) return;
    this.#put(entry);
    if (more.length) this.#timer = setTimeout(() => this.#next(), PATIENCE.answer);
  }

  #put({ id, text }) {
    const item = { id, type: "message", role: "user", content: [{ type: "input_text", text }] };
    if (!this.#send({ type: "conversation.item.create", item })) return;
    this.#send({ type: "response.create" });
    this.#tell({ type: "page.sent", id });
  }
}
