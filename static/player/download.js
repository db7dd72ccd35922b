// Maps and curves as files. Pictures are drawn for white paper, also where the page is dark.

import { loadPlotly } from "../shared/plotly.js";
import { escapeMarkup } from "../shared/text.js";
import { sheetOf } from "./blit.js";
import { curvesFigure } from "./curves.js";
import { axis, layoutOf, tracesOf } from "./figure.js";
import { paint } from "./overlay.js";

const RESOLUTION = 2;
const PAPER = {
  text: "#1b2627",
  muted: "#566566",
  background: "#ffffff",
  border: "#b8c4c4",
  grid: "#e3e9e9",
};

function save(href, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = href;
  link.click();
}

/** Saves the maps as they are shown: Plotly's axes and the canvas's points in one picture. */
export async function saveMaps(scatter) {
  const Plotly = await loadPlotly(scatter.plotly);
  const { grid, names, saveAs, act } = scatter;
  const paper = { ...scatter, theme: { ...scatter.theme, ...PAPER }, buffer: null, cloud: null };
  /** @type {any} */
  const layout = { ...layoutOf(paper), paper_bgcolor: PAPER.background };
  layout.annotations = names.map((_, panel) => ({
    text: escapeMarkup(act.title(panel)).replaceAll("\n", "<br>"),
    showarrow: false,
    xref: `${axis("x", panel)} domain`,
    yref: `${axis("y", panel)} domain`,
    x: 0,
    y: 1,
    xanchor: "left",
    yanchor: "bottom",
    align: "left",
    font: { size: 13, color: PAPER.text },
  }));
  const traces = tracesOf(paper).map((trace) => ({ ...trace, x: [null], y: [null] }));
  const format = { format: "png", width: grid.width, height: grid.height, scale: RESOLUTION };
  const axes = new Image();
  axes.src = await Plotly.toImage({ data: traces, layout }, format);
  await axes.decode();
  const canvas = document.createElement("canvas");
  canvas.width = grid.width * RESOLUTION;
  canvas.height = grid.height * RESOLUTION;
  const points = new OffscreenCanvas(canvas.width, canvas.height);
  paper.sheet = sheetOf(paper, RESOLUTION);
  paint(paper, points.getContext("2d"), RESOLUTION, true);
  for (const layer of [axes, points]) {
    canvas.getContext("2d").drawImage(layer, 0, 0, canvas.width, canvas.height);
  }
  const iteration = String(act.iteration()).padStart(5, "0");
  save(canvas.toDataURL("image/png"), `${saveAs}_maps_iteration-${iteration}.png`);
}

/** Saves the curves as they are shown, without the cursor. */
async function saveCurves(curves, saveAs) {
  const Plotly = await loadPlotly(curves.plotly);
  const paper = { ...curves, theme: { ...curves.theme, ...PAPER } };
  const { traces, layout, width, height } = curvesFigure(paper);
  layout.paper_bgcolor = PAPER.background;
  const format = { format: "png", width, height, scale: RESOLUTION };
  save(await Plotly.toImage({ data: traces, layout }, format), `${saveAs}_curves.png`);
}

/**
 * Saves the numbers of the curves: a row for each iteration that is drawn, empty where not
 * measured.
 */
function saveTable({ measures, lineNames }, saveAs) {
  const columns = measures.flatMap(({ name, iterations, values }) =>
    values.map((column, panel) => ({
      title: `${name} ${lineNames[panel]}`,
      at: new Map(Array.from(iterations, (iteration, row) => [iteration, column[row]])),
    })),
  );
  const iterations = [...new Set(columns.flatMap(({ at }) => [...at.keys()]))];
  const rows = iterations
    .sort((a, b) => a - b)
    .map((iteration) => [
      iteration,
      ...columns.map(({ at }) => (Number.isFinite(at.get(iteration)) ? at.get(iteration) : "")),
    ]);
  const text = [["iteration", ...columns.map(({ title }) => title)], ...rows]
    .map((row) => row.join(","))
    .join("\r\n");
  const url = URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" }));
  save(url, `${saveAs}_curves.csv`);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Sets up the buttons below the curves. */
export function offerFiles({ root, scatter, curves }) {
  const actions = {
    "save-maps": () => saveMaps(scatter),
    "save-curves": () => saveCurves(curves, scatter.saveAs),
    "save-table": () => saveTable(curves, scatter.saveAs),
  };
  for (const [name, act] of Object.entries(actions)) {
    root.querySelector(`[data-do="${name}"]`).onclick = act;
  }
}
