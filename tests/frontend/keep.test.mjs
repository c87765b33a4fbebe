import assert from "node:assert/strict";
import { test } from "node:test";
import { forTab } from "../../frontend/keep.js";

test("where storage is forbidden words last as long as the page", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new Error("SecurityError");
    },
  });
  assert.equal(forTab.get("a"), null);
  forTab.set("a", "1");
  assert.equal(forTab.get("a"), "1");
  forTab.forget("a");
  assert.equal(forTab.get("a"), null);
});

test("where it is allowed they are in the browser's own", () => {
  const words = new Map();
  const store = { getItem: (n) => words.get(n) ?? null, setItem: (n, w) => words.set(n, w), removeItem: (n) => words.delete(n) };
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, get: () => store });
  forTab.set("a", "1");
  assert.equal(words.get("a"), "1");
  forTab.forget("a");
  assert.equal(forTab.get("a"), null);
});
