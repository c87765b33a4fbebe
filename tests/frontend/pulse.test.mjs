import assert from "node:assert/strict";
import { test } from "node:test";
import { Pulse, backoff } from "../../frontend/pulse.js";

test("a ping is due at once and then every two seconds", () => {
  const pulse = new Pulse();
  assert.ok(pulse.due(0));
  pulse.asked(0);
  assert.ok(!pulse.due(1999));
  assert.ok(pulse.due(2000));
});

test("six seconds after the first unanswered ping the line is lost", () => {
  const pulse = new Pulse();
  pulse.asked(1000);
  pulse.asked(3000);
  assert.ok(!pulse.lost(6999));
  assert.ok(pulse.lost(7000));
});

test("an answer starts the count anew", () => {
  const pulse = new Pulse();
  pulse.asked(0);
  pulse.answered();
  assert.ok(!pulse.lost(60_000));
});

test("a page that slept asks first", () => {
  const pulse = new Pulse();
  pulse.asked(0);
  pulse.answered();
  assert.ok(!pulse.lost(3_600_000));
  pulse.asked(3_600_000);
  assert.ok(!pulse.lost(3_601_000));
});

test("waits grow to five seconds and are spread by a quarter", () => {
  assert.equal(backoff(0), 250);
  assert.equal(backoff(99), 5000);
  assert.deepEqual([backoff(2, 0), backoff(2, 1)], [750, 1250]);
});
