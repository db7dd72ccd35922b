// What the measures of maps say, in words. A map is { name, fixed, panel }: `panel` is what the
// server answered for it, or null where it has none.

import { formatted } from "../../shared/numbers.js";

const TWO_DIGITS = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });
const EVEN = 0.15; // of the costliest tenth's share of the KL: below it no digits stand out
const FEW = 0.3; // of neighbours
const MOST = 0.6;
const LOW = 0.5; // of a rank correlation: below it the order of distances is mostly lost
const HIGH = 0.8;

/** Spells a cost, without its unit. */
export const cost = (nats) => TWO_DIGITS.format(nats).replace("-", "−");

/** Spells a distance. */
export const distance = (length) => TWO_DIGITS.format(length);

/** Spells a share: with a decimal where it is small. */
export const percent = (share) => `${formatted(100 * share, share > 0 && share < 0.02 ? 1 : 0)} %`;

/** Spells a rank correlation. */
export const correlation = (value) => (Number.isFinite(value) ? formatted(value) : "–");

/** What is shown of each measure: its heading, and what a pointer reads about its colours. */
export const MEASURES = {
  cost: {
    title: "Cost of each digit",
    about: () =>
      "Dark: no cost; bright: as costly as the costliest hundredth. While the maps play, the scale " +
      "only grows, so that colours do not flicker.",
  },
  kept: {
    title: "Kept neighbours of each digit",
    about: (near) => `Dark: none of its ${near} nearest in the data are near it; bright: all are.`,
  },
  shared: {
    title: "Shared neighbours of each digit",
    about: (near) =>
      `Dark: other maps keep none of its ${near} neighbours on this map; bright: all.`,
  },
  distances: { title: "Distances in the data and on the map", about: () => "" },
};

/** Says how the figures are to be read. */
export function explanation(measure, near) {
  return {
    cost:
      "The cost is the digit's part of the KL divergence: high where its neighbours in the data " +
      "are not its neighbours on the map.",
    kept:
      `The share of a digit's ${near} nearest in the data that are among its ${near} nearest on ` +
      `the map. Point at a digit: lines lead to its ${near} nearest in the data, dashed to those ` +
      "that are not near it on the map.",
    shared:
      `The share of a digit's ${near} nearest on this map that are among its ${near} nearest on ` +
      "the other maps.",
    distances:
      "The stronger the shade, the more pairs of digits have that distance in the data and on " +
      "the map; the line is the median.",
  }[measure];
}

/** Spells a value of a measure with its unit. */
export const valueInWords = (measure, value) =>
  measure === "cost" ? `${cost(value)} nats` : percent(value);

/** Says in one sentence what may be concluded from the maps. */
export function conclusion(measure, maps, near) {
  const own = maps.filter(({ fixed, panel }) => panel && !fixed);
  if (!own.length)
    return "No map has positions at this iteration, so there is nothing to conclude.";
  return { cost: ofCost, kept: ofKept, shared: ofShared, distances: ofDistances }[measure](
    own.map(({ panel }) => panel),
    near,
    maps.find(({ fixed, panel }) => fixed && panel),
  );
}

function ofCost(panels) {
  const shares = panels.map(({ tenth }) => tenth);
  const carries = `The costliest tenth of the digits carries ${range(shares, percent)} of the KL`;
  if (Math.max(...shares) < EVEN) {
    return `${carries}: the cost is spread over the whole map, and no digits stand out.`;
  }
  return (
    `${carries}: t-SNE could not place these digits among their neighbours in the data, so draw ` +
    "no conclusion from where they lie."
  );
}

function ofKept(panels, near, fixed) {
  const means = panels.map(({ mean }) => mean);
  const also = fixed ? `, on ${fixed.name} ${percent(fixed.panel.mean)}` : "";
  const are =
    `Of a digit's ${near} nearest neighbours in the data, ${range(means, percent)} are among its ` +
    `${near} nearest on the map${also} (by chance ${percent(panels[0].chance)})`;
  const mean = Math.min(...means); // what is concluded holds for each of the maps
  if (mean < Math.max(FEW / 3, 3 * panels[0].chance)) {
    return `${are}: so far the map says little about which digits are alike.`;
  }
  if (mean < FEW) {
    return `${are}: digits that lie together are often alike, but most true neighbours lie elsewhere.`;
  }
  if (mean < MOST) {
    return (
      `${are}: digits that lie together are mostly alike, but digits that lie apart may be ` +
      "neighbours in the data as well."
    );
  }
  return `${are}: who lies close to a digit on the map is close to it in the data, too.`;
}

function ofShared(panels, near) {
  const means = panels.map(({ mean }) => mean);
  const are =
    `Of a digit's ${near} neighbours on one map, ${range(means, percent)} are its neighbours on ` +
    `the other maps, too (by chance ${percent(panels[0].chance)})`;
  if (Math.min(...means) < FEW) {
    return `${are}: the maps disagree on most neighbours, so do not rely on one map alone.`;
  }
  return (
    `${are}: rely on neighbours that all maps show; the others depend on where a run starts and ` +
    "how it is optimised, not on the data."
  );
}

function ofDistances(panels, _, fixed) {
  const values = panels.map(({ centres }) => centres).filter(Number.isFinite);
  if (!values.length) return "There are too few classes to compare the distances between them.";
  const also =
    fixed && Number.isFinite(fixed.panel.centres)
      ? `, on ${fixed.name} ${correlation(fixed.panel.centres)}`
      : "";
  const is =
    "The distances between class centres have a rank correlation of " +
    `${range(values, correlation)} between data and map${also} (1 is the same order)`;
  const lowest = Math.min(...values);
  if (lowest < LOW) {
    return `${is}: groups far apart on the map need not be far apart in the data.`;
  }
  if (lowest < HIGH) {
    return `${is}: which groups are far apart is only partly kept, so compare such distances with care.`;
  }
  return `${is}: groups far apart on the map are mostly far apart in the data, too.`;
}

/** Spells the values of several maps: "24–27 %", or one of them where all read alike. */
function range(values, spell) {
  const [low, high] = [spell(Math.min(...values)), spell(Math.max(...values))];
  if (low === high) return low;
  return `${low.replace(/ %$/, "")} to ${high}`;
}
