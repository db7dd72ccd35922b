// Digits on canvases, and movement; in front of each component's own script.

const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** A canvas of 28 × 28 that shows grey levels: write into `pixels`, then call `show()`. */
function pictureOn(canvas) {
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
function inkInto(rgba, pixels) {
  for (let i = 0, at = 0; i < pixels.length; i++) {
    rgba[at++] = rgba[at++] = rgba[at++] = pixels[i];
    rgba[at++] = 255;
  }
}

/** Calls `step` with 0 to 1 over some milliseconds, then `done`. The result stops it early. */
function animate(milliseconds, step, done = () => {}) {
  const begin = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const share = milliseconds ? Math.min(1, Math.max(0, (now - begin) / milliseconds)) : 1;
    frame = share < 1 ? requestAnimationFrame(next) : 0;
    step(share);
    if (share === 1) done();
  });
  return () => cancelAnimationFrame(frame);
}

/** Slow, fast, slow. */
const eased = (share) => share * share * (3 - 2 * share);

/** How long something glides to a new place; not at all for visitors who asked for no movement. */
const glideTime = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350);

/** A number for readers, with two decimals or as many as said. */
const formatted = (value, decimals = 2) => value.toFixed(decimals).replace("-", "−");
