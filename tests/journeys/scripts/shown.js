// What a page shows: the values of its controls, its pictures, its words in numbers. Two pages that
// show the same return the same.
() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const lines = [];
  const hash = (bytes) => {
    let sum = 2166136261;
    for (const byte of bytes) sum = Math.imul(sum ^ byte, 16777619);
    return (sum >>> 0).toString(16);
  };
  const note = (node) => {
    if (!node.checkVisibility()) return;
    const name = node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? "";
    if (node.matches("input[type=range]")) lines.push(`range ${name} ${Number(node.value).toFixed(4)}`);
    else if (node.matches("input[type=radio], input[type=checkbox]")) {
      if (node.checked) lines.push(`checked ${node.closest("label")?.textContent ?? name}`);
    } else if (node.matches("input:not([type=file])")) lines.push(`input ${name} ${node.value}`);
    else if (node.matches("[role=radio][aria-checked=true]")) lines.push(`radio ${node.textContent}`);
    else if (node.matches("[role=slider]")) {
      lines.push(`slider ${node.getAttribute("aria-valuetext") ?? node.getAttribute("aria-valuenow")}`);
    } else if (node.matches("[aria-pressed=true]")) lines.push(`pressed ${name || node.textContent}`);
    else if (node.matches("output, [data-testid=stCaptionContainer]")) {
      lines.push(`words ${node.textContent}`);
    } else if (node.matches("canvas:not([aria-hidden])") && node.width && !node.closest(".js-plotly-plot, [data-testid=stDataFrame]")) {
      const { data } = node.getContext("2d").getImageData(0, 0, node.width, node.height);
      lines.push(`picture ${node.width}x${node.height} ${hash(data)}`);
    }
  };
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      note(node);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(main);
  return lines;
}
