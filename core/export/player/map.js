// One map: a square canvas below its title and numbers.

import { panelExtent } from "../../../static/shared/frames.js";
import { drawDot, nearestPoint } from "../../../static/shared/points.js";
import { transformOf, viewOf } from "../../../static/shared/scale.js";
import { DASHES } from "./curve.js";
import { agreement, DIGITS, extents, run } from "./run.js";

const FOUR_DIGITS = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
});

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
    const half = this.dots[0].width / 2;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let digit = 0; digit < DIGITS; digit++) {
      const [x, y] = this.placeOf(digit);
      if (hidden.has(run.labels[digit]) || Number.isNaN(x + y)) continue;
      const stamp = this.dots[run.labels[digit]];
      context.drawImage(stamp, x * this.density - half, y * this.density - half);
    }
    if (hovered !== null && !hidden.has(run.labels[hovered])) this.ring(context, hovered);
    this.describe(Math.round(time));
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
