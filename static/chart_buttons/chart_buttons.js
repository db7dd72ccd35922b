// The buttons of a chart that st.plotly_chart draws somewhere else on the page.

import { saveButtons } from "../shared/save_buttons.js";

export function open() {
  return { update };
}

/** @param {import("../shared/mount.js").Component} component */
function update({ parentElement, data }) {
  const place = parentElement.querySelector("div");
  saveButtons(place, data, [
    ["PNG", "the", async () => (await charts()).plotPng(await plotOf(data.chart))],
    ["CSV", "the", async () => (await charts()).plotCsv(await plotOf(data.chart))],
  ]);
}

const charts = () => import("../save/charts.js");

const PATIENCE = 5000; // ms that a chart may take to appear

/** Finds the chart, as Plotly knows it, anew: Streamlit replaces it when its data change. */
async function plotOf(key) {
  const name = key.trim().replace(/[^a-zA-Z0-9_-]/g, "-"); // Streamlit makes a class of the key
  for (const end = performance.now() + PATIENCE; performance.now() < end; ) {
    /** @type {any} */
    const plot = document.querySelector(`.st-key-${CSS.escape(name)} .js-plotly-plot`);
    if (plot?._fullLayout) return plot;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`There is no chart ${key}.`);
}
