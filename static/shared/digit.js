// Digits on canvases.

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** A canvas of 28 × 28 that shows grey levels: write into `pixels`, then call `show()`. */
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

/** Grey levels as opaque RGBA. */
export function inkInto(rgba, pixels) {
  for (let i = 0, at = 0; i < pixels.length; i++) {
    rgba[at++] = rgba[at++] = rgba[at++] = pixels[i];
    rgba[at++] = 255;
  }
}
