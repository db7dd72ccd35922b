// Buttons, slider and keys of a replay. `act`: toggle(), seek(frame), step(by), speed(factor),
// loop(on), clear(), follow().

const KEY_STEP = 1;
const KEY_LEAP = 10; // with Shift, and for Page Up and Down

function openControls(root, act) {
  const find = (name) => root.querySelector(`.latent-player-controls ${name}`);
  const all = (name) => [...root.querySelectorAll(`[data-do="${name}"]`)];
  const controls = { play: find('[data-do="play"]'), slider: find("input"), time: find("output") };
  controls.play.onclick = act.toggle;
  find('[data-do="start"]').onclick = () => act.seek(0);
  controls.slider.oninput = () => act.seek(Number(controls.slider.value));
  find("select").onchange = (event) => act.speed(Number(event.target.value));
  const loop = find('[data-do="loop"]');
  loop.onclick = () => {
    const on = loop.getAttribute("aria-pressed") !== "true";
    loop.setAttribute("aria-pressed", String(on));
    act.loop(on);
  };
  for (const button of all("clear")) button.onclick = act.clear;
  for (const button of all("follow")) button.onclick = act.follow;
  root.onkeydown = (event) => onKey(event, act);
  return controls;
}

function onKey(event, act) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const at = event.target;
  if (event.key === "Escape") act.clear();
  else if (at.matches("select")) return; // it has a use of its own for the other keys
  else if (event.key === " ") {
    if (at.matches("button")) return;
    act.toggle();
  } else if (event.key === "Home") act.seek(0);
  else if (event.key === "End") act.seek(Infinity);
  else {
    const direction = { ArrowLeft: -1, ArrowDown: -1, PageDown: -1 }[event.key] ??
      { ArrowRight: 1, ArrowUp: 1, PageUp: 1 }[event.key];
    if (!direction) return;
    // Up and down scroll the page, unless it is the slider that they are for.
    if (!event.key.match(/Left|Right/) && !at.matches("input")) return;
    act.step(direction * (event.shiftKey || event.key.startsWith("Page") ? KEY_LEAP : KEY_STEP));
  }
  event.preventDefault();
}

function showClock(controls, clock) {
  const { play, slider, time } = controls;
  const frame = frameOf(clock);
  const [now, last] = [clock.iterations[frame], endOf(clock)].map(spelled);
  play.dataset.playing = String(clock.playing);
  setAttribute(play, "aria-label", clock.playing ? "Pause" : "Play");
  slider.max = clock.iterations.length - 1;
  slider.value = frame;
  slider.style.setProperty("--fill", `${(100 * frame) / Math.max(1, slider.max)}%`);
  setText(time, `${now} / ${last}`);
  // Read aloud only where the visitor moves it, not sixty times a second.
  if (!clock.playing) setAttribute(slider, "aria-valuetext", `iteration ${now} of ${last}`);
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
