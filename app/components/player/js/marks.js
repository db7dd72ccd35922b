// What a digit is drawn as: small pictures made once, because copying is much cheaper than drawing.

const radiusOf = (count) => (count > 3000 ? 2.5 : count > 1200 ? 3 : 3.5);
const NUMERAL = 13; // pixels high
const pictureSide = (count) => (count > 1200 ? 16 : 20);

/**
 * A canvas of equal cells, `columns` in a row; digit i is in cell `cellOf(i)`. Cells are `size`
 * pixels of the stage wide, and `pixels` of the canvas.
 */
function sheetOf(scatter, ratio) {
  const { marks, colors, labels, count, pictures, theme } = scatter;
  if (marks === "pictures" && pictures) return picturesSheet(scatter, ratio);
  const size = marks === "numerals" ? NUMERAL + 3 : 2 * radiusOf(count) + 3;
  const sheet = emptySheet(colors.length, size, Math.ceil(size * ratio));
  const context = sheet.canvas.getContext("2d");
  context.scale(sheet.pixels / size, sheet.pixels / size);
  colors.forEach((color, label) => {
    const [x, y] = [(label % sheet.columns) * size + size / 2, Math.floor(label / sheet.columns) * size + size / 2];
    if (marks === "numerals") numeral(context, label, x, y, inkOf(color, theme), theme);
    else dot(context, x, y, radiusOf(count), color, theme.background);
  });
  return { ...sheet, cellOf: (i) => labels[i] };
}

function emptySheet(cells, size, pixels) {
  const columns = Math.ceil(Math.sqrt(cells));
  const canvas = document.createElement("canvas");
  canvas.width = columns * pixels;
  canvas.height = Math.ceil(cells / columns) * pixels;
  return { canvas, columns, size, pixels };
}

function dot(context, x, y, radius, color, around) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 0.75;
  context.strokeStyle = around;
  context.stroke();
}

function numeral(context, label, x, y, color, theme) {
  context.font = `700 ${NUMERAL}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 2;
  context.strokeStyle = theme.background; // holds it apart from those it covers
  context.strokeText(label, x, y + 0.5);
  context.fillStyle = color;
  context.fillText(label, x, y + 0.5);
}

/** Every digit's own picture, as ink of its colour on nothing. */
function picturesSheet({ colors, labels, count, pictures, theme }, ratio) {
  const size = pictureSide(count);
  const whole = emptySheet(count, SIDE, SIDE);
  const context = whole.canvas.getContext("2d");
  const image = context.createImageData(whole.canvas.width, whole.canvas.height);
  const inks = colors.map((color) => bytesOf(inkOf(color, theme)));
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < count; i++) {
    const [r, g, b] = inks[labels[i]];
    const ink = (b << 16) | (g << 8) | r;
    const start = Math.floor(i / whole.columns) * SIDE * image.width + (i % whole.columns) * SIDE;
    for (let k = 0; k < PIXELS; k++) {
      const level = pictures[i * PIXELS + k];
      if (level) words[start + Math.floor(k / SIDE) * image.width + (k % SIDE)] = ink | (level << 24);
    }
  }
  context.putImageData(image, 0, 0);
  // In the size they are drawn in, so that drawing them only copies.
  const sheet = emptySheet(count, size, Math.ceil(size * ratio));
  const small = sheet.canvas.getContext("2d");
  small.imageSmoothingQuality = "high";
  small.drawImage(whole.canvas, 0, 0, sheet.canvas.width, sheet.canvas.height);
  return { ...sheet, cellOf: (i) => i };
}

/** A class colour that can be read as thin strokes: some of the text's colour is in it. */
const inkOf = (color, { text }) => mixed(bytesOf(color), bytesOf(text), 0.22);

const mixed = (a, b, share) =>
  `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(" ")})`;

/** A canvas turns any colour into its red, green and blue. */
function bytesOf(color) {
  const canvas = (bytesOf.canvas ??= new OffscreenCanvas(1, 1));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
