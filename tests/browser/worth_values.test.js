import assert from "node:assert/strict";
import { test } from "node:test";
import { LEVELS, NONE, paletteOf, rowsOf, SCALE } from "../../static/player/coloring.js";
import {
  histogram,
  largest,
  levelsOf,
  medians,
  percentile,
} from "../../static/player/worth/values.js";
import { randoms } from "./random.js";

const numbers = (count, seed = 3) => Float32Array.from({ length: count }, randoms(seed));

test("a value has the level of its share of the scale; beyond an end, that of the end", () => {
  const last = LEVELS - 1;
  const levels = levelsOf([0, 1, 2, 4, 9, -3, NaN], 4);
  assert.deepEqual([...levels], [0, Math.round(last / 4), last / 2, last, last, 0, NONE]);
  assert.equal(SCALE.length, LEVELS + 1);
  assert.equal(SCALE[0], "rgb(68, 1, 84)");
  assert.equal(SCALE[last], "rgb(253, 231, 37)");
});

test("digits have the colours of their values on each panel, or else of their classes", () => {
  const labels = Uint8Array.of(1, 0);
  const colors = ["red", "blue"];
  assert.equal(rowsOf({ levels: null, labels }, 1), labels);
  assert.equal(paletteOf({ levels: null, colors }), colors);
  const levels = [Uint8Array.of(5, 6), Uint8Array.of(7, 8)];
  assert.deepEqual([...rowsOf({ levels, labels }, 1)], [7, 8]);
  assert.equal(paletteOf({ levels, colors }), SCALE);
});

test("a percentile is what that share of all values is below", () => {
  const maps = [numbers(400), numbers(600, 8)];
  const top = percentile(maps, 0.99);
  const below = maps.flatMap((values) => [...values]).filter((value) => value < top);
  assert.equal(below.length, 990);
  assert.equal(percentile([[NaN, 2, NaN]], 0.5), 2);
  assert.ok(Number.isNaN(percentile([], 0.99)));
  // Of many values it looks at some, evenly.
  const many = Float32Array.from({ length: 70_000 }, (_, i) => i);
  assert.ok(Math.abs(percentile([many], 0.99) - 69_300) < 10);
});

test("a histogram counts every value once", () => {
  assert.deepEqual([...histogram([0, 0.1, 0.5, 0.99, 1, 7, -1, NaN], 1, 2)], [3, 4]);
  const counts = histogram(numbers(1000), 1, 25);
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    1000,
  );
});

test("the largest are those that sorting finds", () => {
  const values = numbers(500);
  values[17] = NaN;
  const sorted = [...values.keys()].filter((i) => i !== 17).sort((a, b) => values[b] - values[a]);
  assert.deepEqual(largest(values, 12), sorted.slice(0, 12));
  assert.deepEqual(largest([NaN, 2, 1], 12), [1, 2]);
});

test("the median of a column halves its counts", () => {
  // Columns: all in row 1; half in row 0 and half in row 2; none; one in row 0 and three in row 1.
  const counts = [...[0, 2, 0, 1], ...[4, 0, 0, 3], ...[0, 2, 0, 0], ...[0, 0, 0, 0]];
  assert.deepEqual(medians(counts, 4), [1.5, 1, NaN, 1 + 1 / 3]);
  // A column with less than a thousandth of all has none.
  assert.deepEqual(medians([1, 2000, 0, 0], 2), [NaN, 0.5]);
  assert.deepEqual(medians([1, 900, 0, 0], 2), [0.5, 0.5]);
});
