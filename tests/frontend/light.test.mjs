import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERY, LightTone, WITHIN, brightness, pitch } from "../../frontend/light.js";

const on = (level = 50) => ({ type: "netra.light", on: true, level });

/** A tone that is followed; the clock is moved by `wait`. */
function tone(t, seen = () => null) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  const played = [];
  const light = new LightTone({ look: seen, play: (hz) => played.push(hz) });
  const wait = (ms) => {
    for (let left = ms; left > 0; left -= EVERY) {
      now += EVERY;
      t.mock.timers.tick(EVERY);
    }
  };
  return { light, played, wait, last: () => played.at(-1) };
}

test("a brighter light is a higher tone, and both ends can be heard", () => {
  const levels = [0, 10, 25, 50, 75, 99, 100];
  const heard = levels.map(pitch);
  assert.deepEqual(heard, heard.toSorted((a, b) => a - b));
  assert.ok(heard[0] >= 250 && heard.at(-1) <= 2000);
  assert.equal(pitch(-5), pitch(0));
  assert.equal(pitch(400), pitch(100));
});

test("the level is the mean luma of the pixels", () => {
  assert.equal(Math.round(brightness([255, 255, 255, 255, 0, 0, 0, 255])), 50);
  assert.equal(Math.round(brightness([0, 255, 0, 255])), 59);
  assert.equal(brightness([]), 0);
});

test("it is silent until the server says so, and then as bright as the page sees it, ten times a second", (t) => {
  let seen = 20;
  const { light, played, wait, last } = tone(t, () => seen);
  light.follow({ type: "netra.state", state: "idle" });
  assert.equal(last(), null);
  light.follow(on(90));
  assert.equal(last(), pitch(20));
  seen = 70;
  wait(EVERY);
  assert.equal(last(), pitch(70));
  const before = played.length;
  wait(1000);
  assert.equal(played.length - before, 1000 / EVERY);
});

test("where the page can't see, the server's level is heard", (t) => {
  const { light, last } = tone(t);
  light.follow(on(90));
  assert.equal(last(), pitch(90));
  light.follow({ type: "netra.light", on: true, level: null });
  assert.equal(last(), null);
});

for (const state of ["listening", "thinking", "speaking"]) {
  test(`it is silent while the agent is ${state}, and comes back`, (t) => {
    const { light, last, wait } = tone(t, () => 40);
    light.follow(on());
    light.follow({ type: "netra.state", state });
    assert.equal(last(), null);
    wait(EVERY);
    assert.equal(last(), null);
    light.follow({ type: "netra.state", state: "idle" });
    assert.equal(last(), pitch(40));
  });
}

for (const event of [
  { type: "netra.light", on: false, level: null },
  { type: "page.camera", state: "off" },
  { type: "page.camera", state: "none" },
  { type: "page.lost", text: "" },
  { type: "page.refused", text: "" },
  { type: "page.ended" },
]) {
  test(`it ends with ${event.type} ${event.state ?? ""}`, (t) => {
    const { light, played, last, wait } = tone(t, () => 40);
    light.follow(on());
    light.follow(event);
    assert.equal(last(), null);
    const before = played.length;
    wait(1000);
    assert.equal(played.length, before, "nothing goes on by itself");
  });
}

test("a server that says no more ends it", (t) => {
  const { light, last, wait } = tone(t, () => 40);
  light.follow(on());
  wait(WITHIN - EVERY);
  assert.equal(last(), pitch(40));
  wait(3 * EVERY);
  assert.equal(last(), null);
});

test("other events change nothing", (t) => {
  const { light, played } = tone(t, () => 40);
  light.follow({ type: "netra.heard", text: "stop" });
  assert.equal(played.length, 0);
});
