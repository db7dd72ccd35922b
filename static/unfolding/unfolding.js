// Two maps that unfold side by side, once, and what stops and replays them.

import { oncePerFrame } from "../shared/frame.js";
import { eachFrame, positionsAt, summed } from "../shared/frames.js";
import { inflated } from "../shared/message.js";
import { readTheme } from "../shared/theme.js";
import { placesOfNames } from "./names.js";
import { painterOf, sideOf } from "./painting.js";
import { frameTime, iterationAt, later, namesAt, nextAct } from "./timeline.js";

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, setTriggerValue }) {
  const view = openView(parentElement);
  view.link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab of its own
    event.preventDefault(); // without a new visit
    setTriggerValue("opened", true);
  };
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data }) {
      view.theme = readTheme(view.root);
      view.painters = [];
      if (data !== view.data) load(view, data);
      else view.draw();
    },
    close() {
      view.closed = true;
      view.sight.disconnect();
      view.size.disconnect();
    },
  };
}

function openView(parentElement) {
  const find = (name) => parentElement.querySelector(name);
  const view = {
    root: find(".unfolding"),
    link: find(".maps"),
    maps: [...parentElement.querySelectorAll(".map")],
    legend: [...parentElement.querySelectorAll(".legend li")],
    button: find("button"),
    iteration: find(".iteration"),
    painters: [], // of each map, as long as its size and its colours stay
    at: 1,
    playing: false,
    played: false, // whether it has ever moved
    inSight: false,
    before: 0, // the time of the frame before, in ms
  };
  view.draw = oncePerFrame((now) => drawNow(view, now));
  view.button.onclick = () => (view.playing ? pause(view) : play(view));
  view.sight = new IntersectionObserver(([{ isIntersecting }]) => {
    view.inSight = isIntersecting;
    view.draw();
  });
  view.sight.observe(view.link);
  view.size = new ResizeObserver(view.draw);
  view.size.observe(view.link);
  show(view);
  return view;
}

async function load(view, data) {
  view.data = data;
  view.root.setAttribute("aria-label", data.description);
  view.link.href = new URL(data.href, document.baseURI).href;
  view.link.setAttribute(
    "aria-label",
    `${data.names.join(" and ")}: open these maps on the t-SNE page`,
  );
  data.names.forEach((name, panel) => {
    view.maps[panel].querySelector("strong").textContent = name;
  });
  data.colors.forEach((color, label) => {
    view.legend[label].style.setProperty("--color", color);
  });
  const size = 2 * data.names.length * data.labels.length;
  const steps = summed(await inflated(data.frames), size);
  if (view.data !== data || view.closed) return;
  const frames = eachFrame(steps, size);
  view.recording = { ...data, panels: data.names.length, count: data.labels.length, frames };
  view.positions = new Float32Array(size);
  positionsAt(view.recording, frames.length - 1, view.positions);
  view.places = data.names.map((_, panel) =>
    placesOfNames(view.positions, panel, data.labels, data.colors.length),
  );
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play(view);
  view.draw();
}

function play(view) {
  if (view.at === 1) view.at = 0;
  Object.assign(view, { playing: true, played: true, before: 0 });
  view.draw();
}

function pause(view) {
  view.playing = false;
  view.draw();
}

/** Draws the maps as they are now; while they play, and are in sight, once more with each frame. */
function drawNow(view, now) {
  const { recording, positions } = view;
  if (!recording || view.closed) return;
  const moving = view.playing && view.inSight;
  if (moving && view.before) view.at = later(view.at, now - view.before);
  view.before = moving ? now : 0;
  if (view.at === 1) view.playing = false;
  positionsAt(recording, frameTime(view.at, recording.frames.length), positions);
  view.maps.forEach((map, panel) => {
    const names = { places: view.places[panel], strength: namesAt(view.at) };
    painterFor(view, panel, map.querySelector("canvas"))?.(positions, panel, names);
  });
  show(view);
  if (view.playing && view.inSight) view.draw();
}

/** Returns what draws a map in its present size; nothing where it is not shown. */
function painterFor(view, panel, canvas) {
  const side = sideOf(canvas);
  if (!side) return null;
  if (!view.painters[panel] || canvas.width !== side) {
    view.painters[panel] = painterOf(canvas, side, view.recording, view.theme);
  }
  return view.painters[panel];
}

/** Writes what the button does next, and which iteration is shown. */
function show(view) {
  const act = nextAct(view);
  if (view.button.textContent !== act) view.button.textContent = act;
  view.root.dataset.state = view.playing ? "playing" : "still";
  if (!view.recording) return;
  const { iterations } = view.recording;
  const last = iterations[iterations.length - 1];
  view.iteration.textContent = `Iteration ${iterationAt(view.at, iterations)} of ${last}`;
}
