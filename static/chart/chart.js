// One Plotly chart that stays in the page while its data change.

import { asPicture, loadPlotly } from "../shared/plotly.js";
import { saveButtons } from "../shared/save_buttons.js";
import { readTheme } from "../shared/theme.js";
import { axisKey, configOf, layoutOf, tracesOf } from "./figure.js";
import { drawNames, latest, namedEnds, placeNames } from "./names.js";

const REACH = 16; // CSS pixels between a press and the point that it means

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, data, setStateValue }) {
  const chart = create(parentElement, data, setStateValue);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data }) {
      chart.generation += 1;
      chart.data = data;
      draw(chart);
    },
    close() {
      chart.generation = -1;
      chart.observer.disconnect();
      window.Plotly?.purge(chart.plot);
    },
  };
}

function create(parentElement, data, setStateValue) {
  const find = (name) => parentElement.querySelector(`.latent-chart${name}`);
  const chart = {
    redraw: () => draw(chart),
    send: setStateValue,
    number: data.number ?? 0, // of the last message; goes on where an earlier chart stopped
    generation: 0, // of the data: what is drawn for older ones is given up
    root: find(""),
    bar: find("-bar"),
    frame: find("-frame"),
    legend: find("-legend"),
    labelWidth: 0,
    plot: find("-plot"),
    note: find("-note"),
    scales: [...find("-scale").children],
    scale: recall(data.key) ?? data.scale,
    hidden: new Set(),
  };
  chart.legend.style.visibility = "hidden"; // until Plotly is here, names lie on top of each other
  for (const button of chart.scales) {
    button.onclick = () => {
      chart.scale = button.dataset.scale;
      remember(chart.data.key, chart.scale);
      draw(chart);
    };
  }
  // Plotly watches the window only; the sidebar also changes our width.
  chart.observer = new ResizeObserver(() => {
    if (!chart.plot.data || !chart.plot.offsetWidth) return;
    window.Plotly.Plots.resize(chart.plot).then(() => placeNames(chart));
  });
  chart.observer.observe(chart.plot);
  return chart;
}

async function draw(chart) {
  const { generation, data } = chart;
  const { lines } = data;
  for (const button of chart.scales) {
    button.setAttribute("aria-pressed", String(button.dataset.scale === chart.scale));
  }
  drawNames(chart, lines);
  drawSaving(chart, lines);
  chart.plot.style.height = `${data.height}px`;
  if (!lines.some((line) => line.count)) return note(chart, data.empty);
  if (!lines.some((line) => line.y.some(Number.isFinite))) {
    return note(chart, "Every value so far is infinite or not a number: the run has diverged.");
  }
  try {
    const Plotly = await loadPlotly(data.plotly);
    if (chart.generation !== generation) return;
    const theme = readTheme(chart.root);
    const layout = layoutOf(chart, lines, theme);
    // One config for good: a new one, were it but a new click handler, makes Plotly start afresh.
    chart.config ??= configOf();
    await Plotly.react(chart.plot, tracesOf(chart, lines, layout), layout, chart.config);
    if (chart.generation !== generation) return;
    note(chart, "");
    placeNames(chart);
    asPicture(chart.plot, describe(data, lines));
    if (!chart.listening) listen(chart);
  } catch (error) {
    console.warn("Latent Lab chart:", error);
    if (chart.generation === generation) {
      note(chart, "This chart could not be drawn; reload the page to try again.");
    }
  }
}

function listen(chart) {
  chart.listening = true;
  chart.plot.on("plotly_relayout", () => draw(chart)); // a zoom: new ticks
  chart.plot.on("plotly_click", ({ event }) => {
    const id = nearestNamed(chart, event);
    if (id === null) return;
    chart.number += 1;
    chart.send("pressed", { number: chart.number, id });
  });
}

/**
 * Returns the id of the point that a press meets; Plotly names the topmost point, which may be one
 * of another line at the same place.
 */
function nearestNamed({ data, plot, hidden }, { clientX, clientY }) {
  const { left, top } = plot.getBoundingClientRect();
  const { _fullLayout: layout } = plot;
  let nearest = null;
  let least = REACH;
  data.lines.forEach((line) => {
    if (!line.ids.length || hidden.has(line.name)) return;
    const axis = layout[axisKey(line.panel)];
    line.x.forEach((x, n) => {
      const across = left + layout.xaxis._offset + layout.xaxis.d2p(x) - clientX;
      const down = top + axis._offset + axis.d2p(line.y[n]) - clientY;
      const distance = Math.hypot(across, down);
      if (distance < least) [nearest, least] = [line.ids[n], distance];
    });
  });
  return nearest;
}

/** Draws the buttons below the chart; without a point there is nothing to save. */
function drawSaving(chart, lines) {
  const drawn = lines.some((line) => line.count) ? lines : null;
  const picture = async () => {
    const [{ liveChartPng }, { PAPER }] = await Promise.all([
      import("../save/charts.js"),
      import("../save/paper.js"),
    ]);
    await loadPlotly(chart.data.plotly);
    const layout = layoutOf(chart, drawn, PAPER);
    for (const [name, axis] of Object.entries(chart.plot.layout ?? {})) {
      // What the visitor has zoomed to.
      if (axis?.autorange === false)
        Object.assign(layout[name], { autorange: false, range: axis.range });
    }
    const size = { width: chart.plot.clientWidth, height: chart.plot.clientHeight };
    return liveChartPng(tracesOf(chart, drawn, layout), layout, size, namedEnds(chart));
  };
  const table = async () => {
    const { linesCsv } = await import("../save/charts.js");
    return linesCsv(drawn, chart.data.yTitles, chart.data.logX ? [] : chart.data.xTicks);
  };
  saveButtons(chart.root, chart.data, [
    ["PNG", "the", drawn && picture],
    ["CSV", "the", drawn && table],
  ]);
}

function describe(data, lines) {
  const values = lines
    .filter((line) => line.count && !line.dots)
    .map((line) => `${line.name} ${latest(line)}`);
  const where = data.closest ? "At the right end" : "Latest";
  return values.length ? `${data.description} ${where}: ${values.join(", ")}.` : data.description;
}

function note(chart, text) {
  chart.note.textContent = text;
  chart.note.hidden = !text;
  chart.plot.style.visibility = text ? "hidden" : "";
  chart.legend.style.visibility = text ? "hidden" : "";
}

// Storage may be forbidden by the browser; the choice then lasts as long as the chart.
function recall(key) {
  try {
    const scale = localStorage.getItem(`latent-lab scale ${key}`);
    return scale === "log" || scale === "linear" ? scale : null;
  } catch {
    return null;
  }
}

function remember(key, scale) {
  try {
    localStorage.setItem(`latent-lab scale ${key}`, scale);
  } catch {}
}
