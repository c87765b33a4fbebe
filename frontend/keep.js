/** What the browser may remember: small words under names. Where it forbids storage, they last as long as the page. */

function box(open) {
  const spare = new Map();
  const attempt = (use, otherwise) => {
    try {
      return use(open());
    } catch {
      return otherwise();
    }
  };
  return {
    get: (name) => attempt((store) => store.getItem(name), () => spare.get(name) ?? null),
    set: (name, word) => attempt((store) => store.setItem(name, word), () => spare.set(name, word)),
    forget: (name) => attempt((store) => store.removeItem(name), () => spare.delete(name)),
  };
}

/** Until this tab is closed: a page that the phone threw away comes back into its conversation. */
export const forTab = box(() => sessionStorage);

/** Across visits: choices and the key to the server, nothing of what was said. */
export const forLong = box(() => localStorage);

const KEY = "netra.key";

/** The key that the address carries (`#key=…`, as the server prints it), kept for later visits and taken out of the address. */
export function keyOf(place, clean) {
  const found = new URLSearchParams(place.hash.slice(1)).get("key");
  if (!found) return forLong.get(KEY);
  forLong.set(KEY, found);
  clean(place.pathname + place.search);
  return found;
}
