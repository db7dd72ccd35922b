import assert from "node:assert/strict";
import { test } from "node:test";
import { gridOf } from "../../static/player/layout.js";
import { DASHES } from "../../static/shared/dashes.js";

// @ts-expect-error: there is no window here but this one.
globalThis.window = { innerHeight: 900 };

const columns = (boxes) => new Set(boxes.map(({ left }) => left)).size;
const rows = (boxes) => new Set(boxes.map(({ top }) => top)).size;

test("so many maps stand in so many columns and rows", () => {
  for (const [width, panels, across, down] of [
    [1150, 1, 1, 1],
    [1150, 2, 2, 1],
    [1150, 3, 3, 1],
    [1150, 4, 2, 2],
    [1150, 5, 3, 2],
    [1150, 6, 3, 2],
    [1150, 7, 4, 2],
    [950, 7, 3, 3],
    [860, 3, 2, 2],
    [860, 6, 3, 2],
    [690, 6, 2, 3],
    [358, 6, 1, 6],
  ]) {
    const { boxes } = gridOf(width, panels);
    assert.equal(boxes.length, panels);
    assert.deepEqual([columns(boxes), rows(boxes)], [across, down], `${panels} at ${width}`);
  }
});

test("no map leaves the stage, and no two overlap", () => {
  for (const width of [358, 700, 950, 1150]) {
    for (let panels = 1; panels <= 7; panels++) {
      const { boxes, height } = gridOf(width, panels);
      boxes.forEach((box, i) => {
        assert.ok(box.left >= 0 && box.left + box.width <= width);
        assert.ok(box.top >= 0 && box.top + box.height <= height);
        for (const other of boxes.slice(i + 1)) {
          const apart = (a, b) => a.left + a.width <= b.left || a.top + a.height <= b.top;
          assert.ok(apart(box, other) || apart(other, box), `${panels} at ${width}`);
        }
      });
    }
  }
});

test("each of seven maps has a dash of its own", () => {
  assert.equal(new Set(DASHES.map(String)).size, 7);
  assert.ok(DASHES.every((dash) => dash.length % 2 === 0));
});
