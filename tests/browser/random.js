// Numbers that look random and are the same in every run.

/** Returns a function that gives numbers from 0 to 1. */
export function randoms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
