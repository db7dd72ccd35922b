// A legend of classes: a press hides one or shows it again; with Shift, or twice with the mouse, it
// shows that one alone, and once more all of them.

import { showsDigits } from "./data_set.js";

/**
 * Returns a button for each class.
 *
 * @param {string[]} colors One for each class.
 * @param {Set<number>} hidden The classes that are hidden; a press changes it.
 * @param {() => void} changed Called after each change.
 * @param {import("./data_set.js").DataSet} dataSet
 */
export function classButtons(colors, hidden, changed, dataSet) {
  const one = showsDigits(dataSet) ? "digit" : "class";
  /** @param {number} label */
  const toggle = (label) => {
    if (!hidden.delete(label)) hidden.add(label);
    show();
  };
  /** @param {number} label */
  const alone = (label) => {
    const already = colors.every((_, other) => (other === label) !== hidden.has(other));
    hidden.clear();
    if (!already) for (const other of colors.keys()) if (other !== label) hidden.add(other);
    show();
  };
  const buttons = colors.map((color, label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = `Double-click or Shift+Enter: this ${one} alone`;
    button.style.setProperty("--color", color);
    button.append(document.createElement("i"), dataSet.classes[label]);
    button.onclick = (event) => (event.shiftKey ? alone(label) : toggle(label));
    button.ondblclick = (event) => event.shiftKey || alone(label);
    // Not every browser tells the click that comes of a key that Shift is down.
    button.onkeydown = (event) => {
      if (event.key !== "Enter" || !event.shiftKey) return;
      event.preventDefault();
      if (!event.repeat) alone(label);
    };
    return button;
  });
  const mark = () =>
    buttons.forEach((button, label) => {
      button.setAttribute("aria-pressed", String(!hidden.has(label)));
    });
  const show = () => {
    mark();
    changed();
  };
  mark();
  return buttons;
}
