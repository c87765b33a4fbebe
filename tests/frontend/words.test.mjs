import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../../frontend/say/en.js";
import { deviceProblem, devices, lineProblem, pictureLine } from "../../frontend/words.js";

const NAMES = ["insecure", "NotAllowedError", "NotFoundError", "NotReadableError", "AbortError", "SecurityError", "OverconstrainedError", "ended", "OddError"];

for (const device of ["microphone", "camera"]) {
  test(`every problem of the ${device} says what to do`, () => {
    for (const name of NAMES) {
      const text = deviceProblem(device, name);
      assert.match(text, new RegExp(device));
      assert.match(text, /press|type|Open|Try/);
      assert.doesNotMatch(text, /undefined/);
    }
  });
}

test("each state has a word and a hint of its own", () => {
  const labels = Object.values(en.states).map((s) => s.label);
  assert.equal(new Set(labels).size, labels.length);
  assert.ok(Object.values(en.states).every((s) => s.hint));
});

test("the server's own reason is shown before ours", () => {
  assert.equal(lineProblem(503, "Eight people are talking already."), "Eight people are talking already.");
  assert.match(lineProblem(0, ""), /can't be reached/);
  assert.match(lineProblem(418, ""), /418/);
  assert.match(lineProblem(401, "No key."), /#key=/);
});

test("devices are named while there is a call", () => {
  assert.equal(devices({ line: "idle", microphone: "off", camera: "off" }), "");
  assert.equal(devices({ line: "open", microphone: "on", camera: "on" }), "Microphone on, camera on.");
  assert.equal(devices({ line: "open", microphone: "none", camera: "none" }), "No microphone, no camera.");
});

test("a picture says its age and what is wrong with it", () => {
  assert.equal(pictureLine({ verdict: "ok", age: 200 }), "From a picture, taken just now");
  assert.equal(pictureLine({ verdict: "blurred", age: 2340 }), "From a picture, 2.3 s old: blurred");
});
