// A row of pictures that is too wide for a phone is cut between two of them.

/** The least CSS pixels of a pixel. */
export const LEAST_SCALE = 2;
/** Pixels between parts that are put below each other. */
export const BETWEEN = 6;

/**
 * Returns into how many equal parts a picture of cells is cut, how many pixels wide each is, and how
 * many pixels after the one before it begins. There are as few parts as have room for two CSS pixels
 * a pixel; a picture without cells stays whole.
 * @param {{ width: number, cell: number | null }} strip the last cell lacks its gap
 * @param {number} room in CSS pixels
 */
export function foldedInto({ width, cell }, room) {
  if (!cell) return { parts: 1, partWidth: width, step: width };
  const cells = Math.ceil(width / cell);
  const gap = cells * cell - width;
  let parts = 1;
  const step = () => (cells / parts) * cell;
  while (parts < cells && LEAST_SCALE * (step() - gap) > room) {
    do parts++;
    while (cells % parts > 0);
  }
  return { parts, partWidth: step() - gap, step: step() };
}
