// The order in which the frames of a large run travel, from coarse to fine; the other end is
// core/tsne/coarse_to_fine.py.

/**
 * Returns the numbers of so many frames in the order in which they are sent: last, first, middle,
 * quarters, and so on.
 *
 * @param {number} count
 */
export function orderOf(count) {
  const last = count - 1;
  const order = last ? [last, 0] : [0];
  let half = 1;
  while (2 * half < last) half *= 2;
  for (; half >= 1; half /= 2) {
    for (let frame = half; frame < last; frame += 2 * half) order.push(frame);
  }
  return order;
}

/**
 * Returns the two frames between which one is sent; null for the first and the last one.
 *
 * @param {number} frame
 * @param {number} last
 */
export function around(frame, last) {
  if (frame === 0 || frame === last) return null;
  const half = frame & -frame; // the largest power of two that divides it
  return [frame - half, Math.min(frame + half, last)];
}

/**
 * Returns the whole steps of a frame from what was sent of it: what it differs from the straight
 * line between the two frames around it.
 *
 * @param {Uint8Array} planes All low bytes, then all high bytes.
 * @param {number} panels
 * @param {Int16Array | null} before The steps of the two frames; null for the first and last one.
 * @param {Int16Array | null} after
 * @param {ArrayLike<number>} factors Two for each panel.
 */
export function stepsFrom(planes, panels, before, after, factors) {
  const count = planes.length / 2;
  const size = count / panels;
  const steps = new Int16Array(count); // what is stored wraps around, as it does in Python
  for (let panel = 0; panel < panels; panel++) {
    const [a, b] = [factors[2 * panel], factors[2 * panel + 1]];
    for (let i = panel * size; i < (panel + 1) * size; i++) {
      const zigzag = planes[i] | (planes[count + i] << 8);
      const foretold = before && after ? Math.floor(before[i] * a + after[i] * b + 0.5) : 0;
      steps[i] = foretold + ((zigzag >>> 1) ^ -(zigzag & 1));
    }
  }
  return steps;
}
