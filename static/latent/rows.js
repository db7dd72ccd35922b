// One row per dimension: its name, slider, value and buttons.

import { formatted } from "../shared/numbers.js";

const ARROWS =
  '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1.5 8h13M4.5 5l-3 3 3 3M11.5 5l3 3-3 3"/></svg>';
const SQUARE =
  '<svg viewBox="0 0 16 16" aria-hidden="true"><path fill="currentColor" d="M4 4h8v8H4z"/></svg>';

/** Shares of a slider's length that keys move it by. */
const KEYS = {
  ArrowLeft: -0.01,
  ArrowDown: -0.01,
  ArrowRight: 0.01,
  ArrowUp: 0.01,
  PageDown: -0.1,
  PageUp: 0.1,
  Home: -1,
  End: 1,
};

/**
 * Makes a row for dimension `i`. `act` is what it can ask for: move(i, value), settle(), reset(i),
 * sweep(i) and toggle(i).
 */
export function newRow(i, data, act) {
  const low = data.minimum[i];
  const high = data.maximum[i];
  const decimals = high - low > 1.5 ? 2 : 3;
  const element = document.createElement("div");
  element.className = "row";
  element.innerHTML =
    "<label></label><span class='track'><input type='range' step='any'></span><output></output>" +
    `<button type='button' class='sweep'>${ARROWS}</button>`;
  const label = element.querySelector("label");
  /** @type {HTMLElement} */
  const track = element.querySelector(".track");
  const output = element.querySelector("output");
  /** @type {HTMLButtonElement} */
  const sweep = element.querySelector(".sweep");
  const input = track.querySelector("input");

  input.id = `slider-${i}`;
  label.htmlFor = input.id;
  label.textContent = data.names[i];
  if (data.notes[i]) {
    const note = document.createElement("span");
    note.className = "muted";
    note.textContent = data.notes[i];
    label.append(" ", note);
  }
  input.min = low;
  input.max = high;
  input.oninput = () => act.move(i, Number(input.value));
  input.onchange = () => act.settle();
  input.ondblclick = () => act.reset(i);
  input.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Delete" || event.key === "Backspace") act.reset(i);
    else if (event.key in KEYS) {
      const fine = event.shiftKey ? 0.2 : 1;
      const value = row.value + KEYS[event.key] * fine * (high - low);
      act.move(i, Math.min(high, Math.max(low, value)));
      act.settle();
    } else return;
    event.preventDefault();
  };
  sweep.onclick = () => act.sweep(i);
  sweep.title = `Move ${data.names[i]} through all its values`;
  sweep.setAttribute("aria-label", sweep.title);

  let off = null;
  if (data.switches) {
    off = document.createElement("button");
    off.type = "button";
    off.textContent = "off";
    off.title = `Switch ${data.names[i]} off, or on again`;
    off.setAttribute("aria-label", `${data.names[i]} off`);
    off.onclick = () => act.toggle(i);
    element.append(off);
  }

  const share = (value) => (value - low) / (high - low);
  const row = {
    element,
    value: NaN,
    /** Shows a value; cheap when it is shown already. */
    show(value) {
      if (value === row.value) return;
      row.value = value;
      if (Number(input.value) !== value) input.value = value;
      track.style.setProperty("--at", String(share(value)));
      output.value = formatted(value, decimals);
      input.setAttribute("aria-valuetext", output.value);
      off?.setAttribute("aria-pressed", String(value === low));
    },
    mark(start) {
      track.style.setProperty("--from", String(share(start)));
    },
    sweeping(on) {
      sweep.setAttribute("aria-pressed", String(on));
      sweep.innerHTML = on ? SQUARE : ARROWS;
    },
  };
  row.sweeping(false);
  return row;
}
