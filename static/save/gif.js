// An animated GIF: one palette for all frames, and of each frame the part that differs from the
// last.

/**
 * Writes `frames`, each {canvas, milliseconds}, in at most 256 `colors`, each [red, green, blue].
 */
export async function gif(frames, colors) {
  const bytes = [];
  const index = indexer(colors);
  let last = null;
  for (const { canvas, milliseconds } of frames) {
    const { width, height } = canvas;
    const rgba = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    const pixels = index(new Uint32Array(rgba.buffer));
    if (!last) bytes.push(...head(width, height, colors));
    writeFrame(bytes, pixels, last, width, height, milliseconds);
    last = pixels;
    await new Promise((resolve) => setTimeout(resolve)); // the page stays in the visitor's hands
  }
  bytes.push(0x3b);
  return new Blob([Uint8Array.from(bytes)], { type: "image/gif" });
}

const word = (value) => [value & 255, value >> 8];
const ascii = (text) => [...text].map((character) => character.charCodeAt(0));

export function head(width, height, colors) {
  const table = Array.from({ length: 256 }, (_, i) => colors[i] ?? [0, 0, 0]).flat();
  const loop = [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0]; // without end
  return [...ascii("GIF89a"), ...word(width), ...word(height), 0xf7, 0, 0, ...table, ...loop];
}

function writeFrame(bytes, pixels, last, width, height, milliseconds) {
  const [left, top, right, bottom] = changed(pixels, last, width, height);
  const [wide, high] = [right - left, bottom - top];
  const part = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++) {
    const from = (top + y) * width + left;
    part.set(pixels.subarray(from, from + wide), y * wide);
  }
  const delay = word(Math.max(2, Math.round(milliseconds / 10)));
  bytes.push(0x21, 0xf9, 4, 4, ...delay, 0, 0); // what was drawn before stays
  bytes.push(0x2c, ...word(left), ...word(top), ...word(wide), ...word(high), 0);
  compress(bytes, part);
}

/** Returns the rectangle in which two frames differ; a pixel where they are equal. */
function changed(pixels, last, width, height) {
  if (!last) return [0, 0, width, height];
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (pixels[i] === last[i]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right ? [left, top, right, bottom] : [0, 0, 1, 1];
}

/**
 * Makes a function from pixels to places in the palette: the nearest colour, looked up once for
 * each colour.
 */
function indexer(colors) {
  const known = new Map();
  const nearest = (pixel) => {
    const channels = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    let [best, found] = [Infinity, 0];
    colors.forEach((color, i) => {
      const distance = color.reduce((sum, value, c) => sum + (value - channels[c]) ** 2, 0);
      if (distance < best) [best, found] = [distance, i];
    });
    known.set(pixel, found);
    return found;
  };
  return (pixels) => {
    const places = new Uint8Array(pixels.length);
    let [before, place] = [-1, 0];
    for (let i = 0; i < pixels.length; i++) {
      if (pixels[i] !== before) {
        before = pixels[i];
        place = known.get(before) ?? nearest(before);
      }
      places[i] = place;
    }
    return places;
  };
}

/** Writes LZW as GIF has it: codes of 9 to 12 bits in blocks of 255 bytes. */
function compress(bytes, pixels) {
  const [CLEAR, END, MAX_CODES] = [256, 257, 4096];
  const next = new Int16Array(MAX_CODES * 256); // a code and the pixel behind it -> their own code
  let [free, bits, buffer, filled] = [258, 9, 0, 0];
  let block = [];
  const flush = () => {
    if (block.length) bytes.push(block.length, ...block);
    block = [];
  };
  const put = (code) => {
    buffer |= code << filled;
    for (filled += bits; filled >= 8; filled -= 8) {
      block.push(buffer & 255);
      buffer >>>= 8;
      if (block.length === 255) flush();
    }
  };
  bytes.push(8);
  put(CLEAR);
  let code = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const place = code * 256 + pixels[i];
    if (next[place]) {
      code = next[place];
      continue;
    }
    put(code);
    code = pixels[i];
    if (free < MAX_CODES) {
      if (free === 1 << bits) bits++;
      next[place] = free++;
    } else {
      put(CLEAR);
      next.fill(0);
      [free, bits] = [258, 9];
    }
  }
  put(code);
  if (free === 1 << bits && bits < 12) bits++; // the reader has one entry more by now
  put(END);
  if (filled) block.push(buffer & 255);
  flush();
  bytes.push(0);
}
