// Names at the ends of lines, moved apart where two ends are close.

const LONGEST = 14; // characters that have room there

/**
 * Returns the middles of labels, as near to the wanted ones as they can be without covering each
 * other, along an axis that runs from `low` to `high`. Where there is no room at all they hang out
 * at the lower end.
 *
 * @param {{ middle: number, size: number, high?: number }[]} labels Where each would like to be, how
 *   much room it takes, and where it must end if that is before the end of the axis.
 * @param {number} low
 * @param {number} high
 * @returns {number[]} In the order of `labels`.
 */
export function spread(labels, low, high) {
  const order = labels.map((_, i) => i).sort((a, b) => labels[a].middle - labels[b].middle);
  const starts = new Array(labels.length);
  let end = low;
  for (const i of order) {
    starts[i] = Math.max(end, labels[i].middle - labels[i].size / 2);
    end = starts[i] + labels[i].size;
  }
  // What would hang out at the upper end moves back, and pushes back what is in its way.
  let start = high;
  for (const i of order.reverse()) {
    const { size, high: own = high } = labels[i];
    starts[i] = Math.min(starts[i], start - size, own - size);
    start = starts[i];
  }
  return labels.map(({ size }, i) => starts[i] + size / 2);
}

/**
 * Returns names without the parts at their beginning that all of them share: of "Gains, lr auto,
 * seed 0" and "Gains, lr auto, seed 1" what differs, "seed 0" and "seed 1". Names of one part, such
 * as that of PCA beside the maps, stay.
 *
 * @param {string[]} names
 */
export function withoutShared(names) {
  const parts = names.map((name) => name.split(", "));
  const long = parts.filter(({ length }) => length > 1);
  if (long.length < 2) return names;
  const room = Math.min(...long.map(({ length }) => length)) - 1;
  let shared = 0;
  while (shared < room && long.every((each) => each[shared] === long[0][shared])) shared += 1;
  return parts.map((each) => (each.length > 1 ? each.slice(shared) : each).join(", "));
}

/**
 * Returns the names of lines: what differs between the names of the maps, where that is short
 * enough for the end of a line, else the `short` ones.
 *
 * @param {string[]} names
 * @param {string[]} short
 */
export function lineNamesOf(names, short) {
  const own = withoutShared(names);
  const differ = own.some((name, i) => name !== names[i]);
  return differ && own.every(({ length }) => length <= LONGEST) ? own : short;
}
