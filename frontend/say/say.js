/**
 * The language of the page: which dictionary its sentences come from. Knows the dictionaries; of a document only the
 * attributes `data-say` (its text) and `data-say-label` (its accessible name), each with a key of `page` or, with dots, a
 * path from the top: "choices.forget".
 */

import en from "./en.js";
import id from "./id.js";

export const LANGUAGES = { en, id };

let spoken = en;

/** The dictionary of the language that the page speaks now. */
export const words = () => spoken;

/** The page speaks this language from now on; an unknown code changes nothing. */
export function speak(code) {
  spoken = LANGUAGES[code] ?? spoken;
}

/** The sentence at a key of `page`, or at a path with dots; undefined where there is none. */
export function sentence(key) {
  const from = key.includes(".") ? spoken : spoken.page;
  return key.split(".").reduce((at, part) => at?.[part], from);
}

/** Writes every fixed text under `root` in the language spoken now. */
export function label(root) {
  for (const node of root.querySelectorAll("[data-say]")) node.textContent = sentence(node.dataset.say) ?? node.textContent;
  for (const node of root.querySelectorAll("[data-say-label]")) {
    node.setAttribute("aria-label", sentence(node.dataset.sayLabel) ?? node.getAttribute("aria-label"));
  }
}
