// What the visitor has chosen in a replay: a digit to follow, digits inside a lasso. Python gets
// it.

import { says, shownBy } from "../shared/data_set.js";
import { digitInWords } from "../shared/digit.js";
import { frameOf } from "./clock.js";
import { drawFollowed, drawLassoed, lassoInWords } from "./details.js";
import { keepReplay } from "./link.js";
import { restyle } from "./scatter.js";

const PAUSE = 400; // ms without a change before Python gets where the clock rests

export function follow(replay, point) {
  const { scatter, recording } = replay;
  scatter.followed = scatter.followed === point ? null : point;
  if (scatter.followed === null) announce(replay, says(scatter.dataSet, "No digit is followed."));
  else {
    const number = digitInWords(recording.indices[point]);
    const shown = shownBy(scatter.dataSet, recording.labels[point]);
    announce(replay, `Following ${shown}, number ${number}.`);
  }
  chosen(replay);
}

/** Follows any digit of the classes that are shown, for those who cannot click. */
export function followAny(replay) {
  const { labels, count } = replay.recording;
  const shown = Array.from({ length: count }, (_, i) => i).filter(
    (i) => !replay.scatter.settings.hidden.has(labels[i]) && i !== replay.scatter.followed,
  );
  if (shown.length) follow(replay, shown[Math.floor(Math.random() * shown.length)]);
}

export function select(replay, points) {
  const { scatter } = replay;
  mark(replay, points);
  announce(replay, lassoInWords(points.length, scatter.dataSet));
  restyle(scatter);
  chosen(replay);
}

/** Makes these digits the selected ones. */
export function mark(replay, points) {
  const { scatter, recording } = replay;
  replay.lasso = points;
  scatter.selected = points.length ? new Uint8Array(recording.count) : null;
  for (const point of points) scatter.selected[point] = 1;
}

export function clearSelection(replay) {
  const { scatter } = replay;
  if (scatter.followed === null && !replay.lasso.length) return;
  Object.assign(scatter, { followed: null, selected: null });
  replay.lasso = [];
  announce(replay, "The selection is cleared.");
  restyle(scatter);
  chosen(replay);
}

function chosen(replay) {
  showChosen(replay);
  sendToPython(replay);
}

/** Shows which digits are chosen. */
export function showChosen(replay) {
  const { root, scatter, recording, details, lasso } = replay;
  const nothing = scatter.followed === null && !lasso.length;
  root.querySelector('[data-do="clear"]').hidden = nothing;
  drawFollowed(details.followed, scatter, recording, (point) => follow(replay, point));
  drawLassoed(details.lassoed, scatter, recording, lasso);
  scatter.draw();
}

/** Sends the selection to Python, unless it has it already. */
function sendToPython(replay) {
  clearTimeout(replay.sending);
  keepReplay(replay);
  const { signature, scatter, lasso, clock } = replay;
  const iteration = clock.iterations[frameOf(clock)];
  const selection = { signature, point: scatter.followed, lasso, iteration };
  const text = JSON.stringify(selection);
  if (replay.lastSent === text) return;
  replay.lastSent = text;
  replay.send("selection", selection);
}

/** Sends where the clock has come to rest, when it has stayed there for a moment. */
export function sendToPythonSoon(replay) {
  clearTimeout(replay.sending);
  keepReplay(replay);
  replay.sending = setTimeout(() => replay.clock.playing || sendToPython(replay), PAUSE);
}

export function announce(replay, text) {
  replay.root.querySelector(".latent-player-announced").textContent = text;
}
