// The clock and everything that a visitor can press.

import { shownBy } from "../../../static/shared/data_set.js";
import { digitInWords } from "../../../static/shared/digit.js";
import { oncePerFrame } from "../../../static/shared/frame.js";
import { positionsAt } from "../../../static/shared/frames.js";
import { classButtons } from "../../../static/shared/legend.js";
import { spelled } from "../../../static/shared/numbers.js";
import { Curve } from "./curve.js";
import { MapView } from "./map.js";
import { DIGITS, LAST, recording, run, unpackFrames } from "./run.js";

const SECONDS = Math.min(20, Math.max(4, run.iterations[LAST] / 60)); // of the whole, at speed 1
const REST = 1.5; // seconds on the last frame before it starts again
const REACH = { mouse: 8, pen: 12, touch: 16 }; // how far from a dot a pointer may be

const find = (selector) => document.querySelector(selector);
const scrub = find(".scrub");
const speed = find(".speed");
const tip = find(".tip");
const buttons = Object.fromEntries(
  /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-do]")]).map((button) => [
    button.dataset.do,
    button,
  ]),
);
const state = {
  positions: new Float32Array(2 * run.panels.length * DIGITS), // of all maps
  time: LAST, // in frames; the result is shown first, and Play starts over
  direction: 0, // 1 plays, -1 plays backwards, 0 rests
  loop: false,
  follow: false,
  hidden: new Set(),
  hovered: null,
};
const maps = run.panels.map((_, map) => new MapView(map));
const curve = new Curve(find(".curve"));
let pictures = null;
let before = null; // when the last frame was drawn
let rested = 0;

const redraw = oncePerFrame(draw);

/** @param {number} now */
function draw(now) {
  if (state.direction) advance(before === null ? 0 : (now - before) / 1000);
  before = state.direction ? now : null;
  positionsAt(recording, state.time, state.positions);
  for (const view of [...maps, curve]) view.draw(state);
  const frame = Math.round(state.time);
  const text = `Iteration ${spelled(run.iterations[frame])} of ${spelled(run.iterations[LAST])}`;
  scrub.value = String(frame);
  scrub.setAttribute("aria-valuetext", text);
  find(".iteration").textContent = text;
  if (state.direction) redraw();
}

function advance(seconds) {
  const end = state.direction > 0 ? LAST : 0;
  if (state.time === end) {
    rested += seconds;
    if (rested < REST) return;
    state.time = LAST - end;
  } else {
    const way = (state.direction * seconds * Number(speed.value) * LAST) / SECONDS;
    state.time = Math.min(LAST, Math.max(0, state.time + way));
  }
  rested = 0;
  if (state.time === end && !state.loop) go(0);
}

/** Plays (1), plays backwards (-1) or rests (0); from the other end where it has arrived. */
function go(direction) {
  if (direction > 0 && state.time === LAST) state.time = 0;
  if (direction < 0 && state.time === 0) state.time = LAST;
  state.direction = LAST ? direction : 0;
  rested = 0;
  buttons.play.classList.toggle("playing", direction !== 0);
  buttons.play.title = direction ? "Pause (space)" : "Play (space)";
  buttons.play.setAttribute("aria-label", direction ? "Pause" : "Play");
  buttons.back.setAttribute("aria-pressed", String(direction < 0));
  redraw();
}

function seek(time) {
  go(0);
  state.time = Math.min(LAST, Math.max(0, time));
}

function toggle(name) {
  state[name] = !state[name];
  buttons[name].setAttribute("aria-pressed", String(state[name]));
  redraw();
}

const actions = {
  start: () => seek(0),
  end: () => seek(LAST),
  back: () => go(state.direction < 0 ? 0 : -1),
  play: () => go(state.direction ? 0 : 1),
  loop: () => toggle("loop"),
  follow: () => toggle("follow"),
  earlier: () => seek(Math.ceil(state.time) - 1),
  later: () => seek(Math.floor(state.time) + 1),
  faster: () => changeSpeed(1),
  slower: () => changeSpeed(-1),
};
const keys = {
  " ": "play",
  ArrowLeft: "earlier",
  ArrowRight: "later",
  Home: "start",
  End: "end",
  b: "back",
  l: "loop",
  f: "follow",
  "+": "faster",
  "=": "faster",
  "-": "slower",
};

function changeSpeed(way) {
  const place = speed.selectedIndex + way;
  speed.selectedIndex = Math.min(speed.length - 1, Math.max(0, place));
}

function drawLegend() {
  const shown = new Set(run.labels);
  const buttons = classButtons(run.colors, state.hidden, redraw, run.dataSet);
  find(".legend").append(...buttons.filter((_, label) => shown.has(label)));
}

function hover(view, event) {
  const box = view.canvas.getBoundingClientRect();
  const at = [event.clientX - box.left - 1, event.clientY - box.top - 1]; // within its border
  const digit = view.nearest(...at, REACH[event.pointerType] ?? REACH.mouse);
  if (digit !== state.hovered) redraw();
  state.hovered = digit;
  tip.hidden = digit === null;
  if (digit === null) return;
  const [picture, text] = tip.children;
  picture.hidden = !pictures;
  if (pictures) {
    const columns = Math.ceil(Math.sqrt(DIGITS));
    const [x, y] = [digit % columns, Math.floor(digit / columns)].map((place) => place * 28);
    picture.getContext("2d").drawImage(pictures, x, y, 28, 28, 0, 0, 28, 28);
  }
  const shown = shownBy(run.dataSet, run.labels[digit]);
  const name = shown[0].toUpperCase() + shown.slice(1);
  text.textContent = `${name}, number ${digitInWords(run.indices[digit])}`;
  // Beside the pointer, on the side that has room.
  const { width, height } = tip.getBoundingClientRect();
  const beside = (at, size, room) =>
    at + 14 + size < room ? at + 14 : Math.max(4, at - 14 - size);
  tip.style.left = `${beside(event.clientX, width, document.documentElement.clientWidth)}px`;
  tip.style.top = `${beside(event.clientY, height, document.documentElement.clientHeight)}px`;
}

function leave() {
  if (state.hovered !== null) redraw();
  state.hovered = null;
  tip.hidden = true;
}

function fit() {
  const style = getComputedStyle(document.documentElement);
  const names = ["ground", "ink", "pale", "line", "accent"];
  const theme = Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
  for (const view of [...maps, curve]) view.fit(theme);
  redraw();
}

for (const [name, button] of Object.entries(buttons)) {
  button.setAttribute("aria-label", button.textContent.trim() || button.title);
  button.onclick = actions[name];
}
const rows = Math.ceil(maps.length / 4); // more than four stand in two
document.documentElement.style.setProperty("--rows", String(rows));
document.documentElement.style.setProperty("--count", String(Math.ceil(maps.length / rows)));
for (const view of maps) {
  find(".maps").append(view.figure);
  view.canvas.onpointermove = view.canvas.onpointerdown = (event) => hover(view, event);
  view.canvas.onpointerleave = (event) => event.pointerType === "mouse" && leave();
}
curve.canvas.onpointerdown = (event) => {
  curve.canvas.setPointerCapture(event.pointerId);
  seek(curve.timeAt(event.clientX));
};
curve.canvas.onpointermove = (event) => {
  if (event.buttons) seek(curve.timeAt(event.clientX));
};
scrub.max = String(LAST);
scrub.oninput = () => seek(Number(scrub.value));
document.onkeydown = (event) => {
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const own = { " ": "button, select", default: "select, input" };
  const target = /** @type {Element} */ (event.target);
  const busy = target.closest?.(own[event.key] ?? own.default);
  if (!action || busy || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  actions[action]();
};
document.addEventListener("pointerdown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (!target.closest(".maps canvas")) leave();
});
document.addEventListener("scroll", leave, { passive: true });
new ResizeObserver(fit).observe(find(".maps"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", fit);
if (run.pictures) {
  const image = new Image();
  image.onload = () => (pictures = image);
  image.src = run.pictures;
}
drawLegend();
fit();
go(0);
if (run.frames) unpackFrames(redraw);
