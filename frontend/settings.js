/**
 * What a person has chosen, and what of it the server is told. Pure: knows no document and no storage.
 *
 * output: voice (the agent speaks) | reader (it writes, a screen reader or the eye reads) | null: not asked yet.
 * rate 0.5..3, volume 0.1..1, detail brief | normal | detailed, voice: null is what the server has.
 * hold: push to talk. strict: the agent does not listen while it speaks. signs: which short sounds are played, and
 * whether the light is a tone (where it is not, the server says the level).
 */
export const FRESH = Object.freeze({
  output: null,
  rate: null,
  volume: null,
  detail: null,
  voice: null,
  hold: false,
  strict: false,
  signs: Object.freeze({ open: true, heard: false, thinking: true, lost: true, problem: true, light: true }),
  vibrate: true,
});

export const DETAILS = ["brief", "normal", "detailed"];

const isOn = (value) => typeof value === "boolean";
const between = (least, most) => (value) => value === null || (Number.isFinite(value) && value >= least && value <= most);
const oneOf = (...words) => (value) => value === null || words.includes(value);
const isSigns = (value) => Object.keys(FRESH.signs).every((name) => isOn(value?.[name]));
const FITS = {
  output: oneOf("voice", "reader"),
  rate: between(0.5, 3),
  volume: between(0.1, 1),
  detail: oneOf(...DETAILS),
  voice: (value) => value === null || (typeof value === "string" && value.length <= 80),
  hold: isOn,
  strict: isOn,
  signs: isSigns,
  vibrate: isOn,
};

/** The settings in a text that was kept; what does not fit is as at the first visit. */
export function read(text) {
  let kept;
  try {
    kept = JSON.parse(text);
  } catch {
    kept = null;
  }
  // a sound that came later is as at the first visit
  if (typeof kept?.signs === "object") kept.signs = { ...FRESH.signs, ...kept.signs };
  return choose(FRESH, Object.fromEntries(Object.entries(kept ?? {}).filter(([name, value]) => FITS[name]?.(value))));
}

/** `settings` with these changes. */
export const choose = (settings, changes) => Object.freeze({ ...settings, ...changes });

/** Events for the changes from `before` (null: a session begins) to `now`. */
export function told(before, now) {
  const changed = (name) => before === null || before[name] !== now[name];
  const session = {};
  if (changed("output")) session.output_modalities = [now.output === "reader" ? "text" : "audio"];
  if (changed("hold") && (before || now.hold)) {
    session.audio = { input: { turn_detection: now.hold ? null : { type: "semantic_vad" } } };
  }
  const output = {};
  if (changed("rate") && now.rate !== null) output.speed = now.rate;
  if (changed("voice") && (before || now.voice !== null)) output.voice = now.voice ?? "netra";
  if (Object.keys(output).length) session.audio = { ...session.audio, output };
  const manner = {};
  if (changed("volume") && now.volume !== null) manner.volume = now.volume;
  if (changed("detail") && now.detail !== null) manner.detail = now.detail;
  const events = [];
  if (Object.keys(session).length) events.push({ type: "session.update", session: { type: "realtime", ...session } });
  if (Object.keys(manner).length) events.push({ type: "netra.manner", ...manner });
  if (changed("strict") && (before || now.strict)) events.push({ type: "netra.half_duplex", on: now.strict });
  if (before?.signs.light !== now.signs.light) events.push({ type: "netra.light", on: now.signs.light });
  return events;
}

/** What of the manner `now` is other than `before`: changed by words ("faster"), so the person's choice too. */
export function adopted(before, now) {
  const names = ["rate", "volume", "detail"];
  return Object.fromEntries(names.filter((name) => before?.[name] !== now[name]).map((name) => [name, now[name]]));
}
