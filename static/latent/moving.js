// How a map is walked: its view moves, and a place is looked at or picked.

import { keepInAddress } from "../shared/address.js";
import { animate, eased, glideTime } from "../shared/frame.js";
import { nearestPoint } from "../shared/points.js";
import { contains } from "../shared/scale.js";
import { placeOf } from "./dots.js";
import { REACH } from "./drawing.js";
import {
  between,
  fit,
  panned,
  planeX,
  planeY,
  screenX,
  screenY,
  transformOf,
  zoomed,
} from "./view.js";

/** Turns to the view that shows everything. */
export function showAll(map) {
  turnTo(map, fit(map.dots.positions, map.box, map.data.mark));
  map.whole = true;
}

/** Turns to another view, on a way that can be followed. */
export function turnTo(map, view) {
  const from = map.view;
  map.whole = false;
  map.stop();
  map.stop = animate(0.6 * glideTime(), (share) => {
    map.view = between(from, view, eased(share));
    map.draw();
  });
}

/** Keeps the pin in the page's address, as [x, y, index of the digit or null]; null is none. */
export function keepPin(map, pin) {
  const { inAddress } = map.data;
  if (!inAddress) return;
  const place = () => [pin[0], pin[1]].map((at) => Number(at.toFixed(4))).join("_");
  const text = pin && (pin[2] === null ? place() : `p${pin[2]}`);
  keepInAddress(map, inAddress, text ?? null);
}

/** Returns what mouse, fingers and keys do; see pointer.js. */
export function actions(map) {
  const place = () => [
    screenX(map.view, map.box, map.look[0]),
    screenY(map.view, map.box, map.look[1]),
  ];
  const look = (px, py) => {
    map.look = [planeX(map.view, map.box, px), planeY(map.view, map.box, py)];
    map.showPlace();
  };
  const show = (view) => {
    map.stop();
    map.whole = false;
    map.view = view;
    map.draw();
  };
  return {
    look(px, py, mouse) {
      map.hovered = mouse && contains(map.box, px, py) ? [px, py] : null;
      if (contains(map.box, px, py)) look(px, py);
    },
    leave() {
      map.hovered = null;
      map.look = map.pin ?? map.look;
      map.showPlace();
    },
    pick(px = place()[0], py = place()[1]) {
      if (!contains(map.box, px, py)) return;
      const near = nearestPoint(map.dots, transformOf(map.view, map.box), px, py, REACH);
      const point = near ? near.index : null;
      look(px, py);
      if (point !== null) map.look = placeOf(map.dots, point);
      map.pin = map.look;
      map.announcing = true;
      keepPin(map, [...map.pin, point]);
      map.send("pick", { signature: map.data.signature, place: map.pin, point });
    },
    pan: (dx, dy) => show(panned(map.view, dx, dy)),
    zoom: (factor, px = place()[0], py = place()[1]) =>
      show(zoomed(map.view, map.box, factor, px, py, map.limits)),
    fit: () => showAll(map),
    step(dx, dy) {
      const { left, top, width, height } = map.box;
      const [px, py] = [place()[0] + dx, place()[1] + dy];
      const x = Math.min(left + width - 12, Math.max(left + 12, px));
      const y = Math.min(top + height - 12, Math.max(top + 12, py));
      map.hovered = null;
      map.announcing = true;
      look(px, py);
      if (x !== px || y !== py) show(panned(map.view, x - px, y - py)); // the view comes along
    },
  };
}
