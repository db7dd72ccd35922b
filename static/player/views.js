// The two views of the player, which are fetched together.

import { openLive } from "./live.js";
import { openReplay } from "./replay.js";

/**
 * Opens a view of the player. The one before it, if any, is shown until the new one has something
 * to draw and takes its place: when a run ends, its maps do not leave the page.
 */
export function openView(root, kind, before) {
  root.hidden = false;
  return kind === "live" ? openLive(root, before) : openReplay(root, before);
}
