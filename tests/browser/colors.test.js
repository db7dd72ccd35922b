import assert from "node:assert/strict";
import { test } from "node:test";
import { colorOf, palette } from "../../static/shared/colors.js";

test("zero of a diverging scale is the page itself, and its ends are as far from it", () => {
  assert.deepEqual(colorOf(128, "diverging", "light"), [255, 255, 255]);
  assert.deepEqual(colorOf(128, "diverging", "dark"), [0x11, 0x18, 0x1a]);
  assert.deepEqual(colorOf(1, "diverging", "light"), [0x0b, 0x3c, 0x7d]);
  assert.deepEqual(colorOf(255, "diverging", "light"), [0x8a, 0x34, 0x00]);
});

test("the other scales begin and end at their colours", () => {
  assert.deepEqual(colorOf(0, "heat", "light"), [0x44, 0x01, 0x54]);
  assert.deepEqual(colorOf(255, "heat", "dark"), [0xfd, 0xe7, 0x25]);
  assert.deepEqual(colorOf(77, "grey", "light"), [77, 77, 77]);
});

test("a palette holds each level as an opaque pixel", () => {
  const pixels = new Uint8Array(palette("heat", "light").buffer);
  assert.equal(pixels.length, 4 * 256);
  for (const level of [0, 100, 255]) {
    const rounded = colorOf(level, "heat", "light").map(Math.round);
    assert.deepEqual([...pixels.subarray(4 * level, 4 * level + 4)], [...rounded, 255]);
  }
});
