import assert from "node:assert/strict";
import { test } from "node:test";
import { dotRadius, nearestPoint, pointsInside } from "../../static/shared/points.js";
import { randoms } from "./random.js";

const TRANSFORM = { scale: { x: 10, y: -20 }, shift: { x: 100, y: 200 } };

/** Points of two plots, of which the second is asked about. */
function plot(places, hidden = []) {
  return {
    positions: Float64Array.from([0, 0, 0, 0, ...places.flat()]),
    start: 4,
    labels: places.map((_, i) => i),
    hidden: new Set(hidden),
  };
}

test("the nearest point is the nearest on the screen, not in the plane", () => {
  const points = plot([
    [0, 0.9], // 18 pixels up
    [1.7, 0], // 17 pixels to the right
  ]);
  assert.deepEqual(nearestPoint(points, TRANSFORM, 100, 200), { index: 1, distance: 17 });
});

test("nothing beyond the reach is near; its edge is", () => {
  const points = plot([[1, 0]]);
  assert.equal(nearestPoint(points, TRANSFORM, 100, 200, 9.9), null);
  assert.equal(nearestPoint(points, TRANSFORM, 100, 200, 10).index, 0);
});

test("what is hidden or nowhere is not near", () => {
  const places = [
    [NaN, NaN],
    [0, 0],
    [0.5, 0],
  ];
  assert.equal(nearestPoint(plot(places), TRANSFORM, 100, 200).index, 1);
  assert.equal(nearestPoint(plot(places, [1]), TRANSFORM, 100, 200).index, 2);
  assert.equal(nearestPoint(plot(places, [1, 2]), TRANSFORM, 100, 200), null);
});

test("a search through many finds what looking at each does", () => {
  const next = randoms(7);
  const points = plot(Array.from({ length: 200 }, () => [next() * 10, next() * 10]));
  const [px, py] = [150, 120];
  const distances = points.labels.map((i) =>
    Math.hypot(
      points.positions[4 + 2 * i] * 10 + 100 - px,
      points.positions[5 + 2 * i] * -20 + 200 - py,
    ),
  );
  const least = Math.min(...distances);
  const near = nearestPoint(points, TRANSFORM, px, py);
  assert.equal(near.index, distances.indexOf(least));
  assert.ok(Math.abs(near.distance - least) < 1e-9);
});

test("inside a line that bends inwards", () => {
  const [xs, ys] = [
    [0, 4, 4, 2, 0],
    [0, 0, 4, 1, 4],
  ];
  const places = [
    [2, 0.5],
    [2, 2], // in the notch
    [0.5, 3],
    [3.5, 3],
    [5, 1],
    [1, 0.5],
  ];
  assert.deepEqual(pointsInside(plot(places), xs, ys), [0, 2, 3, 5]);
  assert.deepEqual(pointsInside(plot(places, [3]), xs, ys), [0, 2, 5]);
});

test("more dots are smaller", () => {
  const radii = [10, 1201, 3001].map(dotRadius);
  assert.ok(radii[0] > radii[1] && radii[1] > radii[2]);
});
