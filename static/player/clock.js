// The one clock of all maps. It counts iterations; recorded frames may be more than one apart.

const PACE = 50; // iterations a second at speed 1

/** Makes a clock over these iterations, as fast as the controls say. */
export function newClock(iterations, { speed, loop }) {
  const settings = { speed: Number(speed.value), loop: loop.ariaPressed === "true" };
  return { iterations, at: iterations[0], playing: false, ...settings };
}

export const endOf = ({ iterations }) => iterations[iterations.length - 1];

/** Lets so many milliseconds pass; says whether the clock still runs. */
export function advance(clock, milliseconds) {
  const [first, last] = [clock.iterations[0], endOf(clock)];
  clock.at += (milliseconds / 1000) * PACE * clock.speed;
  if (clock.at < last) return true;
  clock.at = clock.loop ? first : last;
  return clock.at < last;
}

/** Returns the time in frames, as frames.js counts it. */
export function timeOf({ iterations, at }) {
  let [low, high] = [0, iterations.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (iterations[middle] <= at) low = middle;
    else high = middle - 1;
  }
  if (low === iterations.length - 1) return low;
  return low + (at - iterations[low]) / (iterations[low + 1] - iterations[low]);
}

/** Returns the recorded frame that is shown, or the nearest to what is. */
export const frameOf = (clock) => Math.round(timeOf(clock));

export function goTo(clock, frame) {
  const last = clock.iterations.length - 1;
  clock.at = clock.iterations[Math.max(0, Math.min(last, frame))];
}
