import assert from "node:assert/strict";
import { test } from "node:test";
import { dotsOf, drawCloud, radiusFor } from "../../static/shared/raster.js";

const SIDE = 21;
const WHITE = -1;
const BLACK = 0xff000000 | 0;
const RED = 0xff0000ff | 0; // a word is alpha, blue, green, red
const IDENTITY = { scale: { x: 1, y: 1 }, shift: { x: 0, y: 0 } };

const USUAL = { dots: dotsOf(2, 1), levels: [], layers: [], strength: 256, background: WHITE };

/** Draws points at these places, of these levels, and returns the pixels. */
function drawn(places, given = {}) {
  const { dots, levels, layers, strength, background } = { ...USUAL, ...given };
  const words = new Int32Array(SIDE * SIDE);
  const cloud = {
    positions: Float32Array.from(places.flat()),
    start: 0,
    levels: Uint8Array.from(places, (_, i) => levels[i] ?? 0),
    table: Int32Array.from([BLACK, RED]),
    layers: Uint8Array.from(places, (_, i) => layers[i] ?? 1),
  };
  drawCloud({ words, width: SIDE, height: SIDE }, cloud, IDENTITY, dots, 1, strength, background);
  return words;
}

const at = (words, x, y) => words[y * SIDE + x] >>> 0;

/** The channels of a pixel: red, green, blue, alpha. */
const channels = (word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255);

test("a dot is as large as its circle, and its middle is where it was put", () => {
  for (const [x, y] of [
    [10, 10],
    [10.5, 10.25],
    [9.9, 11.6],
  ]) {
    const words = drawn([[x, y]]);
    let [ink, sumX, sumY] = [0, 0, 0];
    words.forEach((word, i) => {
      if (!word) return;
      const part = (255 - (word & 255)) / 255;
      ink += part;
      sumX += part * ((i % SIDE) + 0.5);
      sumY += part * (Math.floor(i / SIDE) + 0.5);
    });
    assert.ok(Math.abs(ink - Math.PI * 4) < 0.2, `${ink}`);
    // There are masks for four places in a pixel.
    assert.ok(Math.abs(sumX / ink - x) <= 0.13, `${sumX / ink}`);
    assert.ok(Math.abs(sumY / ink - y) <= 0.13);
  }
});

test("what nothing is drawn on stays clear, what is drawn on is opaque", () => {
  const words = drawn([[10, 10]]);
  assert.equal(at(words, 0, 0), 0);
  for (const word of words) assert.ok(word === 0 || word >>> 24 === 255);
});

test("a dot that hides all shows the last one; one that hides half shows both", () => {
  const places = [
    [10, 10],
    [10, 10],
  ];
  const levels = [1, 0];
  assert.equal(at(drawn(places, { levels }), 10, 10), BLACK >>> 0);
  const half = drawn(places, { levels, dots: dotsOf(2, 0.5) });
  // White, half red over it, half black over that.
  const [red, green, blue, alpha] = channels(at(half, 10, 10));
  for (const [channel, wanted] of [
    [red, 128],
    [green, 64],
    [blue, 64],
    [alpha, 255],
  ]) {
    assert.ok(Math.abs(channel - wanted) <= 1, `${channel} is not ${wanted}`);
  }
});

test("many dots on one place end at their own colour, and no channel runs into another", () => {
  const places = Array.from({ length: 60 }, () => [10, 10]);
  const words = drawn(places, { levels: places.map(() => 1), dots: dotsOf(2, 0.3) });
  const [red, green, blue] = channels(at(words, 10, 10));
  assert.ok(red === 255 && green < 4 && blue < 4, `${red} ${green} ${blue}`);
});

test("points of other layers, outside or nowhere are not drawn", () => {
  const places = [
    [10, 10],
    [-50, 10],
    [1e9, 10],
    [Number.NaN, 3],
    [10, Number.NaN],
  ];
  assert.ok(drawn(places, { layers: [2] }).every((word) => word === 0));
});

test("a weak layer lets what is below it be seen", () => {
  const [red] = channels(at(drawn([[10, 10]], { strength: 64 }), 10, 10));
  assert.ok(Math.abs(red - 191) <= 1, `${red}`);
});

test("on a dark page dots mix with the dark", () => {
  const words = drawn([[10, 10]], { levels: [1], background: BLACK, dots: dotsOf(2, 0.5) });
  assert.deepEqual(channels(at(words, 10, 10)), [128, 0, 0, 255]);
});

test("dots shrink with their number, down to a size that can be seen", () => {
  const radii = [100, 5000, 20_000, 70_000, 1e7].map((count) => radiusFor(count, 400_000));
  assert.deepEqual(
    radii,
    [...radii].sort((a, b) => b - a),
  );
  assert.ok(radii[0] === 4 && radii[3] > 0.9 && radii[3] < 1.3 && radii[4] === 0.9, `${radii}`);
});
