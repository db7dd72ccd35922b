// The dots and the axes of a map.

import { ticksBetween } from "../shared/numbers.js";
import { dotRadius, drawDot } from "../shared/points.js";
import { contains } from "../shared/scale.js";
import { MARGIN, planeX, planeY, screenX, screenY, transformOf } from "./view.js";

const sizeOf = (count) => 2 * dotRadius(count) + 2;

/** Draws one small picture for each class: copying it is much cheaper than a path per dot. */
export function spritesOf(colors, count, background, ratio) {
  const size = sizeOf(count);
  return colors.map((color) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(size * ratio);
    const context = canvas.getContext("2d");
    context.scale(canvas.width / size, canvas.width / size);
    const style = { radius: dotRadius(count), color, around: background };
    drawDot(context, size / 2, size / 2, style);
    return canvas;
  });
}

export function drawDots(context, { positions, labels, hidden }, sprites, view, box) {
  const { scale, shift } = transformOf(view, box);
  const size = sizeOf(labels.length);
  const half = size / 2;
  for (let i = 0; i < labels.length; i++) {
    if (hidden.has(labels[i])) continue;
    const px = positions[2 * i] * scale.x + shift.x;
    const py = positions[2 * i + 1] * scale.y + shift.y;
    if (contains(box, px, py))
      context.drawImage(sprites[labels[i]], px - half, py - half, size, size);
  }
}

export const placeOf = ({ positions }, point) => [positions[2 * point], positions[2 * point + 1]];

/** Draws the marked place: a star with its name, which no dot covers. */
export function drawStar(context, { mark, markTitle }, view, box, theme) {
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

export function drawAxes(context, view, box, titles, theme) {
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
