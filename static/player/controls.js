// Buttons, slider and keys of a replay. `act`: toggle(), seek(frame), step(by), speed(factor),
// loop(on), clear(), follow(), zoom(way), whole().

import { spelled } from "../shared/numbers.js";
import { endOf, frameOf } from "./clock.js";
import { setText } from "./heads.js";

const KEY_STEP = 1;
const KEY_LEAP = 10; // with Shift, and for Page Up and Down

export function controlsOf(root) {
  const find = (name) => root.querySelector(`.latent-player-controls ${name}`);
  return {
    play: find('[data-do="play"]'),
    slider: find("input"),
    time: find("output"),
    speed: find("select"),
    loop: find('[data-do="loop"]'),
  };
}

export function openControls(root, act) {
  const find = (name) => root.querySelector(`.latent-player-controls ${name}`);
  const all = (name) => [...root.querySelectorAll(`[data-do="${name}"]`)];
  const controls = controlsOf(root);
  controls.play.onclick = act.toggle;
  find('[data-do="start"]').onclick = () => act.seek(0);
  controls.slider.oninput = () => act.seek(Number(controls.slider.value));
  controls.speed.onchange = (event) => act.speed(Number(event.target.value));
  const { loop } = controls;
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
  else if (at.matches("select"))
    return; // it has a use of its own for the other keys
  else if (event.key === " ") {
    if (at.matches("button")) return;
    act.toggle();
  } else if (event.key === "+" || event.key === "=") act.zoom(1);
  else if (event.key === "-") act.zoom(-1);
  else if (event.key === "0") act.whole();
  else if (event.key === "Home") act.seek(0);
  else if (event.key === "End") act.seek(Infinity);
  else {
    const direction =
      { ArrowLeft: -1, ArrowDown: -1, PageDown: -1 }[event.key] ??
      { ArrowRight: 1, ArrowUp: 1, PageUp: 1 }[event.key];
    if (!direction) return;
    // Up and down scroll the page, unless it is the slider that they are for.
    if (!event.key.match(/Left|Right/) && !at.matches("input")) return;
    act.step(direction * (event.shiftKey || event.key.startsWith("Page") ? KEY_LEAP : KEY_STEP));
  }
  event.preventDefault();
}

export function showClock(controls, clock) {
  const { play, slider } = controls;
  const frame = frameOf(clock);
  const [now, last] = [clock.iterations[frame], endOf(clock)];
  play.dataset.playing = String(clock.playing);
  setAttribute(play, "aria-label", clock.playing ? "Pause" : "Play");
  showTime(controls, frame, clock.iterations.length - 1, now, last);
  // Read aloud only where the visitor moves it, not sixty times a second.
  if (clock.playing) return;
  setAttribute(slider, "aria-valuetext", `iteration ${spelled(now)} of ${spelled(last)}`);
}

/** Shows below the slider which frames are here; nothing if that is null: all that will come. */
export function showLoaded({ slider }, frames) {
  if (!frames) return slider.style.removeProperty("--loaded");
  const last = Math.max(1, frames.length - 1);
  const stops = [];
  for (let frame = 0; frame < frames.length; frame++) {
    const color = frames[frame] ? "var(--st-primary-color)" : "transparent";
    const [from, to] = [frame - 0.5, frame + 0.5].map((at) => `${(100 * at) / last}%`);
    stops.push(`${color} ${from} ${to}`);
  }
  slider.style.setProperty("--loaded", `linear-gradient(to right, ${stops.join(", ")})`);
}

/** Shows the clock of a run that is being computed: how far it has come. */
export function showProgress(controls, iteration, iterations) {
  const { play, slider } = controls;
  play.dataset.playing = "false";
  setAttribute(play, "aria-label", "Play, when the run has ended");
  showTime(controls, iteration, iterations, iteration, iterations);
  const [now, last] = [iteration, iterations].map(spelled);
  setAttribute(slider, "aria-valuetext", `iteration ${now} of ${last}`);
}

function showTime({ slider, time }, value, most, now, last) {
  slider.max = most;
  slider.value = value;
  slider.style.setProperty("--fill", `${(100 * value) / Math.max(1, most)}%`);
  setText(time, `${spelled(now)} / ${spelled(last)}`);
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
