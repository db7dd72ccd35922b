// Below the maps: the digit that is followed with its neighbours, and the digits of a lasso.

import { says, shownBy } from "../shared/data_set.js";
import { digitInWords, digitNumber } from "../shared/digit.js";
import { element } from "../shared/element.js";
import { spelled } from "../shared/numbers.js";
import { pictureOf } from "./card.js";
import { nearestTo } from "./neighbours.js";

const NEAR = 8; // neighbours listed for each map
const SHOWN = 60; // pictures of a lasso

/** Shows the digit that is followed: who is near it on each map, just now. */
export function drawFollowed(section, scatter, recording, follow) {
  const { followed: point, positions, names, colors, dataSet } = scatter;
  section.hidden = point === null;
  if (point === null) return section.replaceChildren();
  const { count, labels, indices, pictures } = recording;
  const near = names.map((_, panel) => nearestTo(positions, panel, count, point, NEAR));
  const shown = `${point} ${near.join(";")}`;
  if (section.dataset.shown === shown && section.firstChild) return;
  const focus = section.ownerDocument.activeElement?.dataset?.neighbour;
  section.dataset.shown = shown;
  const whole = element("figure", "latent-player-self", pictureOf(pictures, point));
  whole.style.setProperty("--color", colors[labels[point]]);
  const name = `${shownBy(dataSet, labels[point])}, no. ${digitInWords(indices[point])}`;
  whole.append(element("figcaption", "", name));
  pictures?.want("details", [point, ...near.flat()]);
  const lists = names.map((name, panel) => {
    const same = near[panel].filter((other) => labels[other] === labels[point]).length;
    const list = element("div", "latent-player-near");
    const its = dataSet.classes[labels[point]];
    const found = ` nearest: ${same} of ${near[panel].length} have its label, ${its}`;
    list.append(element("p", "", element("b", "", name), found));
    const row = element("div", "latent-player-tiles");
    for (const other of near[panel]) {
      const shown = dataSet.classes[labels[other]];
      const caption = element("span", "", shown);
      const button = element("button", "", pictureOf(pictures, other), caption);
      button.setAttribute("type", "button");
      button.dataset.neighbour = `${panel} ${other}`;
      button.style.setProperty("--color", colors[labels[other]]);
      button.title = `Follow this ${shown}, ${digitNumber(indices[other])}`;
      button.setAttribute("aria-label", button.title);
      button.onclick = () => follow(other);
      row.append(button);
    }
    list.append(row);
    return list;
  });
  section.replaceChildren(whole, ...lists);
  if (focus) section.querySelector(`[data-neighbour="${focus}"]`)?.focus();
}

/** Shows the digits of a lasso: how many of which class, and the first of them. */
export function drawLassoed(section, scatter, recording, lasso) {
  section.hidden = !lasso.length;
  if (!lasso.length) return section.replaceChildren();
  const { labels, pictures, indices } = recording;
  const { colors, dataSet } = scatter;
  const counts = colors.map((_, label) => lasso.filter((i) => labels[i] === label).length);
  const order = [...counts.keys()].filter((label) => counts[label]);
  order.sort((a, b) => counts[b] - counts[a]);
  const head = element("b", "", lassoInWords(lasso.length, dataSet));
  const chips = element("p", "latent-player-chips", head);
  for (const label of order) {
    const chip = element(
      "span",
      "",
      element("i", ""),
      `${counts[label]} × ${dataSet.classes[label]}`,
    );
    chip.style.setProperty("--color", colors[label]);
    chips.append(chip);
  }
  const tiles = element("div", "latent-player-tiles latent-player-small");
  pictures?.want("details", lasso.slice(0, SHOWN));
  for (const point of lasso.slice(0, SHOWN)) {
    const tile = pictureOf(pictures, point);
    tile.style.setProperty("--color", colors[labels[point]]);
    tile.title = `${shownBy(dataSet, labels[point])}, ${digitNumber(indices[point])}`;
    tiles.append(tile);
  }
  const more = lasso.length - SHOWN;
  if (more > 0) tiles.append(element("span", "", `and ${spelled(more)} more`));
  section.replaceChildren(chips, tiles);
}

export const lassoInWords = (count, dataSet) =>
  says(dataSet, count === 1 ? "1 digit selected" : `${spelled(count)} digits selected`);
