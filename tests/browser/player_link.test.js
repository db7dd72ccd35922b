// The selected digits of a replay as text: Python reads it (tests/app/links/test_values.py).

import assert from "node:assert/strict";
import { test } from "node:test";
import { packRows } from "../../static/player/link.js";

/** @type {[number[], string][]} */
const ROWS = [
  [[0], "AA"],
  [[1, 2, 3], "AQAA"],
  [[127, 128], "fwA"],
  [[128, 129], "gAEA"],
  [[5, 700, 69_999], "BbYFsp0E"],
];

test("rows are packed as Python unpacks them", () => {
  for (const [rows, text] of ROWS) assert.equal(packRows(rows), text);
});

test("order and repetition do not matter", () => {
  assert.equal(packRows([3, 1, 2, 3]), packRows([1, 2, 3]));
});
