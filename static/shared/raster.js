// Tens of thousands of dots as pixels of one picture. A dot is a small mask of coverages, and each
// pixel of it is mixed with what is there: a few milliseconds for 70,000, where a canvas takes a
// hundred for as many arcs.

export const LARGE = 5000; // points; a map with more is drawn so
const PHASES = 4; // places within a pixel, in both directions, for which there is a mask
const FINER = 8; // a mask is measured on so many times finer pixels

/**
 * A picture that dots are drawn into. `words` are its pixels (alpha, blue, green, red); 0 is a pixel
 * that nothing has been drawn on.
 *
 * @typedef {{ words: Int32Array, width: number, height: number }} Target
 */

/**
 * Dots of one size: for each place within a pixel which pixels they cover, and how much of 256.
 *
 * @typedef {object} Dots
 * @property {number} reach How many pixels a dot covers beyond the one of its centre.
 * @property {{ across: Int8Array, down: Int8Array, cover: Int16Array }[]} masks
 */

/**
 * @typedef {object} Cloud
 * @property {Float32Array} positions X and y in turn.
 * @property {number} start Where those of this panel begin.
 * @property {Uint8Array} levels The row of each point in the colour table.
 * @property {Int32Array} table Colours as pixels of a target.
 * @property {Uint8Array} layers 0: not drawn; others are drawn in ascending order.
 */

/**
 * Returns the masks of round dots with smooth edges.
 *
 * @param {number} radius In pixels of the target.
 * @param {number} alpha How much of what is below a dot it hides, 0 to 1.
 * @returns {Dots}
 */
export function dotsOf(radius, alpha) {
  const reach = Math.ceil(radius + 0.5);
  const masks = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const x = ((phase % PHASES) + 0.5) / PHASES;
    const y = (Math.floor(phase / PHASES) + 0.5) / PHASES;
    /** @type {number[][]} */
    const pixels = [];
    for (let down = -reach; down <= reach; down++) {
      for (let across = -reach; across <= reach; across++) {
        const cover = Math.round(256 * alpha * covered(across - x, down - y, radius));
        if (cover) pixels.push([across, down, cover]);
      }
    }
    masks.push({
      across: Int8Array.from(pixels, (pixel) => pixel[0]),
      down: Int8Array.from(pixels, (pixel) => pixel[1]),
      cover: Int16Array.from(pixels, (pixel) => pixel[2]),
    });
  }
  return { reach, masks };
}

/**
 * Returns how much of the pixel with this corner is within a circle around 0.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function covered(x, y, radius) {
  let inside = 0;
  for (let i = 0; i < FINER * FINER; i++) {
    const across = x + ((i % FINER) + 0.5) / FINER;
    const down = y + (Math.floor(i / FINER) + 0.5) / FINER;
    if (across * across + down * down <= radius * radius) inside++;
  }
  return inside / (FINER * FINER);
}

/**
 * Returns the radius of a dot on a map of this size: small enough for dense parts to differ from
 * sparse ones, large enough for a single dot to be seen.
 *
 * @param {number} count How many points are in view.
 * @param {number} area Of the map, in pixels.
 */
export const radiusFor = (count, area) =>
  Math.max(0.9, Math.min(4, 0.42 * Math.sqrt(area / Math.max(1, count))));

/**
 * Draws the points of a panel in their own order, in which MNIST mixes the classes: none lies over
 * the others. A pixel that is drawn on becomes opaque, mixed with the background.
 *
 * @param {Target} target Has a margin of `dots.reach` pixels around what is seen.
 * @param {Cloud} cloud
 * @param {{ scale: { x: number, y: number }, shift: { x: number, y: number } }} transform To pixels
 *   of the target.
 * @param {Dots} dots
 * @param {number} layer Which of the points.
 * @param {number} strength 256 draws them as they are, less lets more of what is below be seen.
 * @param {number} background As a pixel of the target.
 */
export function drawCloud(target, cloud, transform, dots, layer, strength, background) {
  const { words, width, height } = target;
  const { positions, start, levels, table, layers } = cloud;
  const { x: scaleX, y: scaleY } = transform.scale;
  const { x: shiftX, y: shiftY } = transform.shift;
  const { reach } = dots;
  const [right, bottom] = [width - reach - 1, height - reach - 1];
  const masks = dots.masks.map(({ across, down, cover }) => ({
    offsets: Int32Array.from(across, (x, i) => x + down[i] * width),
    cover: cover.map((value) => (value * strength) >> 8),
  }));
  for (let i = 0; i < levels.length; i++) {
    if (layers[i] !== layer) continue;
    const x = positions[start + 2 * i] * scaleX + shiftX;
    const y = positions[start + 2 * i + 1] * scaleY + shiftY;
    // Also false where a place is no number.
    if (!(x >= reach && x < right && y >= reach && y < bottom)) continue;
    const left = x | 0;
    const top = y | 0;
    const mask = masks[(((y - top) * PHASES) | 0) * PHASES + (((x - left) * PHASES) | 0)];
    const { offsets, cover } = mask;
    const color = table[levels[i]];
    const redBlue = color & 0xff00ff;
    const green = color & 0xff00;
    const origin = top * width + left;
    for (let m = 0; m < offsets.length; m++) {
      const at = origin + offsets[m];
      const below = words[at] || background;
      const share = cover[m];
      const rest = 256 - share;
      // Two channels at a time; 0x80 of 0x100 rounds.
      const mixed = Math.imul(redBlue, share) + Math.imul(below & 0xff00ff, rest) + 0x800080;
      const other = Math.imul(green, share) + Math.imul(below & 0xff00, rest) + 0x8000;
      words[at] = 0xff000000 | ((mixed >>> 8) & 0xff00ff) | ((other >>> 8) & 0xff00);
    }
  }
}
