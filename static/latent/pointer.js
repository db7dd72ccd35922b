// Mouse, fingers and keys on a map. What they mean is the map's: look(px, py), leave(), pick(),
// pan(dx, dy), zoom(factor, px, py), step(dx, dy), fit().

const CLICK = 4; // pixels that a click may move
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function listen(frame, act) {
  const down = new Map(); // the pointers that are pressed -> where they are
  let begin = null; // where the first was pressed; null once it is no click any more

  const place = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const isMouse = (event) => event.pointerType === "mouse";

  frame.onpointerdown = (event) => {
    if (isMouse(event) && event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    begin = down.size === 1 ? place(event) : null;
    if (down.size === 1) act.look(...place(event), isMouse(event));
  };

  frame.onpointermove = (event) => {
    const now = place(event);
    const before = down.get(event.pointerId);
    if (before && down.size > 1) return pinch(event.pointerId, before, now);
    if (before && isMouse(event)) {
      if (begin && Math.hypot(now[0] - begin[0], now[1] - begin[1]) <= CLICK) return;
      begin = null;
      frame.classList.add("panning");
      act.pan(now[0] - before[0], now[1] - before[1]);
      down.set(event.pointerId, now);
    } else if (before) down.set(event.pointerId, now);
    // A finger that has pinched does not look on with what is left of it.
    if (!before || isMouse(event) || begin) act.look(...now, isMouse(event));
  };

  frame.onpointerup = (event) => {
    frame.classList.remove("panning");
    if (!down.delete(event.pointerId)) return;
    if (begin && !down.size) act.pick(...place(event));
    else if (!down.size && !isMouse(event)) act.leave(); // two fingers have looked at nothing
    begin = null;
  };

  frame.onpointercancel = (event) => {
    frame.classList.remove("panning");
    down.delete(event.pointerId);
    begin = null;
  };

  frame.onpointerleave = (event) => {
    if (isMouse(event) && !down.size) act.leave();
  };

  /** Moves and zooms so that what is between two fingers stays between them. */
  function pinch(id, before, now) {
    const other = [...down].find(([key]) => key !== id)[1];
    const middle = (a) => [(a[0] + other[0]) / 2, (a[1] + other[1]) / 2];
    const apart = (a) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
    const [from, to] = [middle(before), middle(now)];
    act.pan(to[0] - from[0], to[1] - from[1]);
    act.zoom(apart(now) / apart(before), ...to);
    down.set(id, now);
  }

  // A page must scroll past a map that nobody has touched yet.
  frame.onwheel = (event) => {
    if (!event.ctrlKey && frame.getRootNode().activeElement !== frame) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : 1);
    act.zoom(Math.exp(-Math.min(300, Math.max(-300, pixels)) / 300), ...place(event));
  };

  frame.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const size = event.shiftKey ? 60 : 12;
    if (arrow) act.step(size * arrow[0], size * arrow[1]);
    else if (event.key === "+" || event.key === "=") act.zoom(1.25);
    else if (event.key === "-") act.zoom(0.8);
    else if (event.key === "0") act.fit();
    else if (event.key === "Enter" || event.key === " ") act.pick();
    else return;
    event.preventDefault();
  };
}
