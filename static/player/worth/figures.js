// The figure of each map: what a measure says about it, with numbers and pictures.

import { says } from "../../shared/data_set.js";
import { digitNumber } from "../../shared/digit.js";
import { element } from "../../shared/element.js";
import { pictureOf } from "../card.js";
import { inNats } from "../heads.js";
import { drawHistogram } from "./histogram.js";
import { drawShepard } from "./shepard.js";
import { histogram, largest, percentile } from "./values.js";
import { correlation, cost, percent } from "./words.js";

const BINS = 25;
const FEW = 40; // neighbours: with so few, every number of them has a bin of its own
const COSTLIEST = 12; // digits listed for each map

/**
 * Returns the figure of a map. `shown` is { measure, near, top, recording, scatter, follow }: `near` is
 * how many neighbours count, `top` the upper end of the scale of values, and `follow(point)` follows
 * a digit.
 */
export function figureOf({ name, fixed, panel }, shown) {
  const caption = element("figcaption", "", element("b", "", name));
  const figure = element("figure", "", caption);
  if (!panel) {
    caption.append(` ${missing(shown.measure, fixed)}`);
    return figure;
  }
  const draw = { cost: costs, kept: shares, shared: shares, distances }[shown.measure];
  const [text, ...parts] = draw(panel, name, shown);
  caption.append(element("span", "", text));
  figure.append(...parts);
  return figure;
}

function missing(measure, fixed) {
  if (fixed && measure === "cost") return "has no cost: it does not minimise the KL divergence.";
  if (fixed && measure === "shared") return "is not compared: it has no start and no optimiser.";
  return "has diverged: it has no positions at this iteration.";
}

function costs(panel, name, shown) {
  const { values, total, tenth } = panel;
  const { top, scatter } = shown;
  const inWords = (text) => says(scatter.dataSet, text);
  const counts = histogram(values, top, BINS);
  const median = percentile([values], 0.5);
  const text = inWords(
    `The costliest tenth of the digits carries ${percent(tenth)} of KL ${inNats(total)}.`,
  );
  const bars = drawHistogram(counts, {
    ends: ["0", `${cost(top)} or more`],
    quantity: "cost in nats",
    label: `Histogram of the costs on ${name}: half of the ${inWords("digits")} cost less than ${cost(median)} nats`,
    marks: [{ text: `median ${cost(median)}`, share: median / top }],
    dataSet: scatter.dataSet,
  });
  return [text, ...bars, ...costliest(values, name, shown)];
}

/** Returns the digits that cost most, as buttons that follow them. */
function costliest(values, name, { recording, scatter, follow }) {
  const { labels, indices, pictures } = recording;
  const { colors, dataSet } = scatter;
  const tiles = element("div", "latent-player-tiles");
  tiles.setAttribute("role", "group");
  tiles.setAttribute("aria-label", `${says(dataSet, "The costliest digits")} on ${name}`);
  for (const point of largest(values, COSTLIEST)) {
    const tile = element("button", "", pictureOf(pictures, point), cost(values[point]));
    tile.setAttribute("type", "button");
    tile.dataset.costly = `${name} ${point}`;
    tile.style.setProperty("--color", colors[labels[point]]);
    const which = `${dataSet.classes[labels[point]]}, ${digitNumber(indices[point])}`;
    tile.title = `Follow this ${which}: cost ${cost(values[point])} nats`;
    tile.setAttribute("aria-label", tile.title);
    tile.onclick = () => follow(point);
    tiles.append(tile);
  }
  const head = says(dataSet, "The costliest digits, each with its cost in nats:");
  return [element("p", "", head), tiles];
}

function shares({ values, mean, chance }, name, { measure, near, scatter }) {
  const bins = near < FEW ? near + 1 : BINS;
  // Where each number of neighbours has a bin, the share of it is in the middle.
  const place = (share) => (near < FEW ? (share * near + 0.5) / bins : share);
  const counts = histogram(values.map(place), 1, bins);
  const what = measure === "kept" ? "kept neighbours" : "shared neighbours";
  const bars = drawHistogram(counts, {
    ends: ["0 %", "100 %"],
    quantity: what,
    label: `Histogram of ${what} on ${name}: the mean is ${percent(mean)}, chance gives ${percent(chance)}`,
    marks: [
      { text: `mean ${percent(mean)}`, share: place(mean) },
      { text: `by chance ${percent(chance)}`, share: place(chance), dashed: true },
    ],
    dataSet: scatter.dataSet,
  });
  return [`On average ${percent(mean)}.`, ...bars];
}

function distances(panel, name, { scatter }) {
  const { centres, pairs, between } = panel;
  const numbers = element("p", "", "Rank correlation with the data: ");
  const number = (value, what) => [element("b", "", correlation(value)), ` ${what}`];
  numbers.append(...number(centres, "for class centres, "), ...number(pairs, "for all pairs."));
  if (Number.isFinite(between)) {
    numbers.append(" With the other maps: ", ...number(between, "for class centres."));
  }
  return ["", drawShepard(panel, name, scatter), numbers];
}

/** Returns the digits whose pictures the figures of these maps show. */
export const pictured = (measure, panels) =>
  measure === "cost"
    ? panels.flatMap((panel) => (panel ? largest(panel.values, COSTLIEST) : []))
    : [];
