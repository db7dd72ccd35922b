// From a point to its colour: by its class, or by a value between 0 and 1 that each point has.

import { colorOf } from "../shared/colors.js";
import { bytesOf } from "./marks.js";

/**
 * Returns the row of each point in a table of colours, and the table, as pixels of an ImageData.
 * Where the scatter has `values`, 0 to 1 for each point, they count; without, the classes do.
 */
export function colorsOf({ count, labels, colors, values = null }) {
  if (!values) return { levels: labels, table: tableOf(colors.map(bytesOf)) };
  const levels = new Uint8Array(count);
  for (let i = 0; i < count; i++) levels[i] = Math.round(255 * values[i]); // NaN is 0
  const scale = Array.from({ length: 256 }, (_, level) => colorOf(level, "heat", "light"));
  return { levels, table: tableOf(scale) };
}

/** Returns colours, each its red, green and blue, as pixels of an ImageData. */
export const tableOf = (colors) =>
  Int32Array.from(
    colors,
    ([red, green, blue]) =>
      0xff000000 | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red),
  );
