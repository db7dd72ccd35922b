// Above each panel: what it is called, its KL divergence and its neighbour agreement.

import { MARGIN } from "./layout.js";
import { chanceOf } from "./neighbours.js";

// Of the line beside a name; Plotly's dashes of the curves, as CSS has them.
const STROKES = ["solid", "dashed", "dotted", "double"];

/** Draws the heads; a map that is `fixed` has no line in the curves, and none beside its name. */
export function drawHeads(heads, names, lineColors, labels, fixed = []) {
  const meanings = {
    kl:
      "KL(P‖Q): how much the neighbourhoods on the map differ from those in the data; " +
      "0 means that they are equal",
    agreement:
      "5-NN: share of a digit's five nearest neighbours on the map that have its label; " +
      `neighbours drawn at random give ${Math.round(100 * chanceOf(labels))} %`,
  };
  heads.replaceChildren(
    ...names.map((name, panel) => {
      const head = document.createElement("div");
      const title = document.createElement("b");
      const line = document.createElement("i");
      Object.assign(line.style, {
        borderTopColor: lineColors[panel],
        borderTopStyle: STROKES[panel],
      });
      line.hidden = Boolean(fixed[panel]);
      title.append(line, name);
      title.title = name;
      const numbers = document.createElement("span");
      for (const [what, meaning] of Object.entries(meanings)) {
        const number = document.createElement("span");
        number.dataset.measure = what;
        number.title = meaning;
        numbers.append(number);
      }
      head.append(title, numbers);
      return head;
    }),
  );
}

export function placeHeads(heads, grid) {
  grid.boxes.forEach((box, panel) => {
    const head = heads.children[panel];
    if (!head) return;
    Object.assign(head.style, {
      left: `${box.left}px`,
      top: `${box.top - MARGIN.top}px`,
      width: `${box.width}px`,
      height: `${MARGIN.top}px`,
    });
  });
}

/** Shows what was measured; `kl` is null for a map that no KL divergence belongs to. */
export function showNumbers(heads, panel, kl, agreement) {
  const head = heads.children[panel];
  if (!head) return;
  const divergence = head.querySelector('[data-measure="kl"]');
  divergence.hidden = kl === null;
  if (kl !== null) setText(divergence, `KL ${inNats(kl)}`);
  setText(head.querySelector('[data-measure="agreement"]'), `5-NN ${inPercent(agreement)}`);
}

/** Sets a text where it is new: sixty times a second that costs least. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function inNats(kl) {
  if (!Number.isFinite(kl)) return "diverged";
  return `${kl < 100 ? kl.toFixed(3) : kl.toExponential(2)} nats`;
}

const inPercent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–");
