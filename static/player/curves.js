// How KL divergence and neighbour agreement went, with a cursor at the shown iteration.

import { DASHES } from "../shared/dashes.js";
import { lineNamesOf, spread } from "../shared/labels.js";
import { loadPlotly } from "../shared/plotly.js";
import { contains } from "../shared/scale.js";
import { escapeMarkup } from "../shared/text.js";
import { axis, axisKey } from "./figure.js";
import { CURVES, curvesHeight, NARROW } from "./layout.js";

const LABEL = 14; // pixels between two names at the ends of lines

export function openCurves(root, seek) {
  const element = root.querySelector(".latent-player-curves");
  const curves = {
    root,
    element,
    plot: root.querySelector(".latent-player-curves-plot"),
    cursors: [...root.querySelectorAll(".latent-player-cursor")],
    config: { staticPlot: true, responsive: false },
  };
  const drag = (event) => {
    const iteration = iterationAt(curves, event);
    if (iteration !== null) seek(iteration);
  };
  element.onpointerdown = (event) => {
    if (event.button || iterationAt(curves, event) === null) return;
    element.setPointerCapture(event.pointerId);
    drag(event);
  };
  element.onpointermove = (event) => element.hasPointerCapture(event.pointerId) && drag(event);
  curves.observer = new ResizeObserver(() => {
    if (element.clientWidth !== curves.width && curves.measures) drawCurves(curves);
  });
  curves.observer.observe(element);
  return curves;
}

export function closeCurves(curves) {
  curves.closed = true;
  curves.observer.disconnect();
  window.Plotly?.purge(curves.plot);
}

/**
 * Takes other curves: { kl, agreement, names, lineColors, lineNames, span, plotly }. `kl` and
 * `agreement` are { iterations, values }, with an array of values for each map; `span` is the first
 * and the last iteration that was asked for. Lines are called by what differs in the `names` of the
 * maps where that is short, else by `lineNames`.
 */
export function setCurves(curves, { kl, agreement, names, lineNames, ...rest }) {
  const some = ({ values }) => values.some((column) => column.some(Number.isFinite));
  const all = [
    { name: "KL in nats", title: "KL(P‖Q) in nats", tickformat: "~g", mode: "lines", ...kl },
    {
      name: "5-NN label agreement",
      title: "5-NN label agreement",
      tickformat: ".0%",
      mode: "lines+markers",
      ...agreement,
    },
  ];
  // Agreement is rarely measured in every frame, and may not be at all.
  const measures = all.filter((each, i) => !i || some(each));
  Object.assign(curves, rest, { measures, lineNames: lineNamesOf(names, lineNames) });
  return drawCurves(curves);
}

async function drawCurves(curves) {
  const { root, element, plot, config, plotly } = curves;
  const Plotly = await loadPlotly(plotly);
  const width = element.clientWidth;
  curves.width = width;
  if (curves.closed || !width) return;
  const height = curvesHeight(width, curves.measures.length);
  element.style.height = `${height}px`;
  const { traces, layout, boxes } = curvesFigure(curves);
  curves.boxes = boxes;
  await Plotly.react(plot, traces, layout, config);
  if (curves.closed) return;
  root.parentElement.style.minHeight = ""; // player.js has kept the room free until now
  placeCursor(curves);
}

/**
 * Returns a stretch of pixels as Plotly takes it: shares of the whole, and not a rounding error
 * more.
 */
function domain(from, length, whole) {
  return [from, from + length].map((pixel) => Math.max(0, Math.min(1, pixel / whole)));
}

function curveBoxes(width, count) {
  const columns = width < NARROW ? 1 : count;
  const inner = width - CURVES.left - CURVES.right;
  const space = CURVES.gap + CURVES.right - 34; // for the names at the ends of the left one's lines
  const across = (inner - (columns - 1) * space) / columns;
  return Array.from({ length: count }, (_, i) => ({
    left: CURVES.left + (i % columns) * (across + space),
    top: CURVES.top + Math.floor(i / columns) * CURVES.height,
    width: across,
    height: CURVES.height - CURVES.top - CURVES.bottom,
  }));
}

export function curvesFigure(curves) {
  const { measures, theme, lineColors, width, span } = curves;
  const boxes = curveBoxes(width, measures.length);
  const height = curvesHeight(width, measures.length);
  const { left, right, top, bottom } = CURVES;
  const inner = { width: width - left - right, height: height - top - bottom };
  const traces = [];
  const layout = {
    width,
    height,
    margin: { l: left, r: right, t: top, b: bottom },
    showlegend: false,
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: theme.font, size: 11, color: theme.muted },
    annotations: [],
  };
  measures.forEach((measure, i) => {
    const { title, values, iterations, tickformat, mode } = measure;
    const box = boxes[i];
    const name = (letter) => axis(letter, i);
    values.forEach((column, panel) => {
      const all = mode === "lines"; // what was not measured is a gap in a line, and no marker
      const rows = [...column.keys()].filter((row) => all || Number.isFinite(column[row]));
      traces.push({
        type: "scatter",
        mode: rows.length > 1 ? mode : "markers",
        x: rows.map((row) => iterations[row]),
        y: rows.map((row) => column[row]),
        xaxis: name("x"),
        yaxis: name("y"),
        line: { color: lineColors[panel], width: 2, dash: dashOf(panel) },
        marker: { size: 4, color: lineColors[panel] },
      });
    });
    const highest = Math.max(...values.map((column) => highestOf(column)), 0) || 1;
    const range = [0, 1.15 * highest];
    const colors = { linecolor: theme.border, tickcolor: theme.border };
    const line = { zeroline: false, automargin: false, ...colors };
    const [first, last] = span;
    layout[axisKey("x", i)] = {
      ...line,
      anchor: name("y"),
      domain: domain(box.left - left, box.width, inner.width),
      range: last > first ? [first, last] : [first - 1, last + 1],
      showgrid: false,
      showline: true,
      ticks: "outside",
      ticklen: 3,
      nticks: 8,
      title: { text: "iteration", standoff: 4, font: { size: 11 } },
    };
    const above = height - box.top - box.height - bottom;
    layout[axisKey("y", i)] = {
      ...line,
      anchor: name("x"),
      domain: domain(above, box.height, inner.height),
      gridcolor: theme.grid,
      nticks: 4,
      tickformat,
      range,
    };
    layout.annotations.push({
      text: title,
      showarrow: false,
      xref: `${name("x")} domain`,
      yref: `${name("y")} domain`,
      x: 0,
      y: 1,
      xanchor: "left",
      yanchor: "bottom",
      yshift: 3,
      font: { size: 12, color: theme.text },
    });
    layout.annotations.push(...lineLabels(curves, measure, range[1], box.height, name));
  });
  return { traces, layout, boxes, width, height };
}

const dashOf = (panel) => DASHES[panel].map((pixels) => `${pixels}px`).join() || "solid";

const highestOf = (column) =>
  column.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);

/** Writes the name of each line at its end, moved apart where two ends are close. */
function lineLabels({ lineNames, theme }, { iterations, values }, highest, height, name) {
  const ends = values
    .map((column, panel) => ({ panel, row: column.findLastIndex(Number.isFinite), column }))
    .filter(({ row }) => row >= 0)
    .map(({ panel, row, column }) => ({
      text: lineNames[panel],
      x: iterations[row],
      value: column[row],
      middle: (column[row] / highest) * height, // above the axis
      size: LABEL,
    }));
  const middles = spread(ends, -Infinity, height + LABEL);
  return ends.map(({ text, x, value, middle }, i) => ({
    text: escapeMarkup(text),
    showarrow: false,
    xref: name("x"),
    yref: name("y"),
    x,
    y: value,
    xanchor: "left",
    yanchor: "middle",
    xshift: 5,
    yshift: middles[i] - middle,
    font: { size: 11, color: theme.text },
  }));
}

/** Puts the cursors to the iteration, of the last one asked for if it is left out. */
export function placeCursor(curves, at = curves.at) {
  curves.at = at;
  if (!curves.boxes) return;
  const [first, last] = curves.span;
  const share = last > first ? (at - first) / (last - first) : 0.5;
  curves.cursors.forEach((cursor, i) => {
    const box = curves.boxes[i];
    cursor.hidden = !box;
    if (!box) return;
    cursor.style.height = `${box.height}px`;
    cursor.style.transform = `translate(${box.left + share * box.width}px, ${box.top}px)`;
  });
}

function iterationAt(curves, event) {
  const edge = curves.element.getBoundingClientRect();
  const [px, py] = [event.clientX - edge.left, event.clientY - edge.top];
  const reach = (box) => ({ ...box, left: box.left - 8, width: box.width + 16 });
  const held = curves.element.hasPointerCapture(event.pointerId);
  const under = () => curves.boxes?.find((each) => contains(reach(each), px, py));
  const box = held ? curves.dragged : under();
  if (!box) return null;
  curves.dragged = box;
  const [first, last] = curves.span;
  return first + Math.max(0, Math.min(1, (px - box.left) / box.width)) * (last - first);
}
