// Below the curves: what the maps are worth at the iteration that is shown, in figures and a
// sentence; and beside the classes, what the colours mean.

import { says } from "../../shared/data_set.js";
import { element } from "../../shared/element.js";
import { spelled } from "../../shared/numbers.js";
import { SCALE } from "../coloring.js";
import { figureOf, pictured } from "./figures.js";
import { conclusion, explanation, MEASURES, valueInWords } from "./words.js";

const SHARES = ["0", "100 %"];

export function openSection(root, dataSet, again) {
  const section = root.querySelector(".latent-player-worth");
  const bar = root.querySelector(".latent-player-scale");
  bar.querySelector("i").style.backgroundImage =
    `linear-gradient(to right, ${SCALE.slice(0, -1).join(", ")})`;
  section.replaceChildren();
  return { section, bar, dataSet, again };
}

export function hideSection({ section, bar }) {
  section.hidden = bar.hidden = true;
  section.replaceChildren();
  forget(section);
}

function forget(section) {
  delete section.dataset.shown;
  delete section.dataset.waiting;
}

/** Shows that the first answer is not here yet, or why there is none. */
export function showWaiting({ section, dataSet, again }, measure, failure) {
  const state = `${measure} ${failure ?? ""}`;
  section.hidden = false;
  if (section.dataset.waiting === state) return; // a button in it may have the focus
  forget(section);
  section.dataset.waiting = state;
  const head = element("p", "", element("b", "", says(dataSet, MEASURES[measure].title)));
  section.replaceChildren(head, failure ? failed(failure, again) : "Computing …");
}

/** Shows below the figures why those of another iteration are not here, or that they are. */
export function showFailure({ section, again }, failure) {
  const before = section.querySelector(".latent-player-failure");
  if (failure && before?.textContent.startsWith(failure)) return;
  before?.remove();
  if (failure) section.firstChild.after(failed(failure, again));
}

function failed(sentence, again) {
  const button = element("button", "", "Try again");
  button.setAttribute("type", "button");
  button.onclick = again;
  const failure = element("p", "latent-player-failure", sentence, " ", button);
  failure.setAttribute("role", "alert");
  return failure;
}

/** Shows an answer: { measure, answer, top }, see worth.js. */
export function showAnswer(
  { section, dataSet },
  { measure, answer, top },
  { recording, scatter },
  follow,
) {
  const { names, fixed, pictures } = recording;
  const { iteration, near, panels } = answer;
  const maps = names.map((name, i) => ({ name, fixed: fixed[i], panel: panels[i] }));
  pictures?.want("worth", pictured(measure, panels));
  const shown = { measure, near, top, recording, scatter, follow };
  const focus = section.ownerDocument.activeElement?.dataset?.costly;
  section.replaceChildren(
    element(
      "p",
      "",
      element("b", "", says(dataSet, MEASURES[measure].title)),
      ` at iteration ${spelled(iteration)}. ${says(dataSet, explanation(measure, near))}`,
    ),
    element("div", "latent-player-worths", ...maps.map((map) => figureOf(map, shown))),
    element("p", "latent-player-conclusion", says(dataSet, conclusion(measure, maps, near))),
  );
  section.hidden = false;
  forget(section);
  section.dataset.shown = `${measure} ${iteration}`;
  if (focus) section.querySelector(`[data-costly="${CSS.escape(focus)}"]`)?.focus();
}

/**
 * Says what the colours of an answer mean, { measure, answer, top }, or keeps the room for it while
 * the answer is not here; where the digits have the colours of their classes it is hidden.
 */
export function showScale({ bar, dataSet }, measure, shown) {
  bar.hidden = !measure || measure === "distances";
  if (bar.hidden) return;
  const ends = measure === "cost" ? ["0", shown ? valueInWords(measure, shown.top) : "…"] : SHARES;
  bar.querySelectorAll("span").forEach((span, end) => {
    span.textContent = ends[end];
  });
  bar.title = shown ? MEASURES[measure].about(shown.answer.near) : "";
  const colors = says(dataSet, "Colours of digits");
  bar.setAttribute("aria-label", `${colors}, from ${ends.join(" to ")}. ${bar.title}`);
}
