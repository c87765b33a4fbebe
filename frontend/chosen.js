/**
 * What was chosen, from wherever it was chosen: kept in the browser, shown in the panel, told to the page and the server.
 * Knows storage and the panel; does not know the line, sounds or what a setting does.
 */

import { Panel, askFirst } from "./panel.js";
import { FRESH, adopted, choose, read, told } from "./settings.js";

const NAME = "netra.settings";

export class Chosen {
  #store;
  #now;
  #panel;
  #first;
  #applied;
  #send;
  #open = false;
  #served = { manner: null, voices: [] };
  #base = null;

  /**
   * `store`: {get, set, forget}. `applied(before, now)`: carry out what changed, `before` null at the start; `send(event)`
   * to the server; `forgotten()`: all was forgotten here. `refuge`: gets the focus when the question is answered.
   */
  constructor({ store, button, box, first, refuge, applied, send, forgotten }) {
    this.#store = store;
    this.#first = first;
    this.#applied = applied;
    this.#send = send;
    this.#now = read(store.get(NAME));
    this.#panel = new Panel(button, box, {
      change: (changes) => this.choose(changes),
      forget: () => {
        this.#forget();
        forgotten();
      },
    });
    askFirst(first, (output) => {
      this.choose({ output });
      refuge.focus();
    });
  }

  get now() {
    return this.#now;
  }

  /** The elements that offer the languages of the page. */
  get languages() {
    return [...this.#panel.languages, ...this.#first.querySelectorAll("select")];
  }

  /** The page speaks another language: what is made of words and values is written anew. */
  relabel() {
    this.#panel.relabel();
    this.#show();
  }

  /** To be called once, when the page is ready for `applied`. */
  start() {
    this.#show();
    this.#applied(null, this.#now);
  }

  /** A person chose this. */
  choose(changes) {
    const before = this.#now;
    this.#keep(choose(before, changes));
    this.#applied(before, this.#now);
    if (this.#open) told(before, this.#now).forEach(this.#send);
  }

  /** The page is used: who was not asked yet, or did not answer, hears the agent. */
  begun() {
    if (this.#now.output === null) this.choose({ output: "voice" });
  }

  /** Sees every event after the store did. */
  follow(event) {
    switch (event.type) {
      case "netra.session":
        this.#open = true;
        this.#served = { manner: event.manner ?? null, voices: event.voices ?? [] };
        if (!event.resumed) this.#base = event.manner ?? null;
        told(null, this.#now).forEach(this.#send);
        this.#show();
        break;
      case "netra.manner": {
        const changes = adopted(this.#served.manner, event);
        this.#served = { ...this.#served, manner: event };
        this.#keep(choose(this.#now, changes));
        break;
      }
      case "page.lost":
      case "page.refused":
      case "page.ended":
        this.#open = false;
        this.#show();
        break;
    }
  }

  #forget() {
    const before = this.#now;
    this.#now = FRESH;
    this.#store.forget(NAME);
    this.#applied(before, this.#now);
    if (this.#open) {
      const { rate = null, volume = null, detail = null } = this.#base ?? {};
      told(before, choose(FRESH, { rate, volume, detail })).forEach(this.#send);
    }
    this.#show();
  }

  #keep(settings) {
    this.#now = settings;
    this.#store.set(NAME, JSON.stringify(settings));
    this.#show();
  }

  #show() {
    this.#panel.show(this.#now, this.#served);
    this.#first.hidden = this.#now.output !== null || this.#open;
  }
}
