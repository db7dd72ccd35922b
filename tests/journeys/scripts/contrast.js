// The texts of a page, also those of components in shadow roots, that stand out less from their
// background than WCAG 2.2 AA asks for: one line for each. axe-core leaves out what is translucent.
() => {
  const parent = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (color) => {
    if (known.has(color)) return [...known.get(color)];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    known.set(color, [red, green, blue, alpha / 255]);
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => below.map((value, i) => top[i] * top[3] + value * (1 - top[3]));
  const luminance = (color) => {
    const [red, green, blue] = color.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // Of each element, once: what is behind its words, how opaque they are, and whether they count.
  const seen = new Map();
  const around = (node) => {
    if (!node) return { ground: [255, 255, 255], opacity: 1, skipped: false };
    if (seen.has(node)) return seen.get(node);
    const outer = around(parent(node));
    const { backgroundColor, backgroundImage, opacity, visibility } = getComputedStyle(node);
    // The value above the thumb of a slider is inside of it, but not painted on it.
    const thumb = node.closest('[data-testid="stSlider"]') && node.querySelector("input[type=range]");
    const found = {
      ground: thumb ? outer.ground : over(rgba(backgroundColor), outer.ground),
      opacity: outer.opacity * Number(opacity),
      skipped:
        outer.skipped ||
        node.matches(":disabled, [aria-disabled='true'], [data-stale='true'], .katex-mathml") ||
        visibility === "hidden" ||
        backgroundImage !== "none",
    };
    seen.set(node, found);
    return found;
  };
  const problems = new Map();
  const look = (element, text) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (box.width < 2 || box.height < 2 || style.clip === "rect(0px, 0px, 0px, 0px)") return;
    if (style.fontFamily.includes("Material")) return; // an icon beside words
    const { ground, opacity, skipped } = around(element);
    if (skipped || !opacity) return;
    const svg = element instanceof SVGElement;
    const color = rgba(svg ? style.fill : style.color);
    color[3] *= opacity * (svg ? Number(style.fillOpacity) : 1);
    if (!color[3]) return;
    const [dark, light] = [luminance(over(color, ground)), luminance(ground)].sort((a, b) => a - b);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio >= (large ? 3 : 4.5)) return;
    let named = element;
    while (named && !named.dataset?.testid) named = parent(named);
    const where = named?.dataset.testid ?? "";
    problems.set(`${where} ${style.color} ${ratio.toFixed(1)}`, `${ratio.toFixed(2)} : 1 “${text}” in ${where}`);
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      const text = [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent.trim())
        .join("");
      if (text && !element.matches("style, script, title, desc, noscript")) look(element, text.slice(0, 60));
    }
  };
  walk(document.body);
  return [...problems.values()];
}
