// Mouse and fingers on the maps, beyond what Plotly does with them.

import { nearestPoint } from "../shared/points.js";
import { contains, transformOf } from "../shared/scale.js";
import { byPlotly, pointsOf, REACH } from "./shown.js";

const CLICK = 4; // pixels that a click may move
const LOOK = 100; // ms between two looks whether a button is still pressed
const HALF_PICTURE = 18; // pixels around the pointer, where digits of a large run are pictures

/** Calls `scatter.act.click(point)` and keeps `scatter.hovered`; returns what undoes it. */
export function listenToPointer(scatter) {
  const { stage } = scatter;
  const listening = new AbortController();
  const { signal } = listening;
  let begin = null; // where it was pressed; null once it is no click any more
  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  stage.addEventListener(
    "pointerdown",
    (event) => {
      if (event.target.closest(".modebar") || event.button) return;
      scatter.pressed = true;
      begin = place(event);
      // Plotly keeps the browser from doing so; the keys are for the map that was touched last.
      stage.focus({ preventScroll: true });
    },
    { signal },
  );

  stage.addEventListener(
    "pointermove",
    (event) => {
      scatter.touched = false;
      // Where Plotly has the points, its own hover counts; it knows what is on top.
      if (scatter.pressed || byPlotly(scatter)) return;
      hover(scatter, nearestAt(scatter, ...place(event)));
    },
    { signal },
  );

  stage.addEventListener(
    "pointerleave",
    (event) => {
      if (event.pointerType === "mouse") hover(scatter, null);
    },
    { signal },
  );

  // While a mouse is pressed Plotly covers the page, so that the stage gets no more events.
  const drag = (event) => {
    if (!begin) return;
    const [px, py] = place(event);
    if (Math.hypot(px - begin[0], py - begin[1]) > CLICK) begin = null;
  };
  const release = (event) => {
    if (!scatter.pressed) return;
    scatter.pressed = false;
    const click = begin && event.type === "pointerup";
    begin = null;
    if (!click) return;
    const [px, py] = place(event);
    const near = nearestAt(scatter, px, py);
    if (near) scatter.act.click?.(near.point);
    // A finger does not hover: what it touches is shown until it touches elsewhere.
    scatter.touched = event.pointerType !== "mouse";
    if (scatter.touched) hover(scatter, near);
  };
  const handlers = { pointermove: drag, pointerup: release, pointercancel: release };
  for (const [name, act] of Object.entries(handlers)) {
    window.addEventListener(name, act, { capture: true, signal });
  }
  return () => listening.abort();
}

/** Waits until no button is pressed on the maps. */
export async function released(scatter) {
  while (scatter.pressed && !scatter.closed) await new Promise((look) => setTimeout(look, LOOK));
}

/** Returns the digit at a place of the stage: { panel, point }, or null. */
function nearestAt(scatter, px, py) {
  const { grid, views } = scatter;
  const panel = grid ? grid.boxes.findIndex((box) => contains(box, px, py)) : -1;
  if (panel < 0) return null;
  const transform = transformOf(views[panel], grid.boxes[panel]);
  const reach = scatter.root.dataset.drawnAs === "pictures" ? HALF_PICTURE : REACH;
  const near = nearestPoint(pointsOf(scatter, panel), transform, px, py, reach);
  return near && { panel, point: near.index };
}

/** Marks a digit on all panels, and shows its card on one. */
export function hover(scatter, near) {
  if (scatter.hovered === null && !near) return;
  scatter.hovered = near ? near.point : null;
  scatter.hoveredPanel = near ? near.panel : 0;
  scatter.draw();
}
