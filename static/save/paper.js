// A picture for white paper, put together from boxes. A box is {width, height, draw(context, x,
// y)}.

/** The colours of a light page, as theme.js would read them. */
export const PAPER = {
  text: "#1b2627",
  muted: "#4a5657",
  gray: "#4a5657",
  background: "#ffffff",
  border: "#b9c4c4",
  grid: "#e1e7e7",
  accent: "#0b6e69",
  font: "sans-serif",
  ink: [27, 38, 39],
};
const EDGE = 16; // pixels of paper around a picture
export const PNG_RATIO = 2; // pixels of a PNG for each pixel of its layout: sharp when it is printed

const measuring = document.createElement("canvas").getContext("2d");

/** Returns text in lines of at most `width` pixels; the box is as wide as its longest line. */
export function words(
  text,
  { font, size = 14, bold = false, color = PAPER.text, width = Infinity, center = false },
) {
  const style = `${bold ? 600 : 400} ${size}px ${font}`;
  measuring.font = style;
  const lines = String(text)
    .split("\n")
    .flatMap((line) => broken(line, width));
  const widths = lines.map((line) => measuring.measureText(line).width);
  const step = Math.ceil(size * 1.35);
  const whole = center ? width : Math.ceil(Math.max(...widths));
  return {
    width: whole,
    height: step * lines.length,
    draw(context, x, y) {
      context.font = style;
      context.fillStyle = color;
      context.textAlign = "left";
      context.textBaseline = "middle";
      lines.forEach((line, i) => {
        const indent = center ? (whole - widths[i]) / 2 : 0;
        context.fillText(line, x + indent, y + step * (i + 0.5));
      });
    },
  };
}

function broken(line, width) {
  const lines = [];
  for (const word of line.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && measuring.measureText(longer).width <= width)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Returns a canvas, each of its pixels a square of `scale` pixels. */
export function enlarged(canvas, scale) {
  const [width, height] = [canvas.width * scale, canvas.height * scale];
  return {
    width,
    height,
    draw(context, x, y) {
      context.imageSmoothingEnabled = false;
      context.drawImage(canvas, x, y, width, height);
    },
  };
}

/** Returns a box of given size that `draw` fills. */
export const drawn = (width, height, draw) => ({ width, height, draw });

/** Puts boxes below one another; empty entries are left out. */
export function column(boxes, gap) {
  const all = boxes.filter(Boolean);
  return {
    width: Math.max(0, ...all.map((box) => box.width)),
    height: all.reduce((sum, box) => sum + box.height, gap * Math.max(0, all.length - 1)),
    draw(context, x, y) {
      for (const box of all) {
        box.draw(context, x, y);
        y += box.height + gap;
      }
    },
  };
}

/** Puts boxes beside one another, their tops or their middles at one height. */
export function beside(boxes, gap, middle = false) {
  const all = boxes.filter(Boolean);
  const height = Math.max(0, ...all.map((box) => box.height));
  return {
    width: all.reduce((sum, box) => sum + box.width, gap * Math.max(0, all.length - 1)),
    height,
    draw(context, x, y) {
      for (const box of all) {
        box.draw(context, x, middle ? y + (height - box.height) / 2 : y);
        x += box.width + gap;
      }
    },
  };
}

/** Puts boxes beside one another, in as many lines as `width` asks for. */
export function flow(boxes, gap, width) {
  const lines = [];
  let room = 0;
  for (const box of boxes) {
    if (!lines.length || box.width > room) {
      lines.push([]);
      room = width;
    }
    lines.at(-1).push(box);
    room -= box.width + gap;
  }
  return column(
    lines.map((line) => beside(line, gap)),
    gap,
  );
}

/** Draws the box on white paper. */
export function onPaper(box, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((box.width + 2 * EDGE) * ratio);
  canvas.height = Math.ceil((box.height + 2 * EDGE) * ratio);
  const context = canvas.getContext("2d", { willReadFrequently: ratio === 1 });
  context.fillStyle = PAPER.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  box.draw(context, EDGE, EDGE);
  return canvas;
}

export function png(box) {
  const canvas = onPaper(box, PNG_RATIO);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

export const fontOf = (element) => getComputedStyle(element).fontFamily;
