/** Cuts a picture into wire events. Pure but for `btoa`. */

/** 12 kB of picture are 16 kB of base64; a multiple of three, so that the pieces join without padding. */
export const CHUNK = 12288;

/** Width and height with the longer side at most `maxSide`, never enlarged. */
export function fitted(width, height, maxSide) {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The events of one picture, in order: netra.still.begin, then its chunks. */
export function* pictureEvents(request, bytes, type = "image/jpeg") {
  const chunks = Math.ceil(bytes.length / CHUNK);
  yield { type: "netra.still.begin", request, mime: type, bytes: bytes.length, chunks };
  for (let index = 0; index < chunks; index += 1) {
    const part = bytes.subarray(index * CHUNK, (index + 1) * CHUNK);
    yield { type: "netra.still.chunk", request, index, data: btoa(String.fromCharCode(...part)) };
  }
}
