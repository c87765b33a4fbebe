/** Every sentence of the page that changes. Knows no document and no devices. */

export const STATES = {
  idle: { label: "Not started", hint: "Press Talk, or type below." },
  connecting: { label: "Connecting", hint: "If the browser asks, allow the microphone and the camera." },
  ready: { label: "Ready", hint: "Type below, or press Talk." },
  listening: { label: "Listening", hint: "Speak when you like." },
  thinking: { label: "Thinking", hint: "An answer is being made." },
  speaking: { label: "Speaking", hint: "Speak over it, or press Stop." },
  muted: { label: "Muted", hint: "Nothing is listened to." },
  lost: { label: "Line lost", hint: "What you type is sent afterwards." },
};

export const MARKS = {
  queued: "Waiting for the line",
  interrupted: "Cut off here",
  failed: "This answer failed",
};

export const STAGES = {
  endpoint: "End of turn",
  final_text: "Words final",
  first_words: "First words of the answer",
  first_sound: "Voice made",
  sound_out: "Sound sent",
};

export const WHO = { user: "You", agent: "Netra", note: "Note" };

const AGAIN = {
  microphone: "then press Talk again. You can type meanwhile.",
  camera: "then press Camera again. The rest works without it.",
};

/** Why a device can't be used, and what to do about it. `name`: of the DOMException, or "insecure". */
export function deviceProblem(device, name) {
  switch (name) {
    case "insecure":
      return `Browsers give the ${device} only to secure pages. Open this page by https, or as localhost on this machine. You can type meanwhile.`;
    case "NotAllowedError":
      return `The ${device} was not allowed. Allow it in the browser's settings for this page (the sign beside the address), ${AGAIN[device]}`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${device} was found. Connect one, ${AGAIN[device]}`;
    case "NotReadableError":
    case "AbortError":
      return `The ${device} does not answer: another program may be using it. Close that program, ${AGAIN[device]}`;
    case "SecurityError":
      return `This browser or its owner forbids the ${device} on this page. Try another browser. You can type meanwhile.`;
    case "ended":
      return `The ${device} was disconnected. Connect it, ${AGAIN[device]}`;
    default:
      return `The ${device} could not be started (${name}). Close and open the page, ${AGAIN[device]}`;
  }
}

/** Why the server can't be talked to. `status`: of the HTTP answer, 0 when none came. */
export function lineProblem(status, message) {
  if (status === 401) return "This server needs a key: open the address it printed when it started, with #key= and the key at its end.";
  if (message) return message;
  if (status === 0) return "The server can't be reached. Trying again by itself.";
  if (status === 503 || status === 429) return "The server is busy. Trying again by itself.";
  return `The server refused the call (${status}).`;
}

/** What is on: said when it changes. */
export function devices({ line, microphone, camera }) {
  if (line === "idle" || line === "connecting") return "";
  const sound = { on: "Microphone on", muted: "Microphone muted" }[microphone] ?? "No microphone";
  const sight = { on: "camera on", off: "camera off" }[camera] ?? "no camera";
  return `${sound}, ${sight}.`;
}

/** What an answer was taken from: {verdict, age in ms}. */
export function pictureLine({ verdict, age }) {
  const old = age < 1000 ? "taken just now" : `${(age / 1000).toFixed(age < 9950 ? 1 : 0)} s old`;
  return verdict === "ok" ? `From a picture, ${old}` : `From a picture, ${old}: ${verdict}`;
}

export const LOST = {
  silent: "The line to the server was lost. Reconnecting by itself.",
  closed: "The server closed the line. Reconnecting by itself.",
};
