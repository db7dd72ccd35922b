// Brings a decoder's weights or a map's pictures for the other components of this page.

import { readNetwork } from "./mlp.js";
import { cache, isCached } from "./page_cache.js";

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  // Nothing to be seen, so no place between the elements of the page either.
  const host = /** @type {ShadowRoot} */ (parentElement.getRootNode()).host;
  /** @type {HTMLElement | null | undefined} */
  const place = host?.closest('[data-testid="stElementContainer"]');
  if (place) place.style.position = "absolute";
  return { update };
}

/** @param {import("../shared/mount.js").Component} component */
function update({ data }) {
  if (isCached(data.name)) return;
  cache(data.name, data.layers ? readNetwork(data) : data.pictures);
}
