// A plane of the latent space that can be walked.

import { leaveAddress } from "../shared/address.js";
import { reword } from "../shared/data_set.js";
import { pictureOn } from "../shared/digit.js";
import { animate, eased, glideTime, oncePerFrame } from "../shared/frame.js";
import { classButtons } from "../shared/legend.js";
import { inflated } from "../shared/message.js";
import { saveButtons } from "../shared/save_buttons.js";
import { contains } from "../shared/scale.js";
import { draw, mapTheme, showPlace } from "./drawing.js";
import { actions, keepPin, showAll, turnTo } from "./moving.js";
import { cached } from "./page_cache.js";
import { listen } from "./pointer.js";
import { forget, newTiles } from "./tiles.js";
import { between, boxOf, fit, screenX, screenY, zoomed } from "./view.js";

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const map = openMap(parentElement);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data, setStateValue }) {
      map.send = setStateValue;
      update(map, data);
    },
    close() {
      map.observer.disconnect();
      map.stop();
      leaveAddress(map, map.data?.inAddress);
    },
  };
}

function openMap(parentElement) {
  const root = parentElement.querySelector(".lab");
  const find = (selector) => root.querySelector(selector);
  const [shown, near] = root.querySelectorAll(".stage canvas");
  const [whereText, nearText] = root.querySelectorAll(".stage p");
  const map = {
    root,
    frame: find(".frame"),
    canvas: find(".frame > canvas"),
    plot: find(".plot"),
    card: find(".card"),
    legend: find(".legend"),
    shown: pictureOn(shown),
    near: pictureOn(near),
    close: pictureOn(find(".card canvas")),
    texts: { where: whereText, near: nearText, announced: find(".announced") },
    marks: { ring: find(".ring"), pin: find(".pin"), spot: find(".spot") },
    tiles: newTiles(),
    hidden: new Set(),
    grid: true, // whether the decoded grid is behind the dots
    background: true, // whether the visitor wants it there
    look: null, // the place that is decoded, in the plane
    pin: null,
    hovered: false, // whether a mouse is on the map
    stop: () => {},
    draw: oncePerFrame(() => draw(map)),
    showPlace: oncePerFrame(() => showPlace(map)),
  };
  listen(map.frame, actions(map));
  const [background, out, closer, all] = root.querySelectorAll(".tools button");
  // What makes no sense on a map whose places cannot be decoded.
  map.decoded = [background, root.querySelector(".stage > div")];
  background.onclick = () => {
    map.grid = map.background = !map.grid;
    background.setAttribute("aria-pressed", String(map.grid));
    map.draw();
  };
  const zoomBy = (factor) => {
    const { view, box } = map;
    const [px, py] = [box.left + box.width / 2, box.top + box.height / 2];
    turnTo(map, zoomed(view, box, factor, px, py, map.limits));
  };
  out.onclick = () => zoomBy(0.6);
  closer.onclick = () => zoomBy(1 / 0.6);
  all.onclick = () => showAll(map);
  map.observer = new ResizeObserver(() => {
    resize(map);
    map.draw();
  });
  map.observer.observe(map.frame);
  return map;
}

function update(map, data) {
  map.wanted = data;
  const again = () => map.wanted === data && update(map, data);
  const network = data.network ? cached(data.network, again) : null;
  if (network === undefined) return;
  map.theme = mapTheme(map.root);
  map.sprites = null;
  const known = map.data;
  map.data = data;
  if (known !== data) {
    map.frame.style.setProperty("--height", `${data.height}px`);
    map.frame.setAttribute("aria-label", data.description);
    map.network = network;
    for (const element of map.decoded) element.hidden = !map.network;
    map.grid = map.network !== null && map.background;
    if (known?.signature !== data.signature || known.network !== data.network) forget(map.tiles);
    if (!known) {
      reword(map.root, data.dataSet);
      const buttons = classButtons(data.colors, map.hidden, map.draw, data.dataSet);
      map.legend.replaceChildren(...buttons);
    }
    unpack(map, data.pictures);
    if (known?.signature !== data.signature) replace(map, data);
    else if (String(known.mark) !== String(data.mark)) {
      resize(map); // so that it can be seen
      map.look = data.mark ?? map.look;
      const { view, box } = map;
      const seen = ([x, y]) => contains(box, screenX(view, box, x), screenY(view, box, y));
      if (data.mark && view && !seen(data.mark)) showAll(map);
    }
  }
  map.draw();
  saveButtons(map.root, data, [["PNG", "the", () => savePng(map)]]);
}

/** Draws the view as it is, in colours for paper. */
async function savePng(map) {
  const { drawPin, mapPng } = await import("../save/latent.js");
  const { root, frame, data, hidden, pin } = map;
  const paint = (canvas, ratio, theme) => {
    const tiles = { ...newTiles(), known: map.tiles.known };
    const copy = { ...map, canvas, ratio, theme, tiles, sprites: null };
    do draw(copy);
    while (tiles.missing.length);
    if (!pin) return;
    const [x, y] = [screenX(map.view, map.box, pin[0]), screenY(map.view, map.box, pin[1])];
    drawPin(canvas.getContext("2d"), x, y);
  };
  const classes = data.colors
    .map((color, label) => [data.dataSet.classes[label], color])
    .filter((_, label) => !hidden.has(label));
  const size = { width: frame.clientWidth, height: frame.clientHeight };
  return mapPng(root, { ...size, paint, classes, description: data.description });
}

/** Inflates the pictures, which come by themselves; until then a dot has a label only. */
async function unpack(map, name) {
  const packed = cached(name, () => map.data.pictures === name && unpack(map, name));
  if (map.packed === packed) return;
  map.packed = packed;
  map.pictures = null;
  if (!packed) return;
  const pictures = await inflated(packed);
  if (map.packed !== packed) return; // others have come meanwhile
  map.pictures = pictures;
  map.showPlace();
}

/** Takes other dots: as many as before glide to their places, else they are just there. */
function replace(map, data) {
  const { positions, labels } = data;
  map.stop();
  const from = { positions: map.dots?.positions, view: map.view };
  map.dots = { positions, labels, hidden: map.hidden };
  map.whole = true;
  resize(map);
  const view = map.view;
  map.pin = data.pin ? data.pin.slice(0, 2) : null;
  map.look = map.pin ?? data.mark ?? [view.x, view.y];
  keepPin(map, data.pin);
  if (from.positions?.length !== positions.length) return;
  map.stop = animate(2 * glideTime(), (share) => {
    const mix = (a, b) => a.map((value, i) => value + eased(share) * (b[i] - value));
    const now = share < 1 ? mix(from.positions, positions) : positions;
    map.dots = { ...map.dots, positions: now };
    map.view = between(from.view, view, eased(share));
    map.draw();
  });
}

/** Gives the canvas the size of its frame, in the screen's own pixels. */
function resize(map) {
  const { frame, canvas, plot } = map;
  const box = boxOf(frame.clientWidth, frame.clientHeight);
  map.box = box;
  map.ratio = Math.max(1, window.devicePixelRatio);
  canvas.width = Math.round(frame.clientWidth * map.ratio);
  canvas.height = Math.round(frame.clientHeight * map.ratio);
  for (const side of ["left", "top", "width", "height"]) plot.style[side] = `${box[side]}px`;
  if (!map.dots) return;
  const view = fit(map.dots.positions, box, map.data.mark);
  map.limits = [view.scale / 4, view.scale * 60];
  if (map.whole) map.view = view; // until the visitor has chosen a view of their own
}
