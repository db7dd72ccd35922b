// What the visitor has chosen in a replay: a digit to follow, digits inside a lasso. Python gets it.

const PAUSE = 400; // ms without a change before Python gets where the clock rests

function follow(replay, point) {
  const { scatter, recording } = replay;
  scatter.followed = scatter.followed === point ? null : point;
  if (scatter.followed === null) say(replay, "No digit is followed.");
  else {
    const number = spelled(recording.indices[point]);
    say(replay, `Following digit ${recording.labels[point]}, number ${number} of the training set.`);
  }
  chosen(replay);
}

/** For those who cannot click: any digit of the classes that are shown. */
function followAny(replay) {
  const { labels, count } = replay.recording;
  const shown = Array.from({ length: count }, (_, i) => i).filter(
    (i) => !replay.scatter.settings.hidden.has(labels[i]) && i !== replay.scatter.followed,
  );
  if (shown.length) follow(replay, shown[Math.floor(Math.random() * shown.length)]);
}

function select(replay, points) {
  const { scatter, recording } = replay;
  replay.lasso = points;
  scatter.selected = points.length ? new Uint8Array(recording.count) : null;
  for (const point of points) scatter.selected[point] = 1;
  say(replay, sayDigits(points.length));
  restyle(scatter);
  chosen(replay);
}

function clearSelection(replay) {
  const { scatter } = replay;
  if (scatter.followed === null && !replay.lasso.length) return;
  Object.assign(scatter, { followed: null, selected: null });
  replay.lasso = [];
  say(replay, "The selection is cleared.");
  restyle(scatter);
  chosen(replay);
}

function chosen(replay) {
  const { root, scatter, recording, details, lasso } = replay;
  const nothing = scatter.followed === null && !lasso.length;
  root.querySelector('[data-do="clear"]').hidden = nothing;
  drawFollowed(details.followed, scatter, recording, (point) => follow(replay, point));
  drawLassoed(details.lassoed, scatter, recording, lasso);
  scatter.draw();
  tell(replay);
}

/** Sends the selection to Python, unless it has it already. */
function tell(replay) {
  clearTimeout(replay.telling);
  const { signature, scatter, lasso, clock } = replay;
  const iteration = clock.iterations[frameOf(clock)];
  const selection = { signature, point: scatter.followed, lasso, iteration };
  const text = JSON.stringify(selection);
  if (replay.told === text) return;
  replay.told = text;
  replay.send("selection", selection);
}

/** Where the clock has come to rest is worth telling only when it stays there. */
function tellSoon(replay) {
  clearTimeout(replay.telling);
  replay.telling = setTimeout(() => replay.clock.playing || tell(replay), PAUSE);
}

function say(replay, text) {
  replay.root.querySelector(".latent-player-said").textContent = text;
}
