// A run that is being computed: two ticks a second bring new positions, and the points glide there.

import { panelExtent } from "../shared/frames.js";
import { spelled } from "../shared/numbers.js";
import { between, common, hold, viewOf } from "../shared/scale.js";
import { placeCard } from "./card.js";
import { controlsOf, showProgress } from "./controls.js";
import { closeCurves, openCurves, setCurves } from "./curves.js";
import { offerFiles, saveMaps } from "./download.js";
import { drawHeads, placeHeads, showNumbers } from "./heads.js";
import { drawLegend } from "./legend.js";
import { fetchNewest } from "./loading.js";
import { chooseLook, takeOver } from "./look.js";
import { agreementOn } from "./neighbours.js";
import { readTick } from "./reading.js";
import {
  axesSoon,
  closeScatter,
  drawNow,
  goHome,
  moveAxes,
  openScatter,
  restyle,
  rethemed,
  setPoints,
} from "./scatter.js";
import { isLarge } from "./shown.js";

const JITTER = 1.1; // a glide outlasts the usual time between two ticks, lest it stop and go
const ROOM = 0.7; // axes that fit close in when the map fills less than this of them

export function openLive(root, before) {
  /** @type {any} */
  const live = {
    root,
    before,
    heads: root.querySelector(".latent-player-heads"),
    controls: controlsOf(root),
    drawn: 0,
    targets: [],
    reach: [], // how far each map has reached until now
    closing: new AbortController(),
  };
  const scatter = openScatter(root, {
    home: (panel, box) => viewOf(extentShown(live, panel, scatter.positions), box),
    whole: () => wholeOf(live),
    arranged: (grid) => {
      placeHeads(live.heads, grid);
      if (live.to) aim(live);
    },
    title: (panel) => `${scatter.names[panel]}, iteration ${spelled(live.data.iteration)}`,
    iteration: () => live.data.iteration,
    picture: () => saveMaps(scatter),
    drawn: () => {
      placeCard(root.querySelector(".latent-player-card"), scatter);
      root.dataset.drawn = ++live.drawn;
    },
  });
  live.scatter = scatter;
  live.curves = openCurves(root, () => {});
  return {
    update: (data) => (data.source ? ask(live, data) : tick(live, data, readTick(data))),
    close: () => closeLive(live),
  };
}

/** Fetches where the maps of a large run are now, unless an answer is still on its way. */
async function ask(live, data) {
  live.asked = data;
  if (live.asking) return;
  live.asking = true;
  try {
    const news = await fetchNewest(data, live.known, live.closing.signal);
    if (!news || live.asked.revision !== data.revision) return; // nothing new, or another run by now
    live.known = news;
    tick(live, { ...live.asked, iteration: news.iteration }, news);
  } catch (error) {
    if (!live.closing.signal.aborted) console.warn("Latent Lab player:", error); // the next may come
  } finally {
    live.asking = false;
  }
}

function tick(live, data, news) {
  const { scatter, root, heads, curves } = live;
  const known = live.data;
  const { names, iteration, iterations } = data;
  live.data = data;
  const same =
    known?.revision === data.revision &&
    scatter.count === news.count &&
    scatter.names.length === names.length;
  if (same) glideTo(live, news.positions);
  else start(live, data, news);
  if (String(known?.names) !== String(names) || !same) {
    scatter.names = names;
    const { lineColors, dataSet } = data;
    drawHeads(heads, { names, lineColors, labels: news.labels, dataSet });
    if (scatter.grid) placeHeads(heads, scatter.grid);
  }
  if (same && rethemed(scatter)) restyle(scatter);
  names.forEach((_, panel) => {
    const agreement = isLarge(news)
      ? news.curves.agreement.values[panel].at(-1)
      : agreementOn(news.positions, panel, news.count, news.labels);
    showNumbers(heads, panel, news.kl[panel], agreement);
  });
  root.dataset.state = "live";
  root.dataset.iteration = iteration;
  showProgress(live.controls, iteration, iterations);
  curves.theme = scatter.theme;
  curves.at = iteration;
  const { lineColors, lineNames, plotly } = data;
  const { kl, agreement } = news.curves;
  const span = [0, iterations];
  setCurves(curves, { kl, agreement, names, lineColors, lineNames, plotly, span }).catch((error) =>
    console.warn("Latent Lab player:", error),
  );
}

function start(live, data, { labels, positions, count }) {
  const { scatter, root } = live;
  cancelAnimationFrame(live.frame);
  takeOver(live, "live", data.description);
  chooseLook(live, () => wholeOf(live));
  offerFiles(live);
  Object.assign(live, { to: positions, arrived: performance.now(), pace: 1000 * data.every });
  const { names, colors, dataSet, plotly, saveAs } = data;
  live.reach = names.map((_, panel) => panelExtent(positions, panel, count));
  const points = { count, labels, pictures: null, positions: positions.slice() };
  setPoints(scatter, { names, colors, dataSet, plotly, saveAs, ...points });
  drawLegend(root.querySelector(".latent-player-legend"), scatter, () => restyle(scatter));
}

/** Starts from where the points are now, so that an early or a late tick is no jump. */
function glideTo(live, positions) {
  const { scatter, data } = live;
  const now = performance.now();
  const every = 1000 * data.every;
  const since = Math.max(0.5 * every, Math.min(3 * every, now - live.arrived));
  live.pace = 0.7 * live.pace + 0.3 * since;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  Object.assign(live, {
    arrived: now,
    length: calm ? 0 : JITTER * live.pace,
    from: scatter.positions.slice(),
    to: positions,
  });
  for (const [panel, extent] of live.reach.entries()) {
    hold(extent, panelExtent(positions, panel, scatter.count));
  }
  aim(live);
  cancelAnimationFrame(live.frame);
  live.frame = requestAnimationFrame((time) => glide(live, time));
}

function glide(live, time) {
  const { scatter, from, to, arrived, length } = live;
  const share = length ? Math.max(0, Math.min(1, (time - arrived) / length)) : 1;
  const { positions } = scatter;
  for (let i = 0; i < positions.length; i++) {
    positions[i] = share < 1 ? from[i] + (to[i] - from[i]) * share : to[i];
  }
  let moved = false;
  live.targets.forEach(({ from: a, to: b }, panel) => {
    if (a === b || scatter.own[panel]) return;
    scatter.views[panel] = between(a, b, share);
    moved = true;
  });
  drawNow(scatter);
  if (moved && share === 1 && scatter.listening) moveAxes(scatter);
  else if (moved) axesSoon(scatter);
  live.frame = share < 1 ? requestAnimationFrame((next) => glide(live, next)) : 0;
}

/**
 * Returns the part of the plane that a panel shows: all that the map has reached, or where it is
 * now.
 */
function extentShown({ scatter, reach }, panel, positions) {
  const { axes } = scatter.settings;
  if (axes === "fit") return panelExtent(positions, panel, scatter.count);
  return axes === "same" ? common(reach) : reach[panel];
}

/** Sets where the axes glide: they hold all points and, where they fit, little more. */
function aim(live) {
  const { scatter, to } = live;
  if (!scatter.grid) return;
  const fit = scatter.settings.axes === "fit";
  live.targets = scatter.grid.boxes.map((box, panel) => {
    const now = scatter.views[panel];
    const next = viewOf(extentShown(live, panel, to), box);
    const holds = ["x", "y"].every((l) => now[l][0] <= next[l][0] && next[l][1] <= now[l][1]);
    const size = ({ x }) => x[1] - x[0];
    return { from: now, to: fit && holds && size(next) > ROOM * size(now) ? now : next };
  });
}

function wholeOf(live) {
  const { scatter } = live;
  goHome(scatter, true);
  aim(live);
  scatter.draw();
  if (scatter.listening) moveAxes(scatter);
}

function closeLive(live) {
  live.before?.close();
  live.closing.abort();
  cancelAnimationFrame(live.frame);
  closeScatter(live.scatter);
  closeCurves(live.curves);
}
