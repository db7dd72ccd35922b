import assert from "node:assert/strict";
import { test } from "node:test";
import {
  between,
  common,
  contains,
  emptyExtent,
  even,
  extentOf,
  transformOf,
  viewOf,
} from "../../static/shared/scale.js";

const BOX = { left: 10, top: 20, width: 200, height: 100 };

function pixels(view, [x, y]) {
  const { scale, shift } = transformOf(view, BOX);
  return [x * scale.x + shift.x, y * scale.y + shift.y];
}

test("the corners of a view are the corners of its box, up is up", () => {
  const view = { x: [-1, 3], y: [0, 5] };
  assert.deepEqual(pixels(view, [-1, 5]), [10, 20]);
  assert.deepEqual(pixels(view, [3, 0]), [210, 120]);
});

test("a view holds its extent, and one unit is as long across as up", () => {
  const view = viewOf([0, 1, 0, 4], BOX);
  const [left, top] = pixels(view, [0, 4]);
  const [right, bottom] = pixels(view, [1, 0]);
  assert.ok(contains(BOX, left, top) && contains(BOX, right, bottom));
  assert.ok(Math.abs((right - left) * 4 - (bottom - top)) < 1e-9);
  assert.ok(bottom - top > 0.9 * BOX.height, "no more air than is needed");
});

test("nothing, and a single point, have a view as well", () => {
  for (const extent of [emptyExtent(), [3, 3, -2, -2]]) {
    const { x, y } = viewOf(extent, BOX);
    assert.ok(x[1] > x[0] && y[1] > y[0]);
  }
  assert.deepEqual(pixels(viewOf([3, 3, -2, -2], BOX), [3, -2]), [110, 70]);
});

test("an even view keeps its middle and loses nothing", () => {
  const { x, y } = even({ x: [0, 2], y: [0, 10] }, BOX);
  assert.deepEqual(y, [0, 10]);
  assert.deepEqual(x, [-9, 11]);
});

test("the extent of points leaves out what is nowhere, and other plots", () => {
  const positions = [9, 9, 1, 2, NaN, 7, -3, 4, 9, 9];
  assert.deepEqual(extentOf(positions, 2, 3), [-3, 1, 2, 4]);
  assert.deepEqual(common([[0, 1, 0, 1], emptyExtent(), [-2, 0, 0.5, 3]]), [-2, 1, 0, 3]);
});

test("half-way between two views is half-way for each end", () => {
  const [a, b] = [
    { x: [0, 1], y: [0, 2] },
    { x: [2, 5], y: [-2, 2] },
  ];
  assert.deepEqual(between(a, b, 0.5), { x: [1, 3], y: [-1, 2] });
});

test("a box contains its edges and nothing beyond", () => {
  assert.ok(contains(BOX, 10, 20) && contains(BOX, 210, 120));
  assert.ok(!contains(BOX, 9.9, 50) && !contains(BOX, 50, 120.1));
});
