import assert from "node:assert/strict";
import { test } from "node:test";
import { digitInWords, digitNumber } from "../../static/shared/digit.js";

test("behind the training digits those of the test set are counted from 0 again", () => {
  assert.equal(digitInWords(59_999), "59,999 of the training set");
  assert.equal(digitInWords(60_000), "0 of the test set");
  assert.equal(digitNumber(1_234), "no. 1,234");
  assert.equal(digitNumber(61_234), "test no. 1,234");
  assert.equal(digitInWords(-1), "0 of the recorded points");
  assert.equal(digitNumber(-1_235), "point no. 1,234");
});
