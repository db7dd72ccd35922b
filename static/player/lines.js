// Lines from a digit to its nearest neighbours in the data: drawn through to those that are near it
// on the map as well, dashed to the others.

import { nearestTo } from "./neighbours.js";
import { pixelsOf } from "./shown.js";

const DASH = [4, 3];

/** Draws the lines of a digit on a panel; none where its neighbours are not known. */
export function paintLines(scatter, context, panel, point, transform) {
  const { positions, count, labels, settings, theme } = scatter;
  const near = scatter.act.neighboursOf?.(point);
  const from = pixelsOf(scatter, panel, point, transform);
  if (!near || !from.every(Number.isFinite)) return;
  const onMap = new Set(nearestTo(positions, panel, count, point, near.length));
  const shown = [...near].filter((other) => !settings.hidden.has(labels[other]));
  context.save();
  for (const [kept, dash] of [
    [false, DASH],
    [true, []],
  ]) {
    context.beginPath();
    for (const other of shown) {
      if (onMap.has(other) !== kept) continue;
      context.moveTo(...from);
      context.lineTo(...pixelsOf(scatter, panel, other, transform));
    }
    stroke(context, theme.background, 2.5, [], 0.5); // apart from the dots below
    stroke(context, theme.text, 1, dash, 0.9);
  }
  context.restore();
}

function stroke(context, color, width, dash, alpha) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.globalAlpha = alpha;
  context.setLineDash(dash);
  context.stroke();
}
