// What a visitor has set for the maps; it outlasts the run's end, when the replay takes over.

const settings = new WeakMap(); // a player's element -> what is set there

export function settingsOf(root) {
  if (!settings.has(root)) {
    settings.set(root, { marks: "dots", axes: "fixed", show: "classes", hidden: new Set() });
  }
  return settings.get(root);
}
