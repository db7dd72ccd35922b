// What the browser code finds on the page and does not import.

interface Window {
  /** Set by Streamlit's chunk of Plotly.js, see shared/plotly.js. */
  Plotly?: any;
}

// Files whose text a module imports.
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.html" {
  const text: string;
  export default text;
}
