// Where the name of a class is written on a map.

const NEAR = 0.12; // of a map that reaches from -1 to 1: digits so close count as one crowd

/**
 * Returns a digit of each class, that in its densest crowd: a class in two parts is named on one of
 * them, not between them. It is -1 for a class without digits.
 *
 * @param {ArrayLike<number>} positions Those of all panels, (P, N, 2), in [-1, 1].
 * @param {number} panel
 * @param {ArrayLike<number>} labels
 * @param {number} classes
 */
export function placesOfNames(positions, panel, labels, classes) {
  const start = 2 * panel * labels.length;
  return Array.from({ length: classes }, (_, label) => {
    const own = Array.from(labels, (each, i) => (each === label ? i : -1)).filter((i) => i >= 0);
    let [most, place] = [0, -1];
    for (const i of own) {
      let density = 0;
      for (const j of own) {
        const across = positions[start + 2 * i] - positions[start + 2 * j];
        const up = positions[start + 2 * i + 1] - positions[start + 2 * j + 1];
        density += Math.exp(-(across * across + up * up) / NEAR ** 2);
      }
      if (density > most) [most, place] = [density, i];
    }
    return place;
  });
}
