import assert from "node:assert/strict";
import { test } from "node:test";
import { abilities } from "../../frontend/lens.js";

const track = (told) => ({ getCapabilities: () => told });

test("a camera that tells of a light and a zoom has them", () => {
  assert.deepEqual(abilities(track({ torch: true, zoom: { min: 1, max: 5, step: 0.1 } })), { torch: true, zoom: { min: 1, max: 5, step: 0.1 } });
});

test("one that tells nothing, nonsense, or cannot tell has none", () => {
  for (const told of [{}, { torch: false, zoom: { min: 1, max: 1 } }, { zoom: {} }]) assert.deepEqual(abilities(track(told)), { torch: false, zoom: null });
  assert.deepEqual(abilities({}), { torch: false, zoom: null });
  assert.deepEqual(abilities(null), { torch: false, zoom: null });
});

test("a zoom without steps gets fifty", () => {
  assert.equal(abilities(track({ zoom: { min: 0, max: 100, step: 0 } })).zoom.step, 2);
});
