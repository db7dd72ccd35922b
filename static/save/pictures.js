// Sheets of digits and films as pictures; colors.js stands in front.

import { colorOf, palette } from "../shared/colors.js";
import { gif } from "./gif.js";
import {
  beside,
  column,
  drawn,
  enlarged,
  flow,
  fontOf,
  onPaper,
  PAPER,
  png,
  words,
} from "./paper.js";

const SHEET_WIDTH = 960; // pixels of a layout: as wide as a page of paper at 100 dpi, and a bit
const GIF_WIDTH = 560;
const LAST_FRAME = 2000; // ms that a film rests on its last frame before it begins again

/**
 * Draws a sheet of digits: `lines` of {rows: [{title, canvas}], captions}, whose canvases have a
 * digit of 28 pixels every `step` pixels.
 */
export function sheetPng(element, { lines, step, diverging, description }) {
  const font = fontOf(element);
  const widest = Math.max(...lines.map(({ rows }) => rows[0].canvas.width));
  const scale = Math.max(1, Math.min(3, Math.floor(SHEET_WIDTH / widest)));
  const small = { font, size: 12, color: PAPER.muted };
  const parts = lines.map(({ rows, captions }) => {
    const pictures = rows.map(({ title, canvas }) =>
      column([title && words(title, { font, width: widest * scale }), enlarged(canvas, scale)], 3),
    );
    const below = captions.map((text) =>
      words(text, { font, size: 12, width: (step - 2) * scale, center: true }),
    );
    return column([...pictures, below.length && beside(below, 2 * scale)], 8);
  });
  const about = words(description, { ...small, width: Math.max(320, widest * scale) });
  return png(column([...parts, diverging && signs(font), about], 14));
}

/** Draws what blue and orange mean. */
function signs(font) {
  const small = { font, size: 12, color: PAPER.muted };
  const bar = barOf("diverging", 1);
  return beside([words("negative", small), bar, words("positive", small)], 8, true);
}

/** Draws all colours of a scale, from the lowest level, `low`, to the highest. */
function barOf(colors, low = 0) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 256 - low, height: 1 });
  const context = canvas.getContext("2d");
  const levels = new Uint8ClampedArray(palette(colors, "light").buffer).slice(4 * low);
  context.putImageData(new ImageData(levels, 256 - low, 1), 0, 0);
  return drawn(160, 10, (target, x, y) => {
    target.drawImage(canvas, x, y, 160, 10);
    target.strokeStyle = PAPER.border;
    target.strokeRect(x + 0.5, y + 0.5, 159, 9);
  });
}

/** Draws the frame of a film that is shown. `head` is the film's own header. */
export const filmPng = (element, head, frame) =>
  png(filmOf(head, fontOf(element), SHEET_WIDTH)(frame));

/**
 * Writes all frames of a film, in its own time; one that plays to and fro does so in the file, too.
 */
export function filmGif(element, head) {
  const frameOf = filmOf(head, fontOf(element), GIF_WIDTH);
  const last = head.last;
  const order = Array.from({ length: last + 1 }, (_, i) => i);
  if (head.bounce) for (let i = last - 1; i > 0; i--) order.push(i);
  const usual = 1000 / head.framesPerSecond;
  function* frames() {
    for (const frame of order) {
      const milliseconds = frame === last && !head.bounce ? LAST_FRAME : usual;
      yield { canvas: onPaper(frameOf(frame), 1), milliseconds };
    }
  }
  return gif(frames(), filmColors(head));
}

/** Returns a function from a frame to its box; the boxes of all frames have one size. */
function filmOf(head, font, width) {
  const strips = head.strips.map((strip) => stripOf(strip, font, width));
  const small = { font, size: 12, color: PAPER.muted };
  const named = (frame) =>
    words(`${head.sliderLabel} ${head.labels[frame]}`, { font, size: 16, bold: true });
  const widest = Math.max(...head.labels.map((_, frame) => named(frame).width));
  const about = words(head.description, { ...small, width });
  return (frame) => {
    const title = head.last > 0 && { ...named(frame), width: widest };
    return column(
      [
        title,
        flow(
          strips.map((box) => box(frame)),
          16,
          width,
        ),
        about,
      ],
      12,
    );
  };
}

function stripOf(strip, font, room) {
  const scale = Math.max(1, Math.floor(Math.min(strip.maxWidth ?? room, room) / strip.width));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: strip.width, height: strip.height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(strip.width, strip.height);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = palette(strip.colors, "light");
  const width = Math.max(Math.min(320, room), strip.width * scale);
  const small = { font, size: 12, color: PAPER.muted, width };
  const ends = strip.ends?.map((end) => words(end, { font, size: 12 }));
  const around = [
    strip.title && words(strip.title, { font, width }),
    null,
    ends && beside([ends[0], barOf(strip.colors), ends[1]], 8, true),
    strip.caption && words(strip.caption, small),
  ];
  return (frame) => {
    const first = frame * pixels.length;
    const picture = enlarged(canvas, scale);
    const draw = (target, x, y) => {
      for (let i = 0; i < pixels.length; i++) pixels[i] = colors[strip.pixels[first + i]];
      context.putImageData(image, 0, 0);
      picture.draw(target, x, y);
    };
    return column(around.with(1, { ...picture, draw }), 6);
  };
}

/**
 * Returns the palette of a film: greys for its words, and as many colours of each of its scales.
 */
function filmColors(head) {
  const others = [...new Set(head.strips.map((strip) => strip.colors))].filter(
    (name) => name !== "grey",
  );
  const greys = others.length ? 64 : 256;
  const share = others.length ? Math.floor((256 - greys) / others.length) : 0;
  const scale = (name, count) =>
    Array.from({ length: count }, (_, i) =>
      colorOf((255 * i) / (count - 1), name, "light").map(Math.round),
    );
  return [...scale("grey", greys), ...others.flatMap((name) => scale(name, share))];
}
