import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, soundWanted } from "../../frontend/devices.js";

/** A browser whose devices give a track or fail with a name. */
function browser({ microphone, camera, both }) {
  const asked = [];
  const getUserMedia = async ({ audio, video }) => {
    asked.push([audio && "microphone", video && "camera"].filter(Boolean).join("+"));
    const wrong = (audio && video && both) || (audio && microphone) || (video && camera);
    if (wrong) throw Object.assign(new Error(wrong), { name: wrong });
    return { getAudioTracks: () => (audio ? ["sound"] : []), getVideoTracks: () => (video ? ["sight"] : []) };
  };
  return { asked, getUserMedia };
}

const both = { sound: {}, sight: {} };

test("microphone and camera are asked for in one request", async () => {
  const media = browser({});
  assert.deepEqual(await ask(media, both), { microphone: "sound", camera: "sight", problems: [] });
  assert.deepEqual(media.asked, ["microphone+camera"]);
});

test("without a camera the microphone goes on alone", async () => {
  const media = browser({ camera: "NotFoundError" });
  const got = await ask(media, both);
  assert.equal(got.microphone, "sound");
  assert.deepEqual(got.problems, [{ device: "camera", name: "NotFoundError" }]);
  assert.deepEqual(media.asked, ["microphone+camera", "microphone"]);
});

test("without a microphone the camera goes on alone", async () => {
  const got = await ask(browser({ microphone: "NotFoundError" }), both);
  assert.equal(got.camera, "sight");
  assert.deepEqual(got.problems, [{ device: "microphone", name: "NotFoundError" }]);
});

test("who refused the microphone is not asked a third time", async () => {
  const media = browser({ microphone: "NotAllowedError" });
  const got = await ask(media, both);
  assert.deepEqual(media.asked, ["microphone+camera", "microphone"]);
  assert.deepEqual(got.problems, [{ device: "microphone", name: "NotAllowedError" }]);
});

test("with neither both are named", async () => {
  const got = await ask(browser({ microphone: "NotFoundError", camera: "NotFoundError" }), both);
  assert.deepEqual(got.problems.map((p) => p.device), ["microphone", "camera"]);
});

test("one device alone is asked for once", async () => {
  const media = browser({ camera: "NotReadableError" });
  const got = await ask(media, { sound: false, sight: {} });
  assert.deepEqual(got.problems, [{ device: "camera", name: "NotReadableError" }]);
  assert.deepEqual(media.asked, ["camera"]);
});

test("an insecure page has no devices to ask", async () => {
  assert.deepEqual((await ask(undefined, both)).problems, [{ device: "microphone", name: "insecure" }]);
  assert.deepEqual((await ask({}, { sound: false, sight: {} })).problems, [{ device: "camera", name: "insecure" }]);
});

test("the browser's processing is on unless the address says no", () => {
  const wanted = soundWanted(new URLSearchParams("ec=0&agc=1"));
  assert.deepEqual([wanted.echoCancellation, wanted.noiseSuppression, wanted.autoGainControl], [false, true, true]);
});
