// From the component's data to typed arrays: the other end of packing.py.

import { NOWHERE, STEPS } from "../shared/frames.js";

/** Returns a column as an array of its own; Arrow's may stand in the middle of a message. */
const column = (table, name) => table.getChild(name).toArray().slice();

async function inflated(table) {
  const stream = new Blob([column(table, "bytes")]).stream();
  const whole = stream.pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(whole).arrayBuffer());
}

/** Reads S frames of P panels of N digits, see shared/frames.js, and what was measured in each. */
export async function readRecording(data) {
  const [planes, pictures] = await Promise.all([inflated(data.frames), inflated(data.pictures)]);
  const panels = data.names.length;
  const iterations = column(data.steps, "iteration");
  const labels = column(data.points, "label");
  const each = (name) => data.names.map((_, panel) => column(data.steps, `${name} ${panel}`));
  return {
    panels,
    names: data.names,
    count: labels.length,
    iterations,
    labels,
    indices: column(data.points, "index"),
    pictures,
    frames: summed(planes, panels * labels.length * 2),
    scales: each("scale"),
    kl: each("kl"),
    agreement: each("agreement"),
  };
}

/** Sums differences from frame to frame, which come as two planes of bytes. */
export function summed(planes, size) {
  const count = planes.length / 2;
  const steps = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    const zigzag = planes[i] | (planes[count + i] << 8);
    steps[i] = (i < size ? 0 : steps[i - size]) + ((zigzag >>> 1) ^ -(zigzag & 1));
  }
  return steps;
}

/** Reads one tick of a live run, its positions as (P, N, 2) floats. */
export function readTick(data) {
  const labels = column(data.points, "label");
  const steps = column(data.positions, "step");
  const scales = column(data.maps, "scale");
  const size = 2 * labels.length;
  const positions = Float32Array.from(steps, (step, i) =>
    step === NOWHERE ? NaN : step * (scales[Math.floor(i / size)] / STEPS),
  );
  const curves = { kl: readCurve(data, "klCurve"), agreement: readCurve(data, "agreementCurve") };
  const kl = curves.kl.values.map((values) => values.at(-1));
  return { labels, positions, count: labels.length, kl, curves };
}

/** Reads one measure of all maps: its iterations, and an array of values for each map. */
function readCurve(data, name) {
  return {
    iterations: column(data[name], "iteration"),
    values: data.names.map((_, panel) => column(data[name], `map ${panel}`)),
  };
}
