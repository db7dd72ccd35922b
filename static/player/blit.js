// Thousands of marks in a few milliseconds: they are drawn once, and then copied pixel by pixel.
// The canvas's own drawImage takes four times as long for 2,000 of them without a graphics card,
// and eight times for 20,000.

import { transformOf } from "../shared/scale.js";
import { dotMarks, marksOf } from "./marks.js";
import { FAINT, isLarge } from "./shown.js";

const FINE = 4; // places within a pixel and direction that a mark is drawn for, lest it jump
const COARSE = 2; // the same where every digit has a mark of its own
const MANY = 100;

/**
 * Draws all marks as pixels: `layers[phase]` is a picture of cells of `side` pixels, `columns` of
 * them in a row. A word is a pixel: alpha, blue, green, red.
 */
export function sheetOf(scatter, ratio) {
  if (isLarge(scatter)) return dotMarks(scatter); // one at a time, in a ring; cloud.js draws them all
  const marks = marksOf(scatter);
  const { size, cells, draw } = marks;
  const phases = cells > MANY ? COARSE : FINE;
  const side = Math.ceil(size * ratio) + 2;
  const columns = Math.ceil(Math.sqrt(cells));
  const [width, height] = [columns * side, Math.ceil(cells / columns) * side];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  const layers = Array.from({ length: phases * phases }, (_, phase) => {
    const [x, y] = [phase % phases, Math.floor(phase / phases)].map(
      (step) => Math.floor(side / 2) + step / phases,
    );
    context.resetTransform();
    context.clearRect(0, 0, width, height);
    for (let cell = 0; cell < cells; cell++) {
      const [left, top] = [(cell % columns) * side, Math.floor(cell / columns) * side];
      context.setTransform(ratio, 0, 0, ratio, left + x, top + y);
      draw(context, cell);
    }
    return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  });
  return { ...marks, layers, phases, side, columns, width };
}

/** Draws a panel's points into the canvas, in its own pixels, and nothing outside the box. */
export function blitPoints(scatter, context, panel, box, ratio) {
  const { sheet, positions, count, labels, selected } = scatter;
  const { hidden } = scatter.settings;
  const { side, phases } = sheet;
  const [left, top] = [Math.round(box.left * ratio), Math.round(box.top * ratio)];
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  // Around it there is room for a whole mark: no mark that is seen leaves the buffer.
  const target = bufferOf(scatter, context, width + 2 * side, height + 2 * side);
  target.words.fill(0);
  const { scale, shift } = transformOf(scatter.views[panel], box);
  const half = Math.floor(side / 2);
  const start = 2 * panel * count;
  const some = (opacity, wanted) => {
    for (let i = 0; i < count; i++) {
      if ((selected && selected[i] !== wanted) || hidden.has(labels[i])) continue;
      const x = (positions[start + 2 * i] * scale.x + shift.x) * ratio - left + 0.5 / phases;
      const y = (positions[start + 2 * i + 1] * scale.y + shift.y) * ratio - top + 0.5 / phases;
      // Also false where a place is no number.
      if (!(x > -half && x < width + half && y > -half && y < height + half)) continue;
      const [atX, atY] = [Math.floor(x), Math.floor(y)];
      const phase = Math.floor((x - atX) * phases) + phases * Math.floor((y - atY) * phases);
      const origin = (atY + side - half) * target.width + atX + side - half;
      const tint = sheet.tintOf?.(i, panel);
      copy(target, origin, sheet, sheet.cellOf(i, panel), sheet.layers[phase], opacity, tint);
    }
  };
  if (selected) some(Math.round(255 * FAINT), 0);
  some(255, 1);
  context.putImageData(target.image, left - side, top - side, side, side, width, height);
}

export function bufferOf(scatter, context, width, height) {
  const known = scatter.buffer;
  if (known?.width === width && known.height === height) return known;
  const image = context.createImageData(width, height);
  scatter.buffer = { image, width, height, words: new Uint32Array(image.data.buffer) };
  scatter.buffer.signed = new Int32Array(image.data.buffer);
  return scatter.buffer;
}

/** Copies one cell of a sheet over what is in the target already; in another colour if there is one. */
function copy(target, origin, sheet, cell, layer, opacity, tint) {
  const { words, width } = target;
  const { side, columns } = sheet;
  const first = Math.floor(cell / columns) * side * sheet.width + (cell % columns) * side;
  for (let row = 0; row < side; row++) {
    const from = first + row * sheet.width;
    const to = origin + row * width;
    for (let column = 0; column < side; column++) {
      const pixel = layer[from + column];
      if (!pixel) continue;
      const above = tint === undefined ? pixel : (pixel & 0xff000000) | tint;
      const alpha = opacity === 255 ? above >>> 24 : Math.round(((above >>> 24) * opacity) / 255);
      const below = words[to + column];
      if (alpha === 255 || !below) words[to + column] = (alpha << 24) | (above & 0xffffff);
      else words[to + column] = over(above, alpha, below);
    }
  }
}

/** Returns the pixel that is seen when one lies over another; both may let light through. */
function over(above, alpha, below) {
  const rest = ((below >>> 24) * (255 - alpha)) / 255;
  const whole = alpha + rest;
  const share = alpha / whole;
  const red = (below & 255) + ((above & 255) - (below & 255)) * share;
  const green = ((below >> 8) & 255) + (((above >> 8) & 255) - ((below >> 8) & 255)) * share;
  const blue = ((below >> 16) & 255) + (((above >> 16) & 255) - ((below >> 16) & 255)) * share;
  return (whole << 24) | (blue << 16) | (green << 8) | red;
}
