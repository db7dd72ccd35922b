import assert from "node:assert/strict";
import { test } from "node:test";
import { agreementOn, chanceOf, nearestTo } from "../../static/player/neighbours.js";
import { randoms } from "./random.js";

const COUNT = 300;

/** Two panels; the points of the second lie in lumps, some of them far away. */
function maps() {
  const next = randoms(11);
  const positions = Float32Array.from({ length: 4 * COUNT }, (_, i) =>
    i < 2 * COUNT ? next() : next() ** 6 * 100,
  );
  return { positions, labels: Array.from({ length: COUNT }, () => Math.floor(4 * next())) };
}

/** All others by their distance, nearest first. */
function sorted(positions, panel, point) {
  const xy = (i) => positions.subarray(2 * (panel * COUNT + i), 2 * (panel * COUNT + i) + 2);
  const [x, y] = xy(point);
  const square = (i) => (xy(i)[0] - x) ** 2 + (xy(i)[1] - y) ** 2;
  return [...Array(COUNT).keys()].filter((i) => i !== point).sort((a, b) => square(a) - square(b));
}

for (const panel of [0, 1]) {
  test(`neighbours on panel ${panel} are those that sorting finds`, () => {
    const { positions, labels } = maps();
    let same = 0;
    for (let point = 0; point < COUNT; point++) {
      const near = sorted(positions, panel, point);
      assert.deepEqual(nearestTo(positions, panel, COUNT, point, 8), near.slice(0, 8));
      same += near.slice(0, 5).filter((other) => labels[other] === labels[point]).length;
    }
    assert.equal(agreementOn(positions, panel, COUNT, labels), same / (5 * COUNT));
  });
}

test("a map that has places which are no numbers has no agreement", () => {
  const { positions, labels } = maps();
  positions[5] = NaN;
  assert.ok(Number.isNaN(agreementOn(positions, 0, COUNT, labels)));
  assert.ok(Number.isFinite(agreementOn(positions, 1, COUNT, labels)));
});

test("by chance two digits have one label as often as pairs of them do", () => {
  assert.equal(chanceOf([1, 1, 2, 2]), 1 / 3);
  assert.equal(chanceOf([7]), 0);
});
