/**
 * The page put together: taps and keys become facts and events, wire events become what is shown.
 * The browser reports and obeys; when to answer and when to fall silent is decided by the server.
 */

import { Camera } from "./camera.js";
import { SIGHT_WANTED, ask, soundWanted } from "./devices.js";
import { Hold } from "./hold.js";
import { forLong, forTab, keyOf } from "./keep.js";
import { Lanes } from "./lanes.js";
import { Lens } from "./lens.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Sound } from "./sound.js";
import { pictureEvents } from "./still.js";
import { Speech } from "./speech.js";
import { nothing, reduce } from "./store.js";
import { Timeline } from "./timeline.js";
import { View } from "./view.js";
import { deviceProblem } from "./words.js";

const SESSION = "netra.session";
const SIGNS = "netra.signs";
const HOLD = "netra.hold";
const DEAF = "netra.half_duplex";
/** After Stop, silence lasts until the server confirms it, at most this long, ms. */
const STOP_WITHIN = 1000;
const LEVEL_EVERY = 80;

const byId = (id) => document.getElementById(id);
const names = ["talk", "stop", "camera", "end", "form", "text", "problems", "log", "empty", "shape", "state", "devices", "notice", "hint", "sight", "delay", "stages"];
const page = {
  ...Object.fromEntries(names.map((name) => [name, byId(name)])),
  body: document.body,
  talkLabel: byId("talk-label"),
  cameraIcon: byId("camera-icon"),
  delayTotal: byId("delay-total"),
};

let state = nothing;
let wantsCamera = true;
let microphone = null;
let asking = false;
let calls = 0;
let awake = null;

const view = new View(page);
const timeline = new Timeline();
new Lanes(byId("timeline"), byId("lanes"), byId("story"), timeline);
const sound = new Sound(byId("voice"));
const camera = new Camera(byId("preview"));
const lens = new Lens(byId("torch"), byId("zoom"), byId("zoom-box"));
const line = new Line({
  tell: take,
  sound: (stream) => sound.play(stream),
  session: forTab.get(SESSION),
  key: keyOf(location, (address) => history.replaceState(null, "", address)),
});
const speech = new Speech(byId("language"), {
  changed: (code) => {
    state = reduce(state, { type: "netra.language", language: code });
    view.relabel(state);
  },
  send: (code) => line.send({ type: "netra.language", language: code }),
});
const outbox = new Outbox({ send: (event) => line.send(event), tell: take, state: () => state });

function take(event) {
  const before = state;
  state = reduce(state, event);
  view.draw(state);
  timeline.take(event, performance.now());
  outbox.follow(event);
  reactions[event.type]?.(event);
  if (before.line !== state.line && (state.line === "open" || state.line === "lost")) sound.sign(state.line);
  else if (state.problems.length > before.problems.length) sound.sign("problem");
}

/** What the page itself does on an event, beyond showing it. */
const reactions = {
  "netra.session": ({ session_id: id }) => {
    forTab.set(SESSION, id);
    line.send({ type: "netra.camera", on: camera.track !== null });
    speech.opened();
    if (state.hold) takeTurns();
    else if (state.microphone === "muted") line.send({ type: "netra.mute", on: true });
    if (byId("deaf").checked) takeTurnsStrictly();
  },
  "netra.language": ({ language }) => speech.told(language),
  "page.refused": release,
  "netra.still.wanted": sendStill,
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
  if (!line.wanted) take({ type: "page.connecting" });
  if (await open({ microphone: true, camera: wantsCamera && !camera.track })) start();
}

function mute(on) {
  microphone.enabled = !on;
  take({ type: "page.microphone", state: on ? "muted" : "on" });
  line.send({ type: "netra.mute", on });
}

/** Tells the server whether silence ends a turn or this page does. */
function takeTurns() {
  const how = state.hold ? null : { type: "semantic_vad" };
  line.send({ type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: how } } } });
}

/** Half duplex: the last resort where Netra hears itself. */
function takeTurnsStrictly() {
  const on = byId("deaf").checked;
  forLong.set(DEAF, on ? "on" : "off");
  line.send({ type: "netra.half_duplex", on });
}

function holdToTalk(on) {
  take({ type: "page.hold", on });
  forLong.set(HOLD, on ? "on" : "off");
  takeTurns();
  if (microphone) listen(!on);
  if (!on) line.send({ type: "netra.mute", on: false });
}

/** In push to talk the server hears silence between: muting would forget what was just said. */
function listen(on) {
  microphone.enabled = on;
  take({ type: "page.microphone", state: on ? "on" : "muted" });
}

function beginToSpeak() {
  if (state.agent === "speaking") stop();
  listen(true);
}

function haveSpoken() {
  line.send({ type: "input_audio_buffer.commit" });
  if (microphone) listen(false);
}

function stop() {
  sound.hush(STOP_WITHIN);
  line.send({ type: "response.cancel" });
  line.send({ type: "output_audio_buffer.clear" });
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
  sound.wake();
  outbox.say(text);
  start();
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
  microphone?.stop();
  microphone = null;
  camera.close();
  sound.microphone(null);
  line.put("audio", null);
  line.put("video", null);
  awake?.release();
}

function start() {
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
byId("signs").checked = sound.signs = forLong.get(SIGNS) !== "off";
byId("signs").addEventListener("change", ({ target }) => {
  sound.signs = target.checked;
  forLong.set(SIGNS, target.checked ? "on" : "off");
});
new Hold(page.talk, {
  wanted: () => state.hold && microphone !== null && state.line === "open",
  pressed: beginToSpeak,
  released: haveSpoken,
});
byId("hold").checked = forLong.get(HOLD) === "on";
if (byId("hold").checked) take({ type: "page.hold", on: true });
byId("hold").addEventListener("change", ({ target }) => holdToTalk(target.checked));
byId("deaf").checked = forLong.get(DEAF) === "on";
byId("deaf").addEventListener("change", takeTurnsStrictly);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stop();
});
document.addEventListener("visibilitychange", () => line.wanted && keepAwake());
addEventListener("pagehide", () => line.leave());
navigator.mediaSession?.setActionHandler("play", talk);
navigator.mediaSession?.setActionHandler("pause", stop);
setInterval(() => {
  const side = state.agent === "speaking" ? "voice" : "microphone";
  if (state.line === "open") view.level(sound.level(side));
}, LEVEL_EVERY);
view.draw(state);
