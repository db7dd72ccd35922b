// A recorded run under one clock.

function openReplay(root) {
  const find = (name) => root.querySelector(`.latent-player-${name}`);
  const replay = {
    root,
    heads: find("heads"),
    card: find("card"),
    details: { followed: find("followed"), lassoed: find("lassoed") },
    axes: "fixed",
    lasso: [],
    shownAgreement: [],
    looked: 0,
    drawn: 0,
    counted: 0,
  };
  const scatter = (replay.scatter = openScatter(root, mapActions(replay)));
  replay.controls = openControls(root, {
    toggle: () => (replay.clock?.playing ? pause(replay) : play(replay)),
    seek: (frame) => seek(replay, frame),
    step: (by) => seek(replay, frameOf(replay.clock) + by),
    speed: (factor) => (replay.clock.speed = factor),
    loop: (on) => (replay.clock.loop = on),
    clear: () => clearSelection(replay),
    follow: () => followAny(replay),
  });
  replay.curves = openCurves(root, (iteration) => {
    seek(replay, Math.round(timeOf({ ...replay.clock, at: iteration })));
  });
  choice(root, "marks", (marks) => {
    scatter.marks = marks;
    restyle(scatter);
  });
  choice(root, "axes", (axes) => {
    replay.axes = axes;
    wholeView(replay);
  });
  return { update: (data, send) => update(replay, data, send), close: () => close(replay) };
}

function mapActions(replay) {
  return {
    home: (panel, box) => {
      const { scatter, axes, extents } = replay;
      const now = axes === "fit" && extentOf(scatter.positions, panel, scatter.count);
      return viewOf(now || extents[panel], box);
    },
    whole: () => wholeView(replay),
    arranged: (grid) => placeHeads(replay.heads, grid),
    click: (point) => follow(replay, point),
    lasso: (_, points) => select(replay, points),
    trail: (panel) => {
      const { recording, scatter, clock } = replay;
      return pathOf(recording, panel, scatter.followed, timeOf(clock));
    },
    title: (panel) => {
      const { recording, clock } = replay;
      const frame = frameOf(clock);
      const iteration = spelled(clock.iterations[frame]);
      const kl = inNats(recording.kl[panel][frame]);
      return `${recording.names[panel]}, iteration ${iteration}, KL(P‖Q) ${kl}`;
    },
    drawn: () => {
      placeCard(replay.card, replay.scatter, replay.recording.indices);
      replay.root.dataset.drawn = ++replay.drawn;
    },
  };
}

async function update(replay, data, send) {
  replay.send = send;
  if (replay.signature === data.signature) {
    if (replay.recording && rethemed(replay.scatter)) drawTheme(replay);
    return;
  }
  replay.signature = data.signature;
  halt(replay);
  loadPlotly(data.plotly).catch(() => {}); // so that it comes while the recording is unpacked
  const recording = await readRecording(data);
  if (replay.signature !== data.signature || replay.closed) return;
  begin(replay, data, recording);
}

/** Another recording; what the visitor has set, such as the speed, stays. */
function begin(replay, data, recording) {
  const { scatter, clock, root } = replay;
  const auto = data.autoplay && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const { speed, loop } = clock ?? {};
  replay.clock = { ...newClock(recording.iterations), ...(clock && { speed, loop }) };
  if (!auto) goTo(replay.clock, Infinity);
  Object.assign(replay, { recording, lasso: [], shownAgreement: [], told: null });
  replay.extents = shared(wholeExtents(recording));
  const positions = new Float32Array(2 * recording.panels * recording.count);
  positionsAt(recording, timeOf(replay.clock), positions);
  const { names, count, labels, pictures } = recording;
  const { colors, lineColors, plotly, key } = data;
  scatter.resting = true;
  drawHeads(replay.heads, names, lineColors, labels);
  setPoints(scatter, { names, count, labels, pictures, colors, positions, plotly, key });
  drawLegend(root.querySelector(".latent-player-legend"), scatter, () => restyle(scatter));
  Object.assign(replay.curves, { recording, lineColors, plotly });
  root.querySelector(".latent-player-stage").setAttribute("aria-label", data.description);
  chosenNothing(replay);
  drawTheme(replay);
  show(replay);
  root.dataset.state = "paused";
  if (auto) playWhenSeen(replay);
}

function chosenNothing({ root, details, scatter, recording }) {
  root.querySelector('[data-do="clear"]').hidden = true;
  drawFollowed(details.followed, scatter, recording);
  drawLassoed(details.lassoed, scatter, recording, []);
}

function drawTheme(replay) {
  const { scatter, curves } = replay;
  restyle(scatter);
  curves.theme = scatter.theme;
  drawCurves(curves).catch((error) => console.warn("Latent Lab player:", error));
}

function wholeView(replay) {
  const { scatter, clock } = replay;
  goHome(scatter, true);
  if (clock?.playing) tellAxes(scatter);
  else figure(scatter);
}

function close(replay) {
  replay.closed = true;
  halt(replay);
  clearTimeout(replay.looking);
  closeScatter(replay.scatter);
  closeCurves(replay.curves);
}
