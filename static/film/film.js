// Strips of pictures under one slider. All frames are here, so a frame is shown at once.

import { keepInAddress, leaveAddress } from "../shared/address.js";
import { palette, themeOf } from "../shared/colors.js";
import { saveButtons } from "../shared/save_buttons.js";
import { BETWEEN, foldedInto, LEAST_SCALE } from "./fold.js";

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z";

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement }) {
  const film = openFilm(parentElement);
  return {
    /** @param {import("../shared/mount.js").Component} component */
    update: ({ data }) => load(film, { ...data, last: data.labels.length - 1 }),
    close() {
      film.observer.disconnect();
      pause(film);
      leaveAddress(film, film.head.inAddress);
    },
  };
}

function openFilm(parentElement) {
  const find = (name) => parentElement.querySelector(name);
  const film = {
    root: find(".film"),
    bar: find(".bar"),
    button: find(".play"),
    icon: find(".play path"),
    label: find("label"),
    now: find(".now"),
    slider: find("input"),
    strips: find(".strips"),
    painters: [],
    head: null,
    frame: 0,
    timer: 0,
  };
  film.button.onclick = () => (film.timer ? pause(film) : play(film));
  film.slider.onpointerdown = () => pause(film); // also where a click moves nothing
  film.slider.oninput = () => {
    pause(film);
    show(film, film.slider.valueAsNumber);
  };
  film.root.onkeydown = (event) => {
    const onSlider = event.target === film.slider;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " " && onSlider) film.button.click();
    else if (step && !onSlider) {
      pause(film);
      show(film, film.frame + step);
    } else return; // the slider and the button know the rest
    event.preventDefault();
  };
  film.observer = new ResizeObserver(() => fit(film));
  film.observer.observe(film.strips);
  pause(film);
  return film;
}

function load(film, head) {
  const frame = film.head ? placeIn(head, film) : placeOf(head, head.first);
  film.head = head;
  film.root.setAttribute("aria-label", head.description);
  film.bar.hidden = head.last === 0;
  film.label.textContent = head.sliderLabel;
  film.slider.max = head.last;
  // Figures are kept, so that nothing flickers when pictures are exchanged.
  while (film.strips.children.length > head.strips.length) film.strips.lastChild.remove();
  while (film.strips.children.length < head.strips.length) film.strips.append(newFigure());
  film.theme = themeOf(film.bar);
  film.painters = head.strips.map((_, i) => painter(film, i));
  if (frame === head.last && !head.bounce) pause(film);
  show(film, frame);
  const pictures = () => import("../save/pictures.js");
  const picture = async () => (await pictures()).filmPng(film.root, film.head, film.frame);
  const animation = async () => (await pictures()).filmGif(film.root, film.head);
  saveButtons(film.root, head, [
    ["PNG", "this picture of the", picture],
    ["GIF", "all pictures of the", head.last > 0 && animation],
  ]);
}

const placeOf = ({ last }, start) => (start < 0 ? last + 1 + start : start);
const startOf = (head) => placeOf(head, head.start);

/** Returns the frame of a film whose data change: a visitor who chose one stays there. */
function placeIn(head, { head: old, frame }) {
  const grown = old.last < head.last && old.labels.every((label, i) => label === head.labels[i]);
  if (grown) return frame === startOf(old) ? startOf(head) : frame;
  return old.last === head.last && old.start === head.start ? frame : startOf(head);
}

function newFigure() {
  const figure = document.createElement("figure");
  figure.innerHTML =
    '<p class="title"></p><canvas class="picture" role="img"></canvas>' +
    '<div class="ends" aria-hidden="true"><span></span><canvas width="256" height="1"></canvas>' +
    '<span></span></div><figcaption class="caption"></figcaption>';
  return figure;
}

/** Folds each picture as the room asks for. */
function fit(film) {
  if (!film.head || !film.root.isConnected) return; // taken from the page it has no width
  const strips = film.head.strips;
  film.painters = film.painters.map((paint, i) => {
    const { parts } = foldedInto(strips[i], film.strips.clientWidth);
    return parts === paint.parts ? paint : painter(film, i);
  });
  show(film, film.frame);
  // Pixels stay sharp squares, unless there is not even a pixel of the screen for each.
  for (const canvas of film.strips.querySelectorAll(".picture")) {
    const shrunk = canvas.clientWidth * devicePixelRatio < canvas.width;
    canvas.style.imageRendering = shrunk ? "auto" : "";
  }
}

/** Writes what belongs to every frame; what it returns draws one. */
function painter(film, number) {
  const figure = film.strips.children[number];
  const strip = film.head.strips[number];
  const { width, height, pixels } = strip;
  const { parts, partWidth, step } = foldedInto(strip, film.strips.clientWidth);
  const colors = palette(strip.colors, film.theme);
  figure.style.setProperty("--max-width", strip.maxWidth ? `${strip.maxWidth}px` : "100%");
  figure.querySelector(".title").textContent = strip.title;
  figure.querySelector(".caption").textContent = strip.caption;
  drawEnds(figure.querySelector(".ends"), strip.ends, colors);
  const canvas = figure.querySelector(".picture");
  canvas.style.setProperty("--width", `${partWidth}px`);
  // Parts below each other are high already.
  canvas.style.setProperty("--most", parts > 1 ? `${LEAST_SCALE * partWidth}px` : "100%");
  const tall = parts * (height + BETWEEN) - BETWEEN;
  if (canvas.width !== partWidth || canvas.height !== tall)
    Object.assign(canvas, { width: partWidth, height: tall });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const target = new Uint32Array(image.data.buffer);
  const paint = (frame, head) => {
    const first = frame * target.length;
    for (let i = 0; i < target.length; i++) target[i] = colors[pixels[first + i]];
    for (let part = 0; part < parts; part++) {
      const down = part * (height + BETWEEN);
      context.putImageData(image, -part * step, down, part * step, 0, partWidth, height);
    }
    const about = [strip.title || head.description, `${head.sliderLabel} ${head.labels[frame]}`];
    canvas.setAttribute("aria-label", about.join(", "));
  };
  return Object.assign(paint, { parts });
}

function drawEnds(row, ends, colors) {
  row.hidden = !ends;
  if (!ends) return;
  const [low, bar, high] = row.children;
  low.textContent = ends[0];
  high.textContent = ends[1];
  const image = new ImageData(new Uint8ClampedArray(colors.buffer), 256, 1);
  bar.getContext("2d").putImageData(image, 0, 0);
}

function show(film, frame) {
  const { head, slider } = film;
  film.frame = Math.min(Math.max(frame, 0), head.last);
  for (const paint of film.painters) paint(film.frame, head);
  slider.value = film.frame;
  slider.style.setProperty("--fill", `${head.last ? (100 * film.frame) / head.last : 0}%`);
  slider.setAttribute("aria-valuetext", head.labels[film.frame]);
  film.now.textContent = head.labels[film.frame];
  film.root.dataset.frame = film.frame;
  keep(film);
}

/** Keeps the frame at which a visitor looks in the page's address. */
function keep(film) {
  const { head, frame, timer } = film;
  if (!head?.inAddress || timer) return;
  keepInAddress(film, head.inAddress, frame === startOf(head) ? null : String(frame));
}

function play(film) {
  const atEnd = film.frame === film.head.last;
  film.direction = film.head.bounce && atEnd ? -1 : 1;
  if (atEnd && film.direction > 0) show(film, 0);
  film.icon.setAttribute("d", PAUSE);
  film.button.setAttribute("aria-label", "Pause");
  film.button.title = "Pause";
  film.timer = setTimeout(() => step(film), 1000 / film.head.framesPerSecond);
}

function step(film) {
  if (!film.root.isConnected) return pause(film);
  const { last, bounce, framesPerSecond } = film.head;
  show(film, film.frame + film.direction);
  if (film.frame === 0) return pause(film);
  if (film.frame === last) {
    if (!bounce || matchMedia("(prefers-reduced-motion: reduce)").matches) return pause(film);
    film.direction = -1;
  }
  film.timer = setTimeout(() => step(film), 1000 / framesPerSecond);
}

function pause(film) {
  clearTimeout(film.timer);
  film.timer = 0;
  keep(film);
  film.icon.setAttribute("d", PLAY);
  film.button.setAttribute("aria-label", "Play");
  film.button.title = "Play";
}
