// Scrolls to the heading that the address names, again after every change of the page's height,
// until the visitor does something.

const ACTIONS = ["wheel", "pointerdown", "keydown", "touchstart"];

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const host = /** @type {any} */ (parentElement.getRootNode()).host ?? parentElement;
  const page = host.closest('[data-testid="stMainBlockContainer"]');
  const id = decodeURIComponent(window.location.hash.slice(1));
  if (!page || !id) return {};
  const observer = new ResizeObserver(() => document.getElementById(id)?.scrollIntoView());
  const stop = () => {
    observer.disconnect();
    for (const action of ACTIONS) window.removeEventListener(action, stop, true);
  };
  observer.observe(page);
  for (const action of ACTIONS) window.addEventListener(action, stop, true);
  return { close: stop };
}
