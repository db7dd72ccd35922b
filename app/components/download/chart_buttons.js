// The buttons of a chart that st.plotly_chart draws somewhere else on the page. Behind download.js in
// one module.

export default function ({ parentElement, data }) {
  const place = parentElement.querySelector("div");
  saveButtons(place, data, [
    ["PNG", "the chart", (library) => library.plotPng(plotOf(data.chart))],
    ["CSV", "the chart", (library) => library.plotCsv(plotOf(data.chart))],
  ]);
}

/** The chart as Plotly knows it. Streamlit makes a class of the key; the chart comes anew with new data. */
function plotOf(key) {
  const name = key.trim().replace(/[^a-zA-Z0-9_-]/g, "-");
  const plot = document.querySelector(`.st-key-${CSS.escape(name)} .js-plotly-plot`);
  if (!plot) throw new Error(`There is no chart ${key}.`);
  return plot;
}
