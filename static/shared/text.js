// Text that Plotly is to show as it is.

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * Escapes what Plotly would read as HTML: a run's name is a visitor's, and is no HTML.
 *
 * @param {string} text
 */
export const escapeMarkup = (text) => text.replace(/[&<>]/g, (sign) => ENTITIES[sign]);
