// The maps, for a replay and for a run that is being computed: a Plotly figure with a canvas over
// it. While points move, the canvas draws them and Plotly gets the axes only; when they rest,
// Plotly gets them as markers of its own.

import { oncePerFrame } from "../shared/frame.js";
import { asPicture, loadPlotly } from "../shared/plotly.js";
import { pointsInside } from "../shared/points.js";
import { even } from "../shared/scale.js";
import { readTheme } from "../shared/theme.js";
import { sheetOf } from "./blit.js";
import { configOf, layoutOf, tracesOf } from "./figure.js";
import { gridOf } from "./layout.js";
import { paint } from "./overlay.js";
import { hover, listenToPointer, released } from "./pointer.js";
import { rangesOf, takeRanges } from "./ranges.js";
import { settingsOf } from "./settings.js";
import { asDots, byPlotly, isLarge, pointsOf } from "./shown.js";

const REST = 150; // ms without movement after which Plotly gets the points
const AXES = 150; // ms between two looks of axes that move

/**
 * `act`: home(panel, box) is the view of a panel that the visitor has not zoomed, whole() asks for
 * it again; click(point), lasso(panel, points), trail(panel) and drawn() may be left out.
 */
export function openScatter(root, act) {
  const find = (name) => root.querySelector(`.latent-player-${name}`);
  const scatter = {
    root,
    act,
    stage: find("stage"),
    plot: find("plot"),
    overlay: find("overlay"),
    note: find("note"),
    names: [],
    settings: settingsOf(root), // marks, axes, and the classes that are hidden
    selected: null, // per digit: 1 if it is
    followed: null,
    hovered: null,
    views: [],
    own: [], // which views are the visitor's own
    resting: false, // whether Plotly is to have the points
    settled: false, // whether it has them, as they are
    pressed: false,
    touched: false, // by a finger, last
    turn: 0, // of the figure that was asked for last
    axesTurn: 0,
    // A finger that swipes over the maps wants to scroll the page.
    dragmode: matchMedia("(pointer: coarse)").matches ? false : act.lasso ? "lasso" : "zoom",
  };
  scatter.draw = oncePerFrame(() => drawNow(scatter));
  scatter.stopListening = listenToPointer(scatter);
  scatter.observer = new ResizeObserver(() => released(scatter).then(() => resize(scatter)));
  scatter.observer.observe(scatter.stage);
  return scatter;
}

export function closeScatter(scatter) {
  scatter.turn = -1;
  scatter.closed = true;
  clearTimeout(scatter.timer);
  scatter.observer.disconnect();
  scatter.stopListening();
  window.Plotly?.purge(scatter.plot);
}

/**
 * Takes other points: { names, labels, count, colors, dataSet, pictures, positions, plotly, saveAs }.
 */
export function setPoints(scatter, points) {
  const chosen = { selected: null, followed: null, hovered: null };
  const fresh = { ...chosen, own: [], sheet: null, cloud: null, buffer: null, atlas: null };
  Object.assign(scatter, points, fresh);
  settle(scatter, false);
  resize(scatter, true);
}

/** Takes over the page's colours; says whether they are new. */
export function rethemed(scatter) {
  const theme = readTheme(scatter.root);
  if (JSON.stringify(theme) === JSON.stringify(scatter.theme)) return false;
  scatter.theme = theme;
  return true;
}

/** Draws with another theme, other marks or classes: the canvas now, Plotly soon. */
export function restyle(scatter) {
  Object.assign(scatter, { sheet: null, cloud: null });
  uncover(scatter);
  if (scatter.resting) rest(scatter);
  else figure(scatter);
}

function resize(scatter, always = false) {
  const { stage, names } = scatter;
  scatter.theme ??= readTheme(scatter.root);
  if (scatter.closed || !stage.clientWidth || !names.length) return;
  if (!always && scatter.grid?.width === stage.clientWidth) return;
  scatter.grid = gridOf(stage.clientWidth, names.length, isLarge(scatter));
  stage.style.height = `${scatter.grid.height}px`;
  names.forEach((_, panel) => {
    const box = scatter.grid.boxes[panel];
    scatter.views[panel] = scatter.own[panel]
      ? even(scatter.views[panel], box)
      : scatter.act.home(panel, box);
  });
  scatter.act.arranged(scatter.grid);
  figure(scatter);
}

/** Lets the canvas draw the points, which move from now on. */
export function move(scatter) {
  clearTimeout(scatter.timer);
  scatter.resting = false;
  uncover(scatter);
}

/** Gives the points to Plotly once they have rested for a moment. */
export function rest(scatter) {
  clearTimeout(scatter.timer);
  scatter.resting = true;
  scatter.timer = setTimeout(() => figure(scatter), REST);
}

export function uncover(scatter) {
  settle(scatter, false);
  scatter.plot.classList.add("latent-player-covered");
  scatter.draw();
}

/** Notes whether Plotly's figure is as it is to stay; the journeys wait until it is. */
function settle(scatter, settled) {
  scatter.settled = settled;
  scatter.plot.dataset.settled = settled;
}

/**
 * Draws the whole Plotly figure as it is to be now. It waits while a button is pressed: Plotly
 * would forget what is being dragged.
 */
export async function figure(scatter) {
  if (!scatter.grid) return; // not on the screen yet
  const turn = ++scatter.turn;
  const { plot, note } = scatter;
  scatter.draw();
  try {
    const Plotly = await loadPlotly(scatter.plotly);
    await released(scatter);
    if (scatter.turn !== turn || scatter.closed) return;
    clearTimeout(scatter.timer); // what it would draw is drawn now
    scatter.config ??= configOf(scatter, Plotly);
    scatter.filled = scatter.resting;
    await Plotly.react(plot, tracesOf(scatter), layoutOf(scatter), scatter.config);
    if (scatter.turn !== turn || scatter.closed) return;
    asPicture(plot); // the stage, or the canvas over it, says what it is
    if (!scatter.listening) listenToPlotly(scatter);
    scatter.listening = true;
    settle(scatter, scatter.resting);
    const covered = !byPlotly(scatter) || !asDots(scatter);
    plot.classList.toggle("latent-player-covered", covered);
    note.hidden = true;
    scatter.draw();
  } catch (error) {
    console.warn("Latent Lab player:", error);
    if (scatter.closed) return;
    note.textContent = "The axes could not be drawn; reload the page to try again.";
    note.hidden = false;
    scatter.root.dataset.state = "error";
  }
}

/** Tells Plotly where the axes are, not too often: that costs it as much as a frame has time. */
export function axesSoon(scatter) {
  const now = performance.now();
  if (!scatter.listening || scatter.pressed || now - (scatter.axesMoved ?? 0) < AXES) return;
  scatter.axesMoved = now;
  if (scatter.filled)
    figure(scatter); // once, to be rid of markers that nobody sees
  else moveAxes(scatter);
}

export async function moveAxes(scatter) {
  const axesTurn = ++scatter.axesTurn;
  await released(scatter);
  if (scatter.axesTurn !== axesTurn || scatter.closed) return;
  scatter.ours = true;
  await window.Plotly.relayout(scatter.plot, rangesOf(scatter));
  scatter.ours = false;
}

function listenToPlotly(scatter) {
  const { plot, act } = scatter;
  plot.on("plotly_hover", ({ points: [{ curveNumber, pointNumber }] }) => {
    if (byPlotly(scatter)) hover(scatter, { panel: curveNumber, point: pointNumber });
  });
  plot.on("plotly_unhover", () => {
    if (byPlotly(scatter) && !scatter.touched) hover(scatter, null);
  });
  plot.on("plotly_relayouting", (change) => takeRanges(scatter, change));
  plot.on("plotly_relayout", (change) => {
    if (scatter.ours) return;
    if ("dragmode" in change) scatter.dragmode = change.dragmode;
    if (!takeRanges(scatter, change)) return;
    scatter.views = scatter.views.map((view, panel) => even(view, scatter.grid.boxes[panel]));
    moveAxes(scatter);
    scatter.draw();
  });
  plot.on("plotly_doubleclick", () => act.whole());
  plot.on("plotly_selected", (event) => {
    const { lassoPoints } = event ?? {};
    if (!lassoPoints) return;
    const [x, y] = Object.keys(lassoPoints).sort();
    const panel = Number(x.slice(1) || 1) - 1;
    act.lasso?.(panel, pointsInside(pointsOf(scatter, panel), lassoPoints[x], lassoPoints[y]));
  });
}

/**
 * Sets the views as they should be, except for the visitor's own, unless it is to `forget` those.
 */
export function goHome(scatter, forget = false) {
  if (!scatter.grid) return;
  if (forget) scatter.own = [];
  scatter.grid.boxes.forEach((box, panel) => {
    if (!scatter.own[panel]) scatter.views[panel] = scatter.act.home(panel, box);
  });
}

export function drawNow(scatter) {
  const { overlay, grid, positions } = scatter;
  if (!grid || !positions || scatter.closed) return;
  const ratio = Math.max(1, window.devicePixelRatio);
  const [width, height] = [Math.round(grid.width * ratio), Math.round(grid.height * ratio)];
  if (overlay.width !== width || overlay.height !== height || scatter.ratio !== ratio) {
    Object.assign(overlay, { width, height });
    Object.assign(overlay.style, { width: `${grid.width}px`, height: `${grid.height}px` });
    Object.assign(scatter, { ratio, sheet: null });
  }
  scatter.sheet ??= sheetOf(scatter, ratio);
  // Where its pixels are written a canvas is best kept in main memory.
  const context = overlay.getContext("2d", { willReadFrequently: true });
  paint(scatter, context, ratio, !asDots(scatter) || !byPlotly(scatter));
  scatter.act.drawn?.();
}
