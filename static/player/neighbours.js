// Neighbours on a map, found in the browser. `positions` are (P, N, 2) floats.

import { panelExtent } from "../shared/frames.js";

const NEIGHBOURS = 5; // of the agreement, as core/analysis/quality.py counts them

/** Returns the `k` digits nearest to one on a panel, nearest first. */
export function nearestTo(positions, panel, count, point, k) {
  const start = 2 * panel * count;
  const [x, y] = [positions[start + 2 * point], positions[start + 2 * point + 1]];
  const found = [];
  for (let i = 0; i < count; i++) {
    if (i === point) continue;
    const square = (positions[start + 2 * i] - x) ** 2 + (positions[start + 2 * i + 1] - y) ** 2;
    if (!(square < (found[k - 1]?.square ?? Infinity))) continue; // NaN is not near
    let at = found.length;
    while (at && found[at - 1].square > square) at--;
    found.splice(at, 0, { point: i, square });
    if (found.length > k) found.pop();
  }
  return found.map((each) => each.point);
}

/**
 * Returns the share of the five nearest neighbours with a digit's own label, over all digits of a
 * panel. NaN on a map that has places which are no numbers. Looks through the cells of a grid ring
 * by ring, so that it is quick enough to be done while the map moves.
 */
export function agreementOn(positions, panel, count, labels) {
  const k = Math.min(NEIGHBOURS, count - 1);
  const xy = positions.subarray(2 * panel * count, 2 * (panel + 1) * count);
  const [left, right, low, high] = panelExtent(positions, panel, count);
  if (!k || xy.some(Number.isNaN)) return NaN;
  const side = Math.max(1, Math.min(256, Math.round(Math.sqrt(count / 2))));
  const cell = Math.max(right - left, high - low) / side || 1;
  const cellOf = (value, from) => Math.min(side - 1, Math.floor((value - from) / cell));
  const { first, members } = sortedIntoCells(
    xy,
    side,
    (i) => cellOf(xy[2 * i], left) + side * cellOf(xy[2 * i + 1], low),
  );
  const squares = new Float64Array(k);
  const near = new Int32Array(k);
  let same = 0;
  for (let i = 0; i < count; i++) {
    const [x, y] = [xy[2 * i], xy[2 * i + 1]];
    const [column, row] = [cellOf(x, left), cellOf(y, low)];
    squares.fill(Infinity);
    // What is in the next ring is at least `ring` whole cells away.
    for (let ring = 0; ring < side && squares[k - 1] > ((ring - 1) * cell) ** 2; ring++) {
      for (let r = Math.max(0, row - ring); r <= Math.min(side - 1, row + ring); r++) {
        const inner = Math.abs(r - row) < ring; // only the ring's two ends are new in this row
        for (let c = column - ring; c <= column + ring; c += inner ? 2 * ring : 1) {
          if (c < 0 || c >= side) continue;
          for (let m = first[c + side * r]; m < first[c + side * r + 1]; m++) {
            if (members[m] !== i) insert(squares, near, members[m], xy, x, y);
          }
        }
      }
    }
    for (const other of near) if (labels[other] === labels[i]) same += 1;
  }
  return same / (k * count);
}

/** Returns what the agreement would be if neighbours were drawn at random. */
export function chanceOf(labels) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const pairs = [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return pairs / Math.max(1, labels.length * (labels.length - 1));
}

function insert(squares, near, point, xy, x, y) {
  const square = (xy[2 * point] - x) ** 2 + (xy[2 * point + 1] - y) ** 2;
  let at = squares.length - 1;
  if (square >= squares[at]) return;
  for (; at > 0 && squares[at - 1] > square; at--) {
    squares[at] = squares[at - 1];
    near[at] = near[at - 1];
  }
  squares[at] = square;
  near[at] = point;
}

/** Sorts points into cells: `members[first[c]]` to `members[first[c + 1] - 1]` are in cell c. */
function sortedIntoCells(xy, side, cellOf) {
  const count = xy.length / 2;
  const cells = Int32Array.from({ length: count }, (_, i) => cellOf(i));
  const first = new Int32Array(side * side + 1);
  for (const cell of cells) first[cell + 1]++;
  for (let cell = 0; cell < side * side; cell++) first[cell + 1] += first[cell];
  const next = first.slice();
  const members = new Int32Array(count);
  for (let i = 0; i < count; i++) members[next[cells[i]]++] = i;
  return { first, members };
}
