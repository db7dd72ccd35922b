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
