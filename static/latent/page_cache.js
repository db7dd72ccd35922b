// What the components of a page share. It travels by itself, once, and not with every digit that is
// chosen: a decoder's weights are half a megabyte, the pictures of a map up to two.

/** @type {Map<string, any>} */
const things = new Map();
const ARRIVED = "latent-lab-arrived";
const MAX_THINGS = 32;

/**
 * Returns the thing of this name that transfer.js has brought; without it, undefined now, and
 * `again` is called when something has come.
 *
 * @param {string} name
 * @param {() => void} again
 */
export function cached(name, again) {
  const thing = things.get(name);
  if (!thing) addEventListener(ARRIVED, again, { once: true });
  return thing;
}

/** @param {string} name */
export const isCached = (name) => things.has(name);

/**
 * Keeps a thing, in place of the oldest where there are too many.
 *
 * @param {string} name
 * @param {any} thing
 */
export function cache(name, thing) {
  while (things.size >= MAX_THINGS) things.delete(things.keys().next().value);
  things.set(name, thing);
  dispatchEvent(new Event(ARRIVED));
}
