// The axes under a curve that is drawn by hand: where a value lies, and what a stroke means.

export const MARGIN = { left: 44, right: 16, top: 14, bottom: 40 };
export const HEIGHT = 300;

/**
 * Returns functions between values and pixels for axes of this width.
 *
 * @param {{ x: number[], high: number, even: boolean, start: number[] | null }} data `x` ascending;
 *   `even` puts them at equal distances.
 * @param {number} width
 */
export function axesOf({ x, high, even, start }, width) {
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const tall = HEIGHT - MARGIN.top - MARGIN.bottom;
  const first = start ? start[0] : x[0];
  const span = x[x.length - 1] - first || 1;
  // Room beside the first point, so that it does not lie on the axis.
  const padding = start ? 0 : inner * 0.06;
  const share = (value, place) =>
    even ? (x.length > 1 ? place / (x.length - 1) : 0.5) : (value - first) / span;
  const at = (value, place) =>
    MARGIN.left + padding + share(value, place) * (inner - padding - inner * 0.04);
  return {
    columns: x.map(at),
    start: start ? at(start[0], -1) : null,
    y: (value) => MARGIN.top + tall * (1 - value / high),
    value: (y) => Math.min(high, Math.max(0, high * (1 - (y - MARGIN.top) / tall))),
  };
}

/** Returns the place of the column nearest to a pixel. */
export function nearestColumn(columns, pixel) {
  const away = columns.map((column) => Math.abs(column - pixel));
  return away.indexOf(Math.min(...away));
}

/**
 * Returns points after a stroke has gone from one column to another; those it passed lie on its way.
 *
 * @param {(number | null)[]} points
 * @param {{ column: number, value: number }} from
 * @param {{ column: number, value: number }} to
 */
export function drawnThrough(points, from, to) {
  const found = [...points];
  const steps = Math.abs(to.column - from.column);
  const direction = Math.sign(to.column - from.column);
  for (let n = 1; n < steps; n++) {
    found[from.column + n * direction] = from.value + ((to.value - from.value) * n) / steps;
  }
  found[to.column] = to.value;
  return found;
}

/** Returns a value with the decimals that a scale up to `high` needs. */
export const rounded = (value, high) => {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(high)) - 1);
  return Number(value.toFixed(decimals));
};
