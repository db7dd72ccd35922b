// A square to draw in with mouse, pen or finger. What is drawn is kept as strokes, so that a step
// back is exact; Python gets them when the pen is lifted.

const UNITS = 1000; // the sides of the square
const STEP = 4; // units between two points of a stroke
const MAX_POINTS = 15000; // points of a drawing; Python refuses more

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, data }) {
  const drawing = openDrawing(parentElement, data);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data, setStateValue }) {
      drawing.send = setStateValue;
      drawing.canvas.setAttribute("aria-label", data.description);
      resize(drawing);
    },
    close: () => drawing.observer.disconnect(),
  };
}

function openDrawing(parentElement, data) {
  const find = (name) => parentElement.querySelector(name);
  const drawing = {
    canvas: find("canvas"),
    undo: find(".undo"),
    clear: find(".clear"),
    number: data.number, // of the last message; goes on where an earlier square stopped
    strokes: data.strokes.map((stroke) => [...stroke]), // each [width, x, y, x, y, …] in units
    cleared: [], // whole drawings that can be brought back; Python need not know of them
    pointer: null, // the one that draws; a second finger does not
  };
  const { canvas } = drawing;
  const width = find(".width");
  Object.assign(width, { min: 40, max: 140, step: 5, value: 75 });
  const fill = () => {
    width.style.setProperty(
      "--fill",
      `${100 * ((width.value - width.min) / (width.max - width.min))}%`,
    );
  };
  width.oninput = fill;
  fill();
  drawing.undo.onclick = () => change(drawing, undo);
  drawing.clear.onclick = () => change(drawing, clear);
  canvas.onkeydown = (event) => {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    drawing.undo.click();
  };
  canvas.onpointerdown = (event) => {
    if (event.button || drawing.pointer !== null) return;
    drawing.pointer = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    drawing.strokes.push([width.valueAsNumber, ...placeOf(canvas, event)]);
    paint(drawing);
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId !== drawing.pointer) return;
    // Between two frames a pen moves more than once; without all of it, curves become corners.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) extend(drawing, placeOf(canvas, move));
    paint(drawing);
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== drawing.pointer) return;
    drawing.pointer = null;
    sendToPython(drawing);
  };
  drawing.observer = new ResizeObserver(() => resize(drawing));
  drawing.observer.observe(canvas);
  return drawing;
}

/** Returns where a pointer is, in whole units; it may be beyond the edge. */
function placeOf(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const unit = (at, from, size) =>
    Math.round(Math.min(1.1, Math.max(-0.1, (at - from) / size)) * UNITS);
  return [unit(event.clientX, box.left, box.width), unit(event.clientY, box.top, box.height)];
}

function extend({ strokes }, place) {
  const [x, y] = place;
  const stroke = strokes.at(-1);
  const count = strokes.reduce((sum, points) => sum + points.length, 0) / 2;
  if (Math.hypot(x - stroke.at(-2), y - stroke.at(-1)) >= STEP && count < MAX_POINTS)
    stroke.push(x, y);
}

/** Takes back the last stroke; in an empty square it brings back what was cleared. */
function undo(drawing) {
  if (drawing.strokes.length) drawing.strokes.pop();
  else drawing.strokes = drawing.cleared.pop();
}

function clear(drawing) {
  drawing.cleared.push(drawing.strokes);
  drawing.strokes = [];
}

function change(drawing, how) {
  if (drawing.pointer !== null) return; // not under the pen
  how(drawing);
  paint(drawing);
  sendToPython(drawing);
}

function sendToPython(drawing) {
  drawing.number += 1;
  drawing.send("drawn", { number: drawing.number, strokes: drawing.strokes });
}

/** Gives the canvas the screen's own pixels. */
function resize(drawing) {
  const { canvas } = drawing;
  const side = Math.round(canvas.clientWidth * Math.max(1, window.devicePixelRatio));
  if (side && canvas.width !== side) canvas.width = canvas.height = side;
  paint(drawing);
}

function paint({ canvas, strokes, cleared, undo, clear }) {
  const context = canvas.getContext("2d");
  const scale = canvas.width / UNITS;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, UNITS, UNITS);
  context.strokeStyle = "#fff";
  context.lineCap = context.lineJoin = "round";
  if (!strokes.length) {
    context.fillStyle = "#8a9797";
    context.textAlign = "center";
    context.font = `70px ${getComputedStyle(canvas).fontFamily}`;
    context.fillText("Draw a digit here", UNITS / 2, UNITS / 2);
  }
  for (const [width, x, y, ...rest] of strokes) {
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x, y);
    if (!rest.length) context.lineTo(x, y + 0.01); // a dot is a line too
    for (let i = 0; i < rest.length; i += 2) context.lineTo(rest[i], rest[i + 1]);
    context.stroke();
  }
  clear.disabled = !strokes.length;
  undo.disabled = !strokes.length && !cleared.length;
}
