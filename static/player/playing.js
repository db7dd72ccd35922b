// The clock at work: playing, stopping, and showing everything as it is at the clock's time.

import { positionsAt } from "../shared/frames.js";
import { advance, endOf, frameOf, goTo, timeOf } from "./clock.js";
import { showClock } from "./controls.js";
import { placeCursor } from "./curves.js";
import { drawFollowed } from "./details.js";
import { showNumbers } from "./heads.js";
import { agreementOn } from "./neighbours.js";
import { axesSoon, drawNow, goHome, move, rest, uncover } from "./scatter.js";
import { follow, sendToPythonSoon } from "./selection.js";
import { fitsPlotly, isLarge } from "./shown.js";
import { followClock } from "./worth/worth.js";

const LOOK = 250; // ms between two looks for neighbours while the maps move
const NUMBERS = 60; // ms between two updates of numbers while the maps move

/** Plays from where it is, and at the end from the start. */
export function play(replay) {
  const { clock, scatter, root } = replay;
  if (!clock) return;
  clearTimeout(replay.sending);
  if (clock.at >= endOf(clock)) goTo(clock, 0);
  clock.playing = true;
  root.dataset.state = "playing";
  move(scatter);
  let last = performance.now();
  cancelAnimationFrame(replay.frame);
  replay.frame = requestAnimationFrame(function tick(now) {
    const runs = advance(clock, Math.max(0, Math.min(100, now - last)));
    last = now;
    if (!runs) return pause(replay);
    replay.frame = requestAnimationFrame(tick);
    show(replay);
  });
}

/** Stops at a recorded frame, never between two. */
export function pause(replay) {
  if (!replay.clock) return;
  seek(replay, frameOf(replay.clock));
}

export function seek(replay, frame) {
  const { clock } = replay;
  if (!clock) return;
  halt(replay);
  goTo(clock, frame);
  uncover(replay.scatter);
  show(replay);
  rest(replay.scatter);
  sendToPythonSoon(replay);
}

export function halt(replay) {
  cancelAnimationFrame(replay.frame);
  clearTimeout(replay.sending);
  if (replay.clock) replay.clock.playing = false;
  if (replay.recording) replay.root.dataset.state = "paused";
}

/** Shows everything as it is at the clock's time. */
export function show(replay) {
  const { recording, clock, scatter, curves, root } = replay;
  const frame = frameOf(clock);
  positionsAt(recording, timeOf(clock), scatter.positions);
  if (scatter.settings.axes === "fit") {
    goHome(scatter);
    if (clock.playing) axesSoon(scatter);
  }
  if (clock.playing) drawNow(scatter);
  else scatter.draw();
  placeCursor(curves, clock.at);
  root.dataset.frame = frame;
  root.dataset.iteration = clock.iterations[frame];
  // Nobody reads sixty numbers a second, and each costs a layout.
  const now = performance.now();
  if (clock.playing && now - replay.counted < NUMBERS) return;
  replay.counted = now;
  showClock(replay.controls, clock);
  showMeasures(replay, frame);
  followClock(replay);
  lookSoon(replay);
}

function showMeasures({ recording, shownAgreement, heads }, frame) {
  recording.names.forEach((_, panel) => {
    const measured = recording.agreement[panel][frame];
    if (Number.isFinite(measured)) shownAgreement[panel] = measured;
    showNumbers(heads, panel, divergence(recording, panel, frame), shownAgreement[panel]);
  });
}

const divergence = ({ kl, fixed }, panel, frame) => (fixed[panel] ? null : kl[panel][frame]);

/** Looks for neighbours now, or as soon as it is time to. */
function lookSoon(replay) {
  if (replay.looking) return;
  const wait = Math.max(0, replay.looked + LOOK - performance.now());
  replay.looking = setTimeout(() => {
    replay.looking = 0;
    replay.looked = performance.now();
    if (!replay.closed) look(replay);
  }, wait);
}

/** Measures agreement where the run did not, and while it moves if that is quick. */
function look(replay) {
  const { recording, scatter, clock, heads } = replay;
  const frame = frameOf(clock);
  if (isLarge(recording)) return drawFollowed(...followedOf(replay));
  const quick = fitsPlotly(recording);
  recording.names.forEach((_, panel) => {
    if (Number.isFinite(recording.agreement[panel][frame]) || (clock.playing && !quick)) return;
    const agreement = agreementOn(scatter.positions, panel, recording.count, recording.labels);
    replay.shownAgreement[panel] = agreement;
    showNumbers(heads, panel, divergence(recording, panel, frame), agreement);
  });
  drawFollowed(...followedOf(replay));
}

const followedOf = (replay) => [
  replay.details.followed,
  replay.scatter,
  replay.recording,
  (point) => follow(replay, point),
];
