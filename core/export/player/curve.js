// The KL divergence of every map over the iterations, with a cursor at what is shown.

import { DASHES } from "../../../static/shared/dashes.js";
import { lineNamesOf, spread } from "../../../static/shared/labels.js";
import { niceStep } from "../../../static/shared/numbers.js";
import { LAST, run } from "./run.js";

const LABEL = 14; // pixels between two names at the ends of lines

export class Curve {
  constructor(section) {
    this.canvas = section.querySelector("canvas");
    const values = run.kl.flat().filter((value) => value !== null);
    this.high = values.reduce((most, value) => Math.max(most, value), 0) * 1.05 || 1;
  }

  fit(theme) {
    this.theme = theme;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * this.density);
    this.canvas.height = Math.round(this.height * this.density);
    const style = getComputedStyle(this.canvas);
    this.left = parseFloat(style.getPropertyValue("--axis"));
    this.right = this.width - parseFloat(style.getPropertyValue("--names"));
    this.font = `12px ${style.fontFamily}`;
  }

  x(time) {
    return this.left + ((this.right - this.left) * time) / Math.max(LAST, 1);
  }

  y(value) {
    return this.height - 8 - ((this.height - 16) * value) / this.high;
  }

  /** Returns the time below a place on the page. */
  timeAt(clientX) {
    const x = clientX - this.canvas.getBoundingClientRect().left;
    const share = (x - this.left) / (this.right - this.left);
    return Math.min(1, Math.max(0, share)) * LAST;
  }

  draw({ time }) {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.drawAxis(context);
    context.lineWidth = 2;
    run.panels.forEach(({ color }, map) => {
      context.strokeStyle = color;
      context.setLineDash(DASHES[map]);
      context.beginPath();
      let drawn = false;
      run.kl.forEach((row, frame) => {
        const there = row[map] !== null;
        if (there) context[drawn ? "lineTo" : "moveTo"](this.x(frame), this.y(row[map]));
        drawn = there;
      });
      context.stroke();
    });
    context.setLineDash([]);
    this.drawNames(context);
    context.fillStyle = this.theme.accent;
    context.fillRect(this.x(time) - 1, 0, 2, this.height);
  }

  /** Writes each line's name at its end, moved apart where two ends are close. */
  drawNames(context) {
    context.font = this.font;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = this.theme.ink;
    const titles = run.panels.map(({ title }) => title);
    const short = run.panels.map((panel) => panel.short);
    const ends = lineNamesOf(titles, short)
      .map((name, map) => ({
        name,
        map,
        frame: run.kl.findLastIndex((row) => row[map] !== null),
      }))
      .filter(({ frame }) => frame >= 0)
      .map(({ name, map, frame }) => ({
        name,
        x: this.x(frame),
        middle: this.height - this.y(run.kl[frame][map]), // above the lower edge
        size: LABEL,
      }));
    spread(ends, 0, this.height).forEach((middle, i) => {
      context.fillText(ends[i].name, ends[i].x + 6, this.height - middle);
    });
  }

  drawAxis(context) {
    context.font = this.font;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.lineWidth = 1;
    context.strokeStyle = this.theme.line;
    context.fillStyle = this.theme.pale;
    const step = niceStep(this.high / 3);
    for (let tick = 0; tick * step <= this.high; tick++) {
      const y = Math.round(this.y(tick * step)) + 0.5;
      context.beginPath();
      context.moveTo(this.left, y);
      context.lineTo(this.right, y);
      context.stroke();
      context.fillText(String(Number((tick * step).toPrecision(3))), this.left - 8, y);
    }
  }
}
