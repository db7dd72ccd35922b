// What the maps of a replay are worth: how the visitor chooses a measure, and how colours and
// figures follow the clock. The other end of its requests is app/server/maps.py.

import { says } from "../../shared/data_set.js";
import { withPatience } from "../../shared/fetching.js";
import { unpack } from "../../shared/message.js";
import { frameOf } from "../clock.js";
import { NONE } from "../coloring.js";
import { choice } from "../legend.js";
import { rest, restyle, uncover } from "../scatter.js";
import { follow } from "../selection.js";
import { openAnswers } from "./answers.js";
import {
  hideSection,
  openSection,
  showAnswer,
  showFailure,
  showScale,
  showWaiting,
} from "./section.js";
import { levelsOf, percentile } from "./values.js";
import { MEASURES, valueInWords } from "./words.js";

const USUAL = 0.99; // of the costs are on the scale of colours
const KEPT_NEIGHBOURS = 200_000; // bytes of the neighbours of single digits

/** Offers the measures of a recording, but none where the server has no address for them. */
export function beginWorth(replay, { worth: path }) {
  closeWorth(replay);
  const { root, recording, scatter } = replay;
  const { settings } = scatter;
  for (const button of root.querySelectorAll("[data-show]")) button.disabled = !path;
  if (!path) return;
  root.querySelector(".latent-player-measures").hidden = false;
  const address = new URL(path, document.baseURI).href;
  const ask = async (part, signal) => {
    const { bytes } = await withPatience(`${address}/${part}`, signal);
    return { answer: unpack(bytes), size: bytes.length };
  };
  replay.worth = {
    ...openSection(root, scatter.dataSet, () => choose(replay, replay.worth.measure)),
    answers: openAnswers(ask, (part) => arrived(replay, part)),
    neighbours: openAnswers(ask, () => scatter.draw(), KEPT_NEIGHBOURS),
    usual: new WeakMap(), // the upper end of the scale of an answer
    measure: null, // null where classes are shown
    shown: null, // { measure, answer, top }
  };
  const alone = recording.fixed.filter((each) => !each).length < 2;
  const shared = root.querySelector('[data-show="shared"]');
  shared.hidden = alone;
  if (alone && settings.show === "shared") settings.show = "classes";
  choice(root, "show", (chosen) => choose(replay, chosen));
  for (const button of root.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === settings.show));
  }
  replay.worth.measure = settings.show in MEASURES ? settings.show : null;
  showScale(replay.worth, replay.worth.measure, null);
  if (replay.worth.measure) showWaiting(replay.worth, replay.worth.measure);
}

export function closeWorth(replay) {
  const { worth, scatter } = replay;
  if (!worth) return;
  replay.worth = null;
  scatter.levels = null;
  for (const { want, drop } of [worth.answers, worth.neighbours]) {
    want([]);
    drop();
  }
  hideSection(worth);
}

function choose(replay, chosen) {
  const { worth, scatter } = replay;
  scatter.settings.show = chosen;
  const measure = chosen in MEASURES ? chosen : null;
  const other = measure !== worth.measure;
  worth.measure = measure;
  worth.answers.retry();
  if (other) {
    worth.answers.drop(); // what is on its way is not wanted any more
    worth.shown = null;
    color(replay);
  }
  if (!measure) {
    worth.answers.want([]);
    hideSection(worth);
  } else if (other) showWaiting(worth, measure);
  if (measure) followClock(replay);
  scatter.draw();
}

/** Shows the measure of the frame that the clock shows, as soon as it is here. */
export function followClock(replay) {
  const { worth } = replay;
  if (!worth?.measure) return;
  const part = partOf(replay);
  worth.answers.want([part]);
  if (!showIfHere(replay, part)) showState(replay);
}

/** Returns what is asked for now. */
function partOf({ worth, clock }) {
  return `worth/${worth.measure}/${clock.iterations[frameOf(clock)]}`;
}

function arrived(replay, part) {
  const { worth } = replay;
  if (!worth?.measure) return;
  if (showIfHere(replay, partOf(replay))) return;
  // While the maps play, the answer is older than what they show; it is the newest that there is.
  if (part.startsWith(`worth/${worth.measure}/`)) showIfHere(replay, part);
  showState(replay);
}

/** Says that something is missing yet, or why. */
function showState(replay) {
  const { worth, clock } = replay;
  const failure = worth.answers.failure(partOf(replay));
  if (worth.shown) showFailure(worth, failure);
  else showWaiting(worth, worth.measure, failure);
  worth.section.ariaBusy = String(!failure && !clock.playing);
}

/** Shows an answer if it is here; says whether it is. */
function showIfHere(replay, part) {
  const { worth, clock } = replay;
  const { measure, shown } = worth;
  const answer = worth.answers.of(part);
  if (!answer) return false;
  worth.section.ariaBusy = "false";
  const usual = usualOf(worth, answer);
  const top = clock.playing && shown ? Math.max(shown.top, usual) : usual;
  if (shown?.answer === answer && shown.top === top) {
    showFailure(worth, "");
    return true;
  }
  worth.shown = { measure, answer, top };
  color(replay);
  drawWorth(replay);
  return true;
}

/** Returns the upper end of the scale: what nearly all costs are below, or all of a share. */
function usualOf({ usual, measure }, answer) {
  if (measure !== "cost") return 1;
  if (!usual.has(answer)) {
    const values = answer.panels.filter(Boolean).map((panel) => panel.values);
    usual.set(answer, Math.max(percentile(values, USUAL) || 0, Number.MIN_VALUE));
  }
  return usual.get(answer);
}

/** Gives the digits the colours of what is shown, or those of their classes. */
function color(replay) {
  const { worth, scatter, clock } = replay;
  const { shown } = worth;
  const byValue = shown && shown.measure !== "distances";
  const before = scatter.levels;
  scatter.levels = byValue
    ? shown.answer.panels.map((panel) =>
        panel ? levelsOf(panel.values, shown.top) : new Uint8Array(scatter.count).fill(NONE),
      )
    : null;
  showScale(worth, worth.measure, shown);
  if (!before !== !scatter.levels) restyle(scatter);
  else if (scatter.levels && !clock.playing) {
    uncover(scatter);
    rest(scatter);
  }
}

/** Draws the figures again, as with other colours of the page. */
export function drawWorth(replay) {
  const { worth } = replay;
  if (worth?.shown) showAnswer(worth, worth.shown, replay, (point) => follow(replay, point));
}

/** Returns the nearest neighbours of a digit in the data, if lines to them are wanted and known. */
export function neighboursOf({ worth, scatter }, point) {
  if (worth?.measure !== "kept") return null;
  const part = (each) => `neighbours/${each}`;
  worth.neighbours.want([scatter.hovered, scatter.followed].filter(isDigit).map(part));
  return worth.neighbours.of(part(point))?.near ?? null;
}

const isDigit = (point) => point !== null;

/** Spells what a digit's colour on a panel stands for; nothing where it stands for its class. */
export function digitValue({ worth, scatter }, panel, point) {
  const value = scatter.levels && worth?.shown?.answer.panels[panel]?.values[point];
  if (!Number.isFinite(value)) return "";
  const { measure } = worth.shown;
  return `${measure} ${valueInWords(measure, value)}`;
}

/** Says what the colours of the digits mean, for a saved picture; nothing for classes. */
export function colorsInWords({ worth, scatter }) {
  if (!scatter.levels) return "";
  const { measure, top } = worth.shown;
  const title = says(scatter.dataSet, MEASURES[measure].title).toLowerCase();
  return `${title}: dark 0, bright ${valueInWords(measure, top)}`;
}
