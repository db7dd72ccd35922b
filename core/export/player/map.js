// One map: a square canvas below its title and numbers.

import { DASHES } from "../../../static/shared/dashes.js";
import { panelExtent } from "../../../static/shared/frames.js";
import { drawDot, nearestPoint } from "../../../static/shared/points.js";
import { dotsOf, drawCloud, LARGE, radiusFor } from "../../../static/shared/raster.js";
import { transformOf, viewOf } from "../../../static/shared/scale.js";
import { agreement, DIGITS, extents, run } from "./run.js";

const FOUR_DIGITS = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
});

const ALPHA = 0.8; // of a dot of a large map, as in static/player/cloud.js

export class MapView {
  constructor(map) {
    this.map = map;
    this.figure = document.createElement("figure");
    this.figure.innerHTML =
      '<figcaption><h2></h2><p class="values"></p></figcaption><canvas role="img"></canvas>';
    const { title, color } = run.panels[map];
    const heading = this.figure.querySelector("h2");
    heading.innerHTML =
      '<svg viewBox="0 0 24 6" aria-hidden="true"><path d="M0 3h24" stroke-width="3"/></svg>';
    heading.querySelector("path").setAttribute("stroke", color);
    heading.querySelector("path").setAttribute("stroke-dasharray", DASHES[map].join(" "));
    heading.append(title);
    this.values = this.figure.querySelector(".values");
    this.canvas = this.figure.querySelector("canvas");
  }

  /** Takes the size it has on the page and the colours of the theme. */
  fit(theme) {
    this.side = this.canvas.clientWidth;
    this.density = window.devicePixelRatio || 1;
    this.canvas.width = this.canvas.height = Math.round(this.side * this.density);
    this.theme = theme;
    const density = Math.min(1.4, Math.max(0.6, (1000 / DIGITS) ** 0.25));
    this.radius = Math.max(1.6, (this.side / 130) * density);
    this.dots = run.colors.map((color) => this.dot(color));
    if (DIGITS > LARGE) this.fitRaster();
  }

  /** Makes a picture for the dots of a large map, with a margin for those at its edge. */
  fitRaster() {
    const pixels = this.canvas.width;
    const dots = dotsOf(radiusFor(DIGITS, this.side ** 2) * this.density, ALPHA);
    const margin = 2 * dots.reach + 1;
    const width = pixels + 2 * margin;
    const image = new ImageData(width, width);
    const words = new Int32Array(image.data.buffer);
    const [background] = pixelsOf([this.theme.ground]);
    this.raster = { dots, margin, image, words, width, height: width, background };
    this.table = pixelsOf(run.colors);
  }

  /** Draws one small picture for a class: copying it is much cheaper than a path per dot. */
  dot(color) {
    const rim = Math.max(0.6, this.radius / 4);
    const stamp = document.createElement("canvas");
    stamp.width = stamp.height = Math.ceil((this.radius + rim + 1) * 2 * this.density);
    const context = stamp.getContext("2d");
    const middle = stamp.width / 2 / this.density;
    context.scale(this.density, this.density);
    drawDot(context, middle, middle, {
      radius: this.radius + rim / 2, // half of the rim lies inside of it
      rim,
      color,
      around: this.theme.ground,
    });
    return stamp;
  }

  /** Draws the map; `positions` are those of all maps, as shared/frames.js has them. */
  draw({ time, positions, follow, hidden, hovered }) {
    const context = this.canvas.getContext("2d");
    const extent = follow ? panelExtent(positions, this.map, DIGITS) : extents[this.map];
    const box = { left: 0, top: 0, width: this.side, height: this.side };
    this.transform = transformOf(viewOf(extent, box), box);
    this.points = { positions, start: 2 * this.map * DIGITS, labels: run.labels, hidden };
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (this.raster) this.drawRaster(context);
    else this.drawDots(context);
    if (hovered !== null && !hidden.has(run.labels[hovered])) this.ring(context, hovered);
    this.describe(Math.round(time));
  }

  drawDots(context) {
    const { hidden } = this.points;
    const half = this.dots[0].width / 2;
    for (let digit = 0; digit < DIGITS; digit++) {
      const [x, y] = this.placeOf(digit);
      if (hidden.has(run.labels[digit]) || Number.isNaN(x + y)) continue;
      const stamp = this.dots[run.labels[digit]];
      context.drawImage(stamp, x * this.density - half, y * this.density - half);
    }
  }

  drawRaster(context) {
    const { positions, start, hidden } = this.points;
    const { dots, margin, image, words, background } = this.raster;
    const { scale, shift } = this.transform;
    const [density, side] = [this.density, this.canvas.width];
    const transform = {
      scale: { x: scale.x * density, y: scale.y * density },
      shift: { x: shift.x * density + margin, y: shift.y * density + margin },
    };
    const layers = Uint8Array.from(run.labels, (label) => (hidden.has(label) ? 0 : 1));
    const cloud = { positions, start, levels: run.labels, table: this.table, layers };
    words.fill(0);
    drawCloud(this.raster, cloud, transform, dots, 1, 256, background);
    context.putImageData(image, -margin, -margin, margin, margin, side, side);
  }

  /** Returns where a digit is, in CSS pixels of the canvas. */
  placeOf(digit) {
    const { positions, start } = this.points;
    const { scale, shift } = this.transform;
    const at = start + 2 * digit;
    return [positions[at] * scale.x + shift.x, positions[at + 1] * scale.y + shift.y];
  }

  ring(context, digit) {
    const [x, y] = this.placeOf(digit);
    if (Number.isNaN(x + y)) return;
    context.beginPath();
    context.arc(x * this.density, y * this.density, (this.radius + 4) * this.density, 0, 7);
    context.lineWidth = 2 * this.density;
    context.strokeStyle = this.theme.ink;
    context.stroke();
  }

  /** Writes the numbers of a frame above the map and into its description. */
  describe(frame) {
    const divergence = run.kl[frame][this.map];
    const measured = agreement[this.map][frame];
    const parts = [divergence === null ? "diverged" : `KL ${FOUR_DIGITS.format(divergence)} nats`];
    if (measured !== null) parts.push(`5-NN agreement ${Math.round(measured * 100)} %`);
    const text = parts.join(" · ");
    if (this.values.textContent === text) return;
    this.values.textContent = text;
    this.canvas.setAttribute(
      "aria-label",
      `${run.panels[this.map].title}: map after ${run.iterations[frame]} iterations, ${text}`,
    );
  }

  /** Returns the digit nearest to a place on the canvas, or null where none is near. */
  nearest(x, y, reach) {
    const near = nearestPoint(this.points, this.transform, x, y, this.radius + reach);
    return near?.index ?? null;
  }
}

/** Returns colours, as #rrggbb, as pixels of an ImageData. */
function pixelsOf(colors) {
  return Int32Array.from(colors, (color) => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    return 0xff000000 | (blue << 16) | (green << 8) | red;
  });
}
