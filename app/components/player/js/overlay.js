// What the canvas over the plot shows: the points while they move, rings and trails always.

const RECENT = 30; // frames of a trail that are drawn strongly

/** Draws everything that Plotly does not show just now, in the stage's pixels. */
function paint(scatter, context, withPoints) {
  scatter.grid.boxes.forEach((box, panel) => {
    const transform = transformOf(scatter.views[panel], box);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    if (withPoints) paintPoints(scatter, context, panel, box, transform);
    const { followed, hovered } = scatter;
    if (followed !== null) {
      paintTrail(scatter, context, panel, transform);
      paintOne(scatter, context, followed, ...pixelsOf(scatter, panel, followed, transform));
      ring(scatter, context, panel, followed, transform, true);
    }
    if (hovered !== null && hovered !== followed) ring(scatter, context, panel, hovered, transform);
    context.restore();
  });
}

function paintPoints(scatter, context, panel, box, transform) {
  const { selected } = scatter;
  if (!selected) return paintSome(scatter, context, panel, box, transform, () => true);
  context.globalAlpha = FAINT;
  paintSome(scatter, context, panel, box, transform, (i) => !selected[i]);
  context.globalAlpha = 1;
  paintSome(scatter, context, panel, box, transform, (i) => selected[i]);
}

function paintSome(scatter, context, panel, box, { scale, shift }, wanted) {
  const { positions, labels, count, hidden, sheet } = scatter;
  const start = 2 * panel * count;
  const half = sheet.size / 2;
  const [right, bottom] = [box.left + box.width + half, box.top + box.height + half];
  for (let i = 0; i < count; i++) {
    const x = positions[start + 2 * i] * scale.x + shift.x;
    const y = positions[start + 2 * i + 1] * scale.y + shift.y;
    // Also false where a place is no number.
    if (!(x > box.left - half && x < right && y > box.top - half && y < bottom)) continue;
    if (hidden.has(labels[i]) || !wanted(i)) continue;
    paintOne(scatter, context, i, x, y);
  }
}

function paintOne({ sheet }, context, point, x, y) {
  const { canvas, columns, size, pixels } = sheet;
  const cell = sheet.cellOf(point);
  const [fromX, fromY] = [(cell % columns) * pixels, Math.floor(cell / columns) * pixels];
  context.drawImage(canvas, fromX, fromY, pixels, pixels, x - size / 2, y - size / 2, size, size);
}

function paintTrail(scatter, context, panel, { scale, shift }) {
  const path = scatter.act.trail(panel);
  const steps = path.length / 2;
  const stroke = (from, width, color, alpha) => {
    context.beginPath();
    for (let i = from; i < steps; i++) {
      context.lineTo(path[2 * i] * scale.x + shift.x, path[2 * i + 1] * scale.y + shift.y);
    }
    context.lineTo(...pixelsOf(scatter, panel, scatter.followed, { scale, shift }));
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

function ring(scatter, context, panel, point, transform, strong = false) {
  const { theme, sheet, labels, colors } = scatter;
  const [px, py] = pixelsOf(scatter, panel, point, transform);
  if (!Number.isFinite(px + py)) return;
  if (strong && scatter.marks === "dots") {
    dot(context, px, py, radiusOf(scatter.count) + 1.5, colors[labels[point]], theme.background);
  }
  const radius = scatter.marks === "dots" ? radiusOf(scatter.count) + 4 : sheet.size / 2 + 2;
  for (const [width, color] of [[4.5, theme.background], [2, theme.text]]) {
    context.beginPath();
    context.arc(px, py, radius, 0, 2 * Math.PI);
    context.lineWidth = strong ? width : width - 0.75;
    context.strokeStyle = color;
    context.stroke();
  }
}

function placeOf({ positions, count }, panel, point) {
  const at = 2 * (panel * count + point);
  return [positions[at], positions[at + 1]];
}

function pixelsOf(scatter, panel, point, { scale, shift }) {
  const [x, y] = placeOf(scatter, panel, point);
  return [x * scale.x + shift.x, y * scale.y + shift.y];
}
