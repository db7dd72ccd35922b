// The door of the player. It keeps the room free, fetches the rest, and hands on.

import { curvesHeight, gridOf } from "./layout.js";

const BARS = 140; // pixels of what stands above and below maps and curves
const STYLES = ["../shared/range.css", "player.css", "maps.css", "clock.css", "details.css"];

// Inline, markup and style would travel with each of the two messages a second of a live run.
/** @param {string} name */
const textOf = async (name) => (await fetch(new URL(name, import.meta.url))).text();

/** @type {Promise<[typeof import("./views.js"), string, ...string[]]> | undefined} */
let parts; // a failure is kept, too: two ticks a second must not become two requests a second

function fetchParts() {
  parts ??= Promise.all([import("./views.js"), textOf("player.html"), ...STYLES.map(textOf)]);
  return parts;
}

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, data }) {
  const player = { generation: 0, root: parentElement.querySelector(".latent-player") };
  keepRoom(player.root, data.names.length);
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

function keepRoom(root, panels) {
  const width = root.parentElement.clientWidth;
  const height = gridOf(width, panels).height + curvesHeight(width, 2) + BARS;
  root.parentElement.style.minHeight = `${height}px`;
}

async function show(player, data, setStateValue) {
  const { generation, root } = player;
  try {
    const [{ openView }, markup, ...styles] = await fetchParts();
    if (player.generation !== generation) return;
    if (!root.querySelector("style")) {
      root.innerHTML = markup;
      root.prepend(
        Object.assign(document.createElement("style"), { textContent: styles.join("\n") }),
      );
    }
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
