// A class written on a map.

/**
 * Draws a class around the origin, with a rim that holds it apart from what it covers.
 *
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {number | string} label
 * @param {number} height In pixels.
 * @param {string} color
 * @param {{ font: string, background: string }} theme
 * @param {number} [rim] In pixels.
 */
export function numeral(context, label, height, color, theme, rim = 2) {
  const text = String(label);
  context.font = `700 ${height}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = rim;
  context.strokeStyle = theme.background;
  context.strokeText(text, 0, 0.5);
  context.fillStyle = color;
  context.fillText(text, 0, 0.5);
}
