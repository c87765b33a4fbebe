import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH, adopted, choose, read, told } from "../../frontend/settings.js";

test("what was kept is read, what does not fit is as at the first visit", () => {
  const chosen = choose(FRESH, { output: "reader", rate: 2, signs: { ...FRESH.signs, heard: true } });
  assert.deepEqual(read(JSON.stringify(chosen)), chosen);
  const odd = { output: "smell", rate: 9, volume: "loud", detail: null, voice: 3, hold: 1, signs: { open: true }, more: 1 };
  for (const text of [null, "", "{", "[]", "3", "null", JSON.stringify(odd)]) assert.deepEqual(read(text), FRESH);
});

test("who chose sounds before there was another one keeps them", () => {
  const { light, ...signs } = { ...FRESH.signs, thinking: false };
  assert.deepEqual(read(JSON.stringify({ signs })).signs, { ...signs, light: true });
  assert.deepEqual(read(JSON.stringify({ signs: { ...signs, light: false } })).signs, { ...signs, light: false });
  for (const signs of ["all", null, 3, { light: "loud" }]) assert.deepEqual(read(JSON.stringify({ signs })), FRESH);
});

test("at the start of a session the server is told what was chosen, and nothing that was not", () => {
  assert.deepEqual(told(null, FRESH), [
    { type: "session.update", session: { type: "realtime", output_modalities: ["audio"] } },
    { type: "netra.light", on: true },
  ]);
  const chosen = choose(FRESH, { output: "reader", rate: 1.5, voice: "en-gb", volume: 0.5, detail: "brief", hold: true, strict: true });
  assert.deepEqual(told(null, chosen), [
    {
      type: "session.update",
      session: {
        type: "realtime",
        output_modalities: ["text"],
        audio: { input: { turn_detection: null }, output: { speed: 1.5, voice: "en-gb" } },
      },
    },
    { type: "netra.manner", volume: 0.5, detail: "brief" },
    { type: "netra.half_duplex", on: true },
    { type: "netra.light", on: true },
  ]);
});

test("later it is told what changed", () => {
  const before = choose(FRESH, { output: "voice", hold: true, voice: "en-gb" });
  assert.deepEqual(told(before, before), []);
  assert.deepEqual(told(before, choose(before, { signs: { ...FRESH.signs, heard: true }, vibrate: false })), []);
  const silent = choose(before, { signs: { ...FRESH.signs, light: false } });
  assert.deepEqual(told(before, silent), [{ type: "netra.light", on: false }]);
  assert.deepEqual(told(before, choose(before, { hold: false, voice: null })), [
    { type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: { type: "semantic_vad" } }, output: { voice: "netra" } } } },
  ]);
  assert.deepEqual(told(before, choose(before, { detail: "detailed" })), [{ type: "netra.manner", detail: "detailed" }]);
});

test("what words changed is adopted, the rest stays as the server has it", () => {
  const manner = { rate: 1, volume: 1, detail: "normal", voice: "" };
  assert.deepEqual(adopted(manner, { ...manner, rate: 1.25 }), { rate: 1.25 });
  assert.deepEqual(adopted(manner, manner), {});
  assert.deepEqual(adopted(null, manner), { rate: 1, volume: 1, detail: "normal" });
});
