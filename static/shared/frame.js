// Drawing in step with the screen.

/**
 * Returns `draw`, run at most once per frame of the screen however often it is asked for.
 *
 * @param {(now: number) => void} draw
 */
export function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame((now) => {
      asked = false;
      draw(now);
    });
  };
}

/**
 * Calls `step` with 0 to 1 over some milliseconds, then `done`. The result stops it early.
 *
 * @param {number} milliseconds
 * @param {(share: number) => void} step
 */
export function animate(milliseconds, step, done = () => {}) {
  const begin = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const share = milliseconds ? Math.min(1, Math.max(0, (now - begin) / milliseconds)) : 1;
    frame = share < 1 ? requestAnimationFrame(next) : 0;
    step(share);
    if (share === 1) done();
  });
  return () => cancelAnimationFrame(frame);
}

/**
 * Turns an even pace into slow, fast, slow.
 *
 * @param {number} share
 */
export const eased = (share) => share * share * (3 - 2 * share);

/**
 * Returns how long something glides to a new place; not at all for visitors who asked for no
 * movement.
 */
export const glideTime = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350);
