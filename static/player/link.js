// The frame and the selection of a replay in the page's address; app/components/player/link.py reads
// them.

import { keepInAddress, leaveAddress } from "../shared/address.js";
import { frameOf } from "./clock.js";

const LONGEST = 2000; // characters, as in app/links/parameters.py; more digits stay out

/** Keeps where the replay rests and what is chosen; the last iteration is where it opens. */
export function keepReplay(replay) {
  const { inAddress, clock, scatter, lasso } = replay;
  if (!inAddress || !clock || clock.playing) return;
  const frame = frameOf(clock);
  const last = clock.iterations.length - 1;
  const keep = (name, text) => keepInAddress(replay, inAddress[name], text);
  keep("frame", frame === last ? null : String(clock.iterations[frame]));
  keep("point", scatter.followed === null ? null : String(scatter.followed));
  const rows = lasso.length ? packRows(lasso) : null;
  keep("lasso", rows && rows.length <= LONGEST ? rows : null);
}

export function leaveReplay(replay) {
  for (const name of Object.values(replay.inAddress ?? {})) leaveAddress(replay, name);
}

/**
 * Returns rows as a short text: the gaps between them, in bytes of seven bits with the lowest first,
 * in the Base64 of addresses.
 *
 * @param {number[]} rows
 */
export function packRows(rows) {
  let last = -1;
  let bytes = "";
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    let gap = row - last - 1;
    last = row;
    for (; gap > 127; gap >>>= 7) bytes += String.fromCharCode((gap & 127) | 128);
    bytes += String.fromCharCode(gap);
  }
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
