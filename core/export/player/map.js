// One map: a square canvas below its title and numbers.

const FOUR_DIGITS = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
});

class MapView {
  constructor(map) {
    this.map = map;
    this.positions = new Float64Array(DIGITS * 2);
    this.screen = new Float64Array(DIGITS * 2); // in CSS pixels of the canvas
    this.figure = document.createElement("figure");
    this.figure.innerHTML =
      '<figcaption><h2></h2><p class="values"></p></figcaption><canvas role="img"></canvas>';
    const { title, color } = run.panels[map];
    const heading = this.figure.querySelector("h2");
    heading.innerHTML =
      '<svg viewBox="0 0 24 6" aria-hidden="true"><path d="M0 3h24" stroke-width="3"/></svg>';
    heading.querySelector("path").setAttribute("stroke", color);
    heading.querySelector("path").setAttribute("stroke-dasharray", DASHES[map].join(" "));
    heading.append(title);
    this.values = this.figure.querySelector(".values");
    this.canvas = this.figure.querySelector("canvas");
  }

  /** Takes the size it has on the page and the colours of the theme. */
  fit(theme) {
    this.side = this.canvas.clientWidth;
    this.density = window.devicePixelRatio || 1;
    this.canvas.width = this.canvas.height = Math.round(this.side * this.density);
    this.theme = theme;
    const crowd = Math.min(1.4, Math.max(0.6, (1000 / DIGITS) ** 0.25));
    this.radius = Math.max(1.6, (this.side / 130) * crowd);
    this.dots = run.colors.map((color) => this.dot(color));
  }

  /** A dot with a rim in the ground's colour, which tells apart what overlaps. */
  dot(color) {
    const rim = Math.max(0.6, this.radius / 4);
    const stamp = document.createElement("canvas");
    stamp.width = stamp.height = Math.ceil((this.radius + rim + 1) * 2 * this.density);
    const context = stamp.getContext("2d");
    const middle = stamp.width / 2;
    for (const [radius, fill] of [
      [this.radius + rim, this.theme.ground],
      [this.radius, color],
    ]) {
      context.beginPath();
      context.arc(middle, middle, radius * this.density, 0, 2 * Math.PI);
      context.fillStyle = fill;
      context.fill();
    }
    return stamp;
  }

  draw({ time, follow, hidden, hovered }) {
    const context = this.canvas.getContext("2d");
    const square = squareAt(time, this.map, follow);
    const scale = (this.side / 2 - 10) / square.half;
    const half = this.dots[0].width / 2;
    positionsAt(time, this.map, this.positions);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let digit = 0; digit < DIGITS; digit++) {
      const x = this.side / 2 + (this.positions[digit * 2] - square.x) * scale;
      const y = this.side / 2 - (this.positions[digit * 2 + 1] - square.y) * scale;
      const shown = !hidden.has(run.labels[digit]);
      this.screen[digit * 2] = shown ? x : NaN;
      this.screen[digit * 2 + 1] = shown ? y : NaN;
      if (!shown || Number.isNaN(x)) continue;
      const stamp = this.dots[run.labels[digit]];
      context.drawImage(stamp, x * this.density - half, y * this.density - half);
    }
    if (hovered !== null) this.ring(context, hovered);
    this.tell(Math.round(time));
  }

  ring(context, digit) {
    const [x, y] = this.screen.subarray(digit * 2, digit * 2 + 2);
    if (Number.isNaN(x)) return;
    context.beginPath();
    context.arc(x * this.density, y * this.density, (this.radius + 4) * this.density, 0, 7);
    context.lineWidth = 2 * this.density;
    context.strokeStyle = this.theme.ink;
    context.stroke();
  }

  tell(frame) {
    const divergence = run.kl[frame][this.map];
    const measured = agreement[this.map][frame];
    const parts = [divergence === null ? "diverged" : `KL ${FOUR_DIGITS.format(divergence)} nats`];
    if (measured !== null) parts.push(`5-NN agreement ${Math.round(measured * 100)} %`);
    const text = parts.join(" · ");
    if (this.values.textContent === text) return;
    this.values.textContent = text;
    this.canvas.setAttribute(
      "aria-label",
      `${run.panels[this.map].title}: map after ${run.iterations[frame]} iterations, ${text}`,
    );
  }

  /** The digit nearest to a place on the canvas, or null where none is near. */
  nearest(x, y, reach) {
    let found = null;
    let least = (this.radius + reach) ** 2;
    for (let digit = 0; digit < DIGITS; digit++) {
      const distance = (this.screen[digit * 2] - x) ** 2 + (this.screen[digit * 2 + 1] - y) ** 2;
      if (distance < least) [found, least] = [digit, distance];
    }
    return found;
  }
}
