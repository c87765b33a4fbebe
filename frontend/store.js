/**
 * What the page knows, as one pure function over wire events and facts of the page itself.
 *
 * Wire events keep their own names (docs/wire.md); facts of the page are named `page.*`.
 * Does not know the document, the line, devices or time. Unknown events change nothing.
 */

/**
 * line: idle | connecting | open | lost.    agent: what the server says it does.
 * microphone: off | on | muted | none.      camera: off | on | none.
 * hold: push to talk, latched: a short press began it. output: voice (the agent speaks) | reader (it writes).
 * asked: the question that waits for a yes or a no. offer: {name, link} of a person who can be called.
 * notice: the newest one, notes: how many there were.
 * looked: the picture of the newest answer that was taken from one, {reply, picture: {verdict, age in ms}}.
 * language: of what is said now, as a code; an entry's `lang` is that of its time.
 * entries: {id, who: user|agent|note, text, mark: ""|partial|queued|sent|speaking|interrupted|failed, lang, reply, picture}.
 */
export const nothing = Object.freeze({
  line: "idle",
  agent: "idle",
  microphone: "off",
  camera: "off",
  hold: false,
  latched: false,
  output: "voice",
  asked: "",
  offer: null,
  language: "en",
  session: null,
  entries: Object.freeze([]),
  problems: Object.freeze([]),
  notice: "",
  notes: 0,
  looked: null,
  delay: null,
});

/** Notices that the agent says in its own words: they stand in the conversation as those, once. */
const SAID_TOO = new Set(["language_not_heard"]);

const STAGES = ["endpoint", "final_text", "first_words", "first_sound", "sound_out"];

/** The state after `event`. Never changes the one it was given; gives back the same object when nothing changed. */
export function reduce(state, event) {
  const rule = Object.hasOwn(rules, event.type) ? rules[event.type] : undefined;
  return rule ? rule(state, event) : state;
}

const rules = {
  // --- facts of the page
  "page.connecting": (s) => (s.line === "lost" ? s : { ...s, line: "connecting", problems: without(s, "line") }),
  "page.lost": (s, e) => ({ ...lineGone(s, "lost"), problems: [...without(s, "line"), { code: "line", text: e.text }] }),
  "page.refused": (s, e) => ({ ...hungUp(s), problems: [...without(s, "line"), { code: "line", text: e.text }] }),
  "page.ended": (s) => ({ ...hungUp(s), session: null, offer: null, problems: [] }),
  "page.called": (s) => ({ ...s, offer: null }),
  "page.microphone": (s, e) => ({ ...s, microphone: e.state }),
  "page.hold": (s, e) => ({ ...s, hold: e.on }),
  "page.latched": (s, e) => ({ ...s, latched: e.on }),
  "page.output": (s, e) => ({ ...s, output: e.output }),
  "page.told": (s, e) => ({ ...s, notice: e.text }),
  "page.camera": (s, e) => ({ ...s, camera: e.state }),
  "page.problem": (s, e) => ({ ...s, problems: [...without(s, e.code), { code: e.code, text: e.text }] }),
  "page.solved": (s, e) => (s.problems.some((p) => p.code === e.code) ? { ...s, problems: without(s, e.code) } : s),
  "page.typed": (s, e) => add(s, { id: e.id, who: "user", text: e.text, mark: "queued" }),
  "page.sent": (s, e) => change(s, e.id, { mark: "sent" }),

  // --- the line and the agent
  "netra.session": (s, e) => ({
    ...s,
    line: "open",
    problems: without(s, "line"),
    session: { id: e.session_id, resumed: e.resumed, profile: e.profile, voiceRate: e.voice_rate, person: e.person ?? "" },
  }),
  "netra.question": (s, e) => ({ ...s, asked: e.text }),
  "netra.person": (s, e) => ({ ...s, offer: /^(tel:|https:\/\/)/.test(e.link) ? { name: e.name, link: e.link } : null }),
  "netra.history": (s, e) => ({ ...s, entries: joined(s.entries, e.items, s.language) }),
  "netra.language": (s, e) => ({ ...s, language: e.language }),
  "netra.state": (s, e) => ({ ...s, agent: e.state }),
  "netra.notice": (s, e) =>
    SAID_TOO.has(e.code) ? s : { ...add(s, { id: `note-${s.notes}`, who: "note", text: e.text, mark: "" }), notice: e.text, notes: s.notes + 1 },
  "netra.timings": (s, e) => ({ ...s, delay: stages(e.stages) }),
  "netra.picture": (s, e) => {
    const picture = { verdict: e.verdict, age: e.age_ms };
    const entries = s.entries.map((entry) => (entry.reply === e.response_id ? { ...entry, picture } : entry));
    return { ...s, entries, looked: { reply: e.response_id, picture } };
  },
  error: (s, e) => ({ ...s, problems: [...without(s, "server"), { code: "server", text: e.error.message }] }),

  // --- what the user says
  "netra.heard": (s, e) => words(s, e.item_id, e.text, "partial"),
  "conversation.item.input_audio_transcription.completed": (s, e) => words(s, e.item_id, e.transcript, ""),
  "conversation.item.added": item,
  "conversation.item.done": item,

  // --- what the agent says
  "response.created": (s) => ({ ...s, problems: without(s, "server") }),
  "response.output_audio_transcript.delta": more,
  "response.output_audio_transcript.done": (s, e) => change(s, e.item_id, { text: e.transcript }),
  "response.output_text.delta": more,
  "response.output_text.done": (s, e) => change(s, e.item_id, { text: e.text }),
  "response.output_item.done": item,
  "response.done": (s, e) => {
    const { id, status, output = [] } = e.response;
    const mark = { cancelled: "interrupted", failed: "failed" }[status] ?? "";
    const settled = output.reduce((state, o) => item(state, { item: o }), s);
    return { ...settled, entries: settled.entries.flatMap((entry) => (entry.reply === id ? settle(entry, mark) : [entry])) };
  },
  "conversation.item.truncated": (s, e) => change(s, e.item_id, { mark: "interrupted" }),
};

/** Typed lines that have not reached the server for certain, oldest first. */
export const waiting = (state) => state.entries.filter((e) => e.mark === "queued");

/** What a person should be told now: idle | connecting | ready | listening | thinking | speaking | muted | lost. */
export function shown(state) {
  if (state.line !== "open") return state.line;
  if (state.agent === "thinking" || state.agent === "speaking") return state.agent;
  if (state.microphone === "muted" || state.agent === "muted") return "muted";
  return state.microphone === "on" ? "listening" : "ready";
}

const hungUp = (s) => ({ ...lineGone(s, "idle"), microphone: "off", camera: "off" });

function lineGone(s, line) {
  const entries = s.entries.map((e) => {
    if (e.mark === "sent") return { ...e, mark: "queued" };
    if (e.mark === "speaking") return { ...e, mark: "interrupted" };
    return e.mark === "partial" ? { ...e, mark: "" } : e;
  });
  return { ...s, line, agent: "idle", asked: "", entries };
}

/** The next words of a reply, spoken or written. */
function more(s, e) {
  const known = find(s, e.item_id);
  if (known) return change(s, e.item_id, { text: known.text + e.delta });
  const picture = s.looked?.reply === e.response_id ? s.looked.picture : null;
  return add(s, { id: e.item_id, who: "agent", text: e.delta, mark: "speaking", reply: e.response_id, picture });
}

/** A message item, in any of the events that carry one. It confirms a typed line, or says how much of a reply was heard. */
function item(s, event) {
  const { id, role, status, content = [] } = event.item;
  const text = content.map((c) => c.transcript ?? c.text ?? "").join("");
  if (role === "user" && content.some((c) => c.type === "input_text")) {
    const typed = find(s, id) ?? s.entries.find((e) => e.text === text && (e.mark === "sent" || e.mark === "queued"));
    return typed ? change(s, typed.id, { mark: "" }) : add(s, { id, who: "user", text, mark: "" });
  }
  const reply = role === "assistant" ? find(s, id) : undefined;
  if (reply && status === "incomplete") return change(s, id, { mark: "interrupted", text: shorter(reply.text, text) });
  return s;
}

/** The heard part of a reply, when it is one: what was heard is always a beginning of what was said. */
const shorter = (said, heard) => (said.startsWith(heard) ? heard : said);

function words(s, id, text, mark) {
  const known = find(s, id);
  if (text.trim() === "") return known && mark === "" ? { ...s, entries: s.entries.filter((e) => e.id !== id) } : s;
  return known ? change(s, id, { text, mark }) : add(s, { id, who: "user", text, mark });
}

/** A finished reply; one that was cut before a word of it was heard leaves nothing. */
function settle(entry, mark) {
  const final = entry.mark === "interrupted" ? "interrupted" : mark;
  return final === "interrupted" && entry.text.trim() === "" ? [] : [{ ...entry, mark: final }];
}

/**
 * The page's lines joined with the server's: from the last line that both know, the server's go on (it knows what was said
 * while the line was lost); notes and what was typed and not sent stay.
 */
function joined(entries, items, lang) {
  const past = items.map((h, i) => ({
    id: `past-${entries.length}-${i}`,
    who: h.role === "user" ? "user" : "agent",
    text: h.text,
    lang: h.language ?? lang,
    mark: h.interrupted ? "interrupted" : "",
  }));
  const typed = entries.filter((e) => e.mark === "queued");
  const said = entries.filter((e) => e.mark !== "queued");
  const known = said.findLastIndex((e) => past.some((p) => same(p, e)));
  if (known < 0 && said.some((e) => e.who !== "note")) return entries;
  const at = known < 0 ? -1 : past.findLastIndex((p) => same(p, said[known]));
  const news = past.slice(at + 1);
  const kept = said.flatMap((e, i) => {
    if (i === known) return [{ ...e, text: past[at].text, mark: past[at].mark }];
    return i < known || e.who === "note" ? [e] : [];
  });
  return [...kept, ...news, ...typed.filter((t) => !news.some((n) => n.who === "user" && n.text === t.text))];
}

const same = (a, b) =>
  a.who === b.who && a.text !== "" && b.text !== "" && (a.text.startsWith(b.text) || b.text.startsWith(a.text));

function stages(given) {
  const known = STAGES.filter((name) => Number.isFinite(given[name])).map((name) => ({ name, at: Math.round(given[name]) }));
  return known.length ? { stages: known, total: Math.max(...known.map((k) => k.at)) } : null;
}

const find = (s, id) => s.entries.find((e) => e.id === id);
const add = (s, entry) => ({ ...s, entries: [...s.entries, { lang: s.language, ...entry }] });
const change = (s, id, more) => ({ ...s, entries: s.entries.map((e) => (e.id === id ? { ...e, ...more } : e)) });
const without = (s, code) => s.problems.filter((p) => p.code !== code);
