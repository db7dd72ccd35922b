// Sliders that act while they are dragged.

import { keepInAddress, leaveAddress } from "../shared/address.js";
import { pictureOn } from "../shared/digit.js";
import { animate, eased, glideTime, oncePerFrame } from "../shared/frame.js";
import { formatted } from "../shared/numbers.js";
import { saveButtons } from "../shared/save_buttons.js";
import { decode } from "./mlp.js";
import { cached } from "./page_cache.js";
import { newRow } from "./rows.js";

const REST = 250; // ms without a movement until the code is sent to Python
const LONGEST = 2000; // characters in an address, as in app/links/parameters.py
const SWEEP = 4000; // ms through all values of a slider and back

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const lab = openLab(parentElement);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data, setStateValue }) {
      lab.send = setStateValue;
      update(lab, data);
    },
    close() {
      lab.stop();
      clearTimeout(lab.timer);
      leaveAddress(lab, lab.data?.inAddress);
    },
  };
}

function openLab(parentElement) {
  const root = parentElement.querySelector(".lab");
  const [picture, start] = [...root.querySelectorAll("canvas")].map(pictureOn);
  const lab = {
    root,
    picture,
    start,
    code: [],
    rows: [],
    sweeping: -1,
    stop: () => {},
    draw: oncePerFrame(() => draw(lab)),
  };
  root.querySelector(".reset").onclick = () => {
    glide(lab, lab.data.start);
    settle(lab);
  };
  return lab;
}

function update(lab, data) {
  const known = lab.data;
  if (data === known) return;
  lab.wanted = data;
  const network = cached(data.network, () => lab.wanted === data && update(lab, data));
  if (!network) return;
  lab.data = data;
  lab.network = network;
  const { start, signature, network: _, order, folded, saveAs, ...rest } = data;
  const frame = JSON.stringify(rest);
  if (lab.frame !== frame) build(lab);
  const places = JSON.stringify([order, folded]);
  const turn = () => {
    if (lab.places !== places) arrange(lab);
    lab.places = places;
    for (const [i, row] of lab.rows.entries()) row.mark(lab.data.start[i]);
  };
  // After the frame that shows the new digit: laying out all rows anew takes a while.
  if (lab.frame === frame) requestAnimationFrame(() => setTimeout(turn));
  else turn();
  lab.frame = frame;
  if (known?.signature !== data.signature) {
    clearTimeout(lab.timer); // what was about to be sent belongs to the start before this one
    lab.lastSent = JSON.stringify(data.start);
    lab.before = [...data.start];
    if (known?.start.length === data.start.length) glide(lab, data.start);
    else lab.code = [...(data.code ?? data.start)];
    keep(lab);
  }
  decode(lab.network, data.start, lab.start.pixels);
  lab.start.show();
  lab.draw();
  saveButtons(lab.root, data, [["PNG", "the", () => savePng(lab)]]);
}

async function savePng({ root, picture, start, data, code }) {
  const { slidersPng } = await import("../save/latent.js");
  const { startLabel, description, names, notes } = data;
  const values = data.order.map((i) => ({
    name: names[i],
    value: formatted(code[i], 3),
    note: notes[i],
  }));
  const canvases = { picture: picture.canvas, start: start.canvas };
  return slidersPng(root, { ...canvases, startLabel, description, values });
}

function build(lab) {
  const { root, data } = lab;
  halt(lab);
  const act = {
    move: (i, value) => move(lab, i, value),
    settle: () => settle(lab),
    reset: (i) => put(lab, i, lab.data.start[i]), // other digits come without a new build
    sweep: (i) => sweep(lab, i),
    toggle: (i) => toggle(lab, i),
  };
  lab.rows = data.names.map((_, i) => newRow(i, data, act));
  lab.places = null;
  const sliders = root.querySelector(".sliders");
  sliders.classList.toggle("many", data.names.length > 12);
  sliders.classList.toggle("switches", data.switches);
  lab.picture.canvas.setAttribute("aria-label", data.description);
  lab.start.canvas.setAttribute("aria-label", `${data.startLabel}: ${data.description}`);
  root.querySelector(".beside p").textContent = data.startLabel;
  root.querySelector(".reset").textContent = data.resetLabel;
}

/** Puts the rows into their order. With every other digit it is another one; the rows stay. */
function arrange(lab) {
  const { root, data } = lab;
  const folded = new Set(data.folded);
  const elements = (inside) =>
    data.order.filter((i) => folded.has(i) === inside).map((i) => lab.rows[i].element);
  const [open, hidden] = root.querySelectorAll(".rows");
  open.replaceChildren(...elements(false));
  hidden.replaceChildren(...elements(true));
  const details = root.querySelector("details");
  details.hidden = !folded.size;
  details.firstElementChild.textContent = `${data.foldedLabel} (${folded.size})`;
}

function draw(lab) {
  for (const [i, row] of lab.rows.entries()) row.show(lab.code[i]);
  decode(lab.network, lab.code, lab.picture.pixels);
  lab.picture.show();
}

function move(lab, i, value) {
  clearTimeout(lab.timer);
  halt(lab);
  // As the address holds it, so that a link shows the same picture; it leaves the start itself out.
  lab.code[i] = value === lab.data.start[i] ? value : rounded(value);
  lab.draw();
}

function put(lab, i, value) {
  move(lab, i, value);
  settle(lab);
}

/** Sends the code to Python once nothing more follows; called when the visitor lets go. */
function settle(lab) {
  clearTimeout(lab.timer);
  keep(lab);
  lab.timer = setTimeout(() => {
    // Of a glide what it leads to.
    const code = [...(lab.goal ?? lab.code)];
    const sent = JSON.stringify(code);
    if (lab.lastSent !== sent) lab.send("code", { signature: lab.data.signature, code });
    lab.lastSent = sent;
  }, REST);
}

/** Keeps what has been moved away from the start in the page's address. */
function keep(lab) {
  const { inAddress, start } = lab.data;
  if (!inAddress) return;
  const text = (lab.goal ?? lab.code)
    .flatMap((value, i) => (Math.abs(value - start[i]) < 1e-6 ? [] : [i, rounded(value)]))
    .join("_");
  keepInAddress(lab, inAddress, text && text.length <= LONGEST ? text : null);
}

const rounded = (value) => Number(value.toFixed(4));

/** Ends a movement that goes on by itself, where it is now. */
function halt(lab) {
  lab.stop();
  lab.stop = () => {};
  lab.goal = null;
  if (lab.sweeping >= 0) lab.rows[lab.sweeping].sweeping(false);
  lab.sweeping = -1;
}

function glide(lab, goal) {
  const from = [...lab.code];
  halt(lab);
  lab.goal = [...goal];
  lab.stop = animate(
    glideTime(),
    (share) => {
      // Exactly the goal at the end: there must be a way to see the start itself again.
      lab.code = share === 1 ? [...goal] : from.map((z, i) => z + eased(share) * (goal[i] - z));
      lab.draw();
    },
    () => halt(lab),
  );
}

/**
 * Moves one dimension up to its maximum, down to its minimum and back, as a sine; again: stop here.
 */
function sweep(lab, i) {
  const again = lab.sweeping === i;
  halt(lab);
  if (again) return settle(lab);
  clearTimeout(lab.timer);
  const [low, high, from] = [lab.data.minimum[i], lab.data.maximum[i], lab.code[i]];
  const middle = (low + high) / 2;
  const reach = (high - low) / 2;
  const phase = Math.asin(Math.min(1, Math.max(-1, (from - middle) / reach)));
  lab.sweeping = i;
  lab.rows[i].sweeping(true);
  lab.stop = animate(
    SWEEP,
    (share) => {
      lab.code[i] = share === 1 ? from : middle + reach * Math.sin(phase + 2 * Math.PI * share);
      lab.draw();
    },
    () => {
      halt(lab);
      settle(lab); // of what was moved just before
    },
  );
}

/** Sets a unit to its minimum, and from there back to where it was. */
function toggle(lab, i) {
  const low = lab.data.minimum[i];
  const off = lab.code[i] === low;
  if (!off) lab.before[i] = lab.code[i];
  put(lab, i, off ? lab.before[i] : low);
}
