// A curve over empty axes: drawn with a pointer, or typed as numbers.

import { element } from "../shared/element.js";
import { axesOf, drawnThrough, HEIGHT, MARGIN, nearestColumn, rounded } from "./axes.js";

const HINT = "Draw from left to right over the axes, or type the numbers below.";
const SVG = "http://www.w3.org/2000/svg";

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const state = { parent: parentElement, data: null, points: [], from: null, send: null };
  const box = parentElement.querySelector(".axes");
  const observer = new ResizeObserver(() => box.isConnected && state.data && draw(state));
  observer.observe(box);
  /** @type {any} */
  const clear = parentElement.querySelector(".clear");
  clear.onclick = () => {
    state.points = state.data.x.map(() => null);
    draw(state);
    tell(state);
  };
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update: ({ data, setStateValue }) => {
      state.send = setStateValue;
      const known = state.data && state.data.x.join() === data.x.join();
      state.data = data;
      parentElement.querySelector(".hint").textContent = `${data.description}. ${HINT}`;
      if (!known) {
        state.points = data.points ?? data.x.map(() => null);
        makeFields(state);
      }
      draw(state);
    },
    close: () => observer.disconnect(),
  };
}

function makeFields(state) {
  const { data, parent } = state;
  const fields = parent.querySelector(".fields");
  fields.setAttribute("aria-label", data.description);
  fields.replaceChildren(
    ...data.x.map((x, place) => {
      /** @type {any} */
      const input = element("input", "");
      Object.assign(input, { type: "number", min: 0, max: data.high, step: "any" });
      input.onchange = () => {
        const value = input.valueAsNumber;
        const fits = Number.isFinite(value) && value >= 0 && value <= data.high;
        state.points[place] = fits ? value : null;
        draw(state);
        tell(state);
      };
      return element("label", "", `${data.xName} ${x}`, input);
    }),
  );
}

function draw(state) {
  const { parent, data, points } = state;
  const box = parent.querySelector(".axes");
  const width = box.clientWidth || 480;
  const axes = axesOf(data, width);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img" });
  svg.setAttribute("aria-label", `${data.description} ${spoken(state)}`);
  const right = width - MARGIN.right;
  for (const tick of data.ticks) {
    const y = axes.y(tick);
    svg.append(shape("line", { class: "grid", x1: MARGIN.left, x2: right, y1: y, y2: y }));
    svg.append(words(`${tick}`, MARGIN.left - 6, y + 4, "end"));
  }
  axes.columns.forEach((x, place) => {
    svg.append(words(`${data.x[place]}`, x, HEIGHT - MARGIN.bottom + 16, "middle"));
  });
  svg.append(words(data.xTitle, right, HEIGHT - 6, "end"));
  for (const { words: name, value } of data.levels) {
    const y = axes.y(value);
    svg.append(shape("line", { class: "level", x1: MARGIN.left, x2: right, y1: y, y2: y }));
    svg.append(words(name, right, y - 5, "end"));
  }
  const placed = points.map((value, n) =>
    value === null ? null : [axes.columns[n], axes.y(value)],
  );
  const shown = placed.filter((each) => each !== null);
  if (data.start) {
    const given = [axes.start, axes.y(data.start[1])];
    svg.append(shape("circle", { class: "given", cx: given[0], cy: given[1], r: 5 }));
    if (placed[0]) shown.unshift(given);
  }
  svg.append(shape("polyline", { class: "drawn", points: shown.map((p) => p.join()).join(" ") }));
  placed.forEach((point, n) => {
    const [cx, cy] = point ?? [axes.columns[n], axes.y(data.high / 2)];
    svg.append(shape("circle", { class: point ? "point" : "point open", cx, cy, r: 6 }));
  });
  listen(state, axes);
  box.replaceChildren(svg);
  parent.querySelectorAll(".fields input").forEach((input, n) => {
    if (input !== input.getRootNode().activeElement || points[n] !== null)
      input.value = points[n] === null ? "" : rounded(points[n], data.high);
  });
}

/** Has the box, which stays when the drawing is replaced, follow the pointer. */
function listen(state, axes) {
  const box = state.parent.querySelector(".axes");
  const where = (event) => {
    const { left, top } = box.getBoundingClientRect();
    return {
      column: nearestColumn(axes.columns, event.clientX - left),
      value: rounded(axes.value(event.clientY - top), state.data.high),
    };
  };
  const go = (to) => {
    state.points = drawnThrough(state.points, state.from ?? to, to);
    state.from = to;
    draw(state);
  };
  box.onpointerdown = (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    go(where(event));
  };
  box.onpointermove = (event) => state.from && go(where(event));
  box.onpointerup = box.onpointercancel = () => {
    if (!state.from) return;
    state.from = null;
    tell(state);
  };
}

function tell({ points, send }) {
  send("points", [...points]);
}

function spoken({ data, points }) {
  const parts = points.map((value, n) => `${data.xName} ${data.x[n]}: ${value ?? "not drawn"}`);
  return `${parts.join(", ")}.`;
}

function shape(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function words(text, x, y, anchor) {
  const node = shape("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}
