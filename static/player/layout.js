// Where the panels stand in the stage. The player keeps the room free by it before anything is
// drawn. A box is { left, top, width, height } in pixels.

export const MARGIN = { left: 34, right: 34, top: 44, bottom: 24 }; // right: Plotly's modebar
export const NARROW = 600;
const WIDE = 900; // three maps stand side by side from here on
const MANY = 700; // where there are more than four, three stand side by side from here on,
const VERY_WIDE = 1000; // and four where three would be more than two rows
const AROUND = 600; // pixels of a page above and below the maps that should be in view with them
const AROUND_LARGE = 460; // the same where so many points need the room more than curves do
export const CURVES = { height: 150, left: 44, right: 86, top: 22, bottom: 34, gap: 58 };

/**
 * Returns the boxes of so many panels in a stage of this width, and the stage's height. Panels of
 * `large` maps are higher, where the screen is.
 */
export function gridOf(width, panels, large = false) {
  const narrow = width < NARROW;
  const columns = narrow ? 1 : columnsOf(width, panels);
  const rows = Math.ceil(panels / columns);
  const gap = MARGIN.left + 14;
  const inner = width - MARGIN.left - MARGIN.right;
  const across = Math.floor((inner - (columns - 1) * gap) / columns);
  const room = window.innerHeight - (large ? AROUND_LARGE : AROUND);
  const inView = Math.max(large ? 320 : 240, Math.min(large ? 760 : 430, room));
  const many = !narrow && panels > 4; // all rows are in view, as far as maps do not become tiny
  const ofMany = Math.max(
    180,
    (window.innerHeight - AROUND_LARGE) / rows - MARGIN.top - MARGIN.bottom,
  );
  const ofSome = narrow || rows > 1 ? Math.min(large ? 480 : 340, inView) : inView;
  const most = many ? Math.floor(ofMany) : ofSome;
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

/** Returns how many panels stand side by side; four stand two by two. */
function columnsOf(width, panels) {
  if (panels > 6 && width >= VERY_WIDE) return 4;
  if (panels > 4) return width < MANY ? 2 : 3;
  return Math.min(width < WIDE || panels === 4 ? 2 : 3, panels);
}

/** Returns how high the curves are: side by side, or one below the other. */
export const curvesHeight = (width, measures) => (width < NARROW ? measures : 1) * CURVES.height;
