// What the pictures of a data set are called, and its classes. The words are data of the server and
// no HTML: they are only ever set as text.

/**
 * @typedef {object} DataSet Of `DataSet.words` in core/data/data_sets.py.
 * @property {string[]} classes The names of the classes 0 to 9.
 * @property {string} noun Stands for "digit" in texts.
 * @property {string} nouns Stands for "digits".
 */

const DIGIT = /\b([Dd])igit(s?)\b/g;
const NUMERAL = /^\d$/;

/**
 * Says whether the classes are those of digits.
 *
 * @param {DataSet} dataSet
 */
export const showsDigits = ({ classes }) => classes.every((name) => NUMERAL.test(name));

/**
 * Returns a text about digits as one about the pictures of a data set.
 *
 * @param {DataSet} dataSet
 * @param {string} text
 */
export function says({ noun, nouns }, text) {
  return text.replace(DIGIT, (_, first, plural) => {
    const word = plural ? nouns : noun;
    return first === "D" ? word[0].toUpperCase() + word.slice(1) : word;
  });
}

/**
 * Returns what a picture of a class shows, such as "digit 7" or "Ankle boot".
 *
 * @param {DataSet} dataSet
 * @param {number} label
 */
export function shownBy({ classes, noun }, label) {
  return NUMERAL.test(classes[label]) ? `${noun} ${classes[label]}` : classes[label];
}

/**
 * Makes the texts and labels below an element, which are about digits, about the pictures of a data
 * set.
 *
 * @param {Element} root
 * @param {DataSet} dataSet
 */
export function reword(root, dataSet) {
  if (dataSet.noun === "digit") return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    walker.currentNode.nodeValue = says(dataSet, walker.currentNode.nodeValue);
  }
  for (const name of ["aria-label", "title"]) {
    for (const part of root.querySelectorAll(`[${name}]`)) {
      part.setAttribute(name, says(dataSet, part.getAttribute(name)));
    }
  }
}
