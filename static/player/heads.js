// Above each panel: what it is called, its KL divergence and its neighbour agreement.

import { DASHES } from "../shared/dashes.js";
import { says } from "../shared/data_set.js";
import { withoutShared } from "../shared/labels.js";
import { MARGIN } from "./layout.js";
import { chanceOf } from "./neighbours.js";

const ROOMY = 4; // maps above which a whole name has no room
// The line beside a name, dashed as its curves are.
const LINE =
  '<svg viewBox="0 0 24 6" aria-hidden="true"><path d="M0 3h24" stroke-width="3"/></svg>';

/**
 * Draws the heads; a map that is `fixed` has no line in the curves, and none beside its name.
 *
 * @param {any} heads
 * @param {{ names: string[], lineColors: string[], labels: ArrayLike<number>,
 *   dataSet: import("../shared/data_set.js").DataSet, fixed?: boolean[] }} maps
 */
export function drawHeads(heads, { names, lineColors, labels, dataSet, fixed = [] }) {
  const meanings = {
    kl:
      "KL(P‖Q): how much the neighbourhoods on the map differ from those in the data; " +
      "0 means that they are equal",
    agreement: says(
      dataSet,
      "5-NN: share of a digit's five nearest neighbours on the map that have its label; " +
        `neighbours drawn at random give ${Math.round(100 * chanceOf(labels))} %`,
    ),
  };
  const shown = names.length > ROOMY ? withoutShared(names) : names;
  heads.replaceChildren(
    ...names.map((name, panel) => {
      const head = document.createElement("div");
      const title = document.createElement("b");
      if (!fixed[panel]) {
        title.innerHTML = LINE;
        const line = title.querySelector("path");
        line.setAttribute("stroke", lineColors[panel]);
        line.setAttribute("stroke-dasharray", DASHES[panel].join(" "));
      }
      title.append(shown[panel]);
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
