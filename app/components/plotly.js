/**
 * Plotly.js, shared by every chart on the page. Python puts this text in front of a component's own
 * script, because an inline component cannot import a file.
 */
let plotlyPromise; // a failure is kept too: a tick per second must not become a request per second

function loadPlotly(path) {
  return (plotlyPromise ??= fetchPlotly(path));
}

async function fetchPlotly(path) {
  // The path is relative: the document knows under which base path, or behind which proxy, it runs.
  if (!window.Plotly) await import(new URL(path, document.baseURI).href);
  // Streamlit answers unknown addresses with its start page, so arriving is not yet succeeding.
  if (!window.Plotly) throw new Error(`${path} did not define Plotly`);
  return window.Plotly;
}
