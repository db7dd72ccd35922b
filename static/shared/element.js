// Elements of a page, in one line each.

/**
 * Returns a new element.
 *
 * @param {string} tag
 * @param {string} className Empty for none.
 * @param {...(Node | string)} children
 */
export function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}
