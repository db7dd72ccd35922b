// Plotly's charts as pictures and as tables.

import { escapeMarkup } from "../shared/text.js";
import { csv, numbersOf } from "./csv.js";
import { PAPER, PNG_RATIO, words } from "./paper.js";

const LEGEND_HEIGHT = 32;
const CHART_WIDTH = 720; // at least so wide: a phone's chart is read on paper, too

/** Draws a figure in the colours of PAPER, as large as it is on the page. */
export async function chartPng(data, layout, { width, height }) {
  const size = { width: Math.max(CHART_WIDTH, width), height };
  const address = await window.Plotly.toImage(
    { data, layout },
    { format: "png", scale: PNG_RATIO, ...size },
  );
  return (await fetch(address)).blob();
}

/**
 * Draws the live chart, whose names are no part of the figure on the page. `ends` are {name, value,
 * color, pale, dashed, middle}, how far below the chart's top each name stands; without any, a
 * legend above names the lines.
 */
export function liveChartPng(data, layout, size, ends) {
  if (ends.length) return chartPng(data, withEnds(layout, ends), size);
  const legend = { orientation: "h", x: 0, y: 1, yanchor: "top", yref: "container" };
  const margin = { ...layout.margin, t: layout.margin.t + LEGEND_HEIGHT };
  const height = size.height + LEGEND_HEIGHT;
  return chartPng(data, { ...layout, margin, legend, showlegend: true }, { ...size, height });
}

/** Returns a layout with names at the ends of lines, each in one line: here is room for it. */
function withEnds(layout, ends) {
  const style = { font: PAPER.font, size: 13 };
  const room = Math.max(...ends.map(({ name, value }) => words(`— ${name} ${value}`, style).width));
  const notes = ends.map(({ name, value, color, pale, dashed, middle }) => {
    const mark = dashed ? "- -" : pale ? "—" : "<b>—</b>";
    return {
      text: `<span style="color:${color}">${mark}</span> ${escapeMarkup(name)} ${value}`,
      xref: "paper",
      yref: "paper",
      x: 1,
      y: 1,
      xanchor: "left",
      yanchor: "middle",
      xshift: 6,
      yshift: layout.margin.t - middle,
      showarrow: false,
      font: { size: style.size, color: PAPER.text },
    };
  });
  const margin = { ...layout.margin, r: room + 24 };
  return { ...layout, margin, annotations: [...layout.annotations, ...notes] };
}

/**
 * Writes all points of the live chart, a record for each, with its range if any line has one and the
 * title of its panel if several. `ticks` are {value, name} of an axis of words.
 */
export function linesCsv(lines, quantities, ticks = []) {
  const names = new Map(ticks.map(({ value, name }) => [value, name]));
  const several = quantities.length > 1;
  const ranges = lines.some(({ low }) => low);
  const head = ["line", "x", "y", ...(ranges ? ["low", "high"] : [])];
  const rows = [[...head, ...(several ? ["quantity"] : [])]];
  for (const { name, x, y, low, high, panel } of lines) {
    const [xs, ys] = [numbersOf(x), numbersOf(y)];
    const [lows, highs] = low ? [numbersOf(low), numbersOf(high)] : [[], []];
    for (const [i, value] of xs.entries()) {
      const range = ranges ? [lows[i] ?? "", highs[i] ?? ""] : [];
      rows.push([
        name,
        names.get(value) ?? value,
        ys[i],
        ...range,
        ...(several ? [quantities[panel]] : []),
      ]);
    }
  }
  return csv(rows);
}

/** Draws a chart of st.plotly_chart, in dark letters on white whatever the page's theme is. */
export function plotPng(plot) {
  const { clientWidth: width, clientHeight: height } = plot;
  return chartPng(plot.data, paperLayout(plot.layout), { width, height });
}

function paperLayout(layout) {
  // A font of the page is none of the picture's: Plotly draws it where no style sheet reaches.
  const font = { family: PAPER.font, color: PAPER.text };
  const axis = {
    gridcolor: PAPER.grid,
    linecolor: PAPER.border,
    zerolinecolor: PAPER.border,
    tickcolor: PAPER.border,
    tickfont: font,
    title: { font },
  };
  const paper = {
    paper_bgcolor: PAPER.background,
    plot_bgcolor: PAPER.background,
    font,
    margin: { ...layout.margin, r: (layout.margin?.r ?? 0) + 16 }, // half of the last tick's label
    legend: { font, title: { font } },
    title: { font },
    coloraxis: { colorbar: { tickfont: font, title: { font } } },
  };
  const colored = merged(layout, paper);
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis\d*$/.test(name)) colored[name] = merged(layout[name], axis);
  }
  colored.annotations = layout.annotations?.map((note) => merged(note, { font }));
  return colored;
}

/** Returns `base` with what `over` has, at every depth. */
function merged(base, over) {
  const result = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const known = typeof base?.[name] === "object" ? base[name] : {};
    result[name] = typeof value === "object" ? merged(known, value) : value;
  }
  return result;
}

/**
 * Writes the numbers of a chart of st.plotly_chart, a record for each point. A point's own name,
 * where it has one, is the first of its custom data.
 */
export function plotCsv(plot) {
  const traces = plot._fullData; // Plotly's decoded arrays; in `data` they may still be packed
  const heat = traces.some((trace) => trace.type === "heatmap");
  const named = traces.some((trace) => typeof nameAt(trace, 0) === "string");
  const rows = [["line", "x", "y", ...(heat ? ["z"] : []), ...(named ? ["name"] : [])]];
  traces.forEach((trace, number) => {
    const line = readable(plot.data[number]?.name ?? "");
    const points = trace.type === "heatmap" ? cells(trace, plot) : pointsOf(trace, plot);
    points.forEach((point, i) => {
      const z = heat ? [point[2] ?? null] : [];
      rows.push([
        line,
        point[0],
        point[1],
        ...z,
        ...(named ? [readable(nameAt(trace, i) ?? "")] : []),
      ]);
    });
  });
  return csv(rows);
}

function pointsOf(trace, plot) {
  const count = Math.max(trace.x?.length ?? 0, trace.y?.length ?? 0);
  const [xs, ys] = ["x", "y"].map((letter) => placesOf(trace, letter, count, plot));
  return Array.from({ length: count }, (_, i) => [xs[i], ys[i]]);
}

function cells(trace, plot) {
  const [xs, ys] = [
    placesOf(trace, "x", trace.z[0].length, plot),
    placesOf(trace, "y", trace.z.length, plot),
  ];
  return [...trace.z].flatMap((row, y) => numbersOf(row).map((z, x) => [xs[x], ys[y], z]));
}

/** Returns places along an axis as numbers, or by the names that its ticks have. */
function placesOf(trace, letter, count, plot) {
  const given = trace[letter];
  const places = given ? numbersOf(given) : Array.from({ length: count }, (_, i) => i);
  const axis =
    plot._fullLayout[(trace[`${letter}axis`] ?? letter).replace(letter, `${letter}axis`)];
  const ticks = axis?.type === "log" ? [] : [...(axis?.tickvals ?? [])];
  return places.map((place) => readable(axis?.ticktext?.[ticks.indexOf(place)] ?? place));
}

const nameAt = (trace, i) =>
  Array.isArray(trace.customdata?.[i]) ? trace.customdata[i][0] : undefined;

/** Returns a text of Plotly's without its HTML; names of runs are escaped there. */
function readable(text) {
  if (typeof text !== "string") return text;
  const signs = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  return text.replace(/<br>/g, " ").replace(/&(lt|gt|amp);/g, (sign) => signs[sign]);
}
