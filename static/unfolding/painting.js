// One map on its canvas, in the pixels of the screen.

import { numeral } from "../shared/numeral.js";
import { tableOf } from "../shared/pixels.js";
import { dotsOf, drawCloud, radiusFor } from "../shared/raster.js";

const ALPHA = 0.85; // of a dot: where several lie over each other it is darker
const FILLED = 1 / 6; // of a map is covered at the end
const NAME = { share: 0.05, least: 12, rim: 3.5 }; // of the map's width; CSS pixels
const LAYER = 1; // all points are in one

/** Returns how many pixels of the screen a canvas is wide, and high; 0 where it is not shown. */
export const sideOf = (canvas) => Math.round(canvas.clientWidth * Math.max(1, devicePixelRatio));

/**
 * Makes a canvas so many pixels wide and high; what is returned draws on it. All that stays the
 * same from frame to frame is made once.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} side
 * @param {{ labels: Uint8Array, colors: string[] }} data
 * @param {ReturnType<typeof import("../shared/theme.js").readTheme>} theme
 */
export function painterOf(canvas, side, { labels, colors }, theme) {
  Object.assign(canvas, { width: side, height: side });
  // Where its pixels are written a canvas is best kept in main memory.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(side, side);
  const target = { words: new Int32Array(image.data.buffer), width: side, height: side };
  const ratio = side / canvas.clientWidth;
  const dots = dotsOf(radiusFor(labels.length, FILLED * canvas.clientWidth ** 2) * ratio, ALPHA);
  const half = side / 2 - dots.reach - 2; // so far from the middle is 1
  const transform = { scale: { x: half, y: -half }, shift: { x: side / 2, y: side / 2 } };
  const layers = new Uint8Array(labels.length).fill(LAYER);
  const cloud = { levels: labels, table: tableOf(colors), layers };
  const [background] = tableOf([theme.background]);
  const height = Math.max(NAME.least * ratio, NAME.share * side);

  /**
   * Draws the points of a panel, and the names of the classes as strongly as they are to be seen.
   *
   * @param {Float32Array} positions Those of all panels, (P, N, 2), in [-1, 1].
   * @param {number} panel
   * @param {{ places: number[], strength: number }} names By class the point where it is written.
   */
  return (positions, panel, { places, strength }) => {
    const start = 2 * panel * labels.length;
    target.words.fill(0);
    drawCloud(target, { ...cloud, positions, start }, transform, dots, LAYER, 256, background);
    context.putImageData(image, 0, 0);
    context.globalAlpha = strength;
    for (const [label, point] of places.entries()) {
      if (!strength || point < 0) continue;
      const at = start + 2 * point;
      const [x, y] = [side / 2 + half * positions[at], side / 2 - half * positions[at + 1]];
      context.setTransform(1, 0, 0, 1, x, y);
      numeral(context, label, height, theme.text, theme, NAME.rim * ratio);
    }
    context.resetTransform();
  };
}
