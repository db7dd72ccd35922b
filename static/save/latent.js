// What the components of the latent space show, as pictures.

import {
  beside,
  column,
  drawn,
  enlarged,
  flow,
  fontOf,
  PAPER,
  PNG_RATIO,
  png,
  words,
} from "./paper.js";

const LINES = 16; // rows of numbers below one another
const NUMERALS = 420; // pixels that ten classes called by a numeral take

/** Draws the digit of a code, the digit that it started from, and the code in numbers. */
export function slidersPng(element, { picture, start, startLabel, description, values }) {
  const font = fontOf(element);
  const columns = [];
  for (let i = 0; i < values.length; i += LINES) {
    const some = values.slice(i, i + LINES);
    const cells = (key, style) =>
      column(
        some.map((row) => words(row[key] || " ", { font, ...style })),
        2,
      );
    columns.push(
      beside(
        [cells("name", { bold: true }), cells("value"), cells("note", { color: PAPER.muted })],
        12,
      ),
    );
  }
  const small = { font, size: 12, color: PAPER.muted };
  const begun = beside([enlarged(start, 2), words(startLabel, { ...small, width: 168 })], 8, true);
  const digits = column([enlarged(picture, 8), begun], 12);
  const all = beside([digits, ...columns], 24);
  return png(column([all, words(description, { ...small, width: Math.max(320, all.width) })], 14));
}

/** Draws the square of four digits with the place of the point, and the mixture there. */
export function padPng(element, { sheet, picture, place, labels, shares, description }) {
  const font = fontOf(element);
  const small = { font, size: 12, color: PAPER.muted };
  const side = sheet.width * 3;
  const field = enlarged(sheet, 3);
  const square = drawn(side, side, (context, x, y) => {
    context.fillStyle = "#000";
    context.fillRect(x, y, side, side);
    field.draw(context, x, y);
    const [px, py] = [x + place[0] * side, y + place[1] * side];
    ring(context, px, py, 11, 4, "#fff");
    ring(context, px, py, 13, 1.5, "#000");
  });
  const pair = (left, right) => {
    const [first, second] = [words(left, small), words(right, small)];
    return drawn(side, Math.max(first.height, second.height), (context, x, y) => {
      first.draw(context, x, y);
      second.draw(context, x + side - second.width, y);
    });
  };
  const table = beside(
    [labels, shares].map((texts) =>
      column(
        texts.map((text) => words(text, { font, width: 160 })),
        4,
      ),
    ),
    16,
  );
  const right = column([pair(labels[0], labels[1]), square, pair(labels[2], labels[3])], 4);
  const all = beside([column([enlarged(picture, 8), table], 12), right], 24);
  return png(column([all, words(description, { ...small, width: all.width })], 14));
}

/** Draws a map by `paint(canvas, ratio, theme)`, below its `classes`, each [label, colour]. */
export function mapPng(element, { width, height, paint, classes, description }) {
  const font = fontOf(element);
  const dots = classes.map(([label, color]) =>
    beside(
      [
        drawn(12, 12, (context, x, y) => {
          context.fillStyle = color;
          context.beginPath();
          context.arc(x + 6, y + 6, 5, 0, 2 * Math.PI);
          context.fill();
        }),
        words(label, { font }),
      ],
      5,
      true,
    ),
  );
  const canvas = document.createElement("canvas");
  const ratio = PNG_RATIO;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  paint(canvas, ratio, { ...PAPER, font });
  const map = drawn(width, height, (context, x, y) =>
    context.drawImage(canvas, x, y, width, height),
  );
  const about = words(description, { font, size: 12, color: PAPER.muted, width });
  // Ten numerals have room in one line also where the map is narrower.
  const legend = flow(dots, 16, Math.max(width, NUMERALS));
  return png(column([legend, map, about], 10));
}

/** Marks the place on a map that a visitor has chosen. */
export function drawPin(context, x, y) {
  ring(context, x, y, 7, 4, PAPER.background);
  ring(context, x, y, 7, 2, PAPER.accent);
}

function ring(context, x, y, radius, width, color) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke();
}

/**
 * Draws a step of a staircase: its map by `paint(canvas, side, ratio)`, its sheets of digits and its
 * numbers, each [name, text].
 */
export function stairsPng(element, { paint, sheets, titles, rows, heading, description }) {
  const font = fontOf(element);
  const side = sheets[0].width;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * PNG_RATIO;
  paint(canvas, side, PNG_RATIO);
  const map = drawn(side, side, (context, x, y) => context.drawImage(canvas, x, y, side, side));
  const titled = (title, box) => column([words(title, { font, width: box.width }), box], 6);
  const numbers = beside(
    [0, 1].map((at) =>
      column(
        rows.map((row) => words(row[at], { font, size: 12 })),
        3,
      ),
    ),
    16,
  );
  const right = column([titled(titles[2], enlarged(sheets[1], 1)), numbers], 14);
  const all = beside(
    [titled(titles[0], map), titled(titles[1], enlarged(sheets[0], 1)), right],
    20,
  );
  const about = words(description, { font, size: 12, color: PAPER.muted, width: all.width });
  return png(column([words(heading, { font, bold: true }), all, about], 12));
}
