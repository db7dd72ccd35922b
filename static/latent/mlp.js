// A decoder in the browser: plain loops over Float32Arrays. What a page wants to draw while a
// finger moves must not wait for a server.

const ACTIVATIONS = {
  identity: () => {},
  relu: (values) => {
    for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = 0;
  },
  sigmoid: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
  },
  tanh: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]);
  },
  // Those of networks that were trained elsewhere, with the constants of PyTorch.
  leaky_relu: each((x) => (x < 0 ? 0.01 * x : x)),
  "leaky_relu_0.2": each((x) => (x < 0 ? 0.2 * x : x)),
  elu: each((x) => (x < 0 ? Math.expm1(x) : x)),
  selu: each((x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x)),
  gelu: each((x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
  silu: each((x) => x / (1 + Math.exp(-x))),
  softplus: each((x) => (x > 20 ? x : Math.log1p(Math.exp(x)))),
};

/**
 * Returns a function that replaces each of some values.
 * @param {(x: number) => number} f
 */
function each(f) {
  return (values) => {
    for (let i = 0; i < values.length; i++) values[i] = f(values[i]);
  };
}

/** The error function to 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26. */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/**
 * Returns the layers that `Decoder.payload` describes; their numbers are copied out of the message.
 */
export function readNetwork({ layers, weights }) {
  let start = 0;
  const take = (count) => {
    start += count;
    return weights.subarray(start - count, start);
  };
  return layers.map(([outputs, inputs, activation]) => ({
    weights: take(outputs * inputs),
    bias: take(outputs),
    activate: ACTIVATIONS[activation],
    values: new Float32Array(outputs),
  }));
}

/** Decodes a code into the grey levels of its picture, in `pixels`, a Uint8ClampedArray. */
export function decode(network, code, pixels) {
  let values = code;
  for (const layer of network) {
    dense(layer, values);
    layer.activate(layer.values);
    values = layer.values;
  }
  // A clamped array rounds halves to the even number, as PyTorch does.
  for (let i = 0; i < pixels.length; i++) pixels[i] = 255 * values[i];
}

/** values = weights · x + bias, a row of weights at a time; four sums at once are twice as fast. */
function dense({ weights, bias, values }, x) {
  const inputs = x.length;
  const whole = inputs - (inputs % 4);
  let w = 0;
  for (let row = 0; row < values.length; row++) {
    let a = bias[row];
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i < whole; i += 4, w += 4) {
      a += weights[w] * x[i];
      b += weights[w + 1] * x[i + 1];
      c += weights[w + 2] * x[i + 2];
      d += weights[w + 3] * x[i + 3];
    }
    for (; i < inputs; i++, w++) a += weights[w] * x[i];
    values[row] = a + b + (c + d);
  }
}
