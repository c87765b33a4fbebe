/**
 * Asks the browser for microphone and camera and says what came and why something did not.
 * Knows no document and no line; `media` is navigator.mediaDevices, or undefined on an insecure page.
 */

/** Constraints for sound; `?ec=0&ns=0&agc=0` in the address switches the browser's processing off. */
export function soundWanted(query) {
  const on = (key) => query.get(key) !== "0";
  return { echoCancellation: on("ec"), noiseSuppression: on("ns"), autoGainControl: on("agc"), channelCount: 1 };
}

export const SIGHT_WANTED = {
  facingMode: { ideal: "environment" },
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 15 }, // enough for aiming; the eye sends two to four a second, and a phone stays cool
};

/**
 * One request for what is wanted; when it fails, the microphone alone, and the camera alone where that asks nothing twice.
 * Gives {microphone, camera: MediaStreamTrack or null, problems: [{device, name}]}.
 */
export async function ask(media, { sound, sight }) {
  const got = { microphone: null, camera: null, problems: [] };
  const both = Boolean(sound && sight);
  if (!media?.getUserMedia) {
    got.problems.push({ device: sound ? "microphone" : "camera", name: "insecure" });
    return got;
  }
  const first = await request(media, { audio: sound, video: sight });
  take(got, first.stream);
  if (first.stream) return got;
  if (!both) {
    got.problems.push({ device: sound ? "microphone" : "camera", name: first.name });
    return got;
  }
  const alone = await request(media, { audio: sound, video: false });
  take(got, alone.stream);
  if (alone.stream) {
    got.problems.push({ device: "camera", name: first.name });
    return got;
  }
  got.problems.push({ device: "microphone", name: alone.name });
  if (alone.name === "NotAllowedError") return got;
  const seen = await request(media, { audio: false, video: sight });
  take(got, seen.stream);
  if (!seen.stream) got.problems.push({ device: "camera", name: seen.name });
  return got;
}

async function request(media, wanted) {
  try {
    return { stream: await media.getUserMedia(wanted), name: "" };
  } catch (error) {
    return { stream: null, name: error.name };
  }
}

function take(got, stream) {
  got.microphone ??= stream?.getAudioTracks()[0] ?? null;
  got.camera ??= stream?.getVideoTracks()[0] ?? null;
}
