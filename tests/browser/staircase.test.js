import assert from "node:assert/strict";
import { test } from "node:test";
import { GRID, gridCodes, reachOf } from "../../static/staircase/pictures.js";

test("the decoded plane begins at the top left and covers the square", () => {
  const codes = gridCodes(3);
  assert.equal(codes.length, GRID * GRID);
  assert.deepEqual(codes[0], [-3, 3]);
  assert.deepEqual(codes[GRID - 1], [3, 3]);
  assert.deepEqual(codes.at(-1), [3, -3]);
  const steps = codes.slice(1, GRID).map(([x], i) => x - codes[i][0]);
  for (const step of steps) assert.ok(Math.abs(step - 6 / (GRID - 1)) < 1e-12);
});

test("a map shows both circles of the prior, and all but the most distant codes", () => {
  assert.equal(reachOf(new Float32Array(2000)), 2.6);
  const codes = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 ? -1 : 1) * (i / 100));
  const reach = reachOf(codes);
  assert.ok(reach > 19.9 && reach < 1.06 * 20, String(reach));
  codes[0] = 1e6; // one that is far away does not make the others a point
  assert.ok(Math.abs(reachOf(codes) - reach) < 0.05);
});
