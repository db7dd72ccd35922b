// Models that differ in one weight, under one slider. All decoders are here, so a step is shown at
// once; its pictures are decoded when it is shown for the first time, or before, when nothing else
// is to do.

import { cached } from "../latent/page_cache.js";
import { oncePerFrame } from "../shared/frame.js";
import { classButtons } from "../shared/legend.js";
import { saveButtons } from "../shared/save_buttons.js";
import { readTheme } from "../shared/theme.js";
import { drawMap, picturesOf, reachOf } from "./pictures.js";

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const stairs = openStairs(parentElement);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data, setStateValue }) {
      stairs.send = setStateValue;
      load(stairs, data);
    },
    close() {
      stairs.data = null;
      stairs.observer.disconnect();
    },
  };
}

/** @param {HTMLElement} parentElement */
function openStairs(parentElement) {
  const root = parentElement.querySelector(".stairs");
  const find = (/** @type {string} */ name) => root.querySelector(name);
  const stairs = {
    root,
    slider: root.querySelector("input"),
    now: find(".now"),
    map: find(".map"),
    plane: find(".plane"),
    samples: find(".samples"),
    legend: find(".legend"),
    rows: find("tbody"),
    said: find(".said"),
    hidden: new Set(),
    /** @type {any} */ data: null,
    /** @type {any[]} */ pictures: [],
    step: -1,
    /** @type {(name: string, value: unknown) => void} */ send: () => {},
    show: () => {},
    /** @type {any} */ observer: null,
  };
  stairs.show = oncePerFrame(() => show(stairs));
  stairs.slider.oninput = () => {
    stairs.step = stairs.slider.valueAsNumber;
    stairs.show();
  };
  stairs.slider.onchange = () => {
    if (stairs.data === null) return; // the models are still on their way
    const { now } = wordsOf(stairs);
    stairs.said.textContent = now;
    stairs.send("step", { signature: stairs.data.signature, step: stairs.step });
  };
  stairs.observer = new ResizeObserver(stairs.show);
  stairs.observer.observe(stairs.map);
  return stairs;
}

function load(stairs, data) {
  stairs.wanted = data;
  const again = () => stairs.wanted === data && load(stairs, data);
  const networks = data.steps.map(({ network }) => cached(network, again));
  if (networks.some((network) => !network)) return;
  stairs.networks = networks;
  stairs.theme = readTheme(stairs.root);
  if (stairs.data !== data) take(stairs, data);
  stairs.show();
}

/** Takes other models; a visitor stays at the step that is shown as long as they are the same. */
function take(stairs, data) {
  const { root, slider } = stairs;
  if (stairs.data?.signature !== data.signature) {
    stairs.pictures = [];
    stairs.step = data.start;
    stairs.reaches = data.steps.map((_, step) => reachOf(codesOf(data, step)));
  }
  stairs.data = data;
  root.setAttribute("aria-label", data.description);
  root.querySelector("label").textContent = data.label;
  const titles = root.querySelectorAll(".title");
  data.titles.forEach((title, i) => {
    titles[i].textContent = title;
  });
  root.querySelector(".plane + .caption").textContent = data.planeCaption;
  root.querySelector("caption").textContent = data.tableTitle;
  slider.max = String(data.steps.length - 1);
  slider.value = String(stairs.step);
  const { colors, dataSet } = data;
  stairs.legend.replaceChildren(...classButtons(colors, stairs.hidden, stairs.show, dataSet));
  stairs.rows.replaceChildren(...data.rows.map(rowOf));
  saveButtons(root, data, [["PNG", "this step of the", () => savePng(stairs)]]);
  prepare(stairs, data);
}

const codesOf = ({ codes, labels }, step) =>
  codes.subarray(2 * labels.length * step, 2 * labels.length * (step + 1));

/** Returns a row of the table; the number and its bar are written with each step. */
function rowOf({ name, shares }) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  const bar = document.createElement("i");
  bar.setAttribute("aria-hidden", "true");
  const cell = document.createElement("td");
  cell.append(bar, document.createElement("span"));
  bar.hidden = !shares;
  row.append(head, cell);
  return row;
}

/** Decodes the pictures of all steps, one whenever the browser has nothing else to do. */
function prepare(stairs, data) {
  const step = data.steps.findIndex((_, i) => !stairs.pictures[i]);
  if (step < 0) return;
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  idle(() => {
    if (stairs.data !== data) return;
    decoded(stairs, step);
    prepare(stairs, data);
  });
}

function decoded(stairs, step) {
  const { data, pictures, networks } = stairs;
  const samples = Array.from({ length: data.samples.length / 2 }, (_, i) => [
    data.samples[2 * i],
    data.samples[2 * i + 1],
  ]);
  pictures[step] ??= picturesOf(networks[step], data.planeReach, samples);
  return pictures[step];
}

function show(stairs) {
  const { data, step, root } = stairs;
  if (!data || !stairs.map.clientWidth) return;
  const { plane, samples } = decoded(stairs, step);
  put(stairs.plane, plane);
  put(stairs.samples, samples);
  drawMap(stairs.map, stairs.map.clientWidth, devicePixelRatio, mapOf(stairs, stairs.theme));
  const { now, values } = wordsOf(stairs);
  stairs.now.textContent = data.steps[step].name;
  stairs.slider.setAttribute("aria-valuetext", now);
  stairs.slider.style.setProperty(
    "--fill",
    `${(100 * step) / Math.max(1, data.steps.length - 1)}%`,
  );
  for (const [i, canvas] of [stairs.map, stairs.plane, stairs.samples].entries()) {
    canvas.setAttribute("aria-label", `${data.titles[i]}, ${now}.`);
  }
  values.forEach(({ text, share }, i) => {
    const [bar, span] = stairs.rows.children[i].lastElementChild.children;
    bar.style.setProperty("--share", share);
    span.textContent = text;
  });
  root.dataset.step = String(step);
}

/** Returns what the map of the step shows. */
function mapOf({ data, step, hidden, reaches }, theme) {
  const { labels, colors } = data;
  return { codes: codesOf(data, step), labels, colors, hidden, reach: reaches[step], theme };
}

/** Returns what the slider says of the step, and the numbers of the table with their bars. */
function wordsOf({ data, step }) {
  const values = data.rows.map(({ texts, shares }) => ({
    text: texts[step],
    share: shares ? shares[step] : 0,
  }));
  return { now: `${data.label} ${data.steps[step].name}`, values };
}

/** @param {HTMLCanvasElement} canvas @param {ImageData} image */
function put(canvas, image) {
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

async function savePng(stairs) {
  const [{ stairsPng }, { fontOf, PAPER }] = await Promise.all([
    import("../save/latent.js"),
    import("../save/paper.js"),
  ]);
  const { root, data, step } = stairs;
  const paint = (canvas, side, ratio) =>
    drawMap(canvas, side, ratio, mapOf(stairs, { ...PAPER, font: fontOf(root) }));
  return stairsPng(root, {
    paint,
    sheets: [stairs.plane, stairs.samples],
    titles: data.titles,
    rows: data.rows.map(({ name, texts }) => [name, texts[step]]),
    heading: wordsOf(stairs).now,
    description: data.description,
  });
}
