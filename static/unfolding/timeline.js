// The time of maps that unfold: `at` runs from 0, the first frame, to 1, the last.

const SECONDS = 9; // from the first frame to the last
const LONGEST_STEP = 100; // ms; what was hidden for longer goes on where it was
const NAMED = 0.88; // from here on the classes are written on the maps

/**
 * Returns where the time is so many milliseconds later.
 *
 * @param {number} at
 * @param {number} milliseconds
 */
export const later = (at, milliseconds) =>
  Math.min(1, at + Math.max(0, Math.min(LONGEST_STEP, milliseconds)) / (1000 * SECONDS));

/**
 * Returns the time in frames, as shared/frames.js counts it.
 *
 * @param {number} at
 * @param {number} frames
 */
export const frameTime = (at, frames) => at * (frames - 1);

/**
 * Returns the iteration that is shown, a whole number.
 *
 * @param {number} at
 * @param {ArrayLike<number>} iterations Of each frame.
 */
export function iterationAt(at, iterations) {
  const time = frameTime(at, iterations.length);
  const before = Math.floor(time);
  const after = Math.min(iterations.length - 1, before + 1);
  return Math.round(
    iterations[before] + (iterations[after] - iterations[before]) * (time - before),
  );
}

/**
 * Returns how strongly the classes are written, 0 to 1.
 *
 * @param {number} at
 */
export const namesAt = (at) => Math.max(0, (at - NAMED) / (1 - NAMED));

/**
 * Returns what the button does next.
 *
 * @param {{ playing: boolean, played: boolean, at: number }} state
 */
export function nextAct({ playing, played, at }) {
  if (playing) return "Pause";
  return at === 1 && played ? "Replay" : "Play";
}
