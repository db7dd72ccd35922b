// The run that this page holds, as it stands in the page: see `_data` in replay.py.

import { eachFrame, wholeExtents } from "../../../static/shared/frames.js";

export const run = JSON.parse(document.getElementById("run").textContent);
export const LAST = run.iterations.length - 1;
export const DIGITS = run.labels.length;

/** @type {import("../../../static/shared/frames.js").Frames} */
export const recording = {
  panels: run.panels.length,
  count: DIGITS,
  frames: eachFrame(stepsOf(run.positions), 2 * run.panels.length * DIGITS),
  scales: columnsOf(run.scales),
  iterations: run.iterations,
};
export const extents = wholeExtents(recording);
// Agreement is measured now and then: what a frame shows is what was measured last.
export const agreement = columnsOf(run.agreement).map(carried);

/** Returns the whole steps that a text in base64 stands for. */
function stepsOf(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
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
