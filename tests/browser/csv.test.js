import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, numbersOf } from "../../static/save/csv.js";

test("a table has a header, one record a line, and quotes where they are needed", async () => {
  const text = await csv([
    ["name", "x"],
    ['a "b", c', 1.5],
    ["two\nlines", NaN],
    [null, -2],
  ]).text();
  assert.equal(text, 'name,x\r\n"a ""b"", c",1.5\r\n"two\nlines",NaN\r\n,-2\r\n');
});

test("a text that a spreadsheet would compute is no formula; a negative number stays one", async () => {
  const text = await csv([["=1+1", "+2", "-3", "@x", -3]]).text();
  assert.equal(text, "'=1+1,'+2,'-3,'@x,-3\r\n");
});

test("single precision gets the digits that it has", () => {
  assert.deepEqual(numbersOf(Float32Array.of(0.1, 1 / 3, 16777216, Infinity, NaN)), [
    0.1,
    0.33333334,
    16777216,
    Infinity,
    NaN,
  ]);
  assert.deepEqual(numbersOf([0.1, 1 / 3]), [0.1, 1 / 3]);
});

test("written digits are enough to read the same number", () => {
  for (const value of Float32Array.of(1.1754944e-38, 3.4028235e38, 0.30000001192, 123456.79)) {
    assert.equal(Math.fround(numbersOf(Float32Array.of(value))[0]), value);
  }
});
