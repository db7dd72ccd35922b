// How KL divergence and neighbour agreement went, with a cursor at the shown iteration.

const CURVES = { height: 150, left: 44, right: 34, top: 22, bottom: 34, gap: 58 };

function openCurves(root, seek) {
  const element = root.querySelector(".latent-player-curves");
  const curves = {
    element,
    plot: root.querySelector(".latent-player-curves-plot"),
    cursors: [...root.querySelectorAll(".latent-player-cursor")],
    config: { staticPlot: true, responsive: false },
  };
  const drag = (event) => {
    const iteration = iterationAt(curves, event);
    if (iteration !== null) seek(iteration);
  };
  element.onpointerdown = (event) => {
    if (event.button || iterationAt(curves, event) === null) return;
    element.setPointerCapture(event.pointerId);
    drag(event);
  };
  element.onpointermove = (event) => element.hasPointerCapture(event.pointerId) && drag(event);
  curves.observer = new ResizeObserver(() => {
    if (element.clientWidth !== curves.width && curves.recording) drawCurves(curves);
  });
  curves.observer.observe(element);
  return curves;
}

function closeCurves(curves) {
  curves.closed = true;
  curves.observer.disconnect();
  window.Plotly?.purge(curves.plot);
}

async function drawCurves(curves) {
  const { element, plot, config, plotly } = curves;
  const Plotly = await loadPlotly(plotly);
  const width = (curves.width = element.clientWidth);
  if (curves.closed || !width) return;
  const measures = measuresOf(curves.recording);
  const narrow = width < NARROW;
  const rows = narrow ? measures.length : 1;
  const columns = measures.length / rows;
  const inner = width - CURVES.left - CURVES.right;
  const across = (inner - (columns - 1) * CURVES.gap) / columns;
  const down = CURVES.height - CURVES.top - CURVES.bottom;
  curves.boxes = measures.map((_, i) => ({
    left: CURVES.left + (i % columns) * (across + CURVES.gap),
    top: CURVES.top + Math.floor(i / columns) * CURVES.height,
    width: across,
    height: down,
  }));
  const size = { width, height: rows * CURVES.height };
  element.style.height = `${size.height}px`;
  const { traces, layout } = curvesFigure(curves, measures, size);
  await Plotly.react(plot, traces, layout, config);
  if (!curves.closed) placeCursor(curves);
}

/** A stretch of pixels as Plotly takes it: shares of the whole, and not a rounding error more. */
function domain(from, length, whole) {
  return [from, from + length].map((pixel) => Math.max(0, Math.min(1, pixel / whole)));
}

/** What can be drawn: agreement is rarely measured in every frame, and may not be at all. */
function measuresOf({ kl, agreement }) {
  const some = (values) => values.some((column) => column.some(Number.isFinite));
  return [
    { title: "KL(P‖Q) in nats", values: kl, tickformat: "~g", mode: "lines" },
    { title: "5-NN label agreement", values: agreement, tickformat: ".0%", mode: "lines+markers" },
  ].filter(({ values }, i) => !i || some(values));
}

function curvesFigure({ recording, theme, lineColors, boxes }, measures, { width, height }) {
  const { left, right, top, bottom } = CURVES;
  const inner = { width: width - left - right, height: height - top - bottom };
  const traces = [];
  const layout = {
    width,
    height,
    margin: { l: left, r: right, t: top, b: bottom },
    showlegend: false,
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: theme.font, size: 11, color: theme.muted },
    annotations: [],
  };
  measures.forEach(({ title, values, tickformat, mode }, i) => {
    const box = boxes[i];
    values.forEach((column, panel) => {
      const all = mode === "lines"; // what was not measured is a gap in a line, and no marker
      const rows = [...column.keys()].filter((row) => all || Number.isFinite(column[row]));
      traces.push({
        type: "scatter",
        mode: rows.length > 1 ? mode : "markers",
        x: rows.map((row) => recording.iterations[row]),
        y: rows.map((row) => column[row]),
        xaxis: axis("x", i),
        yaxis: axis("y", i),
        line: { color: lineColors[panel], width: 2 },
        marker: { size: 4 },
      });
    });
    const colors = { linecolor: theme.border, tickcolor: theme.border };
    const line = { zeroline: false, automargin: false, ...colors };
    const { iterations } = recording;
    const [first, last] = [iterations[0], iterations[iterations.length - 1]];
    layout[axisKey("x", i)] = {
      ...line,
      anchor: axis("y", i),
      domain: domain(box.left - left, box.width, inner.width),
      range: last > first ? [first, last] : [first - 1, last + 1],
      showgrid: false,
      showline: true,
      ticks: "outside",
      ticklen: 3,
      nticks: 8,
      title: { text: "iteration", standoff: 4, font: { size: 11 } },
    };
    const above = height - box.top - box.height - bottom;
    layout[axisKey("y", i)] = {
      ...line,
      anchor: axis("x", i),
      domain: domain(above, box.height, inner.height),
      gridcolor: theme.grid,
      nticks: 4,
      tickformat,
      rangemode: "tozero",
    };
    layout.annotations.push({
      text: title,
      showarrow: false,
      xref: `${axis("x", i)} domain`,
      yref: `${axis("y", i)} domain`,
      x: 0,
      y: 1,
      xanchor: "left",
      yanchor: "bottom",
      yshift: 3,
      font: { size: 12 },
    });
  });
  return { traces, layout };
}

/** Puts the cursors to the iteration, of the last one asked for if it is left out. */
function placeCursor(curves, at = curves.at) {
  curves.at = at;
  if (!curves.boxes) return;
  const { iterations } = curves.recording;
  const [first, last] = [iterations[0], iterations[iterations.length - 1]];
  const share = last > first ? (at - first) / (last - first) : 0.5;
  curves.cursors.forEach((cursor, i) => {
    const box = curves.boxes[i];
    cursor.hidden = !box;
    if (!box) return;
    cursor.style.height = `${box.height}px`;
    cursor.style.transform = `translate(${box.left + share * box.width}px, ${box.top}px)`;
  });
}

function iterationAt(curves, event) {
  const edge = curves.element.getBoundingClientRect();
  const [px, py] = [event.clientX - edge.left, event.clientY - edge.top];
  const reach = (box) => ({ ...box, left: box.left - 8, width: box.width + 16 });
  const held = curves.element.hasPointerCapture(event.pointerId);
  const under = () => curves.boxes?.find((each) => contains(reach(each), px, py));
  const box = held ? curves.dragged : under();
  if (!box) return null;
  curves.dragged = box;
  const { iterations } = curves.recording;
  const [first, last] = [iterations[0], iterations[iterations.length - 1]];
  return first + Math.max(0, Math.min(1, (px - box.left) / box.width)) * (last - first);
}
