// Zooming to a place of a map: with Ctrl or ⌘ and the wheel, as a trackpad's pinch is told, and with
// + and − on the keyboard.

import { contains } from "../shared/scale.js";
import { moveAxes, rest, uncover } from "./scatter.js";

const WHEEL = 0.0022; // of the logarithm of a zoom, for each pixel that a wheel turns
const KEY = 1.5; // times, for each press
const NEAREST = 200; // times as large as the whole map, and no larger
const FARTHEST = 2; // times as wide
const SETTLED = 120; // ms without a turn of the wheel, after which the axes follow

/** Listens to the wheel; returns what undoes it. */
export function listenToWheel(scatter) {
  const { stage } = scatter;
  const listening = new AbortController();
  const turned = (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // scrolls the page
    const { grid } = scatter;
    const edge = stage.getBoundingClientRect();
    const [px, py] = [event.clientX - edge.left, event.clientY - edge.top];
    const panel = grid?.boxes.findIndex((box) => contains(box, px, py)) ?? -1;
    if (panel < 0) return;
    event.preventDefault(); // the browser would zoom the page
    const pixels = event.deltaMode ? 30 * event.deltaY : event.deltaY; // else it counts lines
    zoomPanel(scatter, panel, Math.exp(WHEEL * Math.max(-300, Math.min(300, pixels))), px, py);
  };
  stage.addEventListener("wheel", turned, { passive: false, signal: listening.signal });
  return () => listening.abort();
}

/** Zooms all panels around their middles: in with 1, out with −1. */
export function zoomByKey(scatter, way) {
  scatter.grid?.boxes.forEach(({ left, top, width, height }, panel) => {
    zoomPanel(scatter, panel, KEY ** -way, left + width / 2, top + height / 2);
  });
}

/** Makes the view of a panel so many times as wide; what is at a place of the stage stays there. */
function zoomPanel(scatter, panel, factor, px, py) {
  const { views, grid, own } = scatter;
  const wide = ({ x }) => x[1] - x[0];
  const whole = wide(scatter.act.home(panel, grid.boxes[panel]));
  const now = wide(views[panel]);
  const within = Math.max(whole / NEAREST, Math.min(whole * FARTHEST, now * factor)) / now;
  views[panel] = zoomed(views[panel], grid.boxes[panel], within, px, py);
  own[panel] = true;
  if (scatter.resting) rest(scatter); // not before the wheel rests
  uncover(scatter);
  clearTimeout(scatter.zooming);
  scatter.zooming = setTimeout(() => scatter.closed || moveAxes(scatter), SETTLED);
}

/**
 * Returns a view that is so many times as wide, around a place of the screen.
 *
 * @param {import("../shared/scale.js").View} view
 * @param {import("../shared/scale.js").Box} box
 * @param {number} factor
 * @param {number} px
 * @param {number} py
 */
export function zoomed({ x, y }, box, factor, px, py) {
  /** @type {(range: number[], share: number) => number[]} */
  const around = ([from, to], share) => {
    const middle = from + (to - from) * share;
    return [middle + (from - middle) * factor, middle + (to - middle) * factor];
  };
  return {
    x: around(x, (px - box.left) / box.width),
    y: around(y, 1 - (py - box.top) / box.height),
  };
}
