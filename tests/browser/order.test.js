import assert from "node:assert/strict";
import { test } from "node:test";
import { framesAround, pathOf, positionsAt, STEPS } from "../../static/shared/frames.js";
import { around, orderOf, stepsFrom } from "../../static/shared/order.js";
import { randoms } from "./random.js";

test("every frame is sent once: last, first, middle, quarters, and so on", () => {
  assert.deepEqual(orderOf(9), [8, 0, 4, 2, 6, 1, 3, 5, 7]);
  assert.deepEqual(orderOf(1), [0]);
  assert.deepEqual(orderOf(2), [1, 0]);
  for (const count of [3, 12, 39, 64, 65, 240]) {
    const order = orderOf(count);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      [...Array(count).keys()],
    );
  }
});

test("the frames around one come before it", () => {
  for (const count of [3, 12, 39, 64, 65]) {
    const sent = new Set();
    for (const frame of orderOf(count)) {
      const parents = around(frame, count - 1);
      assert.equal(parents === null, frame === 0 || frame === count - 1);
      for (const parent of parents ?? []) assert.ok(sent.has(parent), `${parent} of ${frame}`);
      if (parents) assert.ok(parents[0] < frame && frame < parents[1]);
      sent.add(frame);
    }
  }
});

test("steps are what is foretold plus what was sent, wrapping around", () => {
  const next = randoms(3);
  const any = () => Int16Array.from({ length: 8 }, () => Math.floor(next() * 65536) - 32768);
  const [before, after, wanted] = [any(), any(), any()];
  const factors = Float32Array.from([0.3, 0.9, 1.7, 0.01]);
  const planes = new Uint8Array(16);
  wanted.forEach((step, i) => {
    const [a, b] = factors.subarray(i < 4 ? 0 : 2);
    const change = ((step - Math.floor(before[i] * a + after[i] * b + 0.5)) << 16) >> 16;
    const zigzag = ((change << 1) ^ (change >> 15)) & 0xffff;
    planes[i] = zigzag & 255;
    planes[8 + i] = zigzag >> 8;
  });
  assert.deepEqual(stepsFrom(planes, 2, before, after, factors), wanted);
});

/** One digit that moves evenly with the iterations, in five frames of which three are here. */
const recording = {
  panels: 1,
  count: 1,
  iterations: [0, 10, 20, 40, 80],
  scales: [[1, 1, 2, 4, 8]],
  frames: [0, null, STEPS, null, STEPS].map((step) =>
    step === null ? null : Int16Array.of(step, 0),
  ),
};

function xAt(time) {
  const into = new Float32Array(2);
  positionsAt(recording, time, into);
  return into[0];
}

test("between frames that are here positions go with the iterations, not with the frames", () => {
  for (const [time, wanted] of [
    [0, 0],
    [0.5, 0.5],
    [1, 1],
    [2, 2],
    [3, 4],
    [3.5, 6],
    [4, 8],
  ]) {
    assert.ok(Math.abs(xAt(time) - wanted) < 1e-6, `${xAt(time)} at ${time}`);
  }
});

test("while only the last frame is here, it is what is shown", () => {
  const last = { ...recording, frames: [null, null, null, null, Int16Array.of(STEPS, 0)] };
  assert.deepEqual(framesAround(last, 1.5), { before: 4, after: 4, share: 0 });
  const first = { ...recording, frames: [Int16Array.of(STEPS, 0), null, null, null, null] };
  assert.deepEqual(framesAround(first, 1.5), { before: 0, after: 0, share: 0 });
});

test("a path goes through the frames that are here", () => {
  assert.deepEqual([...pathOf(recording, 0, 0, 3.9)], [0, 0, 2, 0]);
});
