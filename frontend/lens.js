/**
 * Light and zoom of a phone's camera, where it has them: a switch and a slider that appear with the camera.
 * Knows one track's abilities and its two controls. Does not know pictures, nor who looks at them.
 */

/** {torch: bool, zoom: {min, max, step} or null} of a camera's track; browsers that tell nothing have nothing. */
export function abilities(track) {
  const told = track?.getCapabilities?.() ?? {};
  const { min, max, step } = told.zoom ?? {};
  const zooms = Number.isFinite(min) && Number.isFinite(max) && max > min;
  return { torch: Boolean(told.torch), zoom: zooms ? { min, max, step: step > 0 ? step : (max - min) / 50 } : null };
}

export class Lens {
  #track = null;
  #torch;
  #zoom;
  #zoomBox;

  /** `torch`: a button; `zoom`: a range in `zoomBox`. */
  constructor(torch, zoom, zoomBox) {
    this.#torch = torch;
    this.#zoom = zoom;
    this.#zoomBox = zoomBox;
    torch.addEventListener("click", () => this.light(torch.getAttribute("aria-pressed") !== "true"));
    zoom.addEventListener("input", () => this.#ask({ zoom: Number(zoom.value) }));
    this.use(null);
  }

  /** Takes these abilities for the camera's; null: it is off. */
  use(track) {
    this.#track = track;
    const { torch, zoom } = abilities(track);
    this.#torch.hidden = !torch;
    this.#torch.setAttribute("aria-pressed", "false");
    this.#zoomBox.hidden = !zoom;
    if (!zoom) return;
    Object.assign(this.#zoom, { min: zoom.min, max: zoom.max, step: zoom.step });
    this.#zoom.value = track.getSettings?.().zoom ?? zoom.min;
  }

  /** Switches the light; a camera that refuses leaves it as it was. */
  async light(on) {
    if (await this.#ask({ torch: on })) this.#torch.setAttribute("aria-pressed", String(on));
  }

  async #ask(wanted) {
    const track = this.#track;
    const done = await track?.applyConstraints({ advanced: [wanted] }).then(() => true, () => false);
    return done === true && track === this.#track;
  }
}
