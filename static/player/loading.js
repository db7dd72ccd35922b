// The maps of a large run, fetched part by part: app/server/maps.py is the other end.

import { fetchBytes, withPatience } from "../shared/fetching.js";
import { unpack } from "../shared/message.js";
import { around, orderOf, stepsFrom } from "../shared/order.js";
import { picturesOnDemand } from "./pictures.js";
import { fixedOf, readTick } from "./reading.js";

const MOST_BYTES = 12_000_000; // of all frames; what is left out is interpolated
const AHEAD = 3; // frames on their way at the same time

/** Opens a large run: what reading.js reads of a small one, with its last frame alone. */
export async function openParts(data, signal, arrived) {
  const { source, names } = data;
  const address = new URL(source, document.baseURI).href;
  const { bytes, travelled } = await fetchBytes(`${address}/start`, signal);
  const start = unpack(bytes);
  const { labels, frameIterations: iterations, kl, agreement, extents, last } = start;
  const frames = new Array(iterations.length).fill(null);
  const scales = names.map(() => new Float32Array(frames.length));
  const recording = {
    address,
    panels: names.length,
    names,
    fixed: fixedOf(data),
    count: labels.length,
    iterations,
    labels,
    indices: start.indices ?? Int32Array.from(labels, (_, i) => i),
    pictures: start.pictures ? picturesOnDemand(fetchPictures, arrived) : null,
    frames,
    scales,
    kl,
    agreement,
    extents,
    travelled,
  };
  take(recording, frames.length - 1, last);
  return recording;

  async function fetchPictures(points) {
    const found = await fetchBytes(`${address}/pictures?rows=${points.join(",")}`, signal);
    return found.bytes;
  }
}

/** Adds a frame to the recording; the two around it are there. */
function take({ panels, frames, scales }, frame, { planes, factors, scales: own }) {
  const parents = around(frame, frames.length - 1)?.map((each) => frames[each]) ?? [null, null];
  frames[frame] = stepsFrom(planes, panels, parents[0], parents[1], factors);
  own.forEach((scale, panel) => {
    scales[panel][frame] = scale;
  });
}

/**
 * Fetches the other frames from coarse to fine, and calls `arrived(frame)` after each. Ends early
 * where all that may travel has.
 */
export async function fetchFrames(recording, signal, arrived) {
  const { frames, address } = recording;
  const missing = orderOf(frames.length).filter((frame) => !frames[frame]);
  const coming = [];
  const next = () => {
    const frame = missing[coming.length];
    if (frame === undefined) return;
    coming.push(withPatience(`${address}/frames/${frame}`, signal));
    coming.at(-1).catch(() => {}); // whoever waits for it hears of it
  };
  for (let i = 0; i < AHEAD; i++) next();
  for (let i = 0; i < missing.length; i++) {
    const { bytes, travelled } = await coming[i];
    coming[i] = null;
    recording.travelled += travelled;
    take(recording, missing[i], unpack(bytes));
    arrived(missing[i]);
    // Those on their way still come, and one more of their size has to fit.
    const more = coming.length - i;
    if (recording.travelled + more * travelled <= MOST_BYTES) next();
    if (!coming[i + 1]) return;
  }
}

/**
 * Fetches where the maps of a run are that is being computed, as readTick of reading.js has it; null
 * if that is known already.
 */
export async function fetchNewest(data, known, signal) {
  const { source, revision, names, klCurve, agreementCurve } = data;
  const same = known?.revision === revision;
  const query = same ? `after=${known.iteration}` : "labels=1";
  const address = new URL(`${source}/newest?${query}`, document.baseURI).href;
  const { bytes } = await fetchBytes(address, signal);
  if (!bytes.length) return null;
  const { iteration, scales, planes, labels: sent } = unpack(bytes);
  const labels = sent ?? known.labels;
  const steps = stepsFrom(planes, names.length, null, null, []);
  const tick = readTick({ labels, steps, scales, klCurve, agreementCurve });
  return { revision, iteration, ...tick };
}
