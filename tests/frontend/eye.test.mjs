import assert from "node:assert/strict";
import { test } from "node:test";
import { Eye, USUAL } from "../../frontend/eye.js";

const track = (width, height) => ({ getSettings: () => ({ width, height }) });

/** A sender as browsers have it: parameters must be asked for anew before each change, and only one is under way. */
class Sender {
  track = null;
  encodings = [{ maxFramerate: USUAL }];
  #asked = null;
  #busy = false;

  async replaceTrack(track) {
    this.track = track;
  }

  getParameters() {
    this.#asked = { encodings: this.encodings.map((encoding) => ({ ...encoding })) };
    return this.#asked;
  }

  async setParameters(wanted) {
    if (this.#busy || wanted !== this.#asked) throw new Error("InvalidStateError");
    this.#busy = true;
    await new Promise((go) => setTimeout(go, 1));
    Object.assign(this, { encodings: wanted.encodings });
    this.#asked = null;
    this.#busy = false;
  }

  get now() {
    const [{ maxFramerate, scaleResolutionDownBy }] = this.encodings;
    return [maxFramerate, scaleResolutionDownBy];
  }
}

test("a track is sent small, two pictures a second", async () => {
  const sender = new Sender();
  await new Eye(sender).put(track(1920, 1080));
  assert.deepEqual(sender.now, [2, 3]);
});

test("a small camera is not made larger", async () => {
  const sender = new Sender();
  await new Eye(sender).put(track(320, 240));
  assert.deepEqual(sender.now, [2, 1]);
});

test("the pace is as asked, holds for the next track, and goes back", async () => {
  const sender = new Sender(), eye = new Eye(sender);
  await eye.put(track(1280, 720));
  await eye.pace(4);
  assert.deepEqual(sender.now, [4, 2]);
  await eye.put(track(720, 1280));
  assert.deepEqual(sender.now, [4, 2]);
  await eye.pace(2);
  assert.deepEqual(sender.now, [2, 2]);
});

test("a pace that comes while there is no camera holds for the one that opens", async () => {
  const sender = new Sender(), eye = new Eye(sender);
  await eye.pace(4);
  await eye.put(null);
  assert.deepEqual(sender.now, [2, undefined]);
  await eye.put(track(640, 480));
  assert.deepEqual(sender.now, [4, 1]);
});

test("a new call's eye starts at the usual pace", async () => {
  const before = new Eye(new Sender());
  await before.pace(4);
  const sender = new Sender();
  await new Eye(sender).put(track(640, 480));
  assert.deepEqual(sender.now, [USUAL, 1]);
});

test("changes that come together are made one after the other, the last one counts", async () => {
  const sender = new Sender(), eye = new Eye(sender);
  await Promise.all([eye.put(track(1280, 720)), eye.pace(4), eye.pace(2), eye.pace(4)]);
  assert.deepEqual(sender.now, [4, 2]);
});

test("nonsense changes nothing, and no camera is asked for more than it has", async () => {
  const sender = new Sender(), eye = new Eye(sender);
  await eye.put(track(640, 480));
  for (const odd of [0, -1, NaN, undefined, null, "often"]) {
    await eye.pace(odd);
    assert.equal(sender.now[0], 2);
  }
  await eye.pace(1000);
  assert.equal(sender.now[0], 15);
});

test("a call that is over is not narrowed, and says nothing of it", async () => {
  const sender = new Sender(), eye = new Eye(sender);
  await eye.put(track(640, 480));
  sender.getParameters = () => ({ encodings: [] });
  await eye.pace(4);
  sender.setParameters = () => Promise.reject(new Error("closed"));
  sender.getParameters = () => ({ encodings: [{}] });
  await eye.pace(4);
});
