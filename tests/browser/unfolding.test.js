import assert from "node:assert/strict";
import { test } from "node:test";
import { placesOfNames } from "../../static/unfolding/names.js";
import {
  frameTime,
  iterationAt,
  later,
  namesAt,
  nextAct,
} from "../../static/unfolding/timeline.js";

test("it takes nine seconds at any rate of frames, and stops at the end", () => {
  for (const rate of [20, 60, 144]) {
    let [at, seconds] = [0, 0];
    while (at < 1) {
      at = later(at, 1000 / rate);
      seconds += 1 / rate;
    }
    assert.equal(at, 1);
    assert.ok(Math.abs(seconds - 9) < 0.1, `${rate} a second: ${seconds} s`);
  }
});

test("what was hidden for a minute goes on where it was", () => {
  assert.ok(later(0.5, 60_000) - 0.5 <= 0.1 / 9 + 1e-9);
  assert.equal(later(0.5, -20), 0.5, "a frame may come with an earlier time");
});

test("the iteration is that of the frame, and between two frames on the way", () => {
  const iterations = Int32Array.of(0, 10, 50, 700);
  assert.deepEqual(
    [0, 1 / 3, 0.5, 2 / 3, 1].map((at) => iterationAt(at, iterations)),
    [0, 10, 30, 50, 700],
  );
  assert.equal(frameTime(1, 4), 3);
});

test("the classes are written only near the end, and fully at it", () => {
  assert.equal(namesAt(0), 0);
  assert.equal(namesAt(0.8), 0);
  assert.ok(namesAt(0.95) > 0 && namesAt(0.95) < 1);
  assert.equal(namesAt(1), 1);
});

test("the button says what it does next", () => {
  const state = (playing, played, at) => nextAct({ playing, played, at });
  assert.equal(state(true, true, 0.3), "Pause");
  assert.equal(state(false, true, 0.3), "Play");
  assert.equal(state(false, true, 1), "Replay");
  assert.equal(state(false, false, 1), "Play"); // it has not moved yet, as asked
});

test("a class is named in its densest crowd, and not between two of them", () => {
  const labels = Uint8Array.of(0, 1, 0, 0, 0, 1, 0);
  const first = new Array(14).fill(0); // of a panel that is not meant
  const ones = [-0.5, 0.5];
  const crowd = [0.8, 0.81, 0.82];
  const second = [-0.9, 0, ones[0], 0, crowd[0], 0, crowd[1], 0, crowd[2], 0, ones[1], 0, 0, 0];
  const positions = Float32Array.from([...first, ...second]);
  assert.deepEqual(placesOfNames(positions, 1, labels, 3), [3, 1, -1]);
});
