// The life of a component's view, apart from what Streamlit does around it. What it does:
// - It calls a component again for new data, for a new theme and with some reruns for the same data.
// - When newer data arrive, it calls the cleanup of the call before at once, although the component
//   still stands on the page.

import { unpack } from "./message.js";

/**
 * What Streamlit gives to a component each time that it is called.
 *
 * @typedef {object} Component
 * @property {HTMLElement & { host?: HTMLElement }} parentElement The same one as long as the
 *   component is on the page; a shadow root where styles are isolated.
 * @property {any} data What Python has sent; a view gets it unpacked, see message.js.
 * @property {(name: string, value: unknown) => void} setStateValue Sends to Python: one rerun.
 * @property {(name: string, value: unknown) => void} setTriggerValue The same, for that rerun alone.
 */

/**
 * What a component's module returns from `open(component)`; it is then updated at once.
 *
 * @typedef {object} View
 * @property {(component: Component) => void} [update] Shows other data.
 * @property {() => void} [close] Ends what would go on without the page.
 */

/** @type {WeakMap<HTMLElement, { view: View, generation: number }>} */
const mounted = new WeakMap();
/** @type {WeakMap<Uint8Array, any>} */
const unpacked = new WeakMap(); // so that the same data are the same object again

/**
 * Opens a view, or updates the one that stands there.
 *
 * @param {Component} given
 * @param {(component: Component) => View} open
 * @returns {() => void} The cleanup of this call. It closes the view only when it is the last call's
 *   and the component has left the page.
 */
export function mount(given, open) {
  const component = { ...given, data: dataOf(given.data) };
  const { parentElement } = component;
  if (!parentElement.isConnected) return () => {}; // it left before its modules were here
  const known = mounted.get(parentElement) ?? { view: open(component), generation: 0 };
  mounted.set(parentElement, known);
  const place = parentElement.host ?? parentElement;
  place.dataset.latentLab = "ready"; // what the inline part has made inert
  place.inert = false;
  const generation = ++known.generation;
  known.view.update?.(component);
  return () => {
    if (known.generation !== generation || parentElement.isConnected) return;
    mounted.delete(parentElement);
    known.view.close?.();
  };
}

/** @param {any} data */
function dataOf(data) {
  if (!(data instanceof Uint8Array)) return data;
  if (!unpacked.has(data)) unpacked.set(data, unpack(data));
  return unpacked.get(data);
}
