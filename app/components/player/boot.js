// The part of a player that travels with every message. It keeps the room free, fetches the rest,
// once, and hands on.

const players = new WeakMap(); // the component's element -> its player
const BARS = 140; // pixels of what stands above and below maps and curves

// Runs at first, for new data and for a new theme. Not async: Streamlit calls the cleanup of a run
// that newer data overtook at once, while the player is still on the page.
export default function ({ parentElement, data, setStateValue }) {
  let player = players.get(parentElement);
  if (!player) {
    player = { generation: 0, root: parentElement.querySelector(".latent-player") };
    players.set(parentElement, player);
    keepRoom(player.root, data.names.length);
  }
  const generation = ++player.generation;
  show(player, data, setStateValue);
  return () => {
    if (player.generation !== generation || player.root.isConnected) return;
    player.generation = -1;
    players.delete(parentElement);
    player.view?.close();
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
    // A failure is kept too: two ticks a second must not become two requests a second.
    player.script ??= import(new URL(data.script, document.baseURI).href);
    const { open } = await player.script;
    if (player.generation !== generation) return;
    if (player.kind !== data.kind) {
      player.kind = data.kind;
      player.view = open(root, data.kind, player.view);
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
