// What a scatter asks of a replay, and tells it, see scatter.js.

import { panelExtent, pathOf } from "../shared/frames.js";
import { spelled } from "../shared/numbers.js";
import { common, viewOf } from "../shared/scale.js";
import { placeCard } from "./card.js";
import { frameOf, timeOf } from "./clock.js";
import { saveMaps } from "./download.js";
import { inNats, placeHeads } from "./heads.js";
import { nearestTo } from "./neighbours.js";
import { follow, select } from "./selection.js";
import { colorsInWords, digitValue, neighboursOf } from "./worth/worth.js";

const PREFETCHED = 8; // digits near the one that is pointed at, whose pictures are fetched with its own

/** `whole` shows all of each map again. */
export function mapActions(replay, whole) {
  return {
    whole,
    home: (panel, box) => {
      const { scatter } = replay;
      if (scatter.settings.axes !== "fit") return viewOf(extentFor(replay, panel), box);
      return viewOf(panelExtent(scatter.positions, panel, scatter.count), box);
    },
    arranged: (grid) => placeHeads(replay.heads, grid),
    click: (point) => follow(replay, point),
    near: (panel, point) => {
      const { positions, count } = replay.scatter;
      return nearestTo(positions, panel, count, point, PREFETCHED);
    },
    lasso: (_, points) => select(replay, points),
    trail: (panel) => {
      const { recording, scatter, clock } = replay;
      if (recording.fixed[panel]) return new Float32Array();
      return pathOf(recording, panel, scatter.followed, timeOf(clock));
    },
    neighboursOf: (point) => neighboursOf(replay, point),
    title: (panel) => titleOf(replay, panel),
    picture: () => saveMaps(replay.scatter),
    iteration: () => replay.clock.iterations[frameOf(replay.clock)],
    drawn: () => {
      const { scatter, recording, card } = replay;
      placeCard(card, scatter, recording.indices, (...digit) => digitValue(replay, ...digit));
      replay.root.dataset.drawn = ++replay.drawn;
    },
  };
}

/** Returns what a panel shows of the plane; a map that is fixed has no size to compare. */
function extentFor({ extents, recording, scatter }, panel) {
  if (scatter.settings.axes !== "same" || recording.fixed[panel]) return extents[panel];
  return common(extents.filter((_, other) => !recording.fixed[other]));
}

function titleOf(replay, panel) {
  const { recording, clock } = replay;
  const frame = frameOf(clock);
  const title = [recording.names[panel]];
  if (!recording.fixed[panel]) {
    title.push(`iteration ${spelled(clock.iterations[frame])}`);
    title.push(`KL(P‖Q) ${inNats(recording.kl[panel][frame])}`);
  }
  return [title.join(", "), colorsInWords(replay)].filter(Boolean).join("\n");
}
