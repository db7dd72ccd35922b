// What a digit is drawn as: a dot, its numeral, or its own picture.

import { PIXELS, SIDE } from "../shared/digit.js";
import { numeral } from "../shared/numeral.js";
import { bytesOf, wordOf } from "../shared/pixels.js";
import { dotRadius, drawDot } from "../shared/points.js";
import { paletteOf, rimOf, rowsOf } from "./coloring.js";

const numeralHeight = (count) => (count > 3000 ? 9 : count > 1200 ? 11 : 13); // pixels
const PICTURE = { least: 8, most: 28, share: 1.2 };

/** Returns the side of a picture in pixels: the more there are, the smaller. */
export function pictureSide(count, { width, height }) {
  const side = Math.round(PICTURE.share * Math.sqrt((width * height) / count));
  return Math.max(PICTURE.least, Math.min(PICTURE.most, side));
}

/**
 * { size, cells, cellOf, draw }: a mark is at most `size` pixels wide, there are `cells` different
 * ones, a digit has that of `cellOf(i, panel)`, and `draw(context, cell)` draws one around the
 * origin; `drawPoint(context, i, panel)` draws that of a digit. Where there is a `tintOf(i, panel)`,
 * a digit has that colour in place of its cell's.
 */
export function marksOf(scatter) {
  const { marks } = scatter.settings;
  if (marks === "pictures" && scatter.pictures) return pictureMarks(scatter);
  return marks === "numerals" ? numeralMarks(scatter) : dotMarks(scatter);
}

/** Returns the marks of dots, each with a rim. */
export function dotMarks(scatter) {
  const colors = paletteOf(scatter);
  const around = rimOf(scatter);
  const radius = dotRadius(scatter.count);
  const cellOf = (i, panel) => rowsOf(scatter, panel)[i];
  const draw = (context, cell) => drawDot(context, 0, 0, { radius, color: colors[cell], around });
  return byCell({ cells: colors.length, cellOf, size: 2 * radius + 1, draw });
}

function numeralMarks(scatter) {
  const { labels, count, theme, levels } = scatter;
  const inks = paletteOf(scatter).map((color) => inkOf(color, theme));
  const height = numeralHeight(count);
  const rows = levels ? inks.length : 1; // a class has one colour, or any of them
  const cellOf = (i, panel) => labels[i] * rows + (levels ? rowsOf(scatter, panel)[i] : 0);
  const draw = (context, cell) => {
    const label = Math.floor(cell / rows);
    numeral(context, label, height, inks[levels ? cell % rows : label], theme);
  };
  return byCell({ cells: scatter.colors.length * rows, cellOf, size: height + 2, draw });
}

const byCell = (marks) => ({
  ...marks,
  drawPoint: (context, i, panel) => marks.draw(context, marks.cellOf(i, panel)),
});

/** Draws every digit's own picture, as ink of its colour on nothing. */
function pictureMarks(scatter) {
  const { colors, labels, count, pictures, theme } = scatter;
  const size = pictureSide(count, scatter.grid.boxes[0]);
  const columns = Math.ceil(Math.sqrt(count));
  const canvas = document.createElement("canvas");
  canvas.width = columns * SIDE;
  canvas.height = Math.ceil(count / columns) * SIDE;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(image.data.buffer);
  const inks = colors.map((color) => wordOf(inkOf(color, theme)));
  for (let i = 0; i < count; i++) {
    const ink = inks[labels[i]];
    const [left, top] = [(i % columns) * SIDE, Math.floor(i / columns) * SIDE];
    const pixels = pictures.of(i);
    for (let k = 0; k < PIXELS; k++) {
      const level = pixels[k];
      const at = (top + Math.floor(k / SIDE)) * image.width + left + (k % SIDE);
      if (level) words[at] = ink | (level << 24);
    }
  }
  context.putImageData(image, 0, 0);
  const draw = (onto, i) => {
    const [x, y] = [(i % columns) * SIDE, Math.floor(i / columns) * SIDE];
    onto.drawImage(canvas, x, y, SIDE, SIDE, -size / 2, -size / 2, size, size);
  };
  const tints = paletteOf(scatter).map((color) => inkOf(color, theme));
  const tintWords = tints.map(wordOf);
  return {
    size,
    cells: count,
    cellOf: (i) => i,
    draw,
    drawPoint(onto, i, panel) {
      const picture = inked(pictures.of(i), bytesOf(tints[rowsOf(scatter, panel)[i]]));
      onto.drawImage(picture, -size / 2, -size / 2, size, size);
    },
    tintOf: scatter.levels ? (i, panel) => tintWords[rowsOf(scatter, panel)[i]] : null,
  };
}

/**
 * Returns a digit's picture as ink of one colour on nothing.
 *
 * @param {Uint8Array} pixels
 * @param {number[]} ink Red, green and blue.
 */
export function inked(pixels, ink) {
  const [red, green, blue] = ink;
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  for (let k = 0; k < pixels.length; k++) image.data.set([red, green, blue, pixels[k]], 4 * k);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Returns a class colour that can be read as thin strokes: some of the text's colour is in it. */
export const inkOf = (color, { text }) => mixed(bytesOf(color), bytesOf(text), 0.22);

const mixed = (a, b, share) =>
  `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(" ")})`;
