// What the canvas over the plot shows: the points while they move, rings, trails and lines
// always.

import { transformOf } from "../shared/scale.js";
import { blitPoints } from "./blit.js";
import { paintCloud } from "./cloud.js";
import { paintLines } from "./lines.js";
import { isLarge, pixelsOf } from "./shown.js";

const RECENT = 30; // frames of a trail that are drawn strongly

/** Draws everything that Plotly does not show just now; the canvas has `ratio` pixels to ours. */
export function paint(scatter, context, ratio, withPoints) {
  const { grid, followed, hovered } = scatter;
  context.resetTransform();
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  grid.boxes.forEach((box, panel) => {
    if (withPoints && isLarge(scatter)) paintCloud(scatter, context, panel, box, ratio);
    else if (withPoints) blitPoints(scatter, context, panel, box, ratio);
    if (followed === null && hovered === null) return;
    context.save();
    context.scale(ratio, ratio);
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    const transform = transformOf(scatter.views[panel], box);
    for (const point of new Set([followed, hovered])) {
      if (point !== null) paintLines(scatter, context, panel, point, transform);
    }
    if (followed !== null) {
      paintTrail(scatter, context, panel, transform);
      paintRing(scatter, context, panel, followed, transform, true);
    }
    if (hovered !== null && hovered !== followed) {
      paintRing(scatter, context, panel, hovered, transform, false);
    }
    context.restore();
  });
}

function paintTrail(scatter, context, panel, transform) {
  const { scale, shift } = transform;
  const path = scatter.act.trail(panel);
  const steps = path.length / 2;
  const stroke = (from, width, color, alpha) => {
    context.beginPath();
    for (let i = from; i < steps; i++) {
      context.lineTo(path[2 * i] * scale.x + shift.x, path[2 * i + 1] * scale.y + shift.y);
    }
    context.lineTo(...pixelsOf(scatter, panel, scatter.followed, transform));
    context.lineWidth = width;
    context.strokeStyle = color;
    context.globalAlpha = alpha;
    context.stroke();
  };
  context.lineJoin = context.lineCap = "round";
  const { theme } = scatter;
  stroke(0, 3.5, theme.background, 0.6);
  stroke(0, 1.25, theme.text, 0.6);
  stroke(Math.max(0, steps - RECENT), 2.5, theme.text, 1);
  context.globalAlpha = 1;
}

/**
 * Draws a ring around a digit; one that is followed lies alone in it, on top of trail and others.
 */
function paintRing(scatter, context, panel, point, transform, onTop) {
  const { theme, sheet } = scatter;
  const [x, y] = pixelsOf(scatter, panel, point, transform);
  if (!Number.isFinite(x + y)) return;
  context.save();
  context.translate(x, y);
  const circle = new Path2D();
  circle.arc(0, 0, sheet.size / 2 + 3.5, 0, 2 * Math.PI);
  if (onTop) {
    context.fillStyle = theme.background;
    context.fill(circle);
    sheet.drawPoint(context, point, panel);
  }
  for (const [width, color] of [
    [4.5, theme.background],
    [2, theme.text],
  ]) {
    context.lineWidth = onTop ? width : width - 0.75;
    context.strokeStyle = color;
    context.stroke(circle);
  }
  context.restore();
}
