// The decoded grid behind a map: one tile per place of a grid that is fixed in the plane, so that
// moving the view decodes only what comes into sight. Tiles are decoded a few at a time.

import { PIXELS, SIDE } from "../shared/digit.js";
import { planeX, planeY, screenX, screenY } from "./view.js";

const TILE = 34; // a tile is this many screen pixels wide, up to twice that
const SPARE = 2; // tiles beyond the edge, so that a small move needs nothing
const KNOWN = 4000; // tiles that are remembered
const INK = 0.42; // how strong the grid is behind the dots

export function newTiles() {
  return { canvas: document.createElement("canvas"), known: new Map(), range: null, missing: [] };
}

/** Forgets everything: another decoder, or another plane. */
export function forget(tiles) {
  tiles.known.clear();
  tiles.range = null;
}

/** Sees to it that the tiles of the view are there, or wanted. */
export function arrange(tiles, view, box, ink) {
  const level = Math.ceil(Math.log2(TILE / view.scale));
  const size = 2 ** level;
  const need = {
    left: Math.floor(planeX(view, box, box.left) / size),
    right: Math.floor(planeX(view, box, box.left + box.width) / size),
    low: Math.floor(planeY(view, box, box.top + box.height) / size),
    high: Math.floor(planeY(view, box, box.top) / size),
  };
  const have = tiles.range;
  const enough =
    have?.level === level &&
    have.ink === ink &&
    have.left <= need.left &&
    have.right >= need.right &&
    have.low <= need.low &&
    have.high >= need.high;
  if (enough) return;
  const range = {
    level,
    size,
    ink,
    left: need.left - SPARE,
    right: need.right + SPARE,
    low: need.low - SPARE,
    high: need.high + SPARE,
  };
  tiles.range = range;
  const columns = range.right - range.left + 1;
  const rows = range.high - range.low + 1;
  tiles.canvas.width = columns * SIDE;
  tiles.canvas.height = rows * SIDE;
  tiles.missing = [];
  for (let row = range.low; row <= range.high; row++) {
    for (let column = range.left; column <= range.right; column++) {
      const name = `${level} ${column} ${row}`;
      const pixels = tiles.known.get(name);
      if (pixels) put(tiles, column, row, pixels);
      else tiles.missing.push({ name, column, row });
    }
  }
  const middle = [(range.left + range.right) / 2, (range.low + range.high) / 2];
  const far = ({ column, row }) => (column - middle[0]) ** 2 + (row - middle[1]) ** 2;
  tiles.missing.sort((a, b) => far(b) - far(a)); // taken from the end: the middle first
}

/** Decodes missing tiles for some milliseconds; whether any was decoded. */
export function work(tiles, milliseconds, decodeAt) {
  if (!tiles.missing.length) return false;
  const end = performance.now() + milliseconds;
  const { size } = tiles.range;
  do {
    const { name, column, row } = tiles.missing.pop();
    const pixels = new Uint8ClampedArray(PIXELS);
    decodeAt((column + 0.5) * size, (row + 0.5) * size, pixels);
    if (tiles.known.size >= KNOWN) tiles.known.delete(tiles.known.keys().next().value);
    tiles.known.set(name, pixels);
    put(tiles, column, row, pixels);
  } while (tiles.missing.length && performance.now() < end);
  return true;
}

/** Draws a tile as ink on nothing, so that it suits a light page and a dark one. */
function put(tiles, column, row, pixels) {
  const { left, high, ink } = tiles.range;
  const context = tiles.canvas.getContext("2d");
  tiles.image ??= context.createImageData(SIDE, SIDE);
  const rgba = tiles.image.data;
  for (let i = 0, at = 0; i < PIXELS; i++) {
    rgba[at++] = ink[0];
    rgba[at++] = ink[1];
    rgba[at++] = ink[2];
    rgba[at++] = INK * pixels[i];
  }
  context.putImageData(tiles.image, (column - left) * SIDE, (high - row) * SIDE);
}

export function drawTiles(tiles, context, view, box) {
  const { left, right, low, high, size } = tiles.range;
  const width = (right - left + 1) * size * view.scale;
  const height = (high - low + 1) * size * view.scale;
  const x = screenX(view, box, left * size);
  context.drawImage(tiles.canvas, x, screenY(view, box, (high + 1) * size), width, height);
}
