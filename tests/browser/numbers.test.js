import assert from "node:assert/strict";
import { test } from "node:test";
import { formatted, niceStep, spelled, ticksBetween } from "../../static/shared/numbers.js";

test("a nice step is 1, 2 or 5 times a power of ten, and not too small", () => {
  for (const [wanted, step] of [
    [1, 1],
    [1.1, 2],
    [2.5, 5],
    [7, 10],
    [0.03, 0.05],
    [1200, 2000],
  ]) {
    assert.ok(Math.abs(niceStep(wanted) - step) < 1e-12, `${wanted} gives ${niceStep(wanted)}`);
  }
});

test("ticks are the round numbers between two, written with as many decimals as they need", () => {
  const texts = (low, high, pixels) => ticksBetween(low, high, pixels).map(({ text }) => text);
  assert.deepEqual(texts(-1.2, 1.2, 350), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
  assert.deepEqual(texts(3, 47, 280), ["20", "40"]);
  assert.ok(ticksBetween(0, 1, 700).length >= 9);
});

test("numbers for readers", () => {
  assert.equal(formatted(-1.005, 1), "−1.0");
  assert.equal(formatted(2), "2.00");
  assert.equal(spelled(60000), "60,000");
});
