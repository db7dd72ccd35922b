// From a digit to its colour: by its class or, where the scatter has `levels`, by a value that it
// has on each panel.

import { colorOf } from "../shared/colors.js";

export const LEVELS = 63; // steps of the scale; each is a cell of a sheet, see blit.js
export const NONE = LEVELS; // the level of a digit that has no value
const NO_VALUE = "#8f9a9a";

/** The colours of the levels, and that of no value. */
export const SCALE = [
  ...Array.from({ length: LEVELS }, (_, level) => {
    const color = colorOf((255 * level) / (LEVELS - 1), "heat", "light");
    return `rgb(${color.map(Math.round).join(", ")})`;
  }),
  NO_VALUE,
];

/** Returns the colours of a scatter's digits. */
export const paletteOf = ({ levels, colors }) => (levels ? SCALE : colors);

/** Returns for each digit of a panel which of these colours it has. */
export const rowsOf = ({ levels, labels }, panel) => levels?.[panel] ?? labels;

/** Returns the colour around a dot: bright ones need an edge on a light page, dark ones on a dark. */
export const rimOf = ({ levels, theme }) => (levels ? theme.muted : theme.background);

/** Returns colours as pixels of an ImageData. */
export const tableOf = (colors) => Int32Array.from(colors, (color) => 0xff000000 | wordOf(color));

/** Returns a colour as a pixel of an ImageData that is not seen yet: blue, green, red. */
export function wordOf(color) {
  const [red, green, blue] = bytesOf(color);
  return (blue << 16) | (green << 8) | red;
}

/** @type {OffscreenCanvasRenderingContext2D | undefined} */
let probe;

/** Returns the red, green and blue of any colour: a canvas knows them. */
export function bytesOf(color) {
  probe ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
