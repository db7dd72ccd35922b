// Colours as pixels of an ImageData.

/**
 * Returns opaque pixels of these colours.
 *
 * @param {string[]} colors
 */
export const tableOf = (colors) => Int32Array.from(colors, (color) => 0xff000000 | wordOf(color));

/**
 * Returns a colour as a pixel that is not seen yet: blue, green, red.
 *
 * @param {string} color
 */
export function wordOf(color) {
  const [red, green, blue] = bytesOf(color);
  return (blue << 16) | (green << 8) | red;
}

/** @type {OffscreenCanvasRenderingContext2D | undefined} */
let probe;

/**
 * Returns the red, green and blue of any colour: a canvas knows them.
 *
 * @param {string} color
 */
export function bytesOf(color) {
  probe ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
