// The KL divergence of every map over the iterations, with a cursor at what is shown.

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]]; // one for each map; colours are for digits

class Curve {
  constructor(section) {
    this.canvas = section.querySelector("canvas");
    const values = run.kl.flat().filter((value) => value !== null);
    this.high = values.reduce((most, value) => Math.max(most, value), 0) * 1.05 || 1;
    const list = section.querySelector(".lines");
    run.panels.forEach(({ title }, map) => {
      const entry = document.createElement("span");
      entry.innerHTML =
        '<svg viewBox="0 0 30 8" aria-hidden="true"><line x1="0" x2="30" y1="4" y2="4"/></svg>';
      entry.querySelector("line").setAttribute("stroke-dasharray", DASHES[map].join(" "));
      entry.append(title);
      list.append(entry);
    });
  }

  fit(theme) {
    this.theme = theme;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * this.density);
    this.canvas.height = Math.round(this.height * this.density);
    const style = getComputedStyle(this.canvas);
    this.left = parseFloat(style.getPropertyValue("--axis"));
    this.right = this.width - parseFloat(style.getPropertyValue("--thumb")) / 2;
    this.font = `12px ${style.fontFamily}`;
  }

  x(time) {
    return this.left + ((this.right - this.left) * time) / Math.max(LAST, 1);
  }

  y(value) {
    return this.height - 8 - ((this.height - 16) * value) / this.high;
  }

  /** The time below a place on the page. */
  timeAt(clientX) {
    const x = clientX - this.canvas.getBoundingClientRect().left;
    const share = (x - this.left) / (this.right - this.left);
    return Math.min(1, Math.max(0, share)) * LAST;
  }

  draw({ time }) {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.drawAxis(context);
    context.strokeStyle = this.theme.ink;
    context.lineWidth = 1.75;
    run.panels.forEach((_, map) => {
      context.setLineDash(DASHES[map]);
      context.beginPath();
      let drawn = false;
      run.kl.forEach((row, frame) => {
        if (row[map] === null) return (drawn = false);
        context[drawn ? "lineTo" : "moveTo"](this.x(frame), this.y(row[map]));
        drawn = true;
      });
      context.stroke();
    });
    context.setLineDash([]);
    context.fillStyle = this.theme.accent;
    context.fillRect(this.x(time) - 1, 0, 2, this.height);
  }

  drawAxis(context) {
    context.font = this.font;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.lineWidth = 1;
    context.strokeStyle = this.theme.line;
    context.fillStyle = this.theme.pale;
    const step = niceStep(this.high / 3);
    for (let tick = 0; tick * step <= this.high; tick++) {
      const y = Math.round(this.y(tick * step)) + 0.5;
      context.beginPath();
      context.moveTo(this.left, y);
      context.lineTo(this.right, y);
      context.stroke();
      context.fillText(String(Number((tick * step).toPrecision(3))), this.left - 8, y);
    }
  }
}

/** 1, 2 or 5 times a power of ten, near to what is wanted. */
function niceStep(wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].find((factor) => factor * power >= wanted * 0.999) * power;
}
