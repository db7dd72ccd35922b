import assert from "node:assert/strict";
import { test } from "node:test";
import {
  NOWHERE,
  panelExtent,
  pathOf,
  positionsAt,
  STEPS,
  summed,
  wholeExtents,
} from "../../static/shared/frames.js";
import { randoms } from "./random.js";

/** Two panels of one digit in three frames; the second panel has diverged in the last. */
const recording = {
  panels: 2,
  count: 1,
  iterations: [0, 10, 20],
  scales: [
    [1, 2, 4],
    [1, 1, 1],
  ],
  frames: [
    [STEPS, 0, -STEPS, STEPS],
    [STEPS, -STEPS, 0, STEPS],
    [0, STEPS, NOWHERE, NOWHERE],
  ].map((steps) => Int16Array.from(steps)),
};

const at = (time) => [...positionsAtNew(time)];

function positionsAtNew(time) {
  const into = new Float32Array(4);
  positionsAt(recording, time, into);
  return into;
}

test("a recorded frame is what was recorded, in the scale of its panel and frame", () => {
  assert.deepEqual(at(0), [1, 0, -1, 1]);
  assert.deepEqual(at(1), [2, -2, 0, 1]);
});

test("between two frames positions lie on the straight line", () => {
  assert.deepEqual(at(0.25), [1.25, -0.5, -0.75, 1]);
});

test("what is nowhere stays nowhere, and takes nothing before it along", () => {
  assert.deepEqual(at(2), [0, 4, NaN, NaN]);
  assert.deepEqual(at(1.5).slice(2), [NaN, NaN]);
  assert.deepEqual(at(1).slice(2), [0, 1]);
});

test("a path ends at the last whole frame", () => {
  assert.deepEqual([...pathOf(recording, 0, 0, 1.9)], [1, 0, 2, -2]);
  assert.deepEqual([...pathOf(recording, 1, 0, 2)], [-1, 1, 0, 1, NaN, NaN]);
});

test("an extent holds all frames, and nothing that is nowhere", () => {
  assert.deepEqual(wholeExtents(recording), [
    [0, 2, -2, 4],
    [-1, 0, 1, 1],
  ]);
  assert.deepEqual(panelExtent(positionsAtNew(1), 0, 1), [2, 2, -2, -2]);
});

/** What packing.py sends: differences from frame to frame, zigzag, low bytes before high bytes. */
function deflated(steps, size) {
  const planes = new Uint8Array(2 * steps.length);
  steps.forEach((step, i) => {
    const change = ((step - (i < size ? 0 : steps[i - size])) << 16) >> 16; // wraps around
    const zigzag = ((change << 1) ^ (change >> 15)) & 0xffff;
    planes[i] = zigzag & 255;
    planes[steps.length + i] = zigzag >> 8;
  });
  return planes;
}

test("differences become the steps again, also where they wrap around", () => {
  const next = randoms(1);
  const steps = Int16Array.from({ length: 60 }, () => Math.floor(next() * 65536) - 32768);
  steps.set([32767, -32768, 0, -1, 1, NOWHERE], 12);
  assert.deepEqual(summed(deflated(steps, 12), 12), steps);
});
