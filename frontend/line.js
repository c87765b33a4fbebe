/**
 * The line to the server: one WebRTC call after another, as long as it is wanted.
 *
 * Knows the wire's envelope (docs/wire.md): the HTTP call, the data channel, hello, heartbeat, hang-up and coming back with
 * `?resume=`; of the events only its session's name and the pace of its eye. Does not know what others mean, what the page
 * shows, or where the tracks come from.
 */

import { Eye, USUAL } from "./eye.js";
import { Pulse, backoff } from "./pulse.js";
import { lineProblem, lost } from "./words.js";

const ANSWER_WITHIN = 10000;
const GATHER_WITHIN = 1500;
/** How often the pulse is felt, ms. */
const BEAT = 500;
/** Bytes queued on the data channel above which a picture waits. */
const HIGH_WATER = 262144;

/** The server's answer was no. `again`: worth another try. */
class Refused extends Error {
  constructor(status, message) {
    super(lineProblem(status, message));
    this.again = status === 0 || status === 408 || status === 429 || status >= 500;
  }
}

export class Line {
  #tell;
  #sound;
  #session;
  #key;
  #tracks = { audio: null, video: null };
  #call = null;
  #wanted = null;

  /** `tell(event)` takes wire events and page facts; `sound(stream)` the agent's voice; `session` one to come back to; `key` to the server. */
  constructor({ tell, sound, session = null, key = null }) {
    this.#tell = tell;
    this.#sound = sound;
    this.#session = session;
    this.#key = key;
  }

  get wanted() {
    return this.#wanted !== null;
  }

  /** Sends or stops sending a track ("audio" or "video"); null sends nothing. Survives a lost line. */
  async put(kind, track) {
    this.#tracks[kind] = track;
    await this.#call?.put(kind, track);
  }

  /** Calls, and calls again after every loss, until `end`. */
  start() {
    if (this.#wanted) return;
    this.#wanted = new AbortController();
    this.#keep(this.#wanted.signal);
  }

  /** Hangs up and forgets the session. */
  end() {
    this.#wanted?.abort();
    this.#wanted = null;
    this.#call?.hangUp(true);
    this.#call = null;
    this.#session = null;
  }

  /** The page goes away, perhaps to come back: tells the server, keeps the session. */
  leave() {
    this.#call?.hangUp(false);
  }

  /** Sends one event; false when there is no line. */
  send(event) {
    return this.#call?.send(event) ?? false;
  }

  /** Sends many events, never more than the channel can take. */
  async stream(events) {
    for (const event of events) {
      await this.#call?.drained();
      if (!this.send(event)) return;
    }
  }

  async #keep(signal) {
    for (let tries = 0; !signal.aborted; tries += 1) {
      this.#tell({ type: "page.connecting" });
      const call = new Call({ tell: (event) => this.#heard(event), sound: this.#sound });
      this.#call = call;
      try {
        await call.open({ tracks: this.#tracks, resume: this.#session, key: this.#key, signal });
        tries = 0;
        const reason = await call.over;
        if (signal.aborted) return;
        this.#tell({ type: "page.lost", text: lost(reason) });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && !error.again) {
          this.#wanted = null;
          this.#tell({ type: "page.refused", text: error.message });
          return;
        }
        this.#tell({ type: "page.lost", text: error instanceof Refused ? error.message : lost("silent") });
      } finally {
        call.hangUp(false);
      }
      await pause(backoff(tries, Math.random()), signal);
    }
  }

  #heard(event) {
    if (event.type === "netra.session") this.#session = event.session_id;
    if (event.type === "netra.eye") this.#call?.look(event.pictures_per_second);
    this.#tell(event);
  }
}

/** One WebRTC connection, from the offer to its end. `over` resolves with "silent" or "closed". */
class Call {
  over;
  #ended;
  #tell;
  #peer;
  #channel;
  #audio;
  #eye;
  #pulse = new Pulse();
  #beat = 0;
  #place = null;

  constructor({ tell, sound }) {
    this.#tell = tell;
    this.over = new Promise((resolve) => (this.#ended = resolve));
    this.#peer = new RTCPeerConnection({ iceServers: [] });
    this.#channel = this.#peer.createDataChannel("oai-events");
    // Both senders exist from the start, with or without a track: switching one later needs no new offer.
    this.#audio = this.#peer.addTransceiver("audio", { direction: "sendrecv" }).sender;
    const video = { direction: "sendonly", sendEncodings: [{ maxFramerate: USUAL }] };
    this.#eye = new Eye(this.#peer.addTransceiver("video", video).sender);
    this.#peer.ontrack = ({ track, streams }) => sound(streams[0] ?? new MediaStream([track]));
    this.#peer.onconnectionstatechange = () => {
      if (this.#peer.connectionState === "failed") this.#ended("silent");
      if (this.#peer.connectionState === "closed") this.#ended("closed");
    };
    this.#channel.onmessage = ({ data }) => this.#read(data);
    this.#channel.onclose = () => this.#ended("closed");
  }

  async open({ tracks, resume, key, signal }) {
    await Promise.all([this.put("audio", tracks.audio), this.put("video", tracks.video)]);
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    await gathered(this.#peer);
    await this.#peer.setRemoteDescription({ type: "answer", sdp: await this.#post(resume, key, signal) });
    const failed = this.over.then(() => Promise.reject(new Refused(0, "")));
    await within(ANSWER_WITHIN, signal, Promise.race([opened(this.#channel), failed]));
    failed.catch(() => undefined); // once open, the end of the call is told by `over`
    this.send({ type: "netra.hello" });
    this.#beat = setInterval(() => this.#tick(), BEAT);
    this.#tick();
  }

  put(kind, track) {
    return kind === "video" ? this.#eye.put(track) : this.#audio.replaceTrack(track);
  }

  /** So many pictures a second, until this call ends. */
  look(perSecond) {
    return this.#eye.pace(perSecond);
  }

  send(event) {
    if (this.#channel.readyState !== "open") return false;
    this.#channel.send(JSON.stringify(event));
    return true;
  }

  /** Resolves when the channel can take more. */
  drained() {
    const channel = this.#channel;
    if (channel.readyState !== "open" || channel.bufferedAmount < HIGH_WATER) return null;
    channel.bufferedAmountLowThreshold = HIGH_WATER / 4;
    return Promise.race([this.over, new Promise((go) => (channel.onbufferedamountlow = go))]);
  }

  /** Tells the server, by a beacon that outlives the page, and closes. `end`: the session is over too. */
  hangUp(end) {
    clearInterval(this.#beat);
    if (this.#place) navigator.sendBeacon(`${this.#place}/hangup${end ? "?end=1" : ""}`);
    this.#place = null;
    this.#channel.onclose = null;
    this.#peer.close();
    this.#ended("closed");
  }

  async #post(resume, key, signal) {
    const where = new URL("v1/realtime/calls", document.baseURI);
    if (resume) where.searchParams.set("resume", resume);
    const asked = fetch(where, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", ...(key && { Authorization: `Bearer ${key}` }) },
      body: this.#peer.localDescription.sdp,
      signal,
    }).catch(() => {
      throw new Refused(0, "");
    });
    const answer = await within(ANSWER_WITHIN, signal, asked);
    if (!answer.ok) throw new Refused(answer.status, await message(answer));
    const place = answer.headers.get("Location");
    this.#place = place && new URL(place, where).href;
    return answer.text();
  }

  #tick() {
    const now = performance.now();
    if (this.#pulse.lost(now)) this.#ended("silent");
    else if (this.#pulse.due(now) && this.send({ type: "netra.ping", t: Math.round(now) })) this.#pulse.asked(now);
  }

  #read(data) {
    this.#pulse.answered();
    const event = JSON.parse(data);
    if (event.type !== "netra.pong") this.#tell(event);
  }
}

async function message(answer) {
  const body = await answer.json().catch(() => null);
  return body?.error?.message ?? "";
}

function gathered(peer) {
  if (peer.iceGatheringState === "complete") return null;
  const done = new Promise((go) => {
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && go());
  });
  return Promise.race([done, new Promise((go) => setTimeout(go, GATHER_WITHIN))]);
}

function opened(channel) {
  if (channel.readyState === "open") return null;
  return new Promise((go) => channel.addEventListener("open", go, { once: true }));
}

/** The promise's value, or an error when it takes longer or the call is no longer wanted. */
function within(ms, signal, promise) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Refused(0, "")), ms);
    signal.addEventListener("abort", () => reject(new Refused(0, "")), { once: true });
    Promise.resolve(promise).then(resolve, reject).finally(() => clearTimeout(late));
  });
}

/** Waits, but no longer than until the network comes back or the call is no longer wanted. */
function pause(ms, signal) {
  return new Promise((go) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      go();
    }
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
