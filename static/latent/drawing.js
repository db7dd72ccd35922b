// What a map shows, drawn from its state.

import { says, shownBy } from "../shared/data_set.js";
import { PIXELS } from "../shared/digit.js";
import { formatted } from "../shared/numbers.js";
import { nearestPoint } from "../shared/points.js";
import { readTheme } from "../shared/theme.js";
import { drawAxes, drawDots, drawStar, placeOf, spritesOf } from "./dots.js";
import { decode } from "./mlp.js";
import { arrange, drawTiles, work } from "./tiles.js";
import { screenX, screenY, transformOf } from "./view.js";

export const REACH = 9; // pixels around the pointer in which a dot counts as pointed at
const DECODING = 7; // ms per frame for the grid behind the dots

/** Draws the dots, the grid behind them and the axes, for another view or other data. */
export function draw(map) {
  const { view, box, ratio, theme, data, dots, tiles } = map;
  if (!view || !map.frame.clientWidth) return;
  const context = map.canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, map.frame.clientWidth, map.frame.clientHeight);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  let more = false;
  if (map.grid) {
    arrange(tiles, view, box, theme.ink);
    more = work(tiles, DECODING, (x, y, pixels) => decode(map.network, codeAt(data, x, y), pixels));
    drawTiles(tiles, context, view, box);
  }
  map.sprites ??= spritesOf(data.colors, dots.labels.length, theme.background, ratio);
  drawDots(context, dots, map.sprites, view, box);
  if (data.mark) drawStar(context, data, view, box, theme);
  context.restore();
  drawAxes(context, view, box, [data.xTitle, data.yTitle], theme);
  showPlace(map);
  if (more) map.draw();
}

const codeAt = ({ origin, axes }, x, y) =>
  origin.map((o, d) => o + x * axes[0][d] + y * axes[1][d]);

/** Shows the place that is looked at: its decoded digit, the digit nearest to it, and the marks. */
export function showPlace(map) {
  const { view, box, look, pin, dots, texts, marks, hovered } = map;
  if (!view || !look) return;
  if (map.network) {
    decode(map.network, codeAt(map.data, ...look), map.shown.pixels);
    map.shown.show();
  }
  const [px, py] = [screenX(view, box, look[0]), screenY(view, box, look[1])];
  const near = nearestPoint(dots, transformOf(view, box), px, py);
  const where = `x\u00a0${formatted(look[0])}, y\u00a0${formatted(look[1])}`;
  texts.where.textContent = `Decoded at ${where}${look === pin ? " (pinned)" : ""}`;
  const { dataSet } = map.data;
  texts.near.textContent = near
    ? `${says(dataSet, "Nearest digit")}: ${dataSet.classes[dots.labels[near.index]]}`
    : "No class is shown";
  if (map.announcing) texts.announced.textContent = `${where}. ${texts.near.textContent}.`;
  map.announcing = false;
  if (near && map.pictures) {
    map.near.pixels.set(map.pictures.subarray(near.index * PIXELS, (near.index + 1) * PIXELS));
  } else map.near.pixels.fill(0);
  map.near.show();
  mark(map, marks.ring, near && placeOf(dots, near.index));
  mark(map, marks.pin, pin);
  mark(map, marks.spot, hovered || look === pin ? null : look);
  showCard(map, hovered && near?.distance <= REACH && map.pictures ? near : null);
}

function mark({ view, box }, element, place) {
  element.hidden = !place;
  if (!place) return;
  element.style.setProperty("--x", `${screenX(view, box, place[0]) - box.left}px`);
  element.style.setProperty("--y", `${screenY(view, box, place[1]) - box.top}px`);
}

/** Shows the digit of the dot under the mouse, beside the mouse. */
function showCard({ card, close, near, dots, hovered, box, data }, dot) {
  card.hidden = !dot;
  if (!dot) return;
  close.pixels.set(near.pixels);
  close.show();
  card.lastElementChild.textContent = shownBy(data.dataSet, dots.labels[dot.index]);
  const { offsetWidth: width, offsetHeight: height } = card;
  const [px, py] = hovered;
  const x = px + 16 + width > box.left + box.width ? px - 16 - width : px + 16;
  const y = Math.min(py + 12, box.top + box.height - height);
  card.style.transform = `translate(${x}px, ${y}px)`;
}

/** Returns the theme, and the ink of the grid behind the dots. */
export function mapTheme(root) {
  const theme = readTheme(root);
  // A canvas turns any colour into the three numbers that a picture needs.
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = theme.text;
  probe.fillRect(0, 0, 1, 1);
  return { ...theme, ink: [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)] };
}
