/** Every sentence of the page that changes, in the language it speaks now. Knows no document and no devices. */

import { words } from "./say/say.js";

/** Which sentence each failure of a device gets. */
const FAILURES = {
  insecure: "insecure",
  NotAllowedError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "taken",
  AbortError: "taken",
  SecurityError: "forbidden",
  ended: "ended",
};

/** Why a device can't be used, and what to do about it. `name`: of the DOMException, or "insecure". */
export const deviceProblem = (device, name) => words().device[FAILURES[name] ?? "other"](device, name);

/** Why the server can't be talked to. `status`: of the HTTP answer, 0 when none came. */
export function lineProblem(status, message) {
  const line = words().line;
  if (status === 401) return line.key;
  if (message) return message;
  if (status === 0) return line.away;
  if (status === 503 || status === 429) return line.busy;
  return line.refused(status);
}

/** What is on: said when it changes. */
export function devices({ line, microphone, camera }) {
  if (line === "idle" || line === "connecting") return "";
  const { sound, sight } = words();
  return `${sound[microphone] ?? sound.none}, ${sight[camera] ?? sight.none}.`;
}

/** What an answer was taken from: {verdict, age in ms}. */
export function pictureLine({ verdict, age }) {
  const { now, old, good, bad, verdicts } = words().picture;
  const taken = age < 1000 ? now : old((age / 1000).toFixed(age < 9950 ? 1 : 0));
  return verdict === "ok" ? good(taken) : bad(taken, verdicts[verdict] ?? verdict);
}

/** Why a line was lost: "silent" or "closed". */
export const lost = (reason) => words().line[reason];
