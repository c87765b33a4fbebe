/**
 * Push to talk: a button, or the space bar, that is held while somebody speaks.
 * Knows pointers and keys. Does not know the microphone, the line or what a turn is.
 */

/** Sound is still on its way when the button is let go, ms. */
export const TAIL = 250;

export class Hold {
  #wanted = () => false;
  #pressed;
  #released;
  #down = false;
  #tail = 0;

  /** `pressed()` when it begins, `released()` TAIL after the end; `wanted()` says whether holding means anything now. */
  constructor(button, { wanted, pressed, released, document = button.ownerDocument }) {
    this.#wanted = wanted;
    this.#pressed = pressed;
    this.#released = released;
    const ours = (event) => [" ", "Enter"].includes(event.key) && (event.target === button || (event.key === " " && event.target === document.body));
    button.addEventListener("pointerdown", (event) => event.button === 0 && this.#press());
    for (const end of ["pointerup", "pointercancel", "blur"]) document.defaultView.addEventListener(end, () => this.#release());
    document.addEventListener("keydown", (event) => {
      if (!ours(event) || !this.#wanted()) return;
      event.preventDefault(); // no page that scrolls, no click at the end
      if (!event.repeat) this.#press();
    });
    document.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && this.#release());
  }

  #press() {
    if (this.#down || !this.#wanted()) return;
    this.#down = true;
    clearTimeout(this.#tail);
    this.#pressed();
  }

  #release() {
    if (!this.#down) return;
    this.#down = false;
    this.#tail = setTimeout(this.#released, TAIL);
  }
}
