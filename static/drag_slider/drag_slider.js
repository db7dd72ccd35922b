// A slider that asks Python for every value on the way: one question at a time, the newest first.

import { keepInAddress, leaveAddress } from "../shared/address.js";

const PATIENCE = 2000; // ms; after that an answer counts as lost and a newer value may go

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, data }) {
  const slider = openSlider(parentElement, data);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update: (component) => update(slider, component),
    close() {
      clearTimeout(slider.timer);
      leaveAddress(slider, slider.data.inAddress);
    },
  };
}

function update(slider, { data, setStateValue }) {
  slider.send = setStateValue;
  slider.data = data;
  write(slider);
  // While an answer is out, Python's value is an old one, and the visitor's counts.
  if (!slider.asked || data.number === slider.number) {
    slider.number = data.number;
    slider.asked = 0;
    if (slider.moved) ask(slider);
    else show(slider, data.value);
  }
}

function openSlider(parentElement, data) {
  const find = (name) => parentElement.querySelector(name);
  const slider = {
    root: find(".drag-slider"),
    input: find("input"),
    label: find("label"),
    now: find(".now"),
    help: find(".help"),
    ends: find(".ends"),
    marks: find(".marks"),
    number: data.number, // of the last message; goes on where an earlier slider of this key stopped
    asked: 0, // when that message went out, 0 once it is answered
    moved: false, // whether the value is newer than that message
    timer: 0,
  };
  slider.input.oninput = () => move(slider, slider.input.valueAsNumber);
  slider.help.onkeydown = (event) => event.key === "Escape" && event.target.blur();
  return slider;
}

/** Writes everything but the value. */
function write(slider) {
  const { data, input, help, ends, marks } = slider;
  slider.label.textContent = data.label;
  Object.assign(input, { min: data.minimum, max: data.maximum, step: data.step });
  help.hidden = !data.help;
  help.firstElementChild.setAttribute("aria-label", `Help for ${data.label}`);
  help.lastElementChild.textContent = data.help;
  ends.firstElementChild.textContent = text(data, data.minimum);
  ends.lastElementChild.textContent = text(data, data.maximum);
  slider.root.classList.toggle("marked", data.marks.length > 0);
  const names = JSON.stringify(data.marks);
  if (marks.dataset.names === names) return; // a new button would lose the keyboard's focus
  marks.dataset.names = names;
  marks.replaceChildren();
  for (const { value, name } of data.marks) {
    const tick = place(document.createElement("span"), data, value, "");
    tick.className = "tick";
    const mark = place(document.createElement("button"), data, value, name);
    mark.className = "mark";
    mark.type = "button";
    mark.title = text(data, value);
    mark.setAttribute("aria-label", `${name}: set ${data.label} to ${text(data, value)}`);
    mark.onclick = () => move(slider, value);
    marks.append(tick, mark);
  }
}

function place(element, { minimum, maximum }, value, content) {
  element.textContent = content;
  element.style.setProperty("--at", (value - minimum) / (maximum - minimum));
  element.style.setProperty("--length", content.length);
  return element;
}

function text({ decimals }, value) {
  return value
    .toFixed(decimals)
    .replace(/^-(0(\.0*)?)$/, "$1")
    .replace("-", "−");
}

function show(slider, value) {
  const { data, input } = slider;
  slider.value = value;
  input.value = value;
  const at = (value - data.minimum) / (data.maximum - data.minimum);
  input.style.setProperty("--fill", `${100 * at}%`);
  input.setAttribute("aria-valuetext", text(data, value));
  place(slider.now, data, value, text(data, value));
  const { inAddress, usual, decimals } = data;
  const kept = Math.abs(value - usual) < 1e-9 ? null : String(Number(value.toFixed(decimals)));
  if (inAddress) keepInAddress(slider, inAddress, kept);
}

function move(slider, value) {
  show(slider, value);
  slider.moved = true;
  ask(slider);
}

function ask(slider) {
  const now = performance.now();
  if (!slider.moved || (slider.asked && now - slider.asked < PATIENCE)) return;
  slider.moved = false;
  slider.asked = now;
  slider.number += 1;
  clearTimeout(slider.timer);
  // Only a newer value is sent: asking for the same again would restart a slow run for ever.
  slider.timer = setTimeout(() => ask(slider), PATIENCE + 1);
  slider.send("sent", { number: slider.number, value: slider.value });
}
