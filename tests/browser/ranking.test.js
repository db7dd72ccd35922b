import assert from "node:assert/strict";
import { test } from "node:test";
import { isOrder, moved, placeAt } from "../../static/ranking/moving.js";

test("an item moves to its place, and not beyond the ends", () => {
  assert.deepEqual(moved([0, 1, 2, 3], 0, 2), [1, 2, 0, 3]);
  assert.deepEqual(moved([0, 1, 2, 3], 3, 0), [3, 0, 1, 2]);
  assert.deepEqual(moved([0, 1, 2], 0, -1), [0, 1, 2]);
  assert.deepEqual(moved([0, 1, 2], 0, 9), [1, 2, 0]);
});

test("an order is not changed itself", () => {
  const order = [0, 1, 2];
  moved(order, 0, 2);
  assert.deepEqual(order, [0, 1, 2]);
});

test("a pointer stands before the first tile whose middle is below it", () => {
  const tiles = [0, 40, 80].map((top) => ({ top, height: 40 }));
  assert.equal(placeAt(-5, tiles), 0);
  assert.equal(placeAt(19, tiles), 0);
  assert.equal(placeAt(21, tiles), 1);
  assert.equal(placeAt(99, tiles), 2);
  assert.equal(placeAt(101, tiles), 3);
});

test("what is no order of the items is told from one that is", () => {
  assert.ok(isOrder([2, 0, 1], 3));
  for (const value of [[0, 1], [0, 1, 1], [0, 1, 3], [0, 1, "2"], "012", null, undefined, {}])
    assert.ok(!isOrder(value, 3), JSON.stringify(value));
});
