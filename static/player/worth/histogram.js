// How the values of a map's digits are spread, in bars of the colours that the digits have.

import { says } from "../../shared/data_set.js";
import { element } from "../../shared/element.js";
import { SCALE } from "../coloring.js";
import { levelsOf } from "./values.js";

/**
 * @typedef {object} Mark A line across the bars.
 * @property {string} text
 * @property {number} share Where it stands: 0 is the left end of the axis, 1 the right one.
 * @property {boolean} [dashed]
 */

/**
 * Returns bars with their axis.
 *
 * @param {ArrayLike<number>} counts How many digits are in each bin.
 * @param {{ ends: string[], quantity: string, label: string, marks?: Mark[],
 *   dataSet: import("../../shared/data_set.js").DataSet }} about What stands at the ends of the axis
 *   and below it, the histogram in words, lines across it, and what is counted.
 */
export function drawHistogram(counts, { ends, quantity, label, marks = [], dataSet }) {
  const highest = Math.max(1, ...Array.from(counts));
  const middles = Array.from(counts, (_, bin) => (bin + 0.5) / counts.length);
  const levels = levelsOf(middles, 1);
  const bars = element("div", "latent-player-bars");
  bars.setAttribute("role", "img");
  bars.setAttribute("aria-label", label);
  Array.from(counts).forEach((count, bin) => {
    const bar = element("i", "");
    bar.style.height = `${(100 * count) / highest}%`;
    bar.style.background = SCALE[levels[bin]];
    bar.hidden = !count;
    const column = element("span", "", bar);
    column.title = says(dataSet, count === 1 ? "1 digit" : `${count} digits`);
    bars.append(column);
  });
  for (const { text, share, dashed } of marks) {
    const mark = element("b", dashed ? "latent-player-dashed" : "", element("span", "", text));
    mark.style.left = `${100 * Math.max(0, Math.min(1, share))}%`;
    mark.dataset.side = share > 0.5 ? "left" : "right";
    bars.append(mark);
  }
  const [from, to] = ends;
  const axis = element(
    "div",
    "latent-player-axis",
    element("span", "", from),
    element("span", "", quantity),
    element("span", "", to),
  );
  axis.setAttribute("aria-hidden", "true");
  return [bars, axis];
}
