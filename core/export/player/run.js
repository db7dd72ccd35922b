// The run that this page holds, as it stands in the page: see `_data` in replay.py, and
// large_replay.py for a large one.

import { eachFrame, wholeExtents } from "../../../static/shared/frames.js";
import { inflated } from "../../../static/shared/message.js";
import { around, orderOf, stepsFrom } from "../../../static/shared/order.js";

export const run = JSON.parse(document.getElementById("run").textContent);
export const LAST = run.iterations.length - 1;
const inParts = Boolean(run.frames); // of a large run
if (inParts) run.labels = bytesOf(run.labels);
export const DIGITS = run.labels.length;
run.indices ??= Array.from({ length: DIGITS }, (_, i) => i);

/** @type {import("../../../static/shared/frames.js").Frames} */
export const recording = {
  panels: run.panels.length,
  count: DIGITS,
  frames: inParts
    ? run.frames.map(() => null)
    : eachFrame(stepsOf(run.positions), 2 * run.panels.length * DIGITS),
  scales: columnsOf(inParts ? run.frames.map(({ scales }) => scales) : run.scales),
  iterations: run.iterations,
};
if (inParts) take(LAST, bytesOf(run.frames[LAST].planes));
export const extents = run.extents ?? wholeExtents(recording);
// Agreement is measured now and then: what a frame shows is what was measured last.
export const agreement = columnsOf(run.agreement).map(carried);

/** Unpacks the frames of a large run that are not there yet; `arrived` is called after each. */
export async function unpackFrames(arrived) {
  for (const frame of orderOf(LAST + 1)) {
    if (recording.frames[frame]) continue;
    take(frame, await inflated(bytesOf(run.frames[frame].planes)));
    arrived();
  }
}

function take(frame, planes) {
  const { frames, panels } = recording;
  const parents = around(frame, LAST)?.map((each) => frames[each]) ?? [null, null];
  const { factors } = run.frames[frame];
  frames[frame] = stepsFrom(planes, panels, parents[0], parents[1], Float32Array.from(factors));
}

/** Returns the bytes that a text in base64 stands for. */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Returns the whole steps that a text in base64 stands for. */
function stepsOf(text) {
  const bytes = bytesOf(text);
  const view = new DataView(bytes.buffer); // int16 is little-endian here, whatever reads it
  return Int16Array.from({ length: bytes.length / 2 }, (_, place) =>
    view.getInt16(place * 2, true),
  );
}

/** Returns one array for each panel from one for each frame. */
function columnsOf(rows) {
  return run.panels.map((_, panel) => rows.map((row) => row[panel]));
}

function carried(values) {
  let latest = null;
  return values.map((value) => {
    latest = value ?? latest;
    return latest;
  });
}
