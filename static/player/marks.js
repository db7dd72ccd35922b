// What a digit is drawn as: a dot, its numeral, or its own picture.

import { PIXELS, SIDE } from "../shared/digit.js";
import { dotRadius, drawDot } from "../shared/points.js";

const numeralHeight = (count) => (count > 3000 ? 9 : count > 1200 ? 11 : 13); // pixels
const PICTURE = { least: 8, most: 28, share: 1.2 };

/** Returns the side of a picture in pixels: the more there are, the smaller. */
export function pictureSide(count, { width, height }) {
  const side = Math.round(PICTURE.share * Math.sqrt((width * height) / count));
  return Math.max(PICTURE.least, Math.min(PICTURE.most, side));
}

/**
 * { size, cells, cellOf, draw }: a mark is at most `size` pixels wide, there are `cells` different
 * ones, a digit has that of `cellOf(i)`, and `draw(context, cell)` draws one around the origin.
 */
export function marksOf(scatter) {
  const { colors, labels, count, pictures, theme } = scatter;
  const { marks } = scatter.settings;
  const byClass = { cells: colors.length, cellOf: (i) => labels[i] };
  if (marks === "pictures" && pictures) return pictureMarks(scatter);
  if (marks === "numerals") {
    const inks = colors.map((color) => inkOf(color, theme));
    const height = numeralHeight(count);
    const draw = (context, label) => numeral(context, label, height, inks[label], theme);
    return { ...byClass, size: height + 2, draw };
  }
  return dotMarks(scatter);
}

/** Returns the marks of dots, each with a rim. */
export function dotMarks({ colors, labels, count, theme }) {
  const radius = dotRadius(count);
  const draw = (context, label) =>
    drawDot(context, 0, 0, { radius, color: colors[label], around: theme.background });
  return { cells: colors.length, cellOf: (i) => labels[i], size: 2 * radius + 1, draw };
}

export function numeral(context, label, height, color, theme) {
  context.font = `700 ${height}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 2;
  context.strokeStyle = theme.background; // holds it apart from those it covers
  context.strokeText(label, 0, 0.5);
  context.fillStyle = color;
  context.fillText(label, 0, 0.5);
}

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
  const inks = colors.map((color) => bytesOf(inkOf(color, theme)));
  for (let i = 0; i < count; i++) {
    const [r, g, b] = inks[labels[i]];
    const ink = (b << 16) | (g << 8) | r;
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
  return { size, cells: count, cellOf: (i) => i, draw };
}

/** Returns a class colour that can be read as thin strokes: some of the text's colour is in it. */
export const inkOf = (color, { text }) => mixed(bytesOf(color), bytesOf(text), 0.22);

const mixed = (a, b, share) =>
  `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(" ")})`;

/** @type {OffscreenCanvasRenderingContext2D | undefined} */
let probe;

/** Returns the red, green and blue of any colour: a canvas knows them. */
export function bytesOf(color) {
  probe ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
