// Plotly.js, shared by every chart on the page.

/** @type {Promise<any> | undefined} */
let loading; // a failure is kept too: a tick per second must not become a request per second

/**
 * Returns Plotly, fetched at the first call.
 *
 * @param {string} path Its address, relative to the document.
 */
export function loadPlotly(path) {
  loading ??= fetchPlotly(path);
  return loading;
}

/** @param {string} path */
async function fetchPlotly(path) {
  // The path is relative: the document knows under which base path, or behind which proxy, it runs.
  if (!window.Plotly) await import(new URL(path, document.baseURI).href);
  // Streamlit answers unknown addresses with its start page, so arriving is not yet succeeding.
  if (!window.Plotly) throw new Error(`${path} did not define Plotly`);
  return window.Plotly;
}

/**
 * Makes what Plotly has drawn one picture to a screen reader. The buttons beside it stay buttons,
 * so nothing around them may be a picture.
 *
 * @param {Element} plot
 * @param {string | null} label What the picture is called; null hides it, being described elsewhere.
 */
export function asPicture(plot, label = null) {
  const layers = [...plot.querySelectorAll(".main-svg")];
  if (label === null) {
    for (const layer of layers) layer.setAttribute("aria-hidden", "true");
    return;
  }
  layers[0].setAttribute("role", "img");
  layers[0].setAttribute("aria-label", label);
}
