import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { afterEach, test } from "node:test";
import { LANGUAGES, label, speak, words } from "../../frontend/say/say.js";
import { deviceProblem, devices, lineProblem, lost, pictureLine } from "../../frontend/words.js";

const page = readFileSync(new URL("../../frontend/index.html", import.meta.url), "utf8");
const { en, id } = LANGUAGES;

/** Every path to a sentence: "states.idle.label". */
const paths = (dictionary, before = "") =>
  Object.entries(dictionary).flatMap(([key, value]) =>
    typeof value === "object" ? paths(value, `${before}${key}.`) : [`${before}${key}:${typeof value}`],
  );

afterEach(() => speak("en"));

test("both languages have the same sentences, none of them empty", () => {
  assert.deepEqual(paths(id), paths(en));
  const empty = (dictionary) => Object.values(dictionary).some((v) => (typeof v === "object" ? empty(v) : v === ""));
  assert.ok(!empty(en) && !empty(id));
});

test("the sentences of the two languages differ, but for names", () => {
  const flat = (d) => Object.entries(d).flatMap(([k, v]) => (typeof v === "object" ? flat(v) : typeof v === "string" ? [[k, v]] : []));
  const other = new Map(flat(id));
  const same = flat(en).filter(([key, text]) => other.get(key) === text).map(([, text]) => text);
  assert.deepEqual(same, ["Netra"]);
});

test("every key of the page stands in both, with the text of the page in English", () => {
  const keys = [...page.matchAll(/data-say(?:-label)?="(\w+)"/g)].map((found) => found[1]);
  assert.ok(keys.length > 15);
  for (const key of keys) assert.ok(key in en.page && key in id.page, key);
  for (const [, key, text] of page.matchAll(/data-say="(\w+)"[^>]*>([^<]+)</g)) assert.equal(text, en.page[key]);
  for (const [, text, key] of page.matchAll(/aria-label="([^"]+)" data-say-label="(\w+)"/g)) assert.equal(text, en.page[key]);
});

test("no visible word of the page stands outside of a key", () => {
  const body = page.slice(page.indexOf("<header")).replace(/<svg.*?<\/svg>/gs, "");
  const named = body.replace(/(<[^>]*data-say="\w+"[^>]*>)[^<]*/g, "$1");
  const left = [...named.matchAll(/>([^<]*[A-Za-z][^<]*)</g)].map((found) => found[1].trim());
  // the state, the button and its hint are drawn from the store
  assert.deepEqual(left, ["Netra", "Not started", "Talk", "Press Talk, or type below."]);
  const labels = [...body.matchAll(/<[^>]*aria-label="[^"]*"[^>]*>/g)].map((found) => found[0]);
  assert.ok(labels.length > 0 && labels.every((tag) => tag.includes("data-say-label")));
});

test("sentences are made in the language that was chosen", () => {
  speak("id");
  assert.equal(words().states.idle.label, "Belum mulai");
  assert.equal(devices({ line: "open", microphone: "on", camera: "none" }), "Mikrofon menyala, tanpa kamera.");
  assert.equal(pictureLine({ verdict: "blurred", age: 2340 }), "Dari gambar, 2,3 detik lalu: kabur");
  assert.match(deviceProblem("camera", "NotFoundError"), /kamera/);
  assert.match(deviceProblem("camera", "OddError"), /OddError/);
  assert.match(lineProblem(418, ""), /418/);
  assert.match(lost("closed"), /Server menutup/);
});

test("an unknown language changes nothing", () => {
  speak("id");
  speak("tlh");
  assert.equal(words().code, "id");
});

test("fixed texts and accessible names are written, and what has no key is left alone", () => {
  const node = (dataset) => ({ dataset, textContent: "as it was", label: "as it was", setAttribute(_, to) { this.label = to; }, getAttribute: () => "as it was" });
  const [stop, odd, call] = [node({ say: "stop" }), node({ say: "strange" }), node({ sayLabel: "call" })];
  speak("id");
  label({ querySelectorAll: (which) => (which === "[data-say]" ? [stop, odd] : [call]) });
  assert.deepEqual([stop.textContent, odd.textContent, call.label], ["Berhenti", "as it was", "Panggilan"]);
});

test("the page's modules hold no sentence of their own", () => {
  const folder = new URL("../../frontend/", import.meta.url);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
    const code = readFileSync(new URL(name, folder), "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    assert.deepEqual([...code.matchAll(/["`](?!Bearer )[A-Z][a-z]+ [^"`\n]*["`]/g)].map((found) => `${name}: ${found[0]}`), []);
  }
});
