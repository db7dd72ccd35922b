// Which part of the plane each panel shows. A view is { x: [from, to], y: [from, to] }.

/** The view of an extent in a box: all of it, some air, and one unit as long across as up. */
function viewOf([left, right, low, high], box) {
  if (!(left <= right)) [left, right, low, high] = [-1, 1, -1, 1]; // nothing there
  const spare = Math.max(right - left, high - low) * 0.04 || 0.5;
  return even({ x: [left - spare, right + spare], y: [low - spare, high + spare] }, box);
}

/** One extent that holds those of all panels, so that their sizes can be compared. */
function common(extents) {
  const all = emptyExtent();
  for (const extent of extents) hold(all, extent);
  return all;
}

/** The smallest view around this one in which one unit is as long across as up. */
function even({ x, y }, box) {
  const unit = Math.max((x[1] - x[0]) / box.width, (y[1] - y[0]) / box.height);
  const around = ([from, to], length) => {
    const [middle, half] = [(from + to) / 2, (unit * length) / 2];
    return [middle - half, middle + half];
  };
  return { x: around(x, box.width), y: around(y, box.height) };
}

/** `a` at share 0, `b` at share 1. */
function between(a, b, share) {
  const mix = (from, to) => from.map((value, i) => value + (to[i] - value) * share);
  return { x: mix(a.x, b.x), y: mix(a.y, b.y) };
}

/** Pixels of the stage from positions: x * scale.x + shift.x, and so for y. */
function transformOf({ x, y }, box) {
  const [across, up] = [box.width / (x[1] - x[0]), box.height / (y[1] - y[0])];
  return {
    scale: { x: across, y: -up },
    shift: { x: box.left - x[0] * across, y: box.top + y[1] * up },
  };
}

const contains = (box, px, py) =>
  px >= box.left && px <= box.left + box.width && py >= box.top && py <= box.top + box.height;
