// Where the panels are in the stage, and which part of the plane each of them shows.
// A box is { left, top, width, height } in pixels; a view is { x: [from, to], y: [from, to] }.

const MARGIN = { left: 34, right: 34, top: 44, bottom: 24 }; // right: Plotly's modebar
const NARROW = 600;
const ALIKE = 3;

/** The boxes of so many panels in a stage of this width, and the stage's height. */
function gridOf(width, panels) {
  const narrow = width < NARROW;
  const columns = narrow ? 1 : Math.min(2, panels);
  const rows = Math.ceil(panels / columns);
  const gap = MARGIN.left + 14;
  const inner = width - MARGIN.left - MARGIN.right;
  const across = Math.floor((inner - (columns - 1) * gap) / columns);
  const most = narrow ? 340 : rows > 1 ? 340 : 430;
  const down = Math.max(120, Math.min(across, most));
  const step = down + MARGIN.top + MARGIN.bottom;
  const boxes = Array.from({ length: panels }, (_, panel) => ({
    left: MARGIN.left + (panel % columns) * (across + gap),
    top: MARGIN.top + Math.floor(panel / columns) * step,
    width: across,
    height: down,
  }));
  return { boxes, width, height: rows * step };
}

/** The view of an extent in a box: all of it, some air, and one unit as long across as up. */
function viewOf([left, right, low, high], box) {
  if (!(left <= right)) [left, right, low, high] = [-1, 1, -1, 1]; // nothing there
  const spare = Math.max(right - left, high - low) * 0.04 || 0.5;
  return even({ x: [left - spare, right + spare], y: [low - spare, high + spare] }, box);
}

/**
 * One extent for all panels, so that their sizes can be compared; each its own where one map is so
 * much larger than another that the other would be lost in it.
 */
function shared(extents) {
  const sizes = extents.map(([left, right, low, high]) => Math.max(right - left, high - low));
  const known = sizes.filter((size) => size > 0);
  if (Math.max(...known) > ALIKE * Math.min(...known)) return extents;
  const all = emptyExtent();
  for (const [left, right, low, high] of extents) {
    widen(all, left, low);
    widen(all, right, high);
  }
  return extents.map(() => all);
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
