// What a step of the staircase looks like: its map of digits, its decoded plane and its samples.

import { decode } from "../latent/mlp.js";
import { inkInto, PIXELS, SIDE } from "../shared/digit.js";

export const GRID = 12; // pictures along each side of the decoded plane
const GAP = 2; // pixels between samples
const COLUMNS = 8; // samples side by side
const RADIUS = 2.2; // CSS pixels of a dot
const LEAST_UNIT = 16; // pixels of the layout: circles that are closer have no room for their names

/**
 * Returns the codes of the decoded plane, row by row from the top: a grid from -reach to reach along
 * both dimensions.
 *
 * @param {number} reach
 */
export function gridCodes(reach) {
  const at = (/** @type {number} */ i) => ((2 * i) / (GRID - 1) - 1) * reach;
  return Array.from({ length: GRID * GRID }, (_, i) => [at(i % GRID), -at(Math.floor(i / GRID))]);
}

/**
 * Decodes codes into one picture, `columns` digits side by side with a gap between them.
 *
 * @param {any} network Of `readNetwork`.
 * @param {number[][]} codes
 * @param {number} columns
 * @param {number} gap
 */
export function sheet(network, codes, columns, gap) {
  const step = SIDE + gap;
  const rows = Math.ceil(codes.length / columns);
  const image = new ImageData(columns * step - gap, rows * step - gap);
  const pixels = new Uint8ClampedArray(PIXELS);
  const digit = new ImageData(SIDE, SIDE);
  codes.forEach((code, n) => {
    decode(network, code, pixels);
    inkInto(digit.data, pixels);
    const left = (n % columns) * step;
    const top = Math.floor(n / columns) * step;
    for (let row = 0; row < SIDE; row++) {
      const from = digit.data.subarray(4 * row * SIDE, 4 * (row + 1) * SIDE);
      image.data.set(from, 4 * ((top + row) * image.width + left));
    }
  });
  return image;
}

/**
 * Returns the pictures of a step's decoder.
 *
 * @param {any} network
 * @param {number} reach
 * @param {number[][]} samples
 */
export function picturesOf(network, reach, samples) {
  return {
    plane: sheet(network, gridCodes(reach), GRID, 0),
    samples: sheet(network, samples, COLUMNS, GAP),
  };
}

/**
 * Draws a step's codes as dots, and where the codes of the prior lie: two circles.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} side Of the square, in pixels of the layout.
 * @param {number} ratio Pixels of the canvas for each of them.
 * @param {{ codes: Float32Array, labels: Uint8Array, colors: string[], hidden: Set<number>,
 *   reach: number, theme: any }} step `codes` are x and y in turn; `reach` is the end of both axes.
 */
export function drawMap(canvas, side, ratio, { codes, labels, colors, hidden, reach, theme }) {
  if (canvas.width !== Math.round(side * ratio)) {
    canvas.width = canvas.height = Math.round(side * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, side, side);
  const unit = side / 2 / reach;
  const across = (/** @type {number} */ x) => side / 2 + x * unit;
  const down = (/** @type {number} */ y) => side / 2 - y * unit;
  colors.forEach((color, label) => {
    if (hidden.has(label)) return;
    context.beginPath();
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label) continue;
      const [x, y] = [across(codes[2 * i]), down(codes[2 * i + 1])];
      context.moveTo(x + RADIUS, y);
      context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    }
    context.fillStyle = color;
    context.fill();
  });
  context.fillStyle = theme.text;
  context.font = `12px ${theme.font}`;
  const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => {
    context.lineWidth = 3;
    context.strokeStyle = theme.background;
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  context.textAlign = "center";
  for (const radius of [1, 2]) {
    context.beginPath();
    context.arc(side / 2, side / 2, radius * unit, 0, 2 * Math.PI);
    for (const [width, color] of /** @type {[number, string][]} */ ([
      [3.5, theme.background],
      [1.5, theme.text],
    ])) {
      context.lineWidth = width;
      context.strokeStyle = color;
      context.stroke();
    }
    if (unit > LEAST_UNIT) write(String(radius), side / 2, down(radius) - 4);
  }
  context.textAlign = "left";
  write(`both axes from −${reach.toFixed(1)} to ${reach.toFixed(1)}`, 6, side - 8);
}

/**
 * Returns how far the axes of a map go: to all but the most distant codes, and to 2.6 at least, so
 * that both circles of the prior are seen.
 *
 * @param {Float32Array} codes
 */
export function reachOf(codes) {
  const far = Float32Array.from(codes, Math.abs).sort();
  return Math.max(2.6, 1.05 * (far[Math.floor(far.length * 0.995)] ?? 0));
}
