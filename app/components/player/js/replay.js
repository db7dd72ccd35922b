// A recorded run under one clock.

const LOOK = 250; // ms between two looks for neighbours while the maps move
const TELL = 60; // ms between two updates of numbers while the maps move
const SEEN = 0.3; // how much of a replay is on the screen when it starts by itself

function openReplay(root) {
  const find = (name) => root.querySelector(`.latent-player-${name}`);
  const replay = {
    root,
    heads: find("heads"),
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
      const now = axes === "follow" && extentOf(scatter.positions, panel, scatter.count);
      return viewOf(now || extents[panel], box);
    },
    whole: () => wholeView(replay),
    arranged: (grid) => placeHeads(replay.heads, grid),
    click: (point) => follow(replay, point),
    lasso: (_, points) => select(replay, points),
    trail: (panel) => pathOf(replay.recording, panel, replay.scatter.followed, timeOf(replay.clock)),
    title: (panel) => {
      const { recording, clock } = replay;
      const frame = frameOf(clock);
      const iteration = spelled(clock.iterations[frame]);
      const kl = inNats(recording.kl[panel][frame]);
      return `${recording.names[panel]}, iteration ${iteration}, KL(P‖Q) ${kl}`;
    },
    drawn: () => {
      placeCard(replay.root.querySelector(".latent-player-card"), replay.scatter, replay.recording.indices);
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
  drawHeads(replay.heads, names, lineColors);
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

function playWhenSeen(replay) {
  replay.seen = new IntersectionObserver(
    ([entry]) => entry.isIntersecting && play(replay),
    { threshold: SEEN },
  );
  replay.seen.observe(replay.scatter.stage);
}

/** Whatever the visitor does first, it must not start by itself any more. */
function stopWaiting(replay) {
  replay.seen?.disconnect();
}

function play(replay) {
  const { clock, scatter, root } = replay;
  if (!clock) return;
  stopWaiting(replay);
  clearTimeout(replay.telling);
  if (clock.at >= endOf(clock)) goTo(clock, 0);
  clock.playing = true;
  root.dataset.state = "playing";
  move(scatter);
  let last = performance.now();
  cancelAnimationFrame(replay.frame);
  replay.frame = requestAnimationFrame(function tick(now) {
    const runs = advance(clock, Math.max(0, Math.min(100, now - last)));
    last = now;
    if (!runs) return pause(replay);
    replay.frame = requestAnimationFrame(tick);
    show(replay);
  });
}

/** At rest a recorded frame is shown, never one in between. */
function pause(replay) {
  if (!replay.clock) return;
  seek(replay, frameOf(replay.clock));
}

function seek(replay, frame) {
  const { clock } = replay;
  if (!clock) return;
  halt(replay);
  goTo(clock, frame);
  uncover(replay.scatter);
  show(replay);
  rest(replay.scatter);
  tellSoon(replay);
}

function halt(replay) {
  stopWaiting(replay);
  cancelAnimationFrame(replay.frame);
  clearTimeout(replay.telling);
  if (replay.clock) replay.clock.playing = false;
  if (replay.recording) replay.root.dataset.state = "paused";
}

/** Everything as it is at the clock's time. */
function show(replay) {
  const { recording, clock, scatter, curves, root } = replay;
  const frame = frameOf(clock);
  positionsAt(recording, timeOf(clock), scatter.positions);
  if (replay.axes === "follow") {
    goHome(scatter);
    if (clock.playing) axesSoon(scatter);
  }
  if (clock.playing) drawNow(scatter);
  else scatter.draw();
  placeCursor(curves, clock.at);
  root.dataset.frame = frame;
  root.dataset.iteration = clock.iterations[frame];
  // Nobody reads sixty numbers a second, and each costs a layout.
  const now = performance.now();
  if (clock.playing && now - replay.counted < TELL) return;
  replay.counted = now;
  showClock(replay.controls, clock);
  showMeasures(replay, frame);
  lookSoon(replay);
}

function showMeasures({ recording, shownAgreement, heads }, frame) {
  recording.names.forEach((_, panel) => {
    const measured = recording.agreement[panel][frame];
    if (Number.isFinite(measured)) shownAgreement[panel] = measured;
    showNumbers(heads, panel, recording.kl[panel][frame], shownAgreement[panel]);
  });
}

/** Looks for neighbours now, or as soon as it is time to. */
function lookSoon(replay) {
  if (replay.looking) return;
  const wait = Math.max(0, replay.looked + LOOK - performance.now());
  replay.looking = setTimeout(() => {
    replay.looking = 0;
    replay.looked = performance.now();
    if (!replay.closed) look(replay);
  }, wait);
}

/** Agreement is measured here where the run did not, and while it moves if that is quick. */
function look(replay) {
  const { recording, scatter, clock, heads, details } = replay;
  const frame = frameOf(clock);
  const quick = recording.panels * recording.count <= MARKERS;
  recording.names.forEach((_, panel) => {
    if (Number.isFinite(recording.agreement[panel][frame]) || (clock.playing && !quick)) return;
    const agreement = agreementOn(scatter.positions, panel, recording.count, recording.labels);
    replay.shownAgreement[panel] = agreement;
    showNumbers(heads, panel, recording.kl[panel][frame], agreement);
  });
  drawFollowed(details.followed, scatter, recording, (point) => follow(replay, point));
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
