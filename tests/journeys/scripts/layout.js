// The controls of a page, also those in shadow roots, of which a part is out of sight: beyond the
// page's edge or an ancestor that cuts off, or wider than the box that they have; and the pictures of
// digits that are no whole multiple of 28 px, from 56 px on. One line for each.
() => {
  const CONTROLS = "a[href], button, input, select, summary, textarea, canvas, [role=radio], [role=combobox]";
  const parent = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const main = document.querySelector('[data-testid="stMain"]');
  const named = (node) =>
    `${node.localName} “${(node.ariaLabel || node.textContent || node.className || "").toString().trim().slice(0, 40)}”`;
  const problems = [];
  if (main.scrollWidth > main.clientWidth + 1) problems.push("the page scrolls sideways");
  const look = (node) => {
    // Streamlit's slider has a wide input behind its thumb, and its toggle one behind the switch;
    // these are what is seen and pressed.
    if (node.matches('[data-testid="stSlider"] input, [data-testid="stCheckbox"] input')) return;
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    // What nobody sees or presses, such as the input behind a styled one.
    if (box.width < 4 || box.height < 4 || style.visibility === "hidden" || style.opacity === "0") return;
    for (let outer = parent(node); outer; outer = parent(outer)) {
      const around = getComputedStyle(outer);
      if (around.opacity === "0") return;
      // Streamlit's columns and elements hold their content; nothing may stand out of its own.
      const holds = outer === main || outer.matches('[data-testid="stColumn"]');
      if (!holds && around.overflowX === "visible") continue;
      const frame = outer.getBoundingClientRect();
      // The frame of a picture that can be picked stands out by half the gap between pictures.
      const room = holds ? 5 : 2;
      if (box.left < frame.left - room || box.right > frame.right + room) {
        const beyond = Math.round(Math.max(frame.left - box.left, box.right - frame.right));
        problems.push(`${named(node)} is cut off by ${beyond} px in ${outer.dataset?.testid || outer.className || outer.localName}`);
        break;
      }
      if (outer === main) break;
    }
    const button = node.matches("button, [role=radio]");
    if (button && style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1) {
      problems.push(`${named(node)} has no room for its words`);
    }
    const long = node.matches("[role=combobox]") && node.scrollWidth > node.clientWidth + 1;
    if (long && style.textOverflow !== "ellipsis") {
      problems.push(`${named(node)} does not show that its words go on`);
    }
    // The option after another one, or before it, may leave its border to that one, but not where a
    // row ends between the two.
    const open = ["Left", "Right"].filter((side) => style[`border${side}Color`] === "rgba(0, 0, 0, 0)");
    if (node.matches('[data-testid="stButtonGroup"] [role=radio]') && open.length) {
      problems.push(`${named(node)} has no border at its ${open.join(" and ").toLowerCase()}`);
    }
  };
  const measure = (picture) => {
    const scale = picture.getBoundingClientRect().width / picture.width;
    // A film's other pictures are codes.
    const digits = picture.width % 30 === 28;
    if (Math.abs(scale - Math.round(scale)) > 0.001 || (digits && scale < 2))
      problems.push(`a picture ${picture.width} px wide is drawn ${scale.toFixed(3)} times as large`);
  };
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot);
      if (node.matches(".tiles canvas, .strips .picture") && node.checkVisibility()) measure(node);
      // The tools of a chart appear over it, and an SVG's links are its own.
      if (node.matches(CONTROLS) && !node.closest(".modebar, svg, [aria-hidden=true]")) look(node);
    }
  };
  walk(main);
  return problems;
}
