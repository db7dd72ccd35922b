// Scrolls to itself, once for each event that Python names.

const SEEN = "latent-lab scrolled to";
const ROOM = 0.55; // of the window's height, which has to be free below the place

let scrolled = null; // stands in where the browser forbids storage

/** Opens nothing of its own: every update may name a new event. */
export function open() {
  return { update };
}

/** @param {import("../shared/mount.js").Component} component */
function update({ parentElement, data }) {
  if (!data.event || data.event === last()) return;
  remember(data.event);
  // The page around it is still being laid out: what stood here before goes in the same moment.
  setTimeout(() => {
    if (!parentElement.isConnected) return;
    const { top } = parentElement.getBoundingClientRect();
    if (top >= 0 && top <= innerHeight * (1 - ROOM)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    parentElement.style.scrollMarginTop = "4rem"; // the page's own header lies above it
    parentElement.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }, 150);
}

function last() {
  try {
    return sessionStorage.getItem(SEEN) ?? scrolled;
  } catch {
    return scrolled;
  }
}

function remember(event) {
  scrolled = event;
  try {
    sessionStorage.setItem(SEEN, event);
  } catch {}
}
