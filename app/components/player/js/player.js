// The script's one door: boot.js calls it. Everything before it stands in the same module.

export function open(root, kind) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  root.prepend(style);
  root.hidden = false;
  return kind === "live" ? openLive(root) : openReplay(root);
}
