// A point in a square mixes the codes of its corners.

import { keepInAddress, leaveAddress } from "../shared/address.js";
import { inkInto, PIXELS, pictureOn, SIDE } from "../shared/digit.js";
import { animate, eased, oncePerFrame } from "../shared/frame.js";
import { saveButtons } from "../shared/save_buttons.js";
import { decode } from "./mlp.js";
import { cached } from "./page_cache.js";

const CELLS = 7; // decoded digits along an edge; the corners themselves are the first and the last
const DIM = 0.4; // how bright the digits are between the corners
const TOUR = 1300; // ms from one corner to the next
const PLACES = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
]; // of the corners
const MIDDLE = [0.5, 0.5]; // where the point is at first
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const pad = openPad(parentElement);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update: ({ data }) => update(pad, data),
    close() {
      halt(pad);
      leaveAddress(pad, pad.data?.inAddress);
    },
  };
}

function openPad(parentElement) {
  const root = parentElement.querySelector(".lab");
  const [digit, sheet] = root.querySelectorAll("canvas");
  const pad = {
    root,
    sheet,
    picture: pictureOn(digit),
    list: root.querySelector("ul"),
    square: root.querySelector(".square"),
    tour: root.querySelector(".tour"),
    place: [...MIDDLE], // from the top left corner's code to the bottom right one's
    stop: null,
    draw: oncePerFrame(() => draw(pad)),
  };
  const { square } = pad;
  square.onpointerdown = (event) => {
    square.setPointerCapture(event.pointerId);
    follow(pad, event);
  };
  square.onpointermove = (event) => {
    if (square.hasPointerCapture(event.pointerId)) follow(pad, event);
  };
  square.onkeydown = (event) => {
    const step = KEYS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const size = event.shiftKey ? 0.1 : 0.02;
    go(
      pad,
      pad.place.map((at, axis) => at + size * step[axis]),
    );
  };
  pad.tour.onclick = () => tour(pad);
  halt(pad);
  return pad;
}

function update(pad, data) {
  if (pad.data === data) return;
  pad.wanted = data;
  const network = cached(data.network, () => pad.wanted === data && update(pad, data));
  if (!network) return;
  if (!pad.data && data.place) pad.place = data.place;
  pad.data = data;
  pad.network = network;
  pad.root.querySelectorAll(".field > span").forEach((span, i) => {
    span.textContent = data.labels[i];
  });
  pad.list.replaceChildren(
    ...data.labels.map((label) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("span"), { textContent: label }));
      item.append(document.createElement("span"));
      return item;
    }),
  );
  pad.square.setAttribute("aria-label", data.description);
  pad.picture.canvas.setAttribute("aria-label", `The mixture. ${data.description}`);
  drawSheet(pad);
  pad.draw();
  keep(pad);
  saveButtons(pad.root, data, [["PNG", "the", () => savePng(pad)]]);
}

async function savePng({ root, sheet, picture, place, list, data }) {
  const { padPng } = await import("../save/latent.js");
  const { labels, description } = data;
  const shares = [...list.children].map((item) => item.lastChild.textContent);
  const dot = place.map((at) => (at * (CELLS - 1) + 0.5) / CELLS);
  const shown = { sheet, picture: picture.canvas, place: dot, labels, shares, description };
  return padPng(root, shown);
}

/**
 * Returns how much of each corner a place takes; along an edge a straight line between two codes.
 */
const sharesAt = ([x, y]) => PLACES.map(([cx, cy]) => (cx ? x : 1 - x) * (cy ? y : 1 - y));

function codeAt({ data }, place) {
  const shares = sharesAt(place);
  return data.corners[0].map((_, d) =>
    shares.reduce((sum, share, corner) => sum + share * data.corners[corner][d], 0),
  );
}

function drawSheet(pad) {
  const { sheet } = pad;
  sheet.width = sheet.height = CELLS * SIDE;
  const context = sheet.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  const pixels = new Uint8ClampedArray(PIXELS);
  const last = CELLS - 1;
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      decode(pad.network, codeAt(pad, [column / last, row / last]), pixels);
      inkInto(image.data, pixels);
      const corner = row % last === 0 && column % last === 0;
      for (let i = 3; !corner && i < image.data.length; i += 4) image.data[i] = 255 * DIM;
      context.putImageData(image, column * SIDE, row * SIDE);
    }
  }
}

function draw(pad) {
  const { place, square, list, data } = pad;
  const shares = sharesAt(place).map((share) => `${Math.round(100 * share)} %`);
  [...list.children].forEach((item, i) => {
    item.lastChild.textContent = shares[i];
    item.style.setProperty("--share", shares[i].replace(" ", ""));
  });
  // The middle of a corner's cell is the corner itself.
  const [x, y] = place.map((at) => (100 * (at * (CELLS - 1) + 0.5)) / CELLS);
  square.style.setProperty("--x", `${x}%`);
  square.style.setProperty("--y", `${y}%`);
  square.setAttribute("aria-valuenow", Math.round(100 * place[0]));
  square.setAttribute("aria-valuetext", data.labels.map((l, i) => `${l} ${shares[i]}`).join(", "));
  decode(pad.network, codeAt(pad, place), pad.picture.pixels);
  pad.picture.show();
}

function go(pad, place) {
  halt(pad);
  // As the address holds it, so that a link shows the same picture.
  pad.place = place.map((at) => Number(Math.min(1, Math.max(0, at)).toFixed(3)));
  pad.draw();
  keep(pad);
}

/** Keeps the point where a visitor has put it in the page's address. */
function keep(pad) {
  const { place, data } = pad;
  if (!data?.inAddress) return;
  const isMoved = place.some((at, axis) => at !== MIDDLE[axis]);
  keepInAddress(pad, data.inAddress, isMoved ? place.join("_") : null);
}

function follow(pad, event) {
  const box = pad.sheet.getBoundingClientRect();
  const along = (from, length) => ((from / length) * CELLS - 0.5) / (CELLS - 1);
  go(pad, [along(event.clientX - box.left, box.width), along(event.clientY - box.top, box.height)]);
}

function halt(pad) {
  pad.stop?.();
  pad.stop = null;
  pad.tour.textContent = "Tour of the corners";
  pad.tour.setAttribute("aria-pressed", "false");
}

/** Moves to every corner in turn and back; a second press stops on the way. */
function tour(pad) {
  if (pad.stop) {
    halt(pad);
    return keep(pad);
  }
  const here = pad.place;
  const stops = [here, ...[0, 1, 3, 2, 0].map((corner) => PLACES[corner]), here];
  pad.stop = animate(
    TOUR * (stops.length - 1),
    (share) => {
      const leg = Math.min(stops.length - 2, Math.floor(share * (stops.length - 1)));
      const within = eased(share * (stops.length - 1) - leg);
      pad.place = stops[leg].map((from, axis) => from + within * (stops[leg + 1][axis] - from));
      pad.draw();
    },
    () => {
      halt(pad);
      keep(pad);
    },
  );
  pad.tour.textContent = "Stop";
  pad.tour.setAttribute("aria-pressed", "true");
}
