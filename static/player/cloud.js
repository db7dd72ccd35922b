// The points of a large run on the canvas: a raster of dots; where they rest and few are in view,
// numerals or the digits' own pictures.

import { numeral } from "../shared/numeral.js";
import { bytesOf, tableOf } from "../shared/pixels.js";
import { dotsOf, drawCloud, radiusFor } from "../shared/raster.js";
import { transformOf } from "../shared/scale.js";
import { bufferOf } from "./blit.js";
import { paletteOf, rowsOf } from "./coloring.js";
import { inked, inkOf, pictureSide } from "./marks.js";
import { FAINT } from "./shown.js";

const ALPHA = 0.8; // of a dot: where several lie over each other it is darker
const GROWTH = 0.7; // of dots with the zoom; they come apart faster than they grow
const FINE = 10; // steps of a radius in a pixel, so that few masks are made
const PICTURES = { dots: 250, pictures: 1500 }; // in view at most, where these are drawn as pictures
const NUMERALS = 3000; // in view at most, to be drawn as numerals
const NUMERAL = 11; // pixels
const EDGE = 20; // pixels around a panel in which a mark may still be seen in part

/** Draws a panel's points into the canvas, in its own pixels, and nothing outside the box. */
export function paintCloud(scatter, context, panel, box, ratio) {
  scatter.cloud ??= newCloud(scatter);
  const transform = transformOf(scatter.views[panel], box);
  const few = scatter.resting ? pointsAsMarks(scatter, panel, box, transform) : null;
  scatter.root.dataset.drawnAs = few?.kind ?? "dots";
  if (!few) return paintDots(scatter, context, panel, box, ratio);
  context.save();
  context.scale(ratio, ratio);
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  few.draw(context);
  context.restore();
}

function newCloud(scatter) {
  const { count, labels, selected, settings, theme } = scatter;
  const layers = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (!settings.hidden.has(labels[i])) layers[i] = selected && !selected[i] ? 1 : 2;
  }
  const shown = layers.reduce((sum, layer) => sum + Math.min(1, layer), 0);
  return {
    table: tableOf(paletteOf(scatter)),
    inks: paletteOf(scatter).map((color) => inkOf(color, theme)),
    layers,
    shown,
    background: tableOf([theme.background])[0],
    dots: new Map(),
    pictures: new Map(), // by digit and colour
  };
}

function paintDots(scatter, context, panel, box, ratio) {
  const { cloud, positions, count, selected } = scatter;
  const dots = dotsFor(scatter, panel, box, ratio);
  const { reach } = dots;
  const [left, top] = [Math.round(box.left * ratio), Math.round(box.top * ratio)];
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  const margin = 2 * reach + 1; // all of a mark that is seen in part is in the buffer
  const target = bufferOf(scatter, context, width + 2 * margin, height + 2 * margin);
  target.signed.fill(0);
  const { scale, shift } = transformOf(scatter.views[panel], box);
  const transform = {
    scale: { x: scale.x * ratio, y: scale.y * ratio },
    shift: { x: shift.x * ratio - left + margin, y: shift.y * ratio - top + margin },
  };
  const levels = rowsOf(scatter, panel);
  const points = { ...cloud, levels, positions, start: 2 * panel * count };
  const words = { words: target.signed, width: target.width, height: target.height };
  if (selected) drawCloud(words, points, transform, dots, 1, 256 * FAINT, cloud.background);
  drawCloud(words, points, transform, dots, 2, 256, cloud.background);
  context.putImageData(target.image, left - margin, top - margin, margin, margin, width, height);
}

/** Returns the dots for the zoom of a panel. */
function dotsFor({ cloud, act, views }, panel, box, ratio) {
  const { x } = act.home(panel, box);
  const zoom = Math.max(1, (x[1] - x[0]) / (views[panel].x[1] - views[panel].x[0]));
  const radius = Math.min(4, radiusFor(cloud.shown, box.width * box.height) * zoom ** GROWTH);
  const size = Math.round(radius * ratio * FINE);
  if (!cloud.dots.has(size)) cloud.dots.set(size, dotsOf(size / FINE, ALPHA));
  return cloud.dots.get(size);
}

/** Returns what draws the points in view as numerals or pictures; null where they are too many. */
function pointsAsMarks(scatter, panel, box, transform) {
  const { marks } = scatter.settings;
  const most = marks === "numerals" ? NUMERALS : scatter.pictures ? PICTURES[marks] : 0;
  const inView = pointsInView(scatter, panel, box, transform, most);
  if (!inView?.length) return null;
  const { cloud, positions, count } = scatter;
  const mark =
    marks === "numerals" ? numeralsOf(scatter, panel) : picturesOf(scatter, panel, inView, box);
  return {
    kind: marks === "numerals" ? "numerals" : "pictures",
    draw(context) {
      for (const i of inView) {
        const at = 2 * (panel * count + i);
        const x = positions[at] * transform.scale.x + transform.shift.x;
        const y = positions[at + 1] * transform.scale.y + transform.shift.y;
        context.globalAlpha = cloud.layers[i] === 1 ? FAINT : 1;
        mark(context, i, x, y);
      }
    },
  };
}

/** Returns the points that are seen on a panel; null where they are more than so many. */
function pointsInView({ cloud, positions, count }, panel, box, { scale, shift }, most) {
  const found = [];
  for (let i = 0; i < count; i++) {
    if (!cloud.layers[i]) continue;
    const at = 2 * (panel * count + i);
    const x = positions[at] * scale.x + shift.x - box.left;
    const y = positions[at + 1] * scale.y + shift.y - box.top;
    if (!(x > -EDGE && x < box.width + EDGE && y > -EDGE && y < box.height + EDGE)) continue;
    if (found.length === most) return null;
    found.push(i);
  }
  return found;
}

function numeralsOf(scatter, panel) {
  const { cloud, labels, theme } = scatter;
  const rows = rowsOf(scatter, panel);
  return (context, i, x, y) => {
    context.translate(x, y);
    numeral(context, labels[i], NUMERAL, cloud.inks[rows[i]], theme);
    context.translate(-x, -y);
  };
}

/** Returns what draws a picture, or a dot where it is not here yet, and fetches what is missing. */
function picturesOf(scatter, panel, inView, box) {
  const { cloud, pictures, sheet } = scatter;
  const rows = rowsOf(scatter, panel);
  const side = pictureSide(inView.length, box);
  const missing = inView.filter((i) => !pictures.of(i));
  if (missing.length) pictures.want("map", missing);
  return (context, i, x, y) => {
    const pixels = pictures.of(i);
    if (pixels) {
      const picture = inkedOnce(cloud, i, rows[i], pixels);
      context.drawImage(picture, x - side / 2, y - side / 2, side, side);
    } else {
      context.translate(x, y);
      sheet.drawPoint(context, i, panel);
      context.translate(-x, -y);
    }
  };
}

/** Returns a digit's picture in one of the colours, which is made once. */
function inkedOnce(cloud, point, row, pixels) {
  const key = point * cloud.inks.length + row;
  const known = cloud.pictures.get(key);
  if (known) return known;
  if (cloud.pictures.size > 2 * PICTURES.pictures) cloud.pictures.clear();
  cloud.inkBytes ??= cloud.inks.map(bytesOf);
  const picture = inked(pixels, cloud.inkBytes[row]);
  cloud.pictures.set(key, picture);
  return picture;
}
