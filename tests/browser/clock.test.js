import assert from "node:assert/strict";
import { test } from "node:test";
import { advance, frameOf, goTo, newClock, timeOf } from "../../static/player/clock.js";

const ITERATIONS = [0, 1, 10, 50];
const clockAt = (at, loop = false) => ({
  iterations: ITERATIONS,
  at,
  speed: 1,
  loop,
  playing: true,
});

test("a time between two frames is a share of the iterations between them", () => {
  assert.equal(timeOf(clockAt(0)), 0);
  assert.equal(timeOf(clockAt(5.5)), 1.5);
  assert.equal(timeOf(clockAt(50)), 3);
  assert.equal(frameOf(clockAt(31)), 3);
});

test("a clock stops at the end, and says so", () => {
  const clock = clockAt(0);
  assert.ok(advance(clock, 500));
  assert.equal(clock.at, 25);
  assert.ok(!advance(clock, 600));
  assert.equal(clock.at, 50);
});

test("in a loop it begins again, unless there is one frame only", () => {
  const clock = clockAt(49, true);
  assert.ok(advance(clock, 100));
  assert.equal(clock.at, 0);
  assert.ok(!advance({ ...clockAt(0, true), iterations: [0] }, 100));
});

test("a clock goes to frames that exist", () => {
  const clock = newClock(ITERATIONS, { speed: { value: "2" }, loop: { ariaPressed: "true" } });
  assert.deepEqual([clock.at, clock.speed, clock.loop], [0, 2, true]);
  for (const [frame, at] of [
    [-3, 0],
    [2, 10],
    [Infinity, 50],
  ]) {
    goTo(clock, frame);
    assert.equal(clock.at, at);
  }
});
