// What is shown of the maps, and how: classes, and choices of one among several.

import { says } from "../shared/data_set.js";
import { classButtons } from "../shared/legend.js";
import { spelled } from "../shared/numbers.js";

export function drawLegend(legend, scatter, changed) {
  const { colors, labels, settings, dataSet } = scatter;
  const buttons = classButtons(colors, settings.hidden, changed, dataSet);
  buttons.forEach((button, label) => {
    const count = labels.reduce((sum, each) => sum + (each === label), 0);
    button.title = `${spelled(count)} ${says(dataSet, "digits")}. ${button.title}`;
    button.hidden = !count;
  });
  legend.replaceChildren(...buttons);
}

/** Sets up buttons of which one is pressed; `name` is that of their data attribute. */
export function choice(root, name, chosen) {
  const buttons = [...root.querySelectorAll(`[data-${name}]`)];
  for (const button of buttons) {
    button.onclick = () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      chosen(button.dataset[name]);
    };
  }
}
