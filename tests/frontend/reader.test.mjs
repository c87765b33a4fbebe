import assert from "node:assert/strict";
import { test } from "node:test";
import { GAP, Reader, sentences } from "../../frontend/reader.js";

const agent = (text, mark = "", id = "a1") => ({ id, who: "agent", text, mark });
const texts = ({ shown }) => shown.map(({ text }) => text);

test("whole sentences only, until it is over", () => {
  assert.deepEqual(sentences("It says: 3.5 litres. Please ri", false), ["It says: 3.5 litres. "]);
  assert.deepEqual(sentences("It says: 3.5 litres. Please ri", true), ["It says: 3.5 litres. ", "Please ri"]);
  assert.deepEqual(sentences("“Stop!” it says. Now", false), ["“Stop!” ", "it says. "]);
  assert.deepEqual(sentences("One.", false), []);
  assert.deepEqual(sentences("", true), []);
});

test("one sentence a second, across answers, and it says when the next is due", () => {
  const reader = new Reader();
  const entries = [agent("One. Two. ", "speaking"), agent("Three.", "", "a2")];
  assert.deepEqual(texts(reader.take(entries, 0)), ["One. "]);
  const early = reader.take(entries, 400);
  assert.deepEqual([texts(early), early.wait], [["One. "], GAP - 400]);
  assert.deepEqual(texts(reader.take(entries, GAP)), ["One. Two. "]);
  const last = reader.take(entries, 2 * GAP);
  assert.deepEqual([texts(last), last.wait], [["One. Two. ", "Three."], null]);
  assert.deepEqual(last.shown[0].sentences, ["One. ", "Two. "]);
});

test("what was there before, what others said and what comes back with the session is shown at once", () => {
  const reader = new Reader([agent("Old one. Old two.")]);
  const user = { id: "u1", who: "user", text: "hello. you. there", mark: "" };
  const { shown, wait } = reader.take([agent("Old one. Old two."), user, agent("Long. Ago.", "", "past-0-1")], 0);
  assert.deepEqual([shown.map((entry) => entry.text), wait], [["Old one. Old two.", user.text, "Long. Ago."], null]);
});

test("stop ends the reading: the rest is shown, and silent", () => {
  const reader = new Reader();
  const entries = [agent("One. Two. Three."), agent("Four.", "", "a2")];
  reader.take(entries, 0);
  reader.stop(entries);
  const { shown, wait } = reader.take([...entries, agent("Five.", "", "a3")], GAP);
  assert.deepEqual(shown.map(({ text, silent }) => [text, silent]), [["One. Two. Three.", true], ["Four.", true], ["Five.", false]]);
  assert.equal(wait, null);
});

test("a reply that was cut is read as far as it was heard", () => {
  const reader = new Reader();
  reader.take([agent("One. Two. Three. ", "speaking")], 0);
  reader.take([agent("One. Two. Three. ", "speaking")], GAP);
  assert.deepEqual(texts(reader.take([agent("One. Tw", "interrupted")], GAP + 1)), ["One. Tw"]);
});
