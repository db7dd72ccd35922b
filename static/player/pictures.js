// The pictures of digits: all at once with a small run, fetched when they are looked at with a
// large one.

import { PIXELS } from "../shared/digit.js";

const AT_ONCE = 128; // pictures in one request; the server gives 256
const KEPT = 6000; // pictures that are remembered, 5 MB
const MOST = 2; // requests at the same time
const TRIES = 3;

/**
 * What pictures are for, the most urgent first.
 *
 * @typedef {"card" | "details" | "worth" | "map"} Purpose
 */

/**
 * `of(point)` is a digit's 784 grey levels, or null where they are not here yet. `want(purpose,
 * points)` fetches those that are not, in place of what was wanted for this purpose before.
 *
 * @typedef {object} Pictures
 * @property {(point: number) => Uint8Array | null} of
 * @property {(purpose: Purpose, points: number[]) => void} want
 */

/**
 * Returns pictures that are all here.
 *
 * @param {Uint8Array} pixels (N, 784)
 * @returns {Pictures}
 */
export const allPictures = (pixels) => ({
  of: (point) => pixels.subarray(point * PIXELS, (point + 1) * PIXELS),
  want: () => {},
});

/**
 * Returns pictures that are fetched when somebody wants them.
 *
 * @param {(points: number[]) => Promise<Uint8Array>} fetchPictures Gets (points, 784) grey levels.
 * @param {() => void} arrived Called when some have come.
 * @returns {Pictures}
 */
export function picturesOnDemand(fetchPictures, arrived) {
  /** @type {Map<number, Uint8Array>} */
  const known = new Map(); // the last used last
  /** @type {Record<Purpose, number[]>} */
  const wanted = { card: [], details: [], worth: [], map: [] };
  /** @type {Set<number>} */
  const coming = new Set();
  /** @type {Map<number, number>} */
  const failures = new Map(); // how often a picture did not come
  let requests = 0;
  let soon = false;

  /** Takes the next that are missing. */
  function next() {
    const missing = new Set();
    for (const points of Object.values(wanted)) {
      for (const point of points) {
        if (missing.size < AT_ONCE && !known.has(point) && !coming.has(point)) missing.add(point);
      }
    }
    return [...missing];
  }

  function ask() {
    soon = false;
    while (requests < MOST) {
      const points = next();
      if (!points.length) return;
      for (const point of points) coming.add(point);
      requests += 1;
      fetchPictures(points).then(
        (pixels) => done(points, pixels),
        (error) => failed(points, error),
      );
    }
  }

  function done(points, pixels) {
    requests -= 1;
    points.forEach((point, i) => {
      coming.delete(point);
      known.set(point, pixels.subarray(i * PIXELS, (i + 1) * PIXELS));
    });
    for (const point of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(point);
    }
    arrived();
    ask();
  }

  // It is asked for again when it is wanted again, but not for ever.
  function failed(points, error) {
    requests -= 1;
    console.warn("Latent Lab player:", error);
    for (const point of points) {
      const times = (failures.get(point) ?? 0) + 1;
      failures.set(point, times);
      if (times < TRIES) coming.delete(point);
    }
  }

  return {
    of(point) {
      const pixels = known.get(point);
      if (!pixels) return null;
      known.delete(point);
      known.set(point, pixels);
      return pixels;
    },
    want(purpose, points) {
      wanted[purpose] = points;
      if (soon) return;
      soon = true;
      queueMicrotask(ask); // what is wanted in one go is one request
    },
  };
}
