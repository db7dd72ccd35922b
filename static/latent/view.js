// The part of the plane that a map shows. A view is {x, y, scale}: the plane's place in the middle
// and screen pixels per unit, the same along both axes. A box is the plot's place on the canvas.

export const MARGIN = { left: 42, right: 6, top: 6, bottom: 38 };

export function boxOf(width, height) {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: Math.max(1, height - MARGIN.top - MARGIN.bottom),
  };
}

export const screenX = (view, box, x) => box.left + box.width / 2 + (x - view.x) * view.scale;
export const screenY = (view, box, y) => box.top + box.height / 2 - (y - view.y) * view.scale;
export const planeX = (view, box, px) => view.x + (px - box.left - box.width / 2) / view.scale;
export const planeY = (view, box, py) => view.y - (py - box.top - box.height / 2) / view.scale;

/** Returns how the plane's places become pixels, as shared/points.js takes it. */
export const transformOf = (view, box) => ({
  scale: { x: view.scale, y: -view.scale },
  shift: { x: screenX(view, box, 0), y: screenY(view, box, 0) },
});

/**
 * Returns the view that shows all but the most distant points, and the marked place if there is
 * one.
 */
export function fit(positions, box, marked) {
  const along = (axis) => positions.filter((_, i) => i % 2 === axis);
  const [left, right] = span(along(0), marked?.[0]);
  const [low, high] = span(along(1), marked?.[1]);
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

/**
 * Returns a view closer by a factor, within limits; what is at a place of the screen stays there.
 */
export function zoomed(view, box, factor, px, py, [least, most]) {
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const x = planeX(view, box, px);
  const y = planeY(view, box, py);
  return {
    x: x - (px - box.left - box.width / 2) / scale,
    y: y + (py - box.top - box.height / 2) / scale,
    scale,
  };
}

export const panned = (view, dx, dy) => ({
  ...view,
  x: view.x - dx / view.scale,
  y: view.y + dy / view.scale,
});

export const between = (from, to, share) => ({
  x: from.x + share * (to.x - from.x),
  y: from.y + share * (to.y - from.y),
  scale: from.scale * (to.scale / from.scale) ** share,
});
