// Who shows the points: Plotly's own markers, or the canvas over the plot.

import { LARGE } from "../shared/raster.js";

export const MAX_MARKERS = 4000; // Plotly needs 40 ms for a thousand; more stay on the canvas
export const FAINT = 0.12; // how strong what a lasso did not select is
export const REACH = 12; // pixels around the pointer in which a digit counts as pointed at

/** Says whether a map has so many points that they are drawn as a raster. */
export const isLarge = ({ count }) => count > LARGE;

/** Says whether the points are few enough for Plotly. */
export const fitsPlotly = ({ names, count }) => names.length * count <= MAX_MARKERS;

/** Says whether Plotly's markers are what is seen. */
export const byPlotly = (scatter) => scatter.settled && fitsPlotly(scatter);

/** Says whether digits are drawn as dots. */
export const asDots = ({ settings }) => settings.marks === "dots";

/** Returns the points of one panel, as shared/points.js takes them. */
export const pointsOf = ({ positions, count, labels, settings }, panel) => ({
  positions,
  start: 2 * panel * count,
  labels,
  hidden: settings.hidden,
});

/** Returns where a digit is on a panel. */
export function placeOf({ positions, count }, panel, point) {
  const at = 2 * (panel * count + point);
  return [positions[at], positions[at + 1]];
}

/** Returns where on the screen it is. */
export function pixelsOf(scatter, panel, point, { scale, shift }) {
  const [x, y] = placeOf(scatter, panel, point);
  return [x * scale.x + shift.x, y * scale.y + shift.y];
}
