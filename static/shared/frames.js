// Where the digits of a recording are at any time between its frames. A time is counted in frames:
// 2.25 is a quarter of the way from frame 2 to frame 3.

import { emptyExtent, extentOf, widen } from "./scale.js";

// A coordinate travels as whole steps, STEPS to the largest one of its frame and panel.
export const STEPS = 32767;
export const NOWHERE = -32768; // stands for a coordinate that is not finite

/**
 * S frames of P panels of N digits.
 *
 * @typedef {object} Frames
 * @property {number} panels
 * @property {number} count How many digits a panel has.
 * @property {Int16Array} frames Whole steps, (S, P, N, 2).
 * @property {ArrayLike<number>[]} scales For each panel and frame, what STEPS steps are.
 * @property {ArrayLike<number>} iterations The iteration of each frame.
 */

/**
 * Writes all positions at a time into (P, N, 2) floats; NaN where there is none.
 *
 * @param {Frames} recording
 * @param {number} time
 * @param {Float32Array} into
 */
export function positionsAt(recording, time, into) {
  const { panels, count, frames, scales, iterations } = recording;
  const before = Math.min(iterations.length - 1, Math.floor(time));
  const after = Math.min(iterations.length - 1, before + 1);
  const share = time - before;
  const size = 2 * count;
  for (let panel = 0; panel < panels; panel++) {
    const a = (before * panels + panel) * size;
    const b = (after * panels + panel) * size;
    const scaleA = (scales[panel][before] / STEPS) * (1 - share);
    const scaleB = (scales[panel][after] / STEPS) * share;
    const to = panel * size;
    for (let i = 0; i < size; i++) {
      const [from, next] = [frames[a + i], frames[b + i]];
      into[to + i] =
        from === NOWHERE || (share > 0 && next === NOWHERE) ? NaN : from * scaleA + next * scaleB;
    }
  }
}

/**
 * Returns where one digit has been on one panel up to a time: x and y in turn, of whole frames.
 *
 * @param {Frames} recording
 * @param {number} panel
 * @param {number} point
 * @param {number} time
 */
export function pathOf(recording, panel, point, time) {
  const { panels, count, frames, scales } = recording;
  const last = Math.floor(time);
  const path = new Float32Array(2 * (last + 1));
  for (let frame = 0; frame <= last; frame++) {
    const at = ((frame * panels + panel) * count + point) * 2;
    const scale = scales[panel][frame] / STEPS;
    path[2 * frame] = frames[at] === NOWHERE ? NaN : frames[at] * scale;
    path[2 * frame + 1] = frames[at + 1] === NOWHERE ? NaN : frames[at + 1] * scale;
  }
  return path;
}

/**
 * Returns the extent of each panel over all frames.
 *
 * @param {Frames} recording
 */
export function wholeExtents({ panels, count, frames, scales, iterations }) {
  const size = 2 * count;
  return Array.from({ length: panels }, (_, panel) => {
    const extent = emptyExtent();
    for (let frame = 0; frame < iterations.length; frame++) {
      const start = (frame * panels + panel) * size;
      let [left, right, low, high] = [STEPS, -STEPS, STEPS, -STEPS];
      for (let i = start; i < start + size; i += 2) {
        const x = frames[i];
        const y = frames[i + 1];
        if (x === NOWHERE || y === NOWHERE) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < low) low = y;
        if (y > high) high = y;
      }
      if (left > right) continue;
      const scale = scales[panel][frame] / STEPS;
      widen(extent, left * scale, low * scale);
      widen(extent, right * scale, high * scale);
    }
    return extent;
  });
}

/**
 * Returns the extent of one panel just now.
 *
 * @param {ArrayLike<number>} positions Those of all panels, (P, N, 2).
 * @param {number} panel
 * @param {number} count
 */
export const panelExtent = (positions, panel, count) =>
  extentOf(positions, 2 * panel * count, count);
