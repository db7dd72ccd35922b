// Names at the ends of lines, moved apart where two ends are close.

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
