// From the plane of a plot to the pixels of the screen. An extent is [left, right, low, high], a
// view { x: [from, to], y: [from, to] }, both in the plane; a box is { left, top, width, height }
// in pixels.

/**
 * @typedef {number[]} Extent
 * @typedef {{ x: number[], y: number[] }} View
 * @typedef {{ left: number, top: number, width: number, height: number }} Box
 * @typedef {{ scale: { x: number, y: number }, shift: { x: number, y: number } }} Transform
 */

/** Returns the extent of nothing. */
export const emptyExtent = () => [Infinity, -Infinity, Infinity, -Infinity];

/**
 * Makes an extent hold a point, too.
 *
 * @param {Extent} extent
 * @param {number} x
 * @param {number} y
 */
export function widen(extent, x, y) {
  if (x < extent[0]) extent[0] = x;
  if (x > extent[1]) extent[1] = x;
  if (y < extent[2]) extent[2] = y;
  if (y > extent[3]) extent[3] = y;
}

/**
 * Makes an extent hold another one, too; that of nothing changes nothing.
 *
 * @param {Extent} extent
 * @param {Extent} other
 */
export function hold(extent, other) {
  const [left, right, low, high] = other;
  if (!(left <= right)) return;
  widen(extent, left, low);
  widen(extent, right, high);
}

/**
 * Returns one extent that holds all of these, so that their sizes can be compared.
 *
 * @param {Extent[]} extents
 */
export function common(extents) {
  const all = emptyExtent();
  for (const extent of extents) hold(all, extent);
  return all;
}

/**
 * Returns the extent of `count` points, x and y in turn, that begin at `start`; what is nowhere
 * (NaN) is left out.
 *
 * @param {ArrayLike<number>} positions
 * @param {number} start
 * @param {number} count
 */
export function extentOf(positions, start, count) {
  const extent = emptyExtent();
  for (let i = start; i < start + 2 * count; i += 2) {
    const [x, y] = [positions[i], positions[i + 1]];
    if (Number.isFinite(x + y)) widen(extent, x, y);
  }
  return extent;
}

/**
 * Returns the view of an extent in a box: all of it, some air, and one unit as long across as up.
 *
 * @param {Extent} extent
 * @param {Box} box
 * @returns {View}
 */
export function viewOf(extent, box) {
  const [left, right, low, high] = extent[0] <= extent[1] ? extent : [-1, 1, -1, 1]; // nothing there
  const spare = Math.max(right - left, high - low) * 0.04 || 0.5;
  return even({ x: [left - spare, right + spare], y: [low - spare, high + spare] }, box);
}

/**
 * Returns the smallest view around this one in which one unit is as long across as up.
 *
 * @param {View} view
 * @param {Box} box
 * @returns {View}
 */
export function even({ x, y }, box) {
  const unit = Math.max((x[1] - x[0]) / box.width, (y[1] - y[0]) / box.height);
  /** @type {(range: number[], length: number) => number[]} */
  const around = (range, length) => {
    const [from, to] = range;
    const [middle, half] = [(from + to) / 2, (unit * length) / 2];
    return [middle - half, middle + half];
  };
  return { x: around(x, box.width), y: around(y, box.height) };
}

/**
 * Returns a view on the way from `a`, at share 0, to `b`, at share 1.
 *
 * @param {View} a
 * @param {View} b
 * @param {number} share
 * @returns {View}
 */
export function between(a, b, share) {
  /** @type {(from: number[], to: number[]) => number[]} */
  const mix = (from, to) => from.map((value, i) => value + (to[i] - value) * share);
  return { x: mix(a.x, b.x), y: mix(a.y, b.y) };
}

/**
 * Returns how a view's places become pixels: x * scale.x + shift.x, and so for y.
 *
 * @param {View} view
 * @param {Box} box
 * @returns {Transform}
 */
export function transformOf({ x, y }, box) {
  const [across, up] = [box.width / (x[1] - x[0]), box.height / (y[1] - y[0])];
  return {
    scale: { x: across, y: -up },
    shift: { x: box.left - x[0] * across, y: box.top + y[1] * up },
  };
}

/**
 * Says whether a place of the screen is in a box.
 *
 * @param {Box} box
 * @param {number} px
 * @param {number} py
 */
export const contains = (box, px, py) =>
  px >= box.left && px <= box.left + box.width && py >= box.top && py <= box.top + box.height;
