/**
 * The camera's picture: the preview, and a sharp still when the agent asks for one.
 * Knows the video element; does not know the line or who asks.
 */

import { brightness } from "./light.js";
import { fitted } from "./still.js";

const QUALITY = 0.9;
/** Pixels from which the light is told. */
const GLANCE = { width: 16, height: 12 };

export class Camera {
  #preview;
  #track = null;
  #glance = null;

  constructor(preview) {
    this.#preview = preview;
  }

  get track() {
    return this.#track;
  }

  /** Shows this track. `ended()` is called when the device goes away by itself. */
  show(track, ended) {
    this.#track = track;
    track.addEventListener("ended", ended, { once: true });
    this.#preview.srcObject = new MediaStream([track]);
    this.#preview.play().catch(() => undefined); // refused only while the page is hidden; the element plays on by itself
  }

  /** Off is off: the device is given back, so its light goes out. */
  close() {
    this.#track?.stop();
    this.#track = null;
    this.#preview.srcObject = null;
  }

  /** How bright the preview is, 0..100; null without a picture. */
  light() {
    if (!this.#track || !this.#preview.videoWidth) return null;
    this.#glance ??= Object.assign(document.createElement("canvas"), GLANCE).getContext("2d", { willReadFrequently: true });
    this.#glance.drawImage(this.#preview, 0, 0, GLANCE.width, GLANCE.height);
    return brightness(this.#glance.getImageData(0, 0, GLANCE.width, GLANCE.height).data);
  }

  /** A JPEG taken now, its longer side at most `maxSide`, as bytes. Throws an Error that says why there is none. */
  async still(maxSide) {
    if (!this.#track) throw new Error("the camera is off");
    const frame = await this.#frame();
    const size = fitted(frame.width, frame.height, maxSide);
    const canvas = Object.assign(document.createElement("canvas"), size);
    canvas.getContext("2d").drawImage(frame.image, 0, 0, size.width, size.height);
    frame.image.close?.();
    const blob = await new Promise((take) => canvas.toBlob(take, "image/jpeg", QUALITY));
    if (!blob) throw new Error("the picture could not be made");
    return new Uint8Array(await blob.arrayBuffer());
  }

  /** The newest frame: straight from the camera where the browser can, else what the preview shows. */
  async #frame() {
    if ("ImageCapture" in window) {
      const image = await new ImageCapture(this.#track).grabFrame().catch(() => null);
      if (image) return { image, width: image.width, height: image.height };
    }
    const { videoWidth: width, videoHeight: height } = this.#preview;
    if (!width) throw new Error("the camera has no picture yet");
    return { image: this.#preview, width, height };
  }
}
