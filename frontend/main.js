/**
 * The page put together: taps and keys become facts and events, wire events become what is shown.
 * The browser reports and obeys; when to answer and when to fall silent is decided by the server.
 */

import { Camera } from "./camera.js";
import { Chosen } from "./chosen.js";
import { SIGHT_WANTED, ask, soundWanted } from "./devices.js";
import { Helper } from "./helper.js";
import { Hold } from "./hold.js";
import { forLong, forTab, keyOf } from "./keep.js";
import { Lanes } from "./lanes.js";
import { Lens } from "./lens.js";
import { LightTone } from "./light.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Reader } from "./reader.js";
import { Sound } from "./sound.js";
import { pictureEvents } from "./still.js";
import { Speech } from "./speech.js";
import { words } from "./say/say.js";
import { nothing, reduce } from "./store.js";
import { Timeline } from "./timeline.js";
import { View } from "./view.js";
import { deviceProblem } from "./words.js";

const SESSION = "netra.session";
/** After Stop, silence lasts until the server confirms it, at most this long, ms. */
const STOP_WITHIN = 1000;
const LEVEL_EVERY = 80;
/** An answer that takes longer is heard to be made, ms. */
const SLOW = 700;

const byId = (id) => document.getElementById(id);
const names = ["talk", "stop", "camera", "end", "form", "text", "mode", "person", "problems", "log", "empty", "shape", "state", "devices", "notice", "hint", "sight", "delay", "stages"];
const page = {
  ...Object.fromEntries(names.map((name) => [name, byId(name)])),
  body: document.body,
  talkLabel: byId("talk-label"),
  cameraIcon: byId("camera-icon"),
  modeIcon: byId("mode-icon"),
  personLabel: byId("person-label"),
  delayTotal: byId("delay-total"),
};

let state = nothing;
let wantsCamera = true;
let microphone = null;
let asking = false;
let calls = 0;
let awake = null;
let reader = new Reader();
let reading = 0;
let slow = 0;
let asked = 0;

const view = new View(page);
const helper = new Helper(byId("asked"), byId("offer"), { refuge: page.talk, say, called: () => take({ type: "page.called" }) });
const timeline = new Timeline();
new Lanes(byId("timeline"), byId("lanes"), byId("story"), timeline);
const sound = new Sound(byId("voice"));
const camera = new Camera(byId("preview"));
const lightTone = new LightTone({ look: () => camera.light(), play: (hz) => sound.tone(hz) });
const lens = new Lens(byId("torch"), byId("zoom"), byId("zoom-box"));
const line = new Line({
  tell: take,
  sound: (stream) => sound.play(stream),
  session: forTab.get(SESSION),
  key: keyOf(location, (address) => history.replaceState(null, "", address)),
});
const outbox = new Outbox({ send: (event) => line.send(event), tell: take, state: () => state });
const chosen = new Chosen({
  store: forLong,
  button: byId("settings-open"),
  box: byId("settings"),
  first: byId("first"),
  refuge: page.talk,
  applied,
  send: (event) => line.send(event),
  forgotten: () => {
    speech.forget();
    take({ type: "page.told", text: words().choices.forgotten });
  },
});
const speech = new Speech(chosen.languages, {
  changed: (code) => {
    state = reduce(state, { type: "netra.language", language: code });
    view.relabel(state);
    helper.relabel();
    chosen.relabel();
  },
  send: (code) => line.send({ type: "netra.language", language: code }),
});

function take(event) {
  const before = state;
  state = reduce(state, event);
  draw();
  timeline.take(event, performance.now());
  outbox.follow(event);
  chosen.follow(event);
  lightTone.follow(event);
  reactions[event.type]?.(event);
  if (before.line !== state.line && (state.line === "open" || state.line === "lost")) sound.sign(state.line);
  else if (state.problems.length > before.problems.length) sound.sign("problem");
  if (before.agent !== state.agent) waitFor(state.agent);
}

/** Who reads gets whole sentences, one after the other; who listens sees the words as they come. */
function draw() {
  clearTimeout(reading);
  helper.draw(state);
  if (state.output !== "reader") return view.draw(state);
  const { shown, wait } = reader.take(state.entries, performance.now());
  view.draw({ ...state, entries: shown });
  if (wait !== null) reading = setTimeout(draw, wait);
}

/** What the agent does, for the ear and for a headset's button. */
function waitFor(agent) {
  clearTimeout(slow);
  if (agent === "thinking") {
    sound.sign("heard");
    slow = setTimeout(() => sound.sign("thinking"), SLOW);
  }
  if (navigator.mediaSession) navigator.mediaSession.playbackState = agent === "speaking" ? "playing" : "paused";
}

/** What the page itself does on an event, beyond showing it. */
const reactions = {
  "netra.session": ({ session_id: id }) => {
    forTab.set(SESSION, id);
    line.send({ type: "netra.camera", on: camera.track !== null });
    speech.opened();
    if (!state.hold && state.microphone === "muted") line.send({ type: "netra.mute", on: true });
  },
  "netra.language": ({ language }) => speech.told(language),
  "page.lost": letGo,
  "page.refused": release,
  "netra.still.wanted": sendStill,
  "netra.question": ({ text, within_s: within }) => {
    clearTimeout(asked);
    if (text) asked = setTimeout(() => take({ type: "netra.question", text: "" }), within * 1000);
  },
  "netra.person": () => state.offer && take({ type: "page.told", text: words().choices.person.offered(state.offer.name) }),
  "output_audio_buffer.cleared": () => sound.hush(),
  "output_audio_buffer.started": () => sound.speak(),
};

// --- what a person does

async function talk() {
  if (asking) return;
  sound.wake();
  if (microphone && line.wanted) {
    if (!state.hold) mute(state.microphone !== "muted");
    return;
  }
  chosen.begun();
  if (!line.wanted) take({ type: "page.connecting" });
  if (await open({ microphone: true, camera: wantsCamera && !camera.track })) start();
}

function mute(on) {
  microphone.enabled = !on;
  take({ type: "page.microphone", state: on ? "muted" : "on" });
  line.send({ type: "netra.mute", on });
}

/** Carries out what the page itself does for a setting. */
function applied(before, now) {
  const output = now.output ?? "voice";
  Object.assign(sound, { signs: now.signs, vibrate: now.vibrate });
  if (state.output !== output) {
    if (output === "reader" && state.agent === "speaking") silence();
    reader = new Reader(state.entries);
    sound.silence(output === "reader");
    take({ type: "page.output", output });
    if (before !== null) take({ type: "page.told", text: words().choices.modes[output] });
  }
  if (state.hold !== now.hold) holdToTalk(now.hold);
}

/** Nobody hears what is held: it begins anew. */
function letGo() {
  hold.drop();
  if (state.hold && microphone) listen(false);
}

function holdToTalk(on) {
  if (!on) hold.drop();
  take({ type: "page.hold", on });
  if (microphone) listen(!on);
  if (!on) line.send({ type: "netra.mute", on: false });
}

/** In push to talk the server hears silence between: muting would forget what was just said. */
function listen(on) {
  microphone.enabled = on;
  take({ type: "page.microphone", state: on ? "on" : "muted" });
}

function beginToSpeak() {
  if (state.agent === "speaking") silence();
  listen(true);
}

function haveSpoken() {
  line.send({ type: "input_audio_buffer.commit" });
  if (microphone) listen(false);
}

/** Ends the reply. */
function silence() {
  sound.hush(STOP_WITHIN);
  line.send({ type: "response.cancel" });
  line.send({ type: "output_audio_buffer.clear" });
}

/** Ends the reply, and what would speak up by itself. */
function stop() {
  silence();
  reader.stop(state.entries);
  draw();
  line.send({ type: "netra.stop" });
}

/** As if it was typed. */
function say(text) {
  sound.wake();
  outbox.say(text);
  start();
}

async function toggleCamera() {
  if (asking) return;
  sound.wake();
  wantsCamera = !camera.track;
  if (camera.track) {
    closeCamera();
    return;
  }
  if ((await open({ microphone: false, camera: true })) && camera.track) start();
}

function type(event) {
  event.preventDefault();
  const text = page.text.value.trim();
  if (text === "") return;
  page.text.value = "";
  say(text);
}

function end() {
  calls += 1;
  line.end();
  forTab.forget(SESSION);
  release();
  take({ type: "page.ended" });
}

/** Gives microphone and camera back. */
function release() {
  hold.drop();
  microphone?.stop();
  microphone = null;
  camera.close();
  sound.microphone(null);
  line.put("audio", null);
  line.put("video", null);
  awake?.release();
}

function start() {
  chosen.begun();
  line.start();
  keepAwake();
}

// --- devices

/** Asks for devices and uses what comes; false when the call was ended meanwhile. */
async function open(wanted) {
  asking = true;
  const call = calls;
  const got = await ask(navigator.mediaDevices, {
    sound: wanted.microphone && soundWanted(new URLSearchParams(location.search)),
    sight: wanted.camera && SIGHT_WANTED,
  });
  asking = false;
  if (call !== calls) {
    got.microphone?.stop();
    got.camera?.stop();
    return false;
  }
  for (const device of ["microphone", "camera"].filter((name) => wanted[name])) {
    const problem = got.problems.find((p) => p.device === device);
    if (problem) missing(device, problem.name);
    else take({ type: "page.solved", code: device });
  }
  if (got.microphone) await openMicrophone(got.microphone);
  if (got.camera) await openCamera(got.camera);
  return true;
}

function missing(device, name) {
  take({ type: `page.${device}`, state: "none" });
  take({ type: "page.problem", code: device, text: deviceProblem(device, name) });
}

async function openMicrophone(track) {
  microphone = track;
  sound.microphone(track);
  track.addEventListener("ended", () => {
    microphone = null;
    line.put("audio", null);
    missing("microphone", "ended");
  });
  await line.put("audio", track);
  take({ type: "page.microphone", state: "on" });
  if (state.hold) listen(false);
}

async function openCamera(track) {
  camera.show(track, () => {
    closeCamera();
    missing("camera", "ended");
  });
  lens.use(track);
  await line.put("video", track);
  take({ type: "page.camera", state: "on" });
  line.send({ type: "netra.camera", on: true });
}

function closeCamera() {
  camera.close();
  lens.use(null);
  line.put("video", null);
  take({ type: "page.camera", state: "off" });
  line.send({ type: "netra.camera", on: false });
}

async function sendStill({ request, max_side: maxSide }) {
  try {
    await line.stream(pictureEvents(request, await camera.still(maxSide)));
  } catch (error) {
    line.send({ type: "netra.still.failed", request, reason: error.message });
  }
}

/** A phone whose screen goes dark takes the microphone away. */
async function keepAwake() {
  if (!navigator.wakeLock || document.visibilityState !== "visible") return;
  awake = await navigator.wakeLock.request("screen").catch(() => null); // refused on a low battery
}

// --- wiring

page.talk.addEventListener("click", talk);
page.stop.addEventListener("click", stop);
page.camera.addEventListener("click", toggleCamera);
page.end.addEventListener("click", end);
page.form.addEventListener("submit", type);
page.person.addEventListener("click", () => say(words().choices.person.request));
page.mode.addEventListener("click", () => chosen.choose({ output: state.output === "voice" ? "reader" : "voice" }));
const hold = new Hold(page.talk, {
  wanted: () => state.hold && microphone !== null && state.line === "open",
  pressed: beginToSpeak,
  released: haveSpoken,
  latched: (on) => take({ type: "page.latched", on }),
});
chosen.start();
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stop();
});
document.addEventListener("visibilitychange", () => line.wanted && keepAwake());
addEventListener("pagehide", () => line.leave());
if (navigator.mediaSession) navigator.mediaSession.metadata = new MediaMetadata({ title: document.title });
navigator.mediaSession?.setActionHandler("play", talk);
navigator.mediaSession?.setActionHandler("pause", stop);
setInterval(() => {
  const side = state.agent === "speaking" ? "voice" : "microphone";
  if (state.line === "open") view.level(sound.level(side));
}, LEVEL_EVERY);
draw();
