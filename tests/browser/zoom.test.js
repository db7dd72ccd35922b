import assert from "node:assert/strict";
import { test } from "node:test";
import { zoomed } from "../../static/player/zoom.js";
import { transformOf } from "../../static/shared/scale.js";

const BOX = { left: 30, top: 10, width: 400, height: 200 };
const VIEW = { x: [-20, 60], y: [5, 45] };

test("what is under the pointer stays there", () => {
  for (const [px, py] of [
    [30, 10],
    [230, 110],
    [311, 47],
  ]) {
    const before = transformOf(VIEW, BOX);
    const x = (px - before.shift.x) / before.scale.x;
    const y = (py - before.shift.y) / before.scale.y;
    const after = transformOf(zoomed(VIEW, BOX, 0.3, px, py), BOX);
    assert.ok(Math.abs(x * after.scale.x + after.shift.x - px) < 1e-9);
    assert.ok(Math.abs(y * after.scale.y + after.shift.y - py) < 1e-9);
  }
});

test("a view becomes so many times as wide and as high, and back again", () => {
  const near = zoomed(VIEW, BOX, 0.5, 100, 50);
  assert.equal(near.x[1] - near.x[0], 40);
  assert.equal(near.y[1] - near.y[0], 20);
  const back = zoomed(near, BOX, 2, 100, 50);
  for (const [found, wanted] of [
    [back.x, VIEW.x],
    [back.y, VIEW.y],
  ]) {
    for (const end of [0, 1]) assert.ok(Math.abs(found[end] - wanted[end]) < 1e-9);
  }
});
