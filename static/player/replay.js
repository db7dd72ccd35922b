// A recorded run under one clock.

import { positionsAt, wholeExtents } from "../shared/frames.js";
import { loadPlotly } from "../shared/plotly.js";
import { fillPictures } from "./card.js";
import { frameOf, goTo, newClock, timeOf } from "./clock.js";
import { openControls, showLoaded } from "./controls.js";
import { closeCurves, openCurves, setCurves } from "./curves.js";
import { offerFiles } from "./download.js";
import { drawHeads } from "./heads.js";
import { drawLegend } from "./legend.js";
import { keepReplay, leaveReplay } from "./link.js";
import { fetchFrames, openParts } from "./loading.js";
import { chooseLook, takeOver } from "./look.js";
import { mapActions } from "./map_actions.js";
import { halt, pause, play, seek, show } from "./playing.js";
import { readRecording } from "./reading.js";
import {
  closeScatter,
  figure,
  goHome,
  moveAxes,
  openScatter,
  restyle,
  rethemed,
  setPoints,
} from "./scatter.js";
import { announce, clearSelection, followAny, mark, showChosen } from "./selection.js";
import { beginWorth, closeWorth, drawWorth } from "./worth/worth.js";
import { listenToWheel, zoomByKey } from "./zoom.js";

export function openReplay(root, before) {
  const find = (name) => root.querySelector(`.latent-player-${name}`);
  /** @type {any} */
  const replay = {
    root,
    before,
    heads: find("heads"),
    card: find("card"),
    details: { followed: find("followed"), lassoed: find("lassoed") },
    lasso: [],
    shownAgreement: [],
    looked: 0,
    drawn: 0,
    counted: 0,
  };
  replay.scatter = openScatter(
    root,
    mapActions(replay, () => wholeView(replay)),
  );
  replay.stopZooming = listenToWheel(replay.scatter);
  replay.curves = openCurves(root, (iteration) => {
    seek(replay, Math.round(timeOf({ ...replay.clock, at: iteration })));
  });
  return { update: (data, send) => update(replay, data, send), close: () => close(replay) };
}

async function update(replay, data, send) {
  replay.send = send;
  if (replay.signature === data.signature) {
    if (replay.recording && rethemed(replay.scatter)) drawTheme(replay);
    return;
  }
  replay.signature = data.signature;
  halt(replay);
  loadPlotly(data.plotly).catch(() => {}); // so that it comes while the recording is unpacked
  replay.fetching?.abort();
  replay.fetching = new AbortController();
  const { signal } = replay.fetching;
  const reading = data.source
    ? openParts(data, signal, () => picturesCame(replay))
    : readRecording(data);
  const recording = await reading.catch((error) => {
    if (!signal.aborted) throw error;
  });
  if (signal.aborted || replay.closed) return;
  begin(replay, data, recording);
  if (data.source) fetchRest(replay, recording, signal);
}

/** Fetches the frames that are missing, while the visitor may already play. */
async function fetchRest(replay, recording, signal) {
  const { clock, controls, root } = replay;
  const loaded = () => {
    root.dataset.loaded = recording.frames.reduce((sum, frame) => sum + (frame !== null), 0);
    showLoaded(controls, recording.frames);
  };
  loaded();
  try {
    await fetchFrames(recording, signal, () => {
      loaded();
      if (!clock.playing && frameOf(clock) < clock.iterations.length - 1) show(replay);
    });
    root.dataset.loading = "done";
    showLoaded(controls, null);
  } catch (error) {
    if (signal.aborted) return;
    console.warn("Latent Lab player:", error);
    root.dataset.loading = "failed";
    announce(replay, "Some iterations could not be fetched; reload the page to try again.");
  }
}

function picturesCame({ scatter, root, recording }) {
  fillPictures(root, recording?.pictures);
  scatter.draw();
}

function controlActions(replay) {
  return {
    toggle: () => (replay.clock?.playing ? pause(replay) : play(replay)),
    seek: (frame) => seek(replay, frame),
    step: (by) => seek(replay, frameOf(replay.clock) + by),
    speed: (factor) => (replay.clock.speed = factor),
    loop: (on) => (replay.clock.loop = on),
    clear: () => clearSelection(replay),
    follow: () => followAny(replay),
    zoom: (way) => zoomByKey(replay.scatter, way),
    whole: () => wholeView(replay),
  };
}

/** Shows another recording, at its end; what the visitor has set, such as the speed, stays. */
function begin(replay, data, recording) {
  const { scatter, root } = replay;
  takeOver(replay, "replay", data.description);
  replay.controls = openControls(root, controlActions(replay));
  showLoaded(replay.controls, null);
  chooseLook(replay, () => wholeView(replay));
  offerFiles(replay);
  replay.clock = newClock(recording.iterations, replay.controls);
  const wanted = wantedIn(replay, data, recording);
  goTo(replay.clock, wanted.frame);
  Object.assign(replay, { recording, lasso: [], shownAgreement: [], lastSent: null });
  replay.extents = recording.extents ?? wholeExtents(recording);
  const positions = new Float32Array(2 * recording.panels * recording.count);
  positionsAt(recording, timeOf(replay.clock), positions);
  const { names, count, labels, pictures } = recording;
  const { colors, dataSet, lineColors, plotly, saveAs } = data;
  scatter.resting = true;
  drawHeads(replay.heads, { names, lineColors, labels, dataSet, fixed: recording.fixed });
  const points = { names, count, labels, pictures, colors, dataSet, positions };
  setPoints(scatter, { ...points, plotly, saveAs });
  drawLegend(root.querySelector(".latent-player-legend"), scatter, () => restyle(scatter));
  scatter.followed = wanted.point;
  mark(replay, wanted.lasso);
  showChosen(replay);
  beginWorth(replay, data);
  replay.curveData = curveDataOf(recording, data);
  drawTheme(replay);
  show(replay);
  root.dataset.state = "paused";
  keepReplay(replay);
}

/** Returns what the page's address asks for, when the replay has just been opened, or the end. */
function wantedIn(replay, { wanted, inAddress }, { iterations }) {
  const isFirst = !replay.inAddress;
  replay.inAddress = inAddress;
  if (!isFirst || !wanted) return { frame: Infinity, point: null, lasso: [] };
  const frame = wanted.iteration === null ? Infinity : iterations.indexOf(wanted.iteration);
  return { ...wanted, frame: frame < 0 ? Infinity : frame };
}

/** Returns the curves of all maps but those that are fixed. */
function curveDataOf({ names, iterations, kl, agreement, fixed }, data) {
  const moving = (column) => column.filter((_, panel) => !fixed[panel]);
  const last = Math.max(data.iterations, iterations.at(-1));
  return {
    kl: { iterations, values: moving(kl) },
    agreement: { iterations, values: moving(agreement) },
    names: moving(names),
    lineColors: moving(data.lineColors),
    lineNames: moving(data.lineNames),
    plotly: data.plotly,
    span: [iterations[0], last],
  };
}

/** Clears the place, so that what comes next starts with nothing chosen. */
function clearDetails({ root, details }) {
  root.onkeydown = null;
  for (const section of Object.values(details)) {
    section.hidden = true;
    section.replaceChildren();
  }
}

function drawTheme(replay) {
  const { scatter, curves, curveData } = replay;
  restyle(scatter);
  drawWorth(replay);
  curves.theme = scatter.theme;
  setCurves(curves, curveData).catch((error) => console.warn("Latent Lab player:", error));
}

function wholeView(replay) {
  const { scatter, clock } = replay;
  goHome(scatter, true);
  if (clock?.playing) moveAxes(scatter);
  else figure(scatter);
}

function close(replay) {
  replay.closed = true;
  leaveReplay(replay);
  replay.fetching?.abort();
  replay.stopZooming();
  replay.before?.close();
  halt(replay);
  clearTimeout(replay.looking);
  if (replay.recording) clearDetails(replay);
  closeWorth(replay);
  closeScatter(replay.scatter);
  closeCurves(replay.curves);
}
