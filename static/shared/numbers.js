// Numbers for readers.

const THOUSANDS = new Intl.NumberFormat("en");

/**
 * Spells a whole number, its thousands apart.
 *
 * @param {number} value
 */
export const spelled = (value) => THOUSANDS.format(value);

/**
 * Spells a number with so many decimals; a minus is as long as a plus.
 *
 * @param {number} value
 */
export const formatted = (value, decimals = 2) => value.toFixed(decimals).replace("-", "−");

/**
 * Returns 1, 2 or 5 times a power of ten: the least that is not below what is wanted.
 *
 * @param {number} wanted Above 0.
 */
export function niceStep(wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= wanted * 0.999);
}

/**
 * Returns the round numbers from one to another, about one for each 70 pixels.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} pixels How far apart the two are.
 */
export function ticksBetween(low, high, pixels) {
  const step = niceStep(((high - low) * 70) / pixels);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: formatted(value, digits) };
  });
}
