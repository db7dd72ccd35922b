// The part of the plane that a map shows. A view is {x, y, scale}: the plane's place in the middle
// and screen pixels per unit, the same along both axes. A box is the plot's place on the canvas.

const MARGIN = { left: 42, right: 6, top: 6, bottom: 38 };

function boxOf(width, height) {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: Math.max(1, height - MARGIN.top - MARGIN.bottom),
  };
}

const screenX = (view, box, x) => box.left + box.width / 2 + (x - view.x) * view.scale;
const screenY = (view, box, y) => box.top + box.height / 2 - (y - view.y) * view.scale;
const planeX = (view, box, px) => view.x + (px - box.left - box.width / 2) / view.scale;
const planeY = (view, box, py) => view.y - (py - box.top - box.height / 2) / view.scale;

const inside = (box, px, py) =>
  px >= box.left && px <= box.left + box.width && py >= box.top && py <= box.top + box.height;

/** The view that shows all but the most distant points, and the marked place if there is one. */
function fit(xs, ys, box, marked) {
  const [left, right] = span(xs, marked?.[0]);
  const [low, high] = span(ys, marked?.[1]);
  const room = 1.12;
  const scale = Math.min(box.width / (right - left), box.height / (high - low)) / room;
  return { x: (left + right) / 2, y: (low + high) / 2, scale };
}

function span(values, marked) {
  if (!values.length) return [-3, 3];
  const sorted = Float32Array.from(values).sort();
  const skip = Math.floor(sorted.length / 400);
  const low = Math.min(sorted[skip], marked ?? Infinity);
  const high = Math.max(sorted[sorted.length - 1 - skip], marked ?? -Infinity);
  return high > low ? [low, high] : [low - 1, high + 1];
}

/** Closer by a factor, within limits; what is at a place of the screen stays there. */
function zoomed(view, box, factor, px, py, [least, most]) {
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const x = planeX(view, box, px);
  const y = planeY(view, box, py);
  return {
    x: x - (px - box.left - box.width / 2) / scale,
    y: y + (py - box.top - box.height / 2) / scale,
    scale,
  };
}

const panned = (view, dx, dy) => ({
  ...view,
  x: view.x - dx / view.scale,
  y: view.y + dy / view.scale,
});

const between = (from, to, share) => ({
  x: from.x + share * (to.x - from.x),
  y: from.y + share * (to.y - from.y),
  scale: from.scale * (to.scale / from.scale) ** share,
});

/** Round numbers between two, about one per 70 pixels. */
function ticksBetween(low, high, pixels) {
  const rough = ((high - low) * 70) / pixels;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: value.toFixed(digits).replace("-", "−") };
  });
}
