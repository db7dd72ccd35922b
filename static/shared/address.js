// The address of the page. Streamlit writes what Python knows; components add what they keep to
// themselves, such as where a slider stands, so that nothing runs in Python while it is dragged.
//
// Streamlit makes every address that Python writes a step in the browser's history. Here a step is
// only what a visitor would go back to: another page, run or view. All else replaces the address,
// and only when nothing has changed for a moment: Safari allows a hundred changes in half a minute.

const REST = 300; // ms without a change until the address is written
const AGAIN = 5000; // ms until it is tried again where the browser has refused it

/**
 * Which parameters are steps, which of these each page completes by itself, and which components
 * keep; see app/links/parameters.py.
 *
 * @typedef {{ steps: string[], alwaysThere: string[], inBrowser: string[] }} Rules
 */

/**
 * @typedef {object} Address
 * @property {Map<string, { owner: object, text: string }>} kept What components keep, by parameter.
 * @property {URLSearchParams} asked What Streamlit has written, or what the page came with.
 * @property {number} timer
 * @property {string} path Of the page, to know when another one is shown.
 * @property {boolean} watched
 * @property {(url: string) => void} replace Replaces the address as the browser does.
 */

/** Of the page: a second copy of this module, fetched after a failure, finds the first one's. */
const place = /** @type {{ latentLabAddress?: Address }} */ (globalThis);

/** @returns {Address} */
function address() {
  place.latentLabAddress ??= {
    kept: new Map(),
    asked: new URLSearchParams(window.location.search),
    timer: 0,
    path: window.location.pathname,
    watched: false,
    replace: (url) => window.history.replaceState(window.history.state, "", url),
  };
  return place.latentLabAddress;
}

/**
 * Returns whether an address that follows another one is a step.
 *
 * @param {URLSearchParams} before
 * @param {URLSearchParams} after
 * @param {Pick<Rules, "steps" | "alwaysThere">} rules
 */
export function isStep(before, after, { steps, alwaysThere }) {
  return steps.some((name) => {
    if (before.get(name) === after.get(name)) return false;
    return before.has(name) || !alwaysThere.includes(name);
  });
}

/**
 * Returns the query of an address: what Streamlit has written, then what components keep.
 *
 * @param {URLSearchParams} asked
 * @param {Iterable<[string, { text: string }]>} kept
 */
export function queryOf(asked, kept) {
  const all = new URLSearchParams(asked);
  for (const [name, { text }] of kept) all.set(name, text);
  const query = all.toString();
  return query ? `?${query}` : "";
}

/**
 * Takes over what is written into the browser's history; once for each page that is loaded.
 *
 * @param {Rules} rules
 */
export function watchAddress(rules) {
  const known = address();
  if (known.watched) return;
  known.watched = true;
  const { history, location } = window;
  const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
  known.replace = (url) => replace(history.state, "", url);
  /** @param {any} state @param {string | URL | null | undefined} url @param {boolean} isPush */
  const write = (state, url, isPush) => {
    const next = new URL(url ?? location.href, location.href);
    const elsewhere = turnTo(known, next.pathname);
    const before = known.asked;
    known.asked = next.searchParams;
    for (const name of rules.inBrowser) known.asked.delete(name);
    if (!elsewhere && !(isPush && isStep(before, known.asked, rules))) return soon(known);
    clearTimeout(known.timer);
    const whole = `${next.pathname}${queryOf(known.asked, known.kept)}${next.hash}`;
    (isPush ? push : replace)(state, "", whole);
  };
  history.pushState = (state, _, url) => write(state, url, true);
  history.replaceState = (state, _, url) => write(state, url, false);
  // Before Streamlit: what is about to be written belongs to the address that was left.
  const back = () => {
    clearTimeout(known.timer);
    turnTo(known, location.pathname);
    known.asked = new URLSearchParams(location.search);
  };
  window.addEventListener("popstate", back, true);
}

/**
 * Forgets what components of another page have kept; returns whether this is another page.
 *
 * @param {Address} known
 * @param {string} path
 */
function turnTo(known, path) {
  if (path === known.path) return false;
  known.path = path;
  known.kept.clear();
  return true;
}

/**
 * Keeps a component's value in the address, after the next rest; null takes it out.
 *
 * @param {object} owner The component: another one that keeps the same parameter may follow it.
 * @param {string} name
 * @param {string | null} text
 */
export function keepInAddress(owner, name, text) {
  const known = address();
  const now = known.kept.get(name);
  if (text === null) {
    if (now && now.owner !== owner) return;
    // What the page came with, too: the component is at another place now.
    if (!known.kept.delete(name) && !known.asked.has(name)) return;
    known.asked.delete(name);
  } else {
    if (now?.text === text && now.owner === owner) return;
    known.kept.set(name, { owner, text });
  }
  soon(known);
}

/**
 * Takes out what a component keeps that leaves the page.
 *
 * @param {object} owner
 * @param {string | undefined} name
 */
export function leaveAddress(owner, name) {
  const known = address();
  if (name === undefined || known.kept.get(name)?.owner !== owner) return;
  known.kept.delete(name);
  soon(known);
}

/** @param {Address} known */
function soon(known, delay = REST) {
  clearTimeout(known.timer);
  known.timer = window.setTimeout(() => flush(known), delay);
}

/** @param {Address} known */
function flush(known) {
  clearTimeout(known.timer);
  const { pathname, search, hash, href } = window.location;
  const query = queryOf(known.asked, known.kept);
  if (query === search) return;
  try {
    known.replace(new URL(`${pathname}${query}${hash}`, href).href);
  } catch {
    soon(known, AGAIN); // a browser that has had too many changes
  }
}

/** Returns the address with all that is shown. */
export function addressNow() {
  const known = address();
  flush(known);
  const { pathname, href } = window.location;
  return new URL(`${pathname}${queryOf(known.asked, known.kept)}`, href).href;
}
