/**
 * The agent's voice in the page, and how loud either side is.
 * Knows the audio element and Web Audio; does not know events or the line.
 */

/** The browser plays up to this much after the server fell silent. */
const TAIL = 250;

/** Short signs for what can't wait for words: [Hz, ...] of 90 ms each. Quiet, and over before anybody speaks. */
const SIGNS = { open: [523, 784], heard: [659], thinking: [392, 392], lost: [440, 294], problem: [233, 233] };
/** The same for the hand, ms on and off. */
const BUZZES = { open: [60], heard: [30], thinking: [30, 60, 30], lost: [120, 80, 120], problem: [200] };
const NOTE = 0.09;
const SIGN_LEVEL = 0.07;
/** A tone that lasts: quieter, and how quickly it glides to another pitch and fades, s. */
const TONE_LEVEL = 0.05;
const GLIDE = 0.04;
const FADE = 0.02;

export class Sound {
  /** Which signs are played, and whether they are felt too. */
  signs = {};
  vibrate = true;
  #element;
  #context = null;
  #meters = { microphone: null, voice: null };
  #quiet = 0;
  #silent = false;
  #tone = null;

  constructor(element) {
    this.#element = element;
  }

  /** Must be called inside a tap: that is when browsers, iOS first, let sound begin. */
  wake() {
    if (navigator.audioSession) navigator.audioSession.type = "play-and-record";
    this.#context ??= new AudioContext({ latencyHint: "interactive" });
    this.#context.resume();
    this.#element.srcObject ??= this.#context.createMediaStreamDestination().stream; // silence: the tap is what counts
    this.#begin();
  }

  /** Plays the agent's voice. */
  play(stream) {
    this.#element.srcObject = stream;
    this.#begin();
    this.#listen("voice", stream);
  }

  /** Shows the level of this microphone track, or of none. */
  microphone(track) {
    this.#listen("microphone", track && new MediaStream([track]));
  }

  /** Silence at once, for as long as the browser still has sound queued, or until `speak`. */
  hush(ms = TAIL) {
    clearTimeout(this.#quiet);
    this.#element.muted = true;
    this.#quiet = setTimeout(() => this.speak(), ms);
  }

  /** Heard again, unless the agent is to be silent. */
  speak() {
    clearTimeout(this.#quiet);
    this.#element.muted = this.#silent;
  }

  /** Nothing of the agent's voice is played, from now on or no more. */
  silence(on) {
    this.#silent = on;
    this.speak();
  }

  /** Plays one of the signs: "open", "heard", "thinking", "lost" or "problem". */
  sign(name) {
    if (!this.signs[name]) return;
    if (this.vibrate) navigator.vibrate?.(BUZZES[name]); // where there is one, and for whom hears nothing
    if (this.#context?.state !== "running") return;
    SIGNS[name].forEach((frequency, place) => {
      const from = this.#context.currentTime + place * NOTE * 1.1;
      const tone = new OscillatorNode(this.#context, { frequency });
      const gain = new GainNode(this.#context, { gain: 0 });
      gain.gain.setTargetAtTime(SIGN_LEVEL, from, 0.008);
      gain.gain.setTargetAtTime(0, from + NOTE * 0.6, 0.012);
      tone.connect(gain).connect(this.#context.destination);
      tone.start(from);
      tone.stop(from + NOTE * 2);
    });
  }

  /** A tone of this pitch from now on, in Hz; null: silence. */
  tone(hz) {
    const context = this.#context;
    if (hz === null || !this.signs.light || context?.state !== "running") {
      this.#tone?.gain.gain.setTargetAtTime(0, context.currentTime, FADE);
      this.#tone?.source.stop(context.currentTime + 10 * FADE);
      this.#tone = null;
    } else if (this.#tone) {
      this.#tone.source.frequency.setTargetAtTime(hz, context.currentTime, GLIDE);
    } else {
      const source = new OscillatorNode(context, { frequency: hz });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setTargetAtTime(TONE_LEVEL, context.currentTime, FADE);
      source.connect(gain).connect(context.destination);
      source.start();
      this.#tone = { source, gain };
    }
  }

  /** 0..1, for the eye only. */
  level(side) {
    const meter = this.#meters[side];
    if (!meter) return 0;
    meter.analyser.getFloatTimeDomainData(meter.samples);
    const power = meter.samples.reduce((sum, x) => sum + x * x, 0) / meter.samples.length;
    return Math.min(1, Math.sqrt(power) * 4);
  }

  /** A browser that refuses sound for want of a tap gets it with the next one. */
  #begin() {
    this.#element.play().catch((error) => {
      if (error.name === "NotAllowedError") addEventListener("pointerup", () => this.#begin(), { once: true });
    });
  }

  #listen(side, stream) {
    this.#meters[side]?.source.disconnect();
    this.#meters[side] = null;
    if (!stream?.getAudioTracks().length || !this.#context) return;
    const source = this.#context.createMediaStreamSource(stream);
    const analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    source.connect(analyser);
    this.#meters[side] = { source, analyser, samples: new Float32Array(analyser.fftSize) };
  }
}
