// Numbers about the values of digits: what a scale holds, how they are spread, which are largest.

import { LEVELS, NONE } from "../coloring.js";

const LOOKED_AT = 20_000; // values of a map that a percentile is taken of
const FEW = 0.001; // of all counts of a heat map: a median of fewer jumps about

/** Returns the colour level of each value on a scale from 0 to `top`, see coloring.js. */
export function levelsOf(values, top) {
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const share = Math.max(0, Math.min(1, values[i] / top));
    levels[i] = Number.isFinite(share) ? Math.round((LEVELS - 1) * share) : NONE;
  }
  return levels;
}

/**
 * Returns the value that a share of all others are below; NaN where there is none.
 *
 * @param {ArrayLike<number>[]} maps The values of each map.
 * @param {number} share
 */
export function percentile(maps, share) {
  /** @type {number[]} */
  const all = [];
  for (const values of maps) {
    const step = Math.max(1, Math.ceil(values.length / LOOKED_AT));
    for (let i = 0; i < values.length; i += step)
      if (Number.isFinite(values[i])) all.push(values[i]);
  }
  if (!all.length) return NaN;
  const sorted = Float64Array.from(all).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Counts the values in so many equal bins from 0 to `top`; what is beyond an end is in its bin. */
export function histogram(values, top, bins) {
  const counts = new Uint32Array(bins);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    counts[Math.max(0, Math.min(bins - 1, Math.floor((bins * value) / top)))]++;
  }
  return counts;
}

/**
 * Returns the digits with the largest values, largest first.
 *
 * @param {ArrayLike<number>} values
 * @param {number} most How many.
 */
export function largest(values, most) {
  /** @type {number[]} */
  const found = [];
  for (let i = 0; i < values.length; i++) {
    if (found.length === most && !(values[i] > values[found[most - 1]])) continue;
    if (!Number.isFinite(values[i])) continue;
    let at = found.length;
    while (at && values[found[at - 1]] < values[i]) at--;
    found.splice(at, 0, i);
    if (found.length > most) found.pop();
  }
  return found;
}

/**
 * Returns for each column of a heat map the row, with its fraction, that half of its counts are
 * below; NaN where a column holds next to nothing.
 *
 * @param {ArrayLike<number>} counts Row by row.
 * @param {number} bins How many rows and columns.
 */
export function medians(counts, bins) {
  let total = 0;
  for (let i = 0; i < bins * bins; i++) total += counts[i];
  return Array.from({ length: bins }, (_, column) => {
    let all = 0;
    for (let row = 0; row < bins; row++) all += counts[row * bins + column];
    let below = 0;
    for (let row = 0; row < bins && all > FEW * total; row++) {
      const here = counts[row * bins + column];
      if (below + here >= all / 2) return row + (all / 2 - below) / here;
      below += here;
    }
    return NaN;
  });
}
