// Points of a scatter plot: how they look, and which one is meant. Positions are x and y in turn,
// those of one plot after those of another: `start` is where a plot's begin. A transform is
// { scale, shift }, see scale.js.

/**
 * @typedef {object} Points
 * @property {ArrayLike<number>} positions
 * @property {number} [start] 0 by default.
 * @property {ArrayLike<number>} labels The class of each point.
 * @property {Set<number>} hidden The classes that are not shown.
 */

/**
 * Returns the radius of a dot in pixels: the more there are, the smaller.
 *
 * @param {number} count
 */
export const dotRadius = (count) => (count > 3000 ? 2.5 : count > 1200 ? 3 : 3.5);

/**
 * Draws a dot with a rim in the colour of what is around it, which tells apart what overlaps.
 *
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {{ radius: number, rim?: number, color: string, around: string }} style
 */
export function drawDot(context, x, y, { radius, rim = 0.75, color, around }) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = rim;
  context.strokeStyle = around;
  context.stroke();
}

/**
 * Returns the point nearest to a place of the screen, as { index, distance } with the distance in
 * pixels; null if none is at most `reach` away. A point whose label is hidden is none, nor is one
 * that is nowhere (NaN).
 *
 * @param {Points} points
 * @param {import("./scale.js").Transform} transform
 * @param {number} px
 * @param {number} py
 */
export function nearestPoint(
  { positions, start = 0, labels, hidden },
  transform,
  px,
  py,
  reach = Infinity,
) {
  const { scale, shift } = transform;
  let [best, index] = [reach ** 2, -1];
  for (let i = 0; i < labels.length; i++) {
    const x = positions[start + 2 * i] * scale.x + shift.x - px;
    const y = positions[start + 2 * i + 1] * scale.y + shift.y - py;
    if (x * x + y * y <= best && !hidden.has(labels[i])) [best, index] = [x * x + y * y, i];
  }
  return index < 0 ? null : { index, distance: Math.sqrt(best) };
}

/**
 * Returns the points inside a closed line.
 *
 * @param {Points} points
 * @param {number[]} xs The x of its corners.
 * @param {number[]} ys The y of its corners.
 */
export function pointsInside({ positions, start = 0, labels, hidden }, xs, ys) {
  const found = [];
  for (let i = 0; i < labels.length; i++) {
    if (hidden.has(labels[i])) continue;
    const [x, y] = [positions[start + 2 * i], positions[start + 2 * i + 1]];
    let odd = false; // how often the line is crossed on the way out to the right
    for (let a = 0, b = xs.length - 1; a < xs.length; b = a++) {
      if (ys[a] > y === ys[b] > y) continue;
      if (x < xs[a] + ((y - ys[a]) / (ys[b] - ys[a])) * (xs[b] - xs[a])) odd = !odd;
    }
    if (odd) found.push(i);
  }
  return found;
}
