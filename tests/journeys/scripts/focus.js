// Whether the element that has the keyboard's focus shows it: it, or what stands around or beside it,
// looks other than before. `mark` notes how all look without focus; the second call gives the name of
// an element that does not show it, else null.
(mark) => {
  const LOOKS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderTopColor", "textDecorationLine"];
  const parent = (node) => node.parentElement ?? node.getRootNode().host ?? null;
  const looks = (node) => {
    const near = [node, parent(node), parent(parent(node) ?? node), node.nextElementSibling, node.firstElementChild];
    return near.filter(Boolean).map((each) => LOOKS.map((name) => getComputedStyle(each)[name]).join()).join("|");
  };
  if (mark) {
    const seen = (window.labLooks = new WeakMap());
    const walk = (root) => {
      for (const node of root.querySelectorAll("*")) {
        if (node.shadowRoot) walk(node.shadowRoot);
        if (node.tabIndex >= 0) seen.set(node, looks(node));
      }
    };
    walk(document.body);
    return null;
  }
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  // The thumb of a range shows it, which no script can read; a body has the focus between two rounds.
  if (!node || node === document.body || node.matches(".latent-range")) return null;
  const before = window.labLooks.get(node);
  if (before === undefined || before !== looks(node)) return null;
  return `${node.localName} “${(node.ariaLabel || node.textContent || node.className).trim().slice(0, 40)}”`;
}
