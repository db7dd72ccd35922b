// From the component's data to positions and measures: the other end of packing.py.

import { eachFrame, NOWHERE, STEPS, summed } from "../shared/frames.js";
import { inflated } from "../shared/message.js";
import { allPictures } from "./pictures.js";

/** Reads S frames of P panels of N digits, see shared/frames.js, and what was measured in each. */
export async function readRecording(data) {
  const [planes, pictures] = await Promise.all([inflated(data.frames), inflated(data.pictures)]);
  const { names, labels, indices, frameIterations, scales, kl, agreement } = data;
  const size = names.length * labels.length * 2;
  return {
    panels: names.length,
    names,
    fixed: fixedOf(data),
    count: labels.length,
    iterations: frameIterations,
    labels,
    indices,
    pictures: allPictures(pictures),
    frames: eachFrame(summed(planes, size), size),
    scales,
    kl,
    agreement,
  };
}

/** Says for each map whether it stays as it is in all frames, as PCA does. */
export const fixedOf = ({ names, fixed }) => fixed ?? names.map(() => false);

/** Reads one tick of a live run, its positions as (P, N, 2) floats. */
export function readTick({ labels, steps, scales, klCurve, agreementCurve }) {
  const size = 2 * labels.length;
  const positions = new Float32Array(steps.length);
  for (let i = 0; i < steps.length; i++) {
    const scale = scales[Math.floor(i / size)] / STEPS;
    positions[i] = steps[i] === NOWHERE ? NaN : steps[i] * scale;
  }
  const kl = klCurve.values.map((values) => values.at(-1));
  const curves = { kl: klCurve, agreement: agreementCurve };
  return { labels, positions, count: labels.length, kl, curves };
}
