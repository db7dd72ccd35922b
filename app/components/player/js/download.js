// The maps as they are shown, as a picture file: Plotly's axes and the canvas's points in one.

const RESOLUTION = 2;

async function download(scatter, Plotly) {
  const { grid, theme, names } = scatter;
  const layout = { ...layoutOf(scatter), paper_bgcolor: theme.background };
  layout.annotations = names.map((name, panel) => ({
    text: scatter.act.title(panel).replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`),
    showarrow: false,
    xref: `${axis("x", panel)} domain`,
    yref: `${axis("y", panel)} domain`,
    x: 0,
    y: 1,
    xanchor: "left",
    yanchor: "bottom",
    font: { size: 13, color: theme.text },
  }));
  const traces = tracesOf(scatter).map((trace) => ({ ...trace, x: [null], y: [null] }));
  const format = { format: "png", width: grid.width, height: grid.height, scale: RESOLUTION };
  const axes = new Image();
  axes.src = await Plotly.toImage({ data: traces, layout }, format);
  await axes.decode();
  const canvas = document.createElement("canvas");
  canvas.width = grid.width * RESOLUTION;
  canvas.height = grid.height * RESOLUTION;
  const points = new OffscreenCanvas(canvas.width, canvas.height);
  const fine = { ...scatter, sheet: sheetOf(scatter, RESOLUTION), buffer: null };
  paint(fine, points.getContext("2d"), RESOLUTION, true);
  for (const layer of [axes, points]) {
    canvas.getContext("2d").drawImage(layer, 0, 0, canvas.width, canvas.height);
  }
  const link = document.createElement("a");
  link.download = `${scatter.key}.png`;
  link.href = canvas.toDataURL("image/png");
  link.click();
}
