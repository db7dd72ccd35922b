// The dots and the axes of a map.

const RADIUS = (count) => (count > 3000 ? 2.5 : count > 1200 ? 3 : 4);

/** One small picture per class: copying it is much cheaper than a path per dot. */
function spritesOf(colors, radius, background, ratio) {
  const size = 2 * radius + 2;
  return colors.map((color) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(size * ratio);
    const context = canvas.getContext("2d");
    context.scale(canvas.width / size, canvas.width / size);
    context.beginPath();
    context.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.lineWidth = 0.75;
    context.strokeStyle = background;
    context.stroke();
    return canvas;
  });
}

function drawDots(context, dots, sprites, hidden, view, box) {
  const { xs, ys, labels } = dots;
  const size = 2 * RADIUS(xs.length) + 2;
  const half = size / 2;
  for (let i = 0; i < xs.length; i++) {
    if (hidden.has(labels[i])) continue;
    const px = screenX(view, box, xs[i]);
    const py = screenY(view, box, ys[i]);
    if (inside(box, px, py)) context.drawImage(sprites[labels[i]], px - half, py - half, size, size);
  }
}

/** The marked place: a star with its name, which no dot covers. */
function drawStar(context, { mark, markTitle }, view, box, theme) {
  const [px, py] = [screenX(view, box, mark[0]), screenY(view, box, mark[1])];
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const [radius, angle] = [i % 2 ? 5.5 : 13, (Math.PI * i) / 5 - Math.PI / 2];
    context.lineTo(px + radius * Math.cos(angle), py + radius * Math.sin(angle));
  }
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 5;
  context.strokeStyle = theme.background;
  context.stroke();
  context.fillStyle = theme.text;
  context.fill();
  context.font = `600 13px ${theme.font}`;
  context.textBaseline = "middle";
  // On the side where there is room for it.
  const right = px + 18 + context.measureText(markTitle).width < box.left + box.width;
  context.textAlign = right ? "left" : "right";
  context.lineWidth = 4;
  context.strokeText(markTitle, px + (right ? 18 : -18), py);
  context.fillText(markTitle, px + (right ? 18 : -18), py);
}

/** The dot nearest to a place of the screen, and how many pixels away it is; null without dots. */
function nearestDot({ xs, ys, labels }, hidden, view, box, px, py) {
  const x = planeX(view, box, px);
  const y = planeY(view, box, py);
  let best = Infinity;
  let found = -1;
  for (let i = 0; i < xs.length; i++) {
    const square = (xs[i] - x) ** 2 + (ys[i] - y) ** 2;
    if (square < best && !hidden.has(labels[i])) {
      best = square;
      found = i;
    }
  }
  return found < 0 ? null : { index: found, distance: Math.sqrt(best) * view.scale };
}

function drawAxes(context, view, box, titles, theme) {
  const { left, top, width, height } = box;
  const bottom = top + height;
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.gray;
  context.strokeStyle = theme.border;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, text } of ticksBetween(
    planeX(view, box, left),
    planeX(view, box, left + width),
    width,
  )) {
    const px = screenX(view, box, value);
    context.fillRect(Math.round(px), bottom, 1, 4);
    context.fillText(text, px, bottom + 7);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, text } of ticksBetween(
    planeY(view, box, bottom),
    planeY(view, box, top),
    height,
  )) {
    const py = screenY(view, box, value);
    context.fillRect(left - 4, Math.round(py), 4, 1);
    context.fillText(text, left - 7, py);
  }
  context.fillStyle = theme.text;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(titles[0], left + width / 2, bottom + MARGIN.bottom);
  context.save();
  context.translate(11, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(titles[1], 0, 0);
  context.restore();
}
