// Models that differ in one weight, under one slider. All decoders are fetched at the beginning, so a
// step is shown at once; its pictures are decoded when it is shown for the first time, or before, when
// nothing else is to do.

import { readNetwork } from "../latent/mlp.js";
import { keepInAddress, leaveAddress } from "../shared/address.js";
import { withPatience } from "../shared/fetching.js";
import { oncePerFrame } from "../shared/frame.js";
import { classButtons } from "../shared/legend.js";
import { unpack } from "../shared/message.js";
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
      leaveAddress(stairs, stairs.data?.inAddress);
      stairs.data = stairs.wanted = null;
      stairs.leaving.abort();
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
    failed: find(".failed"),
    waiting: find(".waiting"),
    hidden: new Set(),
    /** @type {any} */ data: null,
    /** @type {Map<any, any>} */ pictures: new Map(), // of the networks, each drawn once
    step: -1,
    /** @type {(name: string, value: unknown) => void} */ send: () => {},
    show: () => {},
    /** @type {any} */ observer: null,
    /** @type {any} */ wanted: null,
    leaving: new AbortController(),
    /** @type {Map<string, Promise<any>>} */ fetched: new Map(), // the networks by their names
  };
  stairs.show = oncePerFrame(() => show(stairs));
  stairs.slider.oninput = () => {
    stairs.step = stairs.slider.valueAsNumber;
    keep(stairs);
    stairs.show();
  };
  stairs.slider.onchange = () => {
    if (stairs.data === null) return; // the models are still on their way
    const { now } = wordsOf(stairs);
    stairs.said.textContent = now;
    stairs.send("step", { id: stairs.data.steps[stairs.step].id });
  };
  stairs.observer = new ResizeObserver(stairs.show);
  stairs.observer.observe(stairs.map);
  return stairs;
}

/** Shows these models as soon as all their decoders are here. */
async function load(stairs, data) {
  const { failed, root, waiting } = stairs;
  stairs.wanted = data;
  root.querySelector("label").textContent = data.label;
  failed.hidden = true;
  waiting.hidden = stairs.data !== null; // until then there is nothing to be seen
  try {
    const networks = await Promise.all(data.steps.map(({ network }) => fetched(stairs, network)));
    if (stairs.wanted !== data) return; // others came meanwhile, or the visitor has left
    waiting.hidden = true;
    stairs.networks = networks;
    stairs.theme = readTheme(root);
    if (stairs.data !== data) take(stairs, data);
    stairs.show();
  } catch (error) {
    if (stairs.wanted !== data) return;
    waiting.hidden = true;
    failed.hidden = false;
    // The server says in a sentence what is wrong with a request.
    const said = error.status < 500 ? error.message : "The models could not be fetched.";
    failed.firstElementChild.textContent = said;
    failed.lastElementChild.onclick = () => load(stairs, data);
  }
}

/** Returns the network of this name; it is fetched unless it is here or on its way. */
function fetched({ wanted, fetched: known, leaving }, name) {
  if (!known.has(name)) {
    const address = new URL(`${wanted.source}/${name}`, document.baseURI).href;
    const coming = withPatience(address, leaving.signal).then(({ bytes }) =>
      readNetwork(unpack(bytes)),
    );
    known.set(name, coming);
    coming.catch(() => known.delete(name)); // so that it can be fetched again
  }
  return known.get(name);
}

/** Takes other models; a visitor stays at the step that is shown as long as it is one of them. */
function take(stairs, data) {
  const { root, slider } = stairs;
  const shown = stairs.data?.steps[stairs.step]?.id;
  const place = data.steps.findIndex(({ id }) => id === shown);
  stairs.step = place < 0 ? data.start : place;
  stairs.reaches = data.steps.map((_, step) => reachOf(codesOf(data, step)));
  stairs.data = data;
  root.setAttribute("aria-label", data.description);
  const titles = root.querySelectorAll(".title");
  data.titles.forEach((title, i) => {
    titles[i].textContent = title;
  });
  root.querySelector(".plane + .caption").textContent = data.planeCaption;
  root.querySelector("caption").textContent = data.tableTitle;
  slider.disabled = false;
  slider.max = String(data.steps.length - 1);
  slider.value = String(stairs.step);
  keep(stairs);
  const { colors, dataSet } = data;
  stairs.legend.replaceChildren(...classButtons(colors, stairs.hidden, stairs.show, dataSet));
  stairs.rows.replaceChildren(...data.rows.map(rowOf));
  saveButtons(root, data, [["PNG", "this step of the", () => savePng(stairs)]]);
  prepare(stairs, data);
}

/** Keeps the step in the page's address. */
function keep(stairs) {
  const { data, step } = stairs;
  if (data?.inAddress)
    keepInAddress(stairs, data.inAddress, step === data.usual ? null : `${step}`);
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
  const step = stairs.networks.findIndex((network) => !stairs.pictures.has(network));
  if (step < 0) return;
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  idle(() => {
    if (stairs.data !== data) return;
    decoded(stairs, step);
    prepare(stairs, data);
  });
}

function decoded({ data, pictures, networks }, step) {
  const network = networks[step];
  if (!pictures.has(network)) {
    const samples = Array.from({ length: data.samples.length / 2 }, (_, i) => [
      data.samples[2 * i],
      data.samples[2 * i + 1],
    ]);
    pictures.set(network, picturesOf(network, data.planeReach, samples));
  }
  return pictures.get(network);
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
