// From a level, 0 to 255, to the colour it is painted in.

/**
 * @typedef {"light" | "dark"} Theme
 * @typedef {"grey" | "diverging" | "heat"} Scale In a diverging scale 128 is zero, less is blue and
 *   more is orange; 1 and 255 are as strong as each other.
 */

const VIRIDIS = [
  "#440154",
  "#472d7b",
  "#3b528b",
  "#2c728e",
  "#21918c",
  "#28ae80",
  "#5ec962",
  "#addc30",
  "#fde725",
];
// Blue and orange stay apart with every colour vision. Zero is the page itself, and what is far
// from it stands out: dark on a light page, light on a dark one.
/** @type {Record<Theme, string[]>} */
const DIVERGING = {
  light: ["#0b3c7d", "#4a90d0", "#ffffff", "#ee8a2c", "#8a3400"],
  dark: ["#a6d3ff", "#2f78bd", "#11181a", "#bd6410", "#ffc078"],
};

/**
 * Returns the 256 colours of a scale, as pixels of an ImageData's buffer.
 *
 * @param {Scale} colors
 * @param {Theme} theme
 */
export function palette(colors, theme) {
  const rgba = new Uint8ClampedArray(4 * 256).fill(255);
  for (let level = 0; level < 256; level++) rgba.set(colorOf(level, colors, theme), 4 * level);
  return new Uint32Array(rgba.buffer);
}

/**
 * Returns the red, green and blue of a level, not rounded.
 *
 * @param {number} level
 * @param {Scale} colors
 * @param {Theme} theme
 */
export function colorOf(level, colors, theme) {
  if (colors === "heat") return between(VIRIDIS, level / 255);
  if (colors === "diverging") return between(DIVERGING[theme], Math.max(0, level - 1) / 254);
  return [level, level, level];
}

/**
 * @param {string[]} stops Colours as #rrggbb, in equal steps.
 * @param {number} share
 */
function between(stops, share) {
  const place = share * (stops.length - 1);
  const i = Math.min(Math.floor(place), stops.length - 2);
  const [low, high] = [stops[i], stops[i + 1]].map((hex) =>
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)),
  );
  return low.map((value, channel) => value + (high[channel] - value) * (place - i));
}

/**
 * Returns "light" or "dark", whichever the background of an element is.
 *
 * @param {Element} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const [red, green, blue] = getComputedStyle(element)
    .backgroundColor.match(/[\d.]+/g)
    .map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}
