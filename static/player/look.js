// How the maps look: which view stands there, and which marks and axes the visitor has chosen.

import { choice } from "./legend.js";
import { restyle } from "./scatter.js";
import { settingsOf } from "./settings.js";

/** Ends the view before this one, and says what is shown from now on: "live" or "replay". */
export function takeOver(view, kind, description) {
  const { root, scatter } = view;
  view.before?.close();
  view.before = null;
  root.dataset.kind = kind;
  delete root.querySelector(".latent-player-card").dataset.point; // drawn for other digits
  const live = kind === "live";
  const { stage, overlay } = scatter;
  for (const [name, value] of Object.entries({
    tabindex: "0",
    role: "application",
    "aria-roledescription": "animated maps",
    "aria-label": description,
  })) {
    if (live) stage.removeAttribute(name);
    else stage.setAttribute(name, value);
  }
  const picture = live ? { role: "img", "aria-label": description } : { "aria-hidden": "true" };
  for (const name of ["role", "aria-label", "aria-hidden"]) overlay.removeAttribute(name);
  for (const [name, value] of Object.entries(picture)) overlay.setAttribute(name, value);
  // What a replay may offer has its place from the start, so that nothing moves when the run ends.
  if (live) root.querySelector(".latent-player-measures").hidden = false;
  for (const part of root.querySelectorAll(
    ".latent-player-controls :is(button, input, select), [data-marks='pictures'], [data-show]",
  )) {
    part.disabled = live;
  }
}

/** Sets up the buttons that choose marks and axes; `changed` is called after each press. */
export function chooseLook(view, changed) {
  const { root, scatter } = view;
  const chosen = settingsOf(root);
  choice(root, "marks", (marks) => {
    chosen.marks = marks;
    restyle(scatter);
  });
  choice(root, "axes", (axes) => {
    chosen.axes = axes;
    changed();
  });
}
