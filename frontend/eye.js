/**
 * The always-open eye: the camera's track on its way to the server, small and seldom. Text is read from stills.
 *
 * Knows one sender of a call. Does not know the camera, the line, or why more pictures are wanted.
 */

/** Pictures a second of a call that begins. */
export const USUAL = 2;
/** The camera brings no more; and more would only shrink them (docs/wire.md, `netra.eye`). */
const MOST = 15;
/** Longer side of a picture. */
const SIDE = 640;

export class Eye {
  #sender;
  #perSecond = USUAL;
  #track = null;
  #asked = Promise.resolve();

  /** `sender`: an RTCRtpSender for video, with its one encoding. */
  constructor(sender) {
    this.#sender = sender;
  }

  /** Sends this track, or nothing; the pace stays. */
  async put(track) {
    await this.#sender.replaceTrack(track);
    this.#track = track;
    await this.#narrow();
  }

  /** So many pictures a second from now on; what is no number above 0 changes nothing. */
  async pace(perSecond) {
    if (!(perSecond > 0)) return;
    this.#perSecond = Math.min(perSecond, MOST);
    await this.#narrow();
  }

  /** One change after the other: a sender takes no second one while the first is under way. */
  #narrow() {
    this.#asked = this.#asked.then(() => this.#set()).catch(() => undefined); // the call is over
    return this.#asked;
  }

  async #set() {
    if (!this.#track) return;
    const wanted = this.#sender.getParameters();
    if (!wanted.encodings?.length) return;
    Object.assign(wanted.encodings[0], narrowed(this.#track, this.#perSecond));
    await this.#sender.setParameters(wanted);
  }
}

/** Keeps the eye small without asking the camera for a smaller picture: stills use the whole of it. */
function narrowed(track, maxFramerate) {
  const { width = SIDE, height = SIDE } = track.getSettings();
  return { maxFramerate, scaleResolutionDownBy: Math.max(1, Math.max(width, height) / SIDE) };
}
