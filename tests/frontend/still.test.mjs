import assert from "node:assert/strict";
import { test } from "node:test";
import { CHUNK, fitted, pictureEvents } from "../../frontend/still.js";

test("the longer side fits, small pictures are not enlarged", () => {
  assert.deepEqual(fitted(4000, 3000, 1600), { width: 1600, height: 1200 });
  assert.deepEqual(fitted(3000, 4000, 1600), { width: 1200, height: 1600 });
  assert.deepEqual(fitted(640, 480, 1600), { width: 640, height: 480 });
  assert.deepEqual(fitted(9000, 1, 1000), { width: 1000, height: 1 });
});

for (const size of [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7]) {
  test(`the pieces of ${size} bytes join to the picture again`, () => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 256);
    const [begin, ...chunks] = pictureEvents("q1", bytes);
    assert.equal(begin.type, "netra.still.begin");
    assert.equal(begin.mime, "image/jpeg");
    assert.equal(begin.bytes, size);
    assert.equal(begin.chunks, chunks.length);
    assert.deepEqual(chunks.map((c) => c.index), [...chunks.keys()]);
    assert.ok(chunks.every((c) => c.request === "q1" && JSON.stringify(c).length < 17_000));
    assert.deepEqual(Buffer.concat(chunks.map((c) => Buffer.from(c.data, "base64"))), Buffer.from(bytes));
  });
}
