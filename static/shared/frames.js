// Where the digits of a recording are at any time between its frames. A time is counted in frames:
// 2.25 is a quarter of the way from frame 2 to frame 3.

import { emptyExtent, extentOf, widen } from "./scale.js";

// A coordinate travels as whole steps, STEPS to the largest one of its frame and panel.
export const STEPS = 32767;
export const NOWHERE = -32768; // stands for a coordinate that is not finite

/**
 * S frames of P panels of N digits, of which some may not be here yet.
 *
 * @typedef {object} Frames
 * @property {number} panels
 * @property {number} count How many digits a panel has.
 * @property {(Int16Array | null)[]} frames Whole steps of each frame, (P, N, 2); null where one is
 *   not here. At least one is.
 * @property {ArrayLike<number>[]} scales For each panel and frame, what STEPS steps are.
 * @property {ArrayLike<number>} iterations The iteration of each frame.
 */

/**
 * Returns the frames that are here around a time, and how far it is from one to the other: the
 * nearest one twice where there is none on one side.
 *
 * @param {Frames} recording
 * @param {number} time
 */
export function framesAround({ frames, iterations }, time) {
  const last = iterations.length - 1;
  let before = Math.max(0, Math.min(last, Math.floor(time)));
  let after = time > before ? Math.min(last, before + 1) : before;
  while (before >= 0 && !frames[before]) before--;
  while (after <= last && !frames[after]) after++;
  if (before < 0) return { before: after, after, share: 0 };
  if (after > last || after === before) return { before, after: before, share: 0 };
  const whole = Math.min(last, Math.floor(time));
  const next = iterations[Math.min(last, whole + 1)];
  const now = iterations[whole] + (next - iterations[whole]) * (time - whole);
  const [begin, end] = [iterations[before], iterations[after]];
  return { before, after, share: (now - begin) / (end - begin) };
}

/**
 * Writes all positions at a time into (P, N, 2) floats; NaN where there is none.
 *
 * @param {Frames} recording
 * @param {number} time
 * @param {Float32Array} into
 */
export function positionsAt(recording, time, into) {
  const { panels, count, frames, scales } = recording;
  const { before, after, share } = framesAround(recording, time);
  const [from, to] = [frames[before], frames[after]];
  const size = 2 * count;
  for (let panel = 0; panel < panels; panel++) {
    const scaleA = (scales[panel][before] / STEPS) * (1 - share);
    const scaleB = (scales[panel][after] / STEPS) * share;
    for (let i = panel * size; i < (panel + 1) * size; i++) {
      const [a, b] = [from[i], to[i]];
      into[i] =
        a === NOWHERE || (share > 0 && b === NOWHERE) ? Number.NaN : a * scaleA + b * scaleB;
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
export function pathOf({ count, frames, scales }, panel, point, time) {
  const at = 2 * (panel * count + point);
  /** @type {number[]} */
  const path = [];
  for (let frame = 0; frame <= time; frame++) {
    const steps = frames[frame];
    if (!steps) continue;
    const scale = scales[panel][frame] / STEPS;
    for (const step of [steps[at], steps[at + 1]]) {
      path.push(step === NOWHERE ? Number.NaN : step * scale);
    }
  }
  return Float32Array.from(path);
}

/**
 * Splits the steps of all frames, (S, P, N, 2), into those of each; they share the memory.
 *
 * @param {Int16Array} steps
 * @param {number} size How many steps a frame has.
 */
export const eachFrame = (steps, size) =>
  Array.from({ length: steps.length / size }, (_, i) => steps.subarray(i * size, (i + 1) * size));

/**
 * Sums differences from frame to frame, which come as two planes of bytes.
 *
 * @param {Uint8Array} planes
 * @param {number} size How many steps a frame has.
 */
export function summed(planes, size) {
  const count = planes.length / 2;
  const steps = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    const zigzag = planes[i] | (planes[count + i] << 8);
    steps[i] = (i < size ? 0 : steps[i - size]) + ((zigzag >>> 1) ^ -(zigzag & 1));
  }
  return steps;
}

/**
 * Returns the extent of each panel over all frames that are here.
 *
 * @param {Frames} recording
 */
export function wholeExtents({ panels, count, frames, scales, iterations }) {
  const size = 2 * count;
  return Array.from({ length: panels }, (_, panel) => {
    const extent = emptyExtent();
    for (let frame = 0; frame < iterations.length; frame++) {
      const steps = frames[frame];
      if (!steps) continue;
      let [left, right, low, high] = [STEPS, -STEPS, STEPS, -STEPS];
      for (let i = panel * size; i < (panel + 1) * size; i += 2) {
        const x = steps[i];
        const y = steps[i + 1];
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
