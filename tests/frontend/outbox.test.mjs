import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../frontend/outbox.js";
import { nothing, reduce } from "../../frontend/store.js";

/** A store, an outbox and a line that can be down. */
function desk(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const desk = { state: nothing, sent: [], down: false, tick: (ms) => t.mock.timers.tick(ms) };
  desk.tell = (event) => {
    desk.state = reduce(desk.state, event);
    outbox.follow(event);
  };
  const send = (event) => !desk.down && desk.sent.push(event) > 0;
  const outbox = new Outbox({ send, tell: desk.tell, state: () => desk.state });
  desk.say = (text) => outbox.say(text);
  desk.texts = () => desk.sent.filter((e) => e.item).map((e) => e.item.content[0].text);
  return desk;
}

const session = (resumed) => ({ type: "netra.session", session_id: "s", resumed });
const done = { type: "response.done", response: { id: "r", status: "completed" } };
const lost = { type: "page.lost", text: "" };

test("on an open line a typed line goes at once: an item, then a request for the answer", (t) => {
  const d = desk(t);
  d.tell(session(false));
  d.tick(0);
  d.say("hello");
  assert.deepEqual(d.sent.map((e) => e.type), ["conversation.item.create", "response.create"]);
  assert.match(d.sent[0].item.id, /^item_[0-9a-f]{24}$/);
  assert.equal(d.state.entries[0].mark, "sent");
});

test("a second line does not wait for the first one's answer", (t) => {
  const d = desk(t);
  d.tell(session(false));
  d.tick(0);
  d.say("one");
  d.say("two");
  assert.deepEqual(d.texts(), ["one", "two"]);
});

test("before and during a loss typed lines wait, then go one after the other's answer", (t) => {
  const d = desk(t);
  d.say("one");
  d.say("two");
  assert.deepEqual(d.texts(), []);
  d.tell(session(false));
  d.tick(0);
  assert.deepEqual(d.texts(), ["one"]);
  d.tell(done);
  assert.deepEqual(d.texts(), ["one", "two"]);
});

test("an answer that never comes holds the next line up for five seconds only", (t) => {
  const d = desk(t);
  d.say("one");
  d.say("two");
  d.tell(session(false));
  d.tick(0);
  d.tick(5000);
  assert.deepEqual(d.texts(), ["one", "two"]);
});

test("a resumed session's history is waited for, and what it knows is not sent again", (t) => {
  const d = desk(t);
  d.tell(session(false));
  d.tick(0);
  d.say("one");
  d.tell(lost);
  d.say("two");
  d.tell(session(true));
  d.tick(100);
  assert.deepEqual(d.texts(), ["one"]);
  d.tell({ type: "netra.history", items: [{ role: "user", text: "one", interrupted: false }] });
  d.tick(0);
  assert.deepEqual(d.texts(), ["one", "two"]);
});

test("without a history the lines go after a moment", (t) => {
  const d = desk(t);
  d.say("one");
  d.tell(session(true));
  d.tick(1500);
  assert.deepEqual(d.texts(), ["one"]);
});

test("a line that breaks while sending keeps the words", (t) => {
  const d = desk(t);
  d.tell(session(false));
  d.tick(0);
  d.down = true;
  d.say("one");
  assert.equal(d.state.entries[0].mark, "queued");
});
