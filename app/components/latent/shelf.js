// What the components of a page share. It travels by itself, once, and not with every digit that is
// chosen: a decoder's weights are half a megabyte, the pictures of a map up to two.

const shelf = (window.latentLabShelf ??= new Map());
const ARRIVED = "latent-lab-arrived";
const MOST_THINGS = 32;

/**
 * The thing of this name that courier.js has brought; without it, undefined now, and `again` is
 * called when something has come.
 */
function fromShelf(name, again) {
  const thing = shelf.get(name);
  if (!thing) addEventListener(ARRIVED, again, { once: true });
  return thing;
}

function putOnShelf(name, thing) {
  while (shelf.size >= MOST_THINGS) shelf.delete(shelf.keys().next().value);
  shelf.set(name, thing);
  window.dispatchEvent(new Event(ARRIVED));
}
