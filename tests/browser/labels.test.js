import assert from "node:assert/strict";
import { test } from "node:test";
import { lineNamesOf, spread, withoutShared } from "../../static/shared/labels.js";
import { randoms } from "./random.js";

const labels = (...middles) => middles.map((middle) => ({ middle, size: 10 }));

test("labels that have room stay where they are", () => {
  assert.deepEqual(spread(labels(50, 20, 80), 0, 100), [50, 20, 80]);
});

test("labels that meet move apart, in their order", () => {
  assert.deepEqual(spread(labels(52, 50), 0, 100), [60, 50]);
});

test("at either end they stay inside", () => {
  assert.deepEqual(spread(labels(-5, 1), 0, 100), [5, 15]);
  assert.deepEqual(spread(labels(97, 104), 0, 100), [85, 95]);
});

test("a label with an end of its own stays before it, and pushes up what is in its way", () => {
  const [first, second] = labels(42, 48).map((label) => ({ ...label, high: 50 }));
  assert.deepEqual(spread([first, second, ...labels(52)], 0, 100), [35, 45, 62]);
});

test("none covers another wherever they would like to be", () => {
  const next = randoms(3);
  for (let turn = 0; turn < 200; turn++) {
    const wanted = Array.from({ length: 6 }, () => ({
      middle: 120 * next() - 10,
      size: 5 + 10 * next(),
    }));
    const middles = spread(wanted, 0, 100);
    const ends = middles.map((middle, i) => [
      middle - wanted[i].size / 2,
      middle + wanted[i].size / 2,
    ]);
    ends.sort((a, b) => a[0] - b[0]);
    assert.ok(ends[0][0] >= -1e-9 && ends.at(-1)[1] <= 100 + 1e-9);
    for (let i = 1; i < ends.length; i++) assert.ok(ends[i][0] >= ends[i - 1][1] - 1e-9);
  }
});

test("names lose the parts at their beginning that all share, and keep one at least", () => {
  const seeds = ["Gains, lr auto, seed 0", "Gains, lr auto, seed 1"];
  assert.deepEqual(withoutShared(seeds), ["seed 0", "seed 1"]);
  assert.deepEqual(withoutShared(["SGD, lr 10", "Adam, lr 10"]), ["SGD, lr 10", "Adam, lr 10"]);
  assert.deepEqual(withoutShared(["SGD, lr 1,000", "SGD, lr 1,000, momentum 0.9"]), [
    "lr 1,000",
    "lr 1,000, momentum 0.9",
  ]);
  assert.deepEqual(withoutShared(["SGD, lr 10"]), ["SGD, lr 10"]);
  assert.deepEqual(withoutShared(["SGD, lr 10", "PCA"]), ["SGD, lr 10", "PCA"]);
  assert.deepEqual(withoutShared([...seeds, "PCA"]), ["seed 0", "seed 1", "PCA"]);
});

test("lines are called by what differs where that is short", () => {
  const short = ["SGD 1", "SGD 2"];
  assert.deepEqual(lineNamesOf(["SGD, lr 10", "SGD, lr 50"], short), ["lr 10", "lr 50"]);
  assert.deepEqual(lineNamesOf(["SGD, lr 10", "SGD, lr 10, momentum 0.9"], short), short);
  assert.deepEqual(lineNamesOf(["SGD, lr 10", "Adam, lr 1"], ["SGD", "Adam"]), ["SGD", "Adam"]);
});
