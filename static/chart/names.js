// The names of lines: at the ends of the lines, or in a legend above where there are many.

import { spread } from "../shared/labels.js";
import { axisKey, fitsLog, MARGIN, PALE } from "./figure.js";

const MAX_AT_ENDS = 5;
// On a phone a name takes several lines, and beside the plot there is room for so many names.
const NARROW = 480;
const MAX_AT_ENDS_NARROW = 6;
const THREE_DIGITS = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/**
 * Writes the names and latest values, and says how much room they need beside the plot. In a legend
 * a name that comes back in another panel is the same thing measured there, and stands once. Of
 * several lines with one name in a panel, the first stands for all.
 */
export function drawNames(chart, lines) {
  const { legend } = chart;
  const names = new Set(lines.map((line) => line.name));
  const first = (line) =>
    lines.find((other) => other.name === line.name && other.panel === line.panel) === line;
  const drawn = lines.filter((line) => line.count && first(line));
  const most = window.innerWidth <= NARROW ? MAX_AT_ENDS_NARROW : Number.POSITIVE_INFINITY;
  const atEnds = names.size <= MAX_AT_ENDS && drawn.length <= most;
  const entries = atEnds
    ? drawn
    : [...names].map((name) => lines.find((line) => line.name === name));
  if (legend.parentElement !== (atEnds ? chart.frame : chart.bar)) {
    (atEnds ? chart.frame : chart.bar).prepend(legend);
  }
  legend.classList.toggle("at-ends", atEnds);
  // Buttons are kept from tick to tick: a new one would lose the keyboard's focus.
  while (legend.children.length > entries.length) legend.lastChild.remove();
  while (legend.children.length < entries.length) legend.append(newEntry());
  entries.forEach((line, i) => {
    const button = legend.children[i];
    const [label, value] = button.querySelectorAll("span");
    const stroke = button.querySelector("line");
    const single =
      atEnds || lines.every(({ name, panel }) => name !== line.name || panel === line.panel);
    stroke.setAttribute("stroke", line.color);
    stroke.setAttribute("x1", line.dots ? 7 : 0); // of no length, with round ends: a dot
    stroke.setAttribute("x2", line.dots ? 7 : 14);
    stroke.setAttribute("stroke-linecap", line.dots ? "round" : "butt");
    stroke.setAttribute("stroke-width", line.dots ? 8 : line.pale || line.dashed ? 1.5 : 3);
    stroke.setAttribute("stroke-dasharray", line.dashed ? "4 3" : "none");
    stroke.setAttribute("opacity", line.pale ? PALE : 1);
    label.textContent = line.name;
    value.textContent = single ? latest(line) : "";
    button.setAttribute("aria-pressed", String(!chart.hidden.has(line.name)));
    button.onclick = () => {
      if (!chart.hidden.delete(line.name)) chart.hidden.add(line.name);
      chart.redraw();
    };
  });
  chart.ends = atEnds ? entries : [];
  const widths = [...legend.children].map((button) => button.offsetWidth);
  chart.labelWidth = atEnds ? Math.max(0, ...widths) + 4 : 0;
}

function newEntry() {
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML =
    '<svg width="14" height="10" aria-hidden="true"><line x1="0" x2="14" y1="5" y2="5"/></svg>' +
    '<span></span><span class="latent-chart-value"></span>';
  return button;
}

/** Moves the names to the heights at which their lines end, one below the other where they meet. */
export function placeNames(chart) {
  const layout = chart.plot._fullLayout;
  chart.legend.style.left = "";
  if (!layout || !chart.ends.length) return;
  // From the right: until Plotly has drawn itself anew in a narrower place, they stay inside of it.
  chart.legend.style.left = `calc(100% - ${layout.margin.r - 4}px)`;
  const placed = chart.ends.map((line, i) => {
    const axis = layout[axisKey(line.panel)];
    const button = chart.legend.children[i];
    const middle = axis._offset + heightOf(line, axis);
    // Beyond it the title of the next panel begins.
    const high = axis._offset + axis._length + 8;
    return { button, size: button.offsetHeight, middle, high };
  });
  spread(placed, 0, layout.height - MARGIN.bottom + 8).forEach((middle, i) => {
    const { button, size } = placed[i];
    button.style.top = `${Math.round(middle - size / 2)}px`;
  });
}

/** Returns the names at the ends of lines that are shown, and where they stand, for a picture. */
export function namedEnds(chart) {
  const named = chart.ends.map((line, i) => {
    const button = chart.legend.children[i];
    const middle = button.offsetTop + button.offsetHeight / 2;
    return { ...line, value: latest(line), middle };
  });
  return named.filter((line) => !chart.hidden.has(line.name));
}

/**
 * Returns how far below the top of its panel a line ends, in pixels; what is out of sight at the
 * edge.
 */
function heightOf(line, axis) {
  const value = line.y.findLast((y) => (axis.type === "log" ? fitsLog(y) : Number.isFinite(y)));
  const [low, high] = axis.range;
  const place = axis.type === "log" ? Math.log10(value) : value;
  const share = (high - place) / (high - low);
  return Math.min(Math.max(Number.isFinite(share) ? share : 1, 0), 1) * axis._length;
}

/** Returns the latest value of a line, for readers; dots have no order. */
export function latest(line) {
  if (!line.count || line.dots) return "";
  const value = line.y.at(-1);
  const text =
    value && Math.abs(value) < 1e-4 ? value.toExponential(2) : THREE_DIGITS.format(value);
  return text.replace("-", "−");
}
