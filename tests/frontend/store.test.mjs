import assert from "node:assert/strict";
import { test } from "node:test";
import { nothing, reduce, shown, waiting } from "../../frontend/store.js";

const after = (...events) => events.reduce(reduce, nothing);
const lines = (state) => state.entries.map(({ who, text, mark }) => [who, text, mark]);
const session = (resumed = false) => ({ type: "netra.session", session_id: "sess_1", resumed, profile: "embedded", voice_rate: 1 });
const heard = (text, item_id = "u1") => ({ type: "netra.heard", item_id, text });
const said = (transcript, item_id = "u1") => ({
  type: "conversation.item.input_audio_transcription.completed",
  item_id,
  transcript,
});
const delta = (text, item_id = "a1", response_id = "r1") => ({
  type: "response.output_audio_transcript.delta",
  item_id,
  response_id,
  delta: text,
});
const done = (status, output = [], id = "r1") => ({ type: "response.done", response: { id, status, output } });
const reply = (transcript, status, id = "a1") => ({
  id,
  role: "assistant",
  status,
  content: [{ type: "output_audio", transcript }],
});
const typed = (text, id = "t1") => ({ type: "page.typed", id, text });
const added = (text, id) => ({
  type: "conversation.item.added",
  item: { id, role: "user", content: [{ type: "input_text", text }] },
});
const lost = { type: "page.lost", text: "gone" };

test("an unknown event changes nothing, not even the object", () => {
  assert.equal(reduce(nothing, { type: "netra.of_tomorrow" }), nothing);
  assert.equal(reduce(nothing, { type: "constructor" }), nothing);
});

test("no event changes the state it was given", () => {
  const events = [session(), heard("hi"), said("Hi."), delta("Hello"), done("completed"), typed("x"), lost, session(true)];
  let state = Object.freeze(nothing);
  for (const event of events) {
    state = reduce(state, event);
    Object.freeze(state);
    Object.freeze(state.entries);
    state.entries.forEach(Object.freeze);
  }
});

test("partial words are replaced, the final ones settle", () => {
  const partial = after(session(), heard("what"), heard("what colour"));
  assert.deepEqual(lines(partial), [["user", "what colour", "partial"]]);
  assert.deepEqual(lines(reduce(partial, said("What colour is this?"))), [["user", "What colour is this?", ""]]);
});

test("a sound that was no words leaves no line", () => {
  assert.deepEqual(lines(after(session(), heard("hm"), said(""))), []);
  assert.deepEqual(lines(after(session(), said(""))), []);
});

test("a spoken item that is added repeats no words", () => {
  const item = { id: "u1", role: "user", content: [{ type: "input_audio", transcript: "Hi." }] };
  const state = after(session(), { type: "conversation.item.added", item }, said("Hi."), { type: "conversation.item.done", item });
  assert.deepEqual(lines(state), [["user", "Hi.", ""]]);
});

test("a reply grows word by word and settles when it is done", () => {
  const growing = after(session(), delta("It is "), delta("blue."));
  assert.deepEqual(lines(growing), [["agent", "It is blue.", "speaking"]]);
  assert.deepEqual(lines(reduce(growing, done("completed"))), [["agent", "It is blue.", ""]]);
});

test("an interrupted reply is cut where the listener stopped hearing", () => {
  const cut = after(session(), delta("It says: please ring the bell."), done("cancelled", [reply("It says: please", "incomplete")]));
  assert.deepEqual(lines(cut), [["agent", "It says: please", "interrupted"]]);
});

test("the truncated event comes before or after the end, the mark stays", () => {
  const truncated = { type: "conversation.item.truncated", item_id: "a1", audio_end_ms: 300 };
  for (const events of [[truncated, done("cancelled")], [done("cancelled"), truncated]]) {
    assert.deepEqual(lines(after(session(), delta("One two"), ...events)), [["agent", "One two", "interrupted"]]);
  }
});

test("a reply of which nothing was heard leaves no line", () => {
  assert.deepEqual(lines(after(session(), delta("It is"), done("cancelled", [reply("", "incomplete")]))), []);
});

test("the end of one reply leaves another alone", () => {
  const state = after(session(), delta("One"), delta("Two", "a2", "r2"), done("cancelled", [], "r1"));
  assert.deepEqual(lines(state), [
    ["agent", "One", "interrupted"],
    ["agent", "Two", "speaking"],
  ]);
});

test("what is shown: the line before the agent, the agent before the microphone", () => {
  const mic = (state) => ({ type: "page.microphone", state });
  const agent = (state) => ({ type: "netra.state", state });
  assert.equal(shown(nothing), "idle");
  assert.equal(shown(after({ type: "page.connecting" })), "connecting");
  assert.equal(shown(after(session())), "ready");
  assert.equal(shown(after(session(), mic("on"))), "listening");
  assert.equal(shown(after(session(), mic("on"), agent("idle"))), "listening");
  assert.equal(shown(after(session(), mic("on"), agent("thinking"))), "thinking");
  assert.equal(shown(after(session(), mic("muted"), agent("listening"))), "muted");
  assert.equal(shown(after(session(), mic("muted"), agent("speaking"))), "speaking");
  assert.equal(shown(after(session(), mic("on"), agent("speaking"), lost)), "lost");
});

test("trying again after a loss stays lost, with its reason, until the server answers", () => {
  const trying = after(session(), lost, { type: "page.connecting" });
  assert.equal(shown(trying), "lost");
  assert.deepEqual(trying.problems, [{ code: "line", text: "gone" }]);
  assert.deepEqual(reduce(trying, session(true)).problems, []);
});

test("a loss keeps the conversation, cuts the reply and queues what was not confirmed", () => {
  const state = after(session(), said("Hi."), delta("Hello the"), typed("more"), { type: "page.sent", id: "t1" }, lost);
  assert.deepEqual(lines(state), [
    ["user", "Hi.", ""],
    ["agent", "Hello the", "interrupted"],
    ["user", "more", "queued"],
  ]);
  assert.deepEqual(waiting(state).map((e) => e.text), ["more"]);
});

test("a typed line is confirmed by its item, under its own or another id", () => {
  const sent = after(session(), typed("hello"), { type: "page.sent", id: "t1" });
  assert.deepEqual(lines(reduce(sent, added("hello", "t1"))), [["user", "hello", ""]]);
  assert.deepEqual(lines(reduce(sent, added("hello", "item_9"))), [["user", "hello", ""]]);
  assert.deepEqual(lines(after(session(), added("from elsewhere", "item_9"))), [["user", "from elsewhere", ""]]);
});

test("history brings what was said while the line was lost, once", () => {
  const before = after(session(), said("Hi."), delta("Hello there, my fr"), lost);
  const state = reduce(before, {
    type: "netra.history",
    items: [
      { role: "user", text: "Hi.", interrupted: false },
      { role: "assistant", text: "Hello there", interrupted: true },
      { role: "assistant", text: "Still there?", interrupted: false },
    ],
  });
  assert.deepEqual(lines(state), [
    ["user", "Hi.", ""],
    ["agent", "Hello there", "interrupted"],
    ["agent", "Still there?", ""],
  ]);
});

test("history fills an empty page and takes back no line of a full one", () => {
  const items = [{ role: "user", text: "Hi.", interrupted: false }];
  assert.deepEqual(lines(after({ type: "netra.history", items })), [["user", "Hi.", ""]]);
  const other = after(said("Something else."));
  assert.deepEqual(lines(reduce(other, { type: "netra.history", items })), [["user", "Something else.", ""]]);
});

test("a typed line that the history knows is not sent twice", () => {
  const before = after(session(), said("Hi."), typed("more"), { type: "page.sent", id: "t1" }, typed("new", "t2"), lost);
  const state = reduce(before, {
    type: "netra.history",
    items: [
      { role: "user", text: "Hi.", interrupted: false },
      { role: "user", text: "more", interrupted: false },
    ],
  });
  assert.deepEqual(waiting(state).map((e) => e.text), ["new"]);
});

test("a notice is a line, an error is a problem until the next answer", () => {
  const state = after(session(), { type: "netra.notice", code: "x", text: "Too dark." }, { type: "error", error: { message: "no" } });
  assert.deepEqual(lines(state), [["note", "Too dark.", ""]]);
  assert.deepEqual(state.problems, [{ code: "server", text: "no" }]);
  assert.deepEqual(reduce(state, { type: "response.created", response: { id: "r" } }).problems, []);
});

test("what the agent says itself is no line beside its own", () => {
  const state = session();
  assert.equal(reduce(state, { type: "netra.notice", code: "language_not_heard", text: "Type, please." }), state);
});

test("delays keep the known stages in order, in whole milliseconds", () => {
  const stages = { sound_out: 412.4, endpoint: 300.6, nonsense: 1, final_text: null };
  assert.deepEqual(after({ type: "netra.timings", response_id: "r1", stages }).delay, {
    stages: [
      { name: "endpoint", at: 301 },
      { name: "sound_out", at: 412 },
    ],
    total: 412,
  });
});

test("the picture belongs to its reply, whichever came first to the page", () => {
  const picture = { type: "netra.picture", response_id: "r1", picture: "p", verdict: "ok", age_ms: 80 };
  const wanted = { verdict: "ok", age: 80 };
  assert.deepEqual(after(delta("Blue."), picture).entries[0].picture, wanted);
  assert.deepEqual(after(picture, delta("Blue.")).entries[0].picture, wanted);
});

test("the end of a call keeps the captions and forgets devices and session", () => {
  const state = after({ type: "page.microphone", state: "on" }, session(), said("Hi."), { type: "page.ended" });
  assert.deepEqual(lines(state), [["user", "Hi.", ""]]);
  assert.equal(state.microphone, "off");
  assert.equal(state.session, null);
  assert.equal(shown(state), "idle");
});

test("any order of events leaves a state that can be shown", () => {
  const events = [
    session(), session(true), heard("a"), said("a."), said(""), delta("x"), done("completed"), done("cancelled"), done("failed"), lost,
    typed("t"), { type: "page.sent", id: "t1" }, { type: "page.connecting" }, { type: "page.ended" },
    { type: "netra.state", state: "speaking" }, { type: "netra.history", items: [{ role: "user", text: "a.", interrupted: false }] },
    { type: "conversation.item.truncated", item_id: "a1", audio_end_ms: 1 }, added("t", "t1"),
  ];
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round += 1) {
    let state = nothing;
    for (let step = 0; step < 40; step += 1) {
      state = reduce(state, events[random(events.length)]);
      assert.ok(["idle", "connecting", "ready", "listening", "thinking", "speaking", "muted", "lost"].includes(shown(state)));
      assert.ok(state.entries.every((e) => typeof e.text === "string" && e.who));
      assert.ok(state.line !== "open" || state.session);
    }
  }
});

test("a written answer grows and settles as a spoken one does", () => {
  const written = (kind, more) => ({ type: `response.output_text.${kind}`, item_id: "a1", response_id: "r1", ...more });
  const state = after(session(), written("delta", { delta: "It is " }), written("delta", { delta: "blue" }), written("done", { text: "It is blue." }));
  assert.deepEqual(lines(state), [["agent", "It is blue.", "speaking"]]);
  assert.deepEqual(lines(reduce(state, done("completed"))), [["agent", "It is blue.", ""]]);
});
