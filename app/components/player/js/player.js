// The script's one door: boot.js calls it. Everything before it stands in the same module.

/**
 * A view of the player. The one before it, if any, is shown until the new one has something to draw
 * and takes its place: when a run ends, its maps do not leave the page.
 */
export function open(root, kind, before) {
  if (!root.querySelector("style")) {
    root.innerHTML = MARKUP;
    const style = document.createElement("style");
    style.textContent = STYLE;
    root.prepend(style);
  }
  root.hidden = false;
  return kind === "live" ? openLive(root, before) : openReplay(root, before);
}
