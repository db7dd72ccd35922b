// The player: it keeps the room free, and shows a live run or a recorded one.

import { reword, showsDigits } from "../shared/data_set.js";
import range from "../shared/range.css" with { type: "text" };
import clock from "./clock.css" with { type: "text" };
import details from "./details.css" with { type: "text" };
import { curvesHeight, gridOf, NARROW } from "./layout.js";
import maps from "./maps.css" with { type: "text" };
import style from "./player.css" with { type: "text" };
import markup from "./player.html" with { type: "text" };
import { isLarge } from "./shown.js";
import { openView } from "./views.js";
import worthStyle from "./worth/worth.css" with { type: "text" };

const BARS = 140; // pixels of what stands above and below maps and curves
const ROW = 34; // of the choice of a measure; on a phone it has two

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, data }) {
  const player = { generation: 0, root: parentElement.querySelector(".latent-player") };
  // Inline, they would travel with each of the two messages a second of a live run.
  player.root.innerHTML = markup;
  const { dataSet } = /** @type {any} */ (data);
  reword(player.root, dataSet);
  // A numeral tells nothing of what is no digit, and for a name a mark has no room.
  if (!showsDigits(dataSet)) player.root.querySelector('[data-marks="numerals"]').remove();
  const textContent = [range, style, maps, clock, details, worthStyle].join("\n");
  player.root.prepend(Object.assign(document.createElement("style"), { textContent }));
  keepRoom(player.root, data);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update({ data, setStateValue }) {
      player.generation += 1;
      show(player, data, setStateValue);
    },
    close() {
      player.generation = -1;
      player.view?.close();
    },
  };
}

function keepRoom(root, { names, kind, worth, count = 0 }) {
  const width = root.parentElement.clientWidth;
  const rows = worth || kind === "live" ? (width < NARROW ? 2 : 1) : 0;
  const height =
    gridOf(width, names.length, isLarge({ count })).height +
    curvesHeight(width, 2) +
    BARS +
    rows * ROW;
  root.parentElement.style.minHeight = `${height}px`;
}

async function show(player, data, setStateValue) {
  const { generation, root } = player;
  try {
    if (player.kind !== data.kind) {
      player.kind = data.kind;
      player.view = openView(root, data.kind, player.view);
    }
    await player.view.update(data, setStateValue);
  } catch (error) {
    console.warn("Latent Lab player:", error);
    if (player.generation < generation) return;
    root.textContent = "The maps could not be drawn; reload the page to try again.";
    root.hidden = false;
    root.dataset.state = "error";
  }
}
