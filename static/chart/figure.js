// From the component's data to a Plotly figure.

import { escapeMarkup } from "../shared/text.js";

const MODEBAR = ["zoom2d", "pan2d", "resetScale2d"];
export const MARGIN = { left: 52, right: 12, top: 32, bottom: 44, between: 44 };
export const PALE = 0.5;

const axisName = (panel) => (panel ? `y${panel + 1}` : "y");
export const axisKey = (panel) => (panel ? `yaxis${panel + 1}` : "yaxis");

export const fitsLog = (y) => y > 0 && y < Infinity;

/** Returns the traces of all lines, bands first; `meta` of each is the position of its line. */
export function tracesOf(chart, lines, layout) {
  const onLog = (line) => layout[axisKey(line.panel)].type === "log";
  const bands = lines.flatMap((line, i) => bandOf(chart, lines, i, onLog(line)));
  return [...bands, ...lines.map((line, i) => traceOf(chart, lines, i, onLog(line)))];
}

function traceOf(chart, lines, i, log) {
  const line = lines[i];
  return {
    ...placeOf(chart, line, i),
    // A lone point is invisible as a line.
    mode: line.dots ? "markers" : line.markers || line.count === 1 ? "lines+markers" : "lines",
    uid: uidOf(lines, i),
    name: escapeMarkup(line.name),
    showlegend: lines.find((other) => other.name === line.name) === line, // in a downloaded picture
    y: shown(line.y, log),
    opacity: line.pale ? PALE : 1,
    line: {
      color: line.color,
      width: line.pale || line.dashed ? 1.25 : 2.5,
      dash: line.dashed ? "dash" : "solid",
    },
    marker: { size: line.dots ? 9 : 5, color: line.color },
    hovertemplate: `${sentence(line)}<extra></extra>`,
    ...(line.low && line.dots ? { error_y: barsOf(line) } : {}),
  };
}

/** Returns the two traces of the band around a line; none where it has no band. */
function bandOf(chart, lines, i, log) {
  const line = lines[i];
  if (!line.low || line.dots) return [];
  const shared = {
    ...placeOf(chart, line, i),
    mode: "lines",
    line: { width: 0, color: line.color },
    hoverinfo: "skip",
    showlegend: false,
  };
  return [
    { ...shared, uid: `${uidOf(lines, i)}-low`, y: shown(line.low, log) },
    {
      ...shared,
      uid: `${uidOf(lines, i)}-high`,
      y: shown(line.high, log),
      fill: "tonexty",
      fillcolor: `${line.color}2e`,
    },
  ];
}

function barsOf(line) {
  return {
    type: "data",
    symmetric: false,
    array: line.high.map((high, n) => high - line.y[n]),
    arrayminus: line.low.map((low, n) => line.y[n] - low),
    color: line.color,
    thickness: 1.5,
    width: 4,
  };
}

function placeOf(chart, line, i) {
  return {
    type: "scatter",
    meta: i,
    x: line.x,
    xaxis: "x",
    yaxis: axisName(line.panel),
    visible: !chart.hidden.has(line.name),
  };
}

/**
 * Returns Plotly's name of a trace from one draw to the next. It becomes part of a CSS selector, so
 * everything but letters and digits is written as its code. Lines of one name are counted.
 */
function uidOf(lines, i) {
  const { name, panel } = lines[i];
  const before = lines.slice(0, i).filter((line) => line.name === name && line.panel === panel);
  const plain = name.replace(/[^a-z0-9]/gi, (c) => `_${c.codePointAt(0)}`);
  return `${panel}-${plain}${before.length ? `-${before.length}` : ""}`;
}

/** Plotly would draw a line down through the floor of a log axis; what has no place is a gap. */
function shown(values, log) {
  return log ? values.map((y) => (fitsLog(y) ? y : NaN)) : values;
}

/**
 * Returns what a pointer reads at a point; a sentence may have a name in it, and Plotly reads
 * %{...}.
 */
function sentence(line) {
  const text = line.sentence || `${line.name}: {y}`;
  return escapeMarkup(text).replaceAll("%{", "%\u200b{").replace("{y}", "%{y:.3~g}");
}

export function layoutOf(chart, lines, theme) {
  const { data, scale } = chart;
  const inner = data.height - MARGIN.top - MARGIN.bottom;
  const panels = data.yTitles.length;
  const share = Math.floor((inner - (panels - 1) * MARGIN.between) / panels);
  const axis = {
    gridcolor: theme.grid,
    gridwidth: 1,
    zeroline: false,
    tickfont: { color: theme.muted },
    tickformat: ",~g",
    ticks: "",
  };
  const layout = {
    uirevision: data.revision, // the visitor's zoom lives as long as this string stays
    showlegend: false,
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    font: { family: theme.font, size: 12, color: theme.text },
    margin: {
      l: MARGIN.left,
      r: Math.max(MARGIN.right, chart.labelWidth),
      t: MARGIN.top,
      b: MARGIN.bottom,
    },
    modebar: { bgcolor: "transparent", color: theme.muted, activecolor: theme.accent },
    hovermode: data.closest ? "closest" : "x unified",
    hoversubplots: "axis",
    hoverlabel: { bgcolor: theme.background, bordercolor: theme.border, namelength: -1 },
    // A finger that swipes over the chart wants to scroll the page.
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    annotations: [],
    xaxis: {
      ...axis,
      showgrid: false,
      showline: true,
      linecolor: theme.border,
      ticks: "outside",
      ticklen: 4,
      tickcolor: theme.border,
      title: { text: escapeMarkup(data.xTitle), standoff: 8 },
      anchor: axisName(panels - 1),
      unifiedhovertitle: { text: `At ${escapeMarkup(data.xTitle.toLowerCase())} %{x:,.3~r}` },
      ...(data.xEnd == null ? {} : { range: [0, data.xEnd], autorange: false }),
      ...(data.logX ? { type: "log" } : {}),
      ...ticksOf(data.xTicks),
      showspikes: true,
      spikecolor: theme.border,
      spikethickness: 1,
      spikedash: "solid",
      spikemode: "across",
    },
  };
  const linearTicks = { nticks: Math.max(3, Math.round(share / 45)) };
  data.yTitles.forEach((title, panel) => {
    const top = 1 - (panel * (share + MARGIN.between)) / inner;
    // A panel without one positive value has no place on a log axis.
    const log =
      scale === "log" &&
      !data.linearPanels.includes(panel) &&
      lines.some((l) => l.panel === panel && l.y.some(fitsLog));
    layout[axisKey(panel)] = {
      ...axis,
      type: log ? "log" : "linear",
      uirevision: `${data.revision} ${log}`, // a range of logarithms is no range of losses
      domain: [Math.max(0, top - share / inner), top],
      anchor: "x",
      automargin: true,
      ...(log ? logAxis(chart, lines, panel) : { ...linearTicks, rangemode: "tozero" }),
    };
    layout.annotations.push({
      text: escapeMarkup(title),
      showarrow: false,
      xref: "paper",
      yref: "paper",
      x: 0,
      y: top,
      xanchor: "left",
      yanchor: "bottom",
      yshift: 6,
      font: { color: theme.muted, size: 12.5 },
    });
  });
  return layout;
}

function ticksOf(named) {
  if (!named?.length) return {};
  return {
    tickmode: "array",
    tickvals: named.map(({ value }) => value),
    ticktext: named.map(({ name }) => escapeMarkup(name)),
    // On a narrow screen they are turned, and the title of the axis gives way to them.
    automargin: true,
  };
}

/**
 * Returns a log axis over whole powers of ten, with ticks for those or for what a visitor has
 * zoomed to.
 */
function logAxis({ plot }, lines, panel) {
  const logs = lines
    .filter((line) => line.panel === panel)
    .flatMap((line) => [...line.y.filter(fitsLog)].map(Math.log10));
  const first = Math.floor(logs.reduce((a, b) => Math.min(a, b)));
  const last = Math.max(Math.ceil(logs.reduce((a, b) => Math.max(a, b))), first + 1);
  const { type, range } = plot.layout?.[axisKey(panel)] ?? {};
  const span = type === "log" && range ? Math.abs(range[1] - range[0]) : last - first;
  return { ...logTicks(Math.min(span, last - first)), range: [first, last], autorange: false };
}

/**
 * Returns labels at round steps, at 1-2-5 or at powers of ten; Plotly's choice crowds at one
 * decade.
 */
function logTicks(span) {
  if (span < 0.8) return { nticks: 6 };
  return { dtick: span < 2.8 ? "D2" : Math.ceil(span / 6) };
}

export function configOf() {
  return { displaylogo: false, showTips: false, modeBarButtons: [MODEBAR] };
}
