// Moving an item within an order.

/**
 * Returns an order with the item at one place moved to another; places beyond the ends are the ends.
 *
 * @param {number[]} order
 * @param {number} from
 * @param {number} to
 */
export function moved(order, from, to) {
  const items = [...order];
  const [item] = items.splice(from, 1);
  items.splice(Math.min(Math.max(to, 0), items.length), 0, item);
  return items;
}

/**
 * Returns the place of a pointer among tiles: that of the first tile whose middle is below it.
 *
 * @param {number} y
 * @param {{ top: number, height: number }[]} tiles From top to bottom, without the one that is held.
 */
export function placeAt(y, tiles) {
  const found = tiles.findIndex(({ top, height }) => y < top + height / 2);
  return found < 0 ? tiles.length : found;
}

/**
 * Returns whether a value is an order of so many items.
 *
 * @param {unknown} value
 * @param {number} count
 */
export function isOrder(value, count) {
  if (!Array.isArray(value) || value.length !== count) return false;
  return [...value].sort((a, b) => a - b).every((item, place) => item === place);
}
