// What a digit is, beside it while it is pointed at.

import { shownBy } from "../shared/data_set.js";
import { digitNumber, inkInto, SIDE } from "../shared/digit.js";
import { transformOf } from "../shared/scale.js";
import { placeOf } from "./shown.js";

function drawPicture(canvas, pixels) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  inkInto(image.data, pixels);
  context.putImageData(image, 0, 0);
}

/** Returns a canvas with the picture of a digit; it is empty until the picture is here. */
export function pictureOf(pictures, point) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.dataset.wanted = point;
  fillIn(canvas, pictures);
  return canvas;
}

/** Draws the pictures that have come since into the canvases that wait for them. */
export function fillPictures(root, pictures) {
  for (const canvas of root.querySelectorAll("canvas[data-wanted]")) fillIn(canvas, pictures);
}

function fillIn(canvas, pictures) {
  const pixels = pictures?.of(Number(canvas.dataset.wanted));
  if (!pixels) return;
  drawPicture(canvas, pixels);
  delete canvas.dataset.wanted;
}

/**
 * Shows, moves or hides the card as `scatter.hovered` says; called with every frame drawn.
 * `digitValue(panel, point)` spells what a digit's colour stands for.
 *
 * @param {any} card
 * @param {any} scatter
 * @param {ArrayLike<number>} [indices] Which digits of the data set they are.
 * @param {(panel: number, point: number) => string} [digitValue]
 */
export function placeCard(card, scatter, indices, digitValue = () => "") {
  const {
    hovered: point,
    hoveredPanel: panel,
    grid,
    views,
    labels,
    colors,
    pictures,
    act,
  } = scatter;
  const { scale, shift } = transformOf(views[panel ?? 0], grid.boxes[panel ?? 0]);
  const [x, y] = point === null ? [NaN, NaN] : placeOf(scatter, panel, point);
  card.hidden = !Number.isFinite(x + y);
  if (card.hidden) return;
  if (card.dataset.point !== String(point)) {
    card.dataset.point = point;
    card.style.setProperty("--color", colors[labels[point]]);
    const [picture, title, number] = ["canvas", "b", "span"].map((tag) => card.querySelector(tag));
    title.textContent = shownBy(scatter.dataSet, labels[point]);
    picture.hidden = number.hidden = !pictures; // a run that is being computed sends none
    picture.width = SIDE; // clears it
    picture.dataset.wanted = point;
    if (pictures) number.textContent = digitNumber(indices[point]);
    pictures?.want("card", [point, ...act.near(panel, point)]);
  }
  fillPictures(card, pictures);
  const value = card.querySelector(".latent-player-value");
  const text = digitValue(panel, point);
  value.hidden = !text;
  if (value.textContent !== text) value.textContent = text;
  const box = grid.boxes[panel];
  const [px, py] = [x * scale.x + shift.x, y * scale.y + shift.y];
  const { offsetWidth: width, offsetHeight: height } = card;
  const right = px + 14 + width <= box.left + box.width;
  const left = right ? px + 14 : Math.max(0, px - 14 - width);
  const top = Math.max(box.top, Math.min(py - height / 2, box.top + box.height - height));
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
