// A Shepard diagram: how many pairs of digits have which distance in the data and on the map.

import { says } from "../../shared/data_set.js";
import { element } from "../../shared/element.js";
import { wordOf } from "../../shared/pixels.js";
import { medians } from "./values.js";
import { correlation, distance } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** Returns the heat map of a map's pairs with its axes, in the page's colours. */
export function drawShepard({ counts, bins, dataMax, mapMax, pairs }, name, { theme, dataSet }) {
  const picture = element("div", "latent-player-pairs", heatMap(counts, bins, theme));
  picture.append(medianLine(counts, bins));
  picture.setAttribute("role", "img");
  picture.setAttribute(
    "aria-label",
    `${says(dataSet, "Pairs of digits")} on ${name}: distance in the data, 0 to ${distance(dataMax)}, against distance ` +
      `on the map, 0 to ${distance(mapMax)}; rank correlation ${correlation(pairs)}`,
  );
  const up = element("span", "latent-player-up", "distance on the map");
  const high = element("span", "latent-player-high", distance(mapMax));
  const zero = element("span", "latent-player-zero", "0");
  const across = element("span", "latent-player-across", "distance in the data");
  across.title = "Euclidean, between what t-SNE was given: pixels or codes";
  const far = element("span", "latent-player-far", distance(dataMax));
  return element("div", "latent-player-shepard", up, high, picture, zero, across, far);
}

/** Returns a pixel for each bin, the stronger the more pairs are in it. */
function heatMap(counts, bins, theme) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = bins;
  const context = canvas.getContext("2d");
  const image = context.createImageData(bins, bins);
  const words = new Uint32Array(image.data.buffer);
  const ink = wordOf(theme.text);
  let most = 1;
  for (const count of counts) most = Math.max(most, count);
  for (let row = 0; row < bins; row++) {
    for (let column = 0; column < bins; column++) {
      const share = Math.log1p(counts[row * bins + column]) / Math.log1p(most);
      const at = (bins - 1 - row) * bins + column; // far on the map is at the top
      words[at] = (Math.round(255 * share) << 24) | ink;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Returns the median distance on the map for each distance in the data. */
function medianLine(counts, bins) {
  const places = medians(counts, bins)
    .map((row, column) => [column + 0.5, bins - row])
    .filter(([, y]) => Number.isFinite(y));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${bins} ${bins}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const name of ["latent-player-halo", "latent-player-median"]) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("class", name);
    line.setAttribute("points", places.join(" "));
    svg.append(line);
  }
  return svg;
}
