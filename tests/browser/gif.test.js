import assert from "node:assert/strict";
import { test } from "node:test";
import { gif } from "../../static/save/gif.js";
import { randoms } from "./random.js";

const COLORS = [
  [0, 0, 0],
  [255, 255, 255],
  [200, 30, 30],
  [30, 30, 200],
];

/** What gif() needs of a canvas. */
function canvas(width, height, places) {
  const rgba = Uint8ClampedArray.from(places.flatMap((place) => [...COLORS[place], 255]));
  return { width, height, getContext: () => ({ getImageData: () => ({ data: rgba }) }) };
}

/** The frames of a GIF as places in its palette, with their milliseconds, read by the book. */
function read(bytes) {
  const word = (at) => bytes[at] | (bytes[at + 1] << 8);
  const [width, height] = [word(6), word(8)];
  let shown = new Array(width * height).fill(-1);
  let at = 13 + 3 * 256;
  let milliseconds = 0;
  const frames = [];
  while (bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) {
      if (bytes[at + 1] === 0xf9) milliseconds = 10 * word(at + 4);
      at += 2;
      while (bytes[at]) at += bytes[at] + 1;
      at += 1;
      continue;
    }
    const [left, top, wide, high] = [1, 3, 5, 7].map((offset) => word(at + offset));
    at += 11; // the descriptor and the size of a code
    const data = [];
    while (bytes[at]) {
      data.push(...bytes.subarray(at + 1, at + 1 + bytes[at]));
      at += bytes[at] + 1;
    }
    at += 1;
    const part = unpacked(data);
    assert.equal(part.length, wide * high);
    shown = [...shown];
    part.forEach((place, i) => {
      shown[(top + Math.floor(i / wide)) * width + left + (i % wide)] = place;
    });
    frames.push({ shown, milliseconds, size: wide * high });
  }
  return { width, height, frames };
}

/** LZW, as the specification of GIF89a has it. */
function unpacked(data) {
  const pixels = [];
  let table;
  let [size, buffer, filled, before] = [9, 0, 0, null];
  for (const byte of data) {
    buffer |= byte << filled;
    filled += 8;
    while (filled >= size) {
      const code = buffer & ((1 << size) - 1);
      buffer >>>= size;
      filled -= size;
      if (code === 256) {
        table = Array.from({ length: 258 }, (_, i) => [i]);
        [size, before] = [9, null];
      } else if (code === 257) return pixels;
      else {
        const entry = table[code] ?? [...before, before[0]];
        pixels.push(...entry);
        if (before && table.length < 4096) table.push([...before, entry[0]]);
        before = entry;
        if (table.length === 1 << size && size < 12) size += 1;
      }
    }
  }
  throw new Error("no end");
}

async function written(frames) {
  const file = await gif(frames[Symbol.iterator](), COLORS);
  return read(new Uint8Array(await file.arrayBuffer()));
}

test("frames come back as they were, with their times", async () => {
  const next = randoms(5);
  const [width, height] = [320, 200]; // so many that the codes run out and begin anew
  const noise = Array.from({ length: width * height }, () => Math.floor(4 * next()));
  const other = noise.with(7, (noise[7] + 1) % 4).with(460, (noise[460] + 1) % 4);
  const flat = noise.map(() => 2);
  const pictures = [noise, other, flat];
  const found = await written(
    pictures.map((places, i) => ({
      canvas: canvas(width, height, places),
      milliseconds: 100 + 50 * i,
    })),
  );
  assert.deepEqual([found.width, found.height], [width, height]);
  assert.deepEqual(
    found.frames.map(({ shown }) => shown),
    pictures,
  );
  assert.deepEqual(
    found.frames.map(({ milliseconds }) => milliseconds),
    [100, 150, 200],
  );
});

test("of a frame only what differs from the last one is written", async () => {
  const still = new Array(100).fill(1);
  const places = [still, still.with(22, 3).with(44, 0), still.with(22, 3).with(44, 0)];
  const frames = places.map((each) => ({ canvas: canvas(10, 10, each), milliseconds: 250 }));
  const found = await written(frames);
  assert.deepEqual(
    found.frames.map(({ size }) => size),
    [100, 9, 1],
  );
});
