// The maps as a Plotly figure: axes, modebar and, for points that rest, markers.

import { dotRadius } from "../shared/points.js";
import { paletteOf, rimOf, rowsOf } from "./coloring.js";
import { MARGIN } from "./layout.js";
import { asDots, FAINT, fitsPlotly, REACH } from "./shown.js";

export const axis = (letter, panel) => `${letter}${panel ? panel + 1 : ""}`;
export const axisKey = (letter, panel) => `${letter}axis${panel ? panel + 1 : ""}`;

/** Returns one trace a panel. A digit is the same row in each; one that is hidden has no place. */
export function tracesOf(scatter) {
  const { names, count, positions, labels, theme, selected } = scatter;
  const { hidden } = scatter.settings;
  const filled = scatter.resting && fitsPlotly(scatter);
  const colors = paletteOf(scatter);
  const rows = selected ? [...selected.keys()].filter((i) => selected[i]) : null;
  return names.map((_, panel) => {
    const along = (offset) =>
      Float64Array.from({ length: count }, (__, i) =>
        hidden.has(labels[i]) ? NaN : positions[2 * (panel * count + i) + offset],
      );
    return {
      type: "scatter",
      mode: "markers",
      x: filled ? along(0) : [null],
      y: filled ? along(1) : [null],
      xaxis: axis("x", panel),
      yaxis: axis("y", panel),
      marker: {
        color: filled ? Array.from(rowsOf(scatter, panel), (row) => colors[row]) : theme.text,
        size: 2 * dotRadius(count),
        opacity: asDots(scatter) ? 1 : 0,
        line: { width: 0.75, color: rimOf(scatter) },
      },
      selectedpoints: filled ? rows : null,
      unselected: { marker: { opacity: asDots(scatter) ? FAINT : 0 } },
      hoverinfo: "none",
    };
  });
}

export function layoutOf(scatter) {
  const { grid, views, theme } = scatter;
  const layout = {
    width: grid.width,
    height: grid.height,
    margin: { l: MARGIN.left, r: MARGIN.right, t: MARGIN.top, b: MARGIN.bottom },
    showlegend: false,
    hovermode: "closest",
    hoverdistance: REACH,
    dragmode: scatter.dragmode,
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: theme.font, size: 11, color: theme.muted },
    modebar: {
      orientation: "v",
      bgcolor: "transparent",
      color: theme.muted,
      activecolor: theme.accent,
    },
    newselection: { line: { color: theme.text, width: 1.5, dash: "dash" } },
  };
  const inner = {
    width: grid.width - MARGIN.left - MARGIN.right,
    height: grid.height - MARGIN.top - MARGIN.bottom,
  };
  const line = {
    automargin: false,
    zeroline: false,
    showgrid: false,
    showline: true,
    mirror: true,
    linecolor: theme.border,
    ticks: "outside",
    ticklen: 3,
    tickcolor: theme.border,
    nticks: 7,
  };
  grid.boxes.forEach((box, panel) => {
    const left = (box.left - MARGIN.left) / inner.width;
    const top = 1 - (box.top - MARGIN.top) / inner.height;
    layout[axisKey("x", panel)] = {
      ...line,
      anchor: axis("y", panel),
      range: [...views[panel].x],
      domain: [left, Math.min(1, left + box.width / inner.width)],
    };
    layout[axisKey("y", panel)] = {
      ...line,
      anchor: axis("x", panel),
      range: [...views[panel].y],
      domain: [Math.max(0, top - box.height / inner.height), Math.min(1, top)],
    };
  });
  return layout;
}

/** Returns the one config for good: a new one makes Plotly start afresh. */
export function configOf(scatter, Plotly) {
  const buttons = [
    ...(scatter.act.lasso ? ["lasso2d"] : []),
    "zoom2d",
    "pan2d",
    "zoomIn2d",
    "zoomOut2d",
    {
      name: "whole",
      title: "Show everything",
      icon: Plotly.Icons.autoscale,
      click: () => scatter.act.whole(),
    },
    {
      name: "picture",
      title: "Save the maps as PNG",
      icon: Plotly.Icons.camera,
      click: () => scatter.act.picture(),
    },
  ];
  return {
    displaylogo: false,
    displayModeBar: true,
    doubleClick: false,
    showTips: false,
    modeBarButtons: [buttons],
  };
}
