import assert from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "../../frontend/timeline.js";

const play = (...steps) => {
  const timeline = new Timeline();
  for (const [now, type, more] of steps) timeline.take({ type, ...more }, now);
  return timeline;
};
const texts = (timeline) => timeline.story.map(({ text }) => text);
const of = (spans, lane) => spans.filter((span) => span.lane === lane).map(({ kind, from, to }) => [kind, from, to]);

test("speech, an answer begun in the pause and the voice lie where they were", () => {
  const timeline = play(
    [1000, "input_audio_buffer.speech_started"],
    [2000, "input_audio_buffer.speech_stopped"],
    [2000, "netra.turn", { kind: "guess" }],
    [2500, "netra.turn", { kind: "guess_used" }],
    [3000, "output_audio_buffer.started"],
    [5000, "output_audio_buffer.stopped"],
  );
  const spans = timeline.window(10_000, 10_000);
  assert.deepEqual(of(spans, "you"), [["speech", 0.1, 0.2]]);
  assert.deepEqual(of(spans, "guess"), [["used", 0.2, 0.25]]);
  assert.deepEqual(of(spans, "netra"), [["full", 0.3, 0.5]]);
  assert.deepEqual(texts(timeline), ["Netra had spoken", "Netra began to speak", "The answer begun in the pause was used", "You spoke for 1.0 s"]);
});

test("a cough lowers the voice, which comes back; a word ends it", () => {
  const timeline = play(
    [0, "output_audio_buffer.started"],
    [1000, "netra.turn", { kind: "duck" }],
    [1100, "netra.turn", { kind: "hold" }],
    [1500, "netra.turn", { kind: "back" }],
    [2000, "netra.turn", { kind: "duck" }],
    [2200, "netra.turn", { kind: "cancel" }],
    [2200, "output_audio_buffer.cleared"],
  );
  assert.deepEqual(of(timeline.window(2500, 2500), "netra").map(([kind]) => kind), ["full", "lowered", "held", "full", "lowered"]);
  assert.deepEqual(texts(timeline).slice(0, 3), ["Netra was interrupted", "A sound over it: the voice was lowered", "The voice came back"]);
});

test("who goes on has the answer thrown away", () => {
  const timeline = play([0, "netra.turn", { kind: "guess" }], [300, "netra.turn", { kind: "cancel" }]);
  assert.deepEqual(of(timeline.window(1000, 1000), "guess"), [["thrown", 0, 0.3]]);
});

test("what goes on reaches to now, and what is long ago is forgotten", () => {
  const timeline = play([0, "netra.state", { state: "idle" }], [500, "netra.state", { state: "listening" }], [900, "netra.state", { state: "listening" }]);
  assert.deepEqual(of(timeline.window(1000, 1000), "state"), [["idle", 0, 0.5], ["listening", 0.5, 1]]);
  timeline.take({ type: "netra.state", state: "idle" }, 100_000);
  timeline.take({ type: "netra.state", state: "listening" }, 200_000);
  assert.deepEqual(of(timeline.window(200_000, 200_000), "state"), [["idle", 0.5, 1], ["listening", 1, 1]]);
});

test("a lost line ends everything; strangers' events and ends without a beginning change nothing", () => {
  const timeline = play(
    [0, "output_audio_buffer.started"],
    [100, "page.lost"],
    [200, "output_audio_buffer.stopped"],
    [200, "netra.turn", { kind: "duck" }],
    [200, "input_audio_buffer.speech_stopped"],
    [200, "of.tomorrow"],
  );
  assert.deepEqual(of(timeline.window(200, 200), "netra"), [["full", 0, 0.5]]);
  assert.deepEqual(texts(timeline), ["The line was lost", "Netra began to speak"]);
  for (let at = 0; at < 40; at++) timeline.take({ type: "output_audio_buffer.started" }, 1000 + at);
  assert.equal(timeline.story.length, 12);
});
