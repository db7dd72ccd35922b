import assert from "node:assert/strict";
import { test } from "node:test";
import { foldedInto } from "../../static/film/fold.js";

const TEN_DIGITS = { width: 298, cell: 30 };

test("a row of digits is whole where each pixel gets two", () => {
  assert.deepEqual(foldedInto(TEN_DIGITS, 596), { parts: 1, partWidth: 298, step: 300 });
});

test("else it is cut into as few equal parts as have that room", () => {
  assert.deepEqual(foldedInto(TEN_DIGITS, 595), { parts: 2, partWidth: 148, step: 150 });
  assert.deepEqual(foldedInto(TEN_DIGITS, 296), { parts: 2, partWidth: 148, step: 150 });
  assert.deepEqual(foldedInto(TEN_DIGITS, 295), { parts: 5, partWidth: 58, step: 60 });
  assert.deepEqual(foldedInto({ width: 478, cell: 30 }, 358).parts, 4);
});

test("a digit is never cut, nor is a picture without cells", () => {
  assert.deepEqual(foldedInto(TEN_DIGITS, 10), { parts: 10, partWidth: 28, step: 30 });
  assert.deepEqual(foldedInto({ width: 298, cell: null }, 100).parts, 1);
});
