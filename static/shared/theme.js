// The page's colours and font, as Streamlit gives them to a component.

/**
 * Reads them where an element stands.
 *
 * @param {Element} root
 */
export function readTheme(root) {
  const style = getComputedStyle(root);
  /** @type {(name: string, fallback: string) => string} */
  const read = (name, fallback) => style.getPropertyValue(`--st-${name}`).trim() || fallback;
  const text = read("text-color", "#31333f");
  return {
    text,
    muted: /^#[\da-f]{6}$/i.test(text) ? `${text}b3` : text, // 70 % of it
    gray: read("gray-text-color", text),
    background: read("background-color", "#ffffff"),
    border: read("border-color", "rgba(128, 128, 128, 0.4)"),
    grid: read("border-color-light", "rgba(128, 128, 128, 0.2)"),
    accent: read("primary-color", text),
    font: read("font", "sans-serif"),
  };
}
