// The run that this page holds. Positions are int16 by frame, map, digit, (x, y), in steps of
// `scales[frame][map]`; x = MISSING where a map has diverged.

const run = JSON.parse(document.getElementById("run").textContent);
const MISSING = -32768;
const LAST = run.iterations.length - 1;
const DIGITS = run.labels.length;
const steps = unpack(run.positions);
const bounds = run.scales.map((row, frame) => row.map((_, map) => boundsOf(frame, map)));
const fixedBounds = run.panels.map((_, map) =>
  squareOf(bounds.map((row) => row[map]).filter(Boolean).flatMap(cornersOf)),
);
// Agreement is measured now and then: what a frame shows is what was measured last.
const agreement = run.panels.map((_, map) => carried(run.agreement.map((row) => row[map])));

function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer); // int16 is little-endian here, whatever reads it
  return Int16Array.from({ length: bytes.length / 2 }, (_, place) => view.getInt16(place * 2, true));
}

/** Positions of a map at a time between two frames, x and y in turn; NaN where there is none. */
function positionsAt(time, map, out) {
  const before = Math.floor(time);
  const after = Math.min(before + 1, LAST);
  const share = time - before;
  const one = run.scales[before][map] * (1 - share);
  const other = run.scales[after][map] * share;
  const stride = DIGITS * 2;
  let a = (before * run.panels.length + map) * stride;
  let b = (after * run.panels.length + map) * stride;
  for (let i = 0; i < stride; i++, a++, b++) {
    const missing = steps[a] === MISSING || steps[b] === MISSING;
    out[i] = missing ? NaN : steps[a] * one + steps[b] * other;
  }
  return out;
}

/** The square to show: fixed over all frames, or that of the moment. */
function squareAt(time, map, follow) {
  const now = bounds[Math.floor(time)][map];
  if (!follow || !now) return fixedBounds[map];
  const next = bounds[Math.min(Math.floor(time) + 1, LAST)][map] ?? now;
  const share = time - Math.floor(time);
  const mix = (name) => now[name] * (1 - share) + next[name] * share;
  return { x: mix("x"), y: mix("y"), half: mix("half") };
}

function boundsOf(frame, map) {
  const start = (frame * run.panels.length + map) * DIGITS * 2;
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < DIGITS * 2; i++) {
    const step = steps[start + i];
    if (step === MISSING) continue;
    if (step < low[i % 2]) low[i % 2] = step;
    if (step > high[i % 2]) high[i % 2] = step;
  }
  if (low.some((value) => value === Infinity)) return null;
  return squareOf([low, high].map((corner) => corner.map((step) => step * run.scales[frame][map])));
}

function squareOf(points) {
  if (!points.length) return { x: 0, y: 0, half: 1 };
  const [low, high] = [Math.min, Math.max].map((end) =>
    [0, 1].map((axis) => points.reduce((found, point) => end(found, point[axis]), points[0][axis])),
  );
  const half = Math.max(high[0] - low[0], high[1] - low[1], 1e-9) / 2;
  return { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, half };
}

function cornersOf({ x, y, half }) {
  return [
    [x - half, y - half],
    [x + half, y + half],
  ];
}

function carried(values) {
  let latest = null;
  return values.map((value) => (latest = value ?? latest));
}
