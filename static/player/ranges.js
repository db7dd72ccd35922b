// What Plotly's axes show, to and from the views of the panels.

import { axisKey } from "./figure.js";

/** Returns the ranges of all axes, as `Plotly.relayout` takes them. */
export function rangesOf({ views }) {
  const ranges = {};
  views.forEach((view, panel) => {
    ranges[`${axisKey("x", panel)}.range`] = [...view.x];
    ranges[`${axisKey("y", panel)}.range`] = [...view.y];
  });
  return ranges;
}

/** Takes over the view to which the visitor zooms or pans; says whether there is one. */
export function takeRanges(scatter, change) {
  let any = false;
  scatter.names.forEach((_, panel) => {
    const view = { ...scatter.views[panel] };
    for (const letter of ["x", "y"]) {
      const name = `${axisKey(letter, panel)}.range`;
      const range = change[name] ?? [change[`${name}[0]`], change[`${name}[1]`]];
      if (!range.every(Number.isFinite)) continue;
      view[letter] = [...range];
      scatter.own[panel] = any = true;
    }
    scatter.views[panel] = view;
  });
  if (any) scatter.draw();
  return any;
}
