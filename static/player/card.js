// What a digit is, beside it while it is pointed at.

import { PIXELS, SIDE } from "../shared/digit.js";
import { spelled } from "../shared/numbers.js";
import { transformOf } from "../shared/scale.js";
import { placeOf } from "./shown.js";

function drawPicture(canvas, pictures, point) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  for (let k = 0; k < PIXELS; k++) {
    image.data.fill(pictures[point * PIXELS + k], 4 * k, 4 * k + 3);
    image.data[4 * k + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

export function pictureOf(pictures, point) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  drawPicture(canvas, pictures, point);
  return canvas;
}

/** Shows, moves or hides the card as `scatter.hovered` says; called with every frame drawn. */
export function placeCard(card, scatter, indices) {
  const { hovered: point, hoveredPanel: panel, grid, views, labels, colors, pictures } = scatter;
  const { scale, shift } = transformOf(views[panel ?? 0], grid.boxes[panel ?? 0]);
  const [x, y] = point === null ? [NaN, NaN] : placeOf(scatter, panel, point);
  card.hidden = !Number.isFinite(x + y);
  if (card.hidden) return;
  if (card.dataset.point !== String(point)) {
    card.dataset.point = point;
    card.style.setProperty("--color", colors[labels[point]]);
    const [picture, title, number] = ["canvas", "b", "span"].map((tag) => card.querySelector(tag));
    title.textContent = `digit ${labels[point]}`;
    picture.hidden = number.hidden = !pictures; // a run that is being computed sends none
    if (pictures) drawPicture(picture, pictures, point);
    if (pictures) number.textContent = `no. ${spelled(indices[point])}`;
  }
  const box = grid.boxes[panel];
  const [px, py] = [x * scale.x + shift.x, y * scale.y + shift.y];
  const { offsetWidth: width, offsetHeight: height } = card;
  const right = px + 14 + width <= box.left + box.width;
  const left = right ? px + 14 : Math.max(0, px - 14 - width);
  const top = Math.max(box.top, Math.min(py - height / 2, box.top + box.height - height));
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
