// Rows of 28x28 digits on one canvas a row, with a button over each column where one can be picked.

import { keepInAddress, leaveAddress } from "../shared/address.js";
import { palette, themeOf } from "../shared/colors.js";
import { saveButtons } from "../shared/save_buttons.js";

const SIDE = 28;
const GAP = 2;
const NARROW = 480; // pixels of width, as in the style sheet

export function open() {
  const state = { picked: null };
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update: (component) => update(state, component),
    close() {
      state.observer?.disconnect();
      leaveAddress(state, state.inAddress);
    },
  };
}

function update(state, { parentElement, data: head, setStateValue }) {
  const root = parentElement.querySelector(".tiles");
  const pick = (column) => {
    state.picked = column;
    for (const button of root.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.column) === column));
    }
    if (head.inAddress) keepInAddress(state, head.inAddress, `${column}`);
    setStateValue("picked", column);
  };
  root.setAttribute("aria-label", head.description);
  const draw = () => {
    const focused = parentElement.activeElement ?? root.getRootNode().activeElement;
    const focus = focused?.dataset?.column;
    const perLine = perLineOf(head, root.clientWidth);
    state.perLine = perLine;
    const theme = themeOf(root);
    // As Python sees it: what was picked may be gone.
    const gone = state.picked === null || state.picked >= head.count;
    const picked = gone ? head.first : state.picked;
    state.inAddress = head.inAddress;
    if (head.inAddress) keepInAddress(state, head.inAddress, picked === null ? null : `${picked}`);
    const lines = [];
    for (let first = 0; first < head.count; first += perLine) {
      const count = Math.min(perLine, head.count - first);
      lines.push(drawLine({ ...head, perLine, theme }, first, count, picked, pick));
    }
    root.replaceChildren(...lines);
    if (focus !== undefined) root.querySelector(`button[data-column="${focus}"]`)?.focus();
  };
  draw();
  state.observer?.disconnect();
  state.observer = new ResizeObserver(() => {
    // Taken from the page it has no width either.
    if (root.isConnected && perLineOf(head, root.clientWidth) !== state.perLine) draw();
  });
  state.observer.observe(root);
  const sheet = async () => {
    const { sheetPng } = await import("../save/pictures.js");
    return sheetPng(root, sheetOf(head, state.perLine));
  };
  saveButtons(root, head, [["PNG", "the", sheet]]);
}

/** Returns how many digits stand in a line: half as many where a pixel would get less than two. */
function perLineOf({ count, perLine, perLineNarrow }, room) {
  if (room < NARROW) return perLineNarrow;
  return 2 * widthOf(Math.min(count, perLine)) <= room ? perLine : Math.ceil(perLine / 2);
}

/** Returns the pixels of so many digits side by side. */
const widthOf = (count) => count * (SIDE + GAP) - GAP;

/** Returns what is shown, for a picture on white paper. */
function sheetOf(head, perLine) {
  const lines = [];
  for (let first = 0; first < head.count; first += perLine) {
    const count = Math.min(perLine, head.count - first);
    const rows = head.rows.map((row) => {
      const canvas = drawRow(row, first, count, { ...head, theme: "light" });
      return { title: row.title, canvas };
    });
    lines.push({ rows, captions: head.captions.slice(first, first + count) });
  }
  const diverging = head.rows.some((row) => row.colors === "diverging");
  return { lines, step: SIDE + GAP, diverging, description: head.description };
}

function drawLine(head, first, count, picked, pick) {
  const line = element("div", "line");
  // A line that is not full keeps the size of digits in one that is.
  const width = widthOf(count);
  const full = widthOf(head.perLine);
  line.style.setProperty("--full", `${full}px`);
  line.style.setProperty("--share", width / full);
  for (const row of head.rows) {
    if (row.title) line.append(element("p", "title", row.title));
    line.append(drawRow(row, first, count, head));
  }
  const columns = `repeat(${count}, 1fr)`;
  if (head.captions.length) {
    const captions = element("div", "columns");
    captions.style.gridTemplateColumns = columns;
    for (let i = first; i < first + count; i++) {
      captions.append(element("span", "", head.captions[i]));
    }
    line.append(captions);
  }
  if (head.pickable) {
    const picks = element("div", "picks");
    picks.style.gridTemplateColumns = columns;
    picks.style.inset = `0 ${(-100 * GAP) / 2 / width}%`; // half a gap on either side of each digit
    for (let i = first; i < first + count; i++) {
      const button = element("button", "");
      button.type = "button";
      button.dataset.column = i;
      button.setAttribute("aria-label", head.names[i]);
      button.setAttribute("aria-pressed", String(i === picked));
      button.onclick = () => pick(i);
      picks.append(button);
    }
    line.append(picks);
  }
  return line;
}

function drawRow(row, first, count, head) {
  const canvas = element("canvas", "");
  canvas.width = widthOf(count);
  canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${row.title || head.description}: ${count} pictures`);
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, SIDE);
  const painted = new Uint32Array(image.data.buffer);
  const colors = palette(row.colors, head.theme);
  const pixels = row.pixels.subarray(first * SIDE * SIDE);
  for (let tile = 0; tile < count; tile++) {
    for (let k = 0; k < SIDE * SIDE; k++) {
      const x = tile * (SIDE + GAP) + (k % SIDE);
      painted[Math.floor(k / SIDE) * canvas.width + x] = colors[pixels[tile * SIDE * SIDE + k]];
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function element(tag, name, text = "") {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.textContent = text;
  return node;
}
