// Tiles that are brought into an order: dragged, or moved by their buttons.

import { element } from "../shared/element.js";
import { isOrder, moved, placeAt } from "./moving.js";

const BUTTONS = [
  { words: "up", sign: "↑", step: -1 },
  { words: "down", sign: "↓", step: 1 },
];

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const state = { parent: parentElement, order: [], data: null, send: null, held: null };
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update: ({ data, setStateValue }) => {
      const same = state.data?.items.join("\n") === data.items.join("\n");
      state.send = setStateValue;
      state.data = data;
      // A tile that is held stays where it is; a visitor's order is newer than Python's.
      if (same && isOrder(state.order, data.items.length)) return;
      state.order = isOrder(data.order, data.items.length)
        ? data.order
        : data.items.map((_, n) => n);
      draw(state);
    },
  };
}

function draw(state) {
  const { parent, data } = state;
  parent.querySelector(".first").textContent = `Top: ${data.first}`;
  parent.querySelector(".last").textContent = `Bottom: ${data.last}`;
  const list = parent.querySelector("ol");
  list.setAttribute("aria-label", data.description);
  list.replaceChildren(...state.order.map((item) => tile(state, item)));
  number(state);
}

function tile(state, item) {
  const name = state.data.items[item];
  /** @type {any} */
  const node = element("li", "", element("span", "rank"), element("span", "name", name));
  node.dataset.item = item;
  for (const { words, sign, step } of BUTTONS) {
    /** @type {any} */
    const button = element("button", words, sign);
    button.type = "button";
    button.setAttribute("aria-label", `Move ${name} ${words}`);
    button.onclick = () => {
      const place = state.order.indexOf(item);
      put(state, item, place + step);
      // At an end the button can do no more; the other one keeps the keyboard.
      (button.disabled ? node.querySelector("button:enabled") : button)?.focus();
    };
    node.append(button);
  }
  node.onpointerdown = (event) => {
    if (event.target.closest("button") || event.button > 0) return;
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    node.classList.add("held");
    state.held = item;
  };
  node.onpointermove = (event) => {
    if (state.held !== item) return;
    const others = [...node.parentElement.children].filter((each) => each !== node);
    const to = placeAt(
      event.clientY,
      others.map((each) => each.getBoundingClientRect()),
    );
    if (to !== state.order.indexOf(item)) put(state, item, to, false);
  };
  const release = () => {
    if (state.held !== item) return;
    state.held = null;
    node.classList.remove("held");
    tell(state, item);
  };
  node.onpointerup = release;
  node.onpointercancel = release;
  return node;
}

/** Puts an item at a place; Python is told when the tile is let go. */
function put(state, item, to, done = true) {
  state.order = moved(state.order, state.order.indexOf(item), to);
  const list = state.parent.querySelector("ol");
  const node = list.querySelector(`[data-item="${item}"]`);
  // Only the others move: a node that is taken out of the page loses the pointer and the focus.
  const before = state.order.slice(0, state.order.indexOf(item));
  const others = [...list.children].filter((each) => each !== node);
  for (const other of others) {
    if (before.includes(Number(other.dataset.item))) node.before(other);
  }
  let last = node;
  for (const other of others) {
    if (before.includes(Number(other.dataset.item))) continue;
    last.after(other);
    last = other;
  }
  number(state);
  if (done) tell(state, item);
}

/** Writes the places beside the tiles, and takes the buttons that lead nowhere out of use. */
function number({ parent, order }) {
  const tiles = [...parent.querySelectorAll("li")];
  tiles.forEach((node, place) => {
    node.querySelector(".rank").textContent = `place ${place + 1}`;
    node.querySelector(".up").disabled = place === 0;
    node.querySelector(".down").disabled = place === order.length - 1;
  });
}

function tell(state, item) {
  const place = state.order.indexOf(item) + 1;
  state.parent.querySelector(".said").textContent =
    `${state.data.items[item]} is number ${place} of ${state.order.length}.`;
  state.send("order", [...state.order]);
}
