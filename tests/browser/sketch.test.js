import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axesOf,
  drawnThrough,
  HEIGHT,
  MARGIN,
  nearestColumn,
  rounded,
} from "../../static/sketch/axes.js";

const data = { x: [1, 2, 4], high: 0.5, even: false, start: [0, 0.25] };

test("heights and pixels lead back to each other", () => {
  const { y, value } = axesOf(data, 640);
  for (const height of [0, 0.1, 0.5]) assert.ok(Math.abs(value(y(height)) - height) < 1e-12);
  assert.equal(y(0), HEIGHT - MARGIN.bottom);
  assert.equal(value(-100), 0.5);
  assert.equal(value(10_000), 0);
});

test("columns stand as far apart as their values", () => {
  const { columns, start } = axesOf(data, 640);
  assert.ok(Math.abs(columns[2] - columns[1] - 2 * (columns[1] - columns[0])) < 1e-9);
  assert.equal(start, MARGIN.left);
  assert.ok(columns[2] < 640 - MARGIN.right);
});

test("even columns stand at equal distances, whatever their values are", () => {
  const { columns } = axesOf({ x: [2, 8, 32], high: 1, even: true, start: null }, 400);
  assert.ok(Math.abs(columns[2] - 2 * columns[1] + columns[0]) < 1e-9);
  assert.ok(columns[0] > MARGIN.left);
});

test("a stroke that is fast leaves no column out", () => {
  const points = drawnThrough(
    [null, null, null, null],
    { column: 0, value: 1 },
    { column: 3, value: 4 },
  );
  assert.deepEqual(points, [null, 2, 3, 4]);
  assert.deepEqual(
    drawnThrough([9, 9, 9, 9], { column: 3, value: 4 }, { column: 1, value: 2 }),
    [9, 2, 3, 9],
  );
  assert.deepEqual(
    drawnThrough([null, 5], { column: 0, value: 1 }, { column: 0, value: 1 }),
    [1, 5],
  );
});

test("the nearest column is drawn", () => {
  assert.equal(nearestColumn([10, 20, 40], 14), 0);
  assert.equal(nearestColumn([10, 20, 40], 29), 1);
  assert.equal(nearestColumn([10, 20, 40], 400), 2);
});

test("a height has the decimals that its scale needs", () => {
  assert.equal(rounded(0.123456, 0.25), 0.123);
  assert.equal(rounded(0.0123456, 0.08), 0.0123);
  assert.equal(rounded(12.3456, 50), 12.3);
});
