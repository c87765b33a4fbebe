/**
 * Push to talk: a button, or the space bar, that is held while somebody speaks. A short press, or the click of a screen
 * reader, begins it and the next one ends it.
 * Knows pointers and keys. Does not know the microphone, the line or what a turn is.
 */

/** Sound is still on its way when the button is let go, ms. */
export const TAIL = 250;
/** A press this short does not hold, ms. */
export const SHORT = 300;

export class Hold {
  #wanted = () => false;
  #pressed;
  #released;
  #latched;
  #down = false;
  #on = false;
  #since = 0;
  #tail = 0;

  /**
   * `pressed()` when it begins, `released()` TAIL after the end, `latched(on)` when a short press begins and ends;
   * `wanted()` says whether holding means anything now.
   */
  constructor(button, { wanted, pressed, released, latched, document = button.ownerDocument }) {
    this.#wanted = wanted;
    this.#pressed = pressed;
    this.#released = released;
    this.#latched = latched;
    const ours = (event) => [" ", "Enter"].includes(event.key) && (event.target === button || (event.key === " " && event.target === document.body));
    button.addEventListener("pointerdown", (event) => event.button === 0 && this.#press());
    button.addEventListener("click", (event) => event.detail === 0 && this.#click());
    for (const end of ["pointerup", "pointercancel"]) document.defaultView.addEventListener(end, () => this.#release());
    document.defaultView.addEventListener("blur", () => this.#end());
    document.addEventListener("keydown", (event) => {
      if (!ours(event) || !this.#wanted()) return;
      event.preventDefault(); // no page that scrolls, no click at the end
      if (!event.repeat) this.#press();
    });
    document.addEventListener("keyup", (event) => {
      if (ours(event) && this.#wanted()) event.preventDefault();
      if ([" ", "Enter"].includes(event.key)) this.#release();
    });
  }

  /** Forget a press: there is nobody to hear it. */
  drop() {
    this.#down = false;
    if (!this.#on) return;
    this.#on = false;
    this.#latched(false);
  }

  #press() {
    if (this.#down || !this.#wanted()) return;
    this.#down = true;
    if (this.#on) return; // latched: letting go ends it
    this.#begin();
  }

  #release() {
    if (!this.#down) return;
    this.#down = false;
    if (performance.now() - this.#since < SHORT) this.#latched(true);
    else this.#end();
  }

  /** A click that came without a press of its own, as a screen reader makes it. */
  #click() {
    if (!this.#wanted()) return;
    if (this.#on) {
      this.#end();
      return;
    }
    this.#begin();
    this.#latched(true);
  }

  #begin() {
    this.#on = true;
    this.#since = performance.now();
    clearTimeout(this.#tail);
    this.#pressed();
  }

  #end() {
    this.#down = false;
    if (!this.#on) return;
    this.#on = false;
    this.#latched(false);
    this.#tail = setTimeout(this.#released, TAIL);
  }
}
