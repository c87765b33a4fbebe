/**
 * A question that waits for a yes or a no, as two buttons, and a person who can be called, as a link. Opens nothing by
 * itself. Knows its own elements; does not know the line.
 */

import { sentence, words } from "./say/say.js";

export class Helper {
  #asked;
  #offer;
  #drawn = {};
  #refuge;
  #say;
  #called;

  /**
   * `asked` and `offer`: empty elements. `say(text)` as if it was typed; `called()`: the link was used. `refuge`: gets the
   * focus when what had it goes away.
   */
  constructor(asked, offer, { refuge, say, called }) {
    this.#refuge = refuge;
    this.#asked = asked;
    this.#offer = offer;
    this.#say = say;
    this.#called = called;
  }

  draw({ asked, offer }) {
    if (this.#drawn.asked !== asked) this.#around(this.#asked, () => this.#question(asked));
    if (this.#drawn.offer !== offer) this.#around(this.#offer, () => this.#link(offer));
    this.#drawn = { asked, offer };
  }

  /** The page speaks another language; the question itself stays as it was asked. */
  relabel() {
    const link = this.#offer.querySelector("a");
    if (link) link.textContent = words().choices.person.offer(this.#drawn.offer.name);
  }

  #around(box, change) {
    const focused = box.contains(document.activeElement);
    change();
    if (focused) this.#refuge.focus();
  }

  #question(text) {
    this.#asked.hidden = text === "";
    this.#asked.setAttribute("aria-label", text);
    const buttons = ["choices.person.yes", "choices.person.no"].map((key) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sentence(key) });
      button.dataset.say = key;
      button.addEventListener("click", () => this.#say(button.textContent));
      return button;
    });
    const told = Object.assign(document.createElement("p"), { textContent: text });
    this.#asked.replaceChildren(...(text ? [told, ...buttons] : []));
  }

  #link(offer) {
    this.#offer.hidden = offer === null;
    this.#offer.replaceChildren();
    if (offer === null) return;
    const link = Object.assign(document.createElement("a"), { href: offer.link, textContent: words().choices.person.offer(offer.name) });
    if (offer.link.startsWith("https:")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    link.addEventListener("click", () => setTimeout(this.#called));
    this.#offer.append(link);
  }
}
