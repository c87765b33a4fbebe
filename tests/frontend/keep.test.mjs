import assert from "node:assert/strict";
import { test } from "node:test";
import { forTab, keyOf } from "../../frontend/keep.js";

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

test("a key in the address is kept and taken out of it, and an address without one uses what was kept", () => {
  const words = new Map();
  const store = { getItem: (n) => words.get(n) ?? null, setItem: (n, w) => words.set(n, w), removeItem: (n) => words.delete(n) };
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get: () => store });
  let shown = "";
  const place = { hash: "#key=nk_abc", pathname: "/", search: "?x=1" };
  assert.equal(keyOf(place, (address) => (shown = address)), "nk_abc");
  assert.equal(shown, "/?x=1");
  assert.equal(keyOf({ hash: "", pathname: "/", search: "" }, assert.fail), "nk_abc");
});
