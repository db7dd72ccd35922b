// Digits on canvases, and which ones they are.

import { spelled } from "./numbers.js";

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
const TRAINING = 60_000; // digits of MNIST's training set; those of the test set count on from there

/**
 * Returns which digit of MNIST one is, in words. A point that a program has recorded, and that is
 * none, has -1 minus its own number.
 *
 * @param {number} index
 */
export function digitInWords(index) {
  if (index < 0) return `${spelled(-1 - index)} of the recorded points`;
  const tested = index >= TRAINING;
  return `${spelled(tested ? index - TRAINING : index)} of the ${tested ? "test" : "training"} set`;
}

/**
 * Returns the same in short.
 *
 * @param {number} index
 */
export function digitNumber(index) {
  if (index < 0) return `point no. ${spelled(-1 - index)}`;
  return index >= TRAINING ? `test no. ${spelled(index - TRAINING)}` : `no. ${spelled(index)}`;
}

/**
 * Makes a canvas show a digit of grey levels: write into `pixels`, then call `show()`.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function pictureOn(canvas) {
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  const pixels = new Uint8ClampedArray(PIXELS);
  const show = () => {
    inkInto(image.data, pixels);
    context.putImageData(image, 0, 0);
  };
  return { canvas, pixels, show };
}

/**
 * Writes grey levels as opaque RGBA.
 *
 * @param {Uint8ClampedArray | Uint8Array} rgba
 * @param {ArrayLike<number>} pixels
 */
export function inkInto(rgba, pixels) {
  for (let i = 0, at = 0; i < pixels.length; i++) {
    rgba[at++] = rgba[at++] = rgba[at++] = pixels[i];
    rgba[at++] = 255;
  }
}
