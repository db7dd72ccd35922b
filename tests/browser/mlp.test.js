import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, readNetwork } from "../../static/latent/mlp.js";
import { randoms } from "./random.js";

const ACTIVATIONS = {
  identity: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: (x) => 2 / (1 + Math.exp(-2 * x)) - 1,
};

/** A network of these layers as Python sends it. */
function sent(layers, seed) {
  const next = randoms(seed);
  const count = layers.reduce((sum, [outputs, inputs]) => sum + outputs * (inputs + 1), 0);
  const numbers = Float32Array.from({ length: count }, () => 2 * next() - 1);
  return { layers, weights: numbers, numbers };
}

/** The same by the book: a sum for each output. */
function byTheBook({ layers, numbers }, code) {
  let [values, at] = [code, 0];
  for (const [outputs, inputs, activation] of layers) {
    const bias = at + outputs * inputs;
    values = Array.from({ length: outputs }, (_, row) => {
      const sum = values.reduce((total, x, i) => total + x * numbers[at + row * inputs + i], 0);
      return ACTIVATIONS[activation](sum + numbers[bias + row]);
    });
    at = bias + outputs;
  }
  return values;
}

for (const inputs of [1, 3, 4, 10]) {
  test(`a decoder of ${inputs} numbers is what its layers say`, () => {
    const message = sent(
      [
        [7, inputs, "relu"],
        [5, 7, "identity"],
        [5, 5, "tanh"],
        [6, 5, "sigmoid"],
      ],
      inputs,
    );
    const next = randoms(99);
    const code = Array.from({ length: inputs }, () => 4 * next() - 2);
    const pixels = new Uint8ClampedArray(6);
    decode(readNetwork(message), code, pixels);
    const expected = byTheBook(message, code).map((value) => Math.round(255 * value));
    pixels.forEach((pixel, i) => {
      assert.ok(Math.abs(pixel - expected[i]) <= 1, `${[...pixels]} is not ${expected}`);
    });
    assert.ok(new Set(pixels).size > 1);
  });
}

// The values are those of PyTorch's modules at −2, −0.5 and 1.5, from its formulas in Python.
const OF_PYTORCH = {
  leaky_relu: [-0.02, -0.005, 1.5],
  "leaky_relu_0.2": [-0.4, -0.1, 1.5],
  elu: [-0.864664717, -0.39346934, 1.5],
  selu: [-1.520166468, -0.691758189, 1.576051481],
  gelu: [-0.045500264, -0.154268769, 1.399789198],
  silu: [-0.238405844, -0.18877033, 1.226361715],
  softplus: [0.126928011, 0.474076984, 1.701413278],
};

for (const [name, expected] of Object.entries(OF_PYTORCH)) {
  test(`the function ${name} is PyTorch's`, () => {
    const message = { layers: [[3, 1, name]], weights: Float32Array.of(0, 0, 0, -2, -0.5, 1.5) };
    const network = readNetwork(message);
    decode(network, [0], new Uint8ClampedArray(3));
    expected.forEach((value, i) => {
      assert.ok(Math.abs(network[0].values[i] - value) < 1e-6, `${network[0].values[i]}`);
    });
  });
}

test("what is beyond black and white is black or white", () => {
  const message = sent([[2, 1, "identity"]], 1);
  message.numbers.set([5, -5, 0, 0]);
  const pixels = new Uint8ClampedArray(2);
  decode(readNetwork(message), [1], pixels);
  assert.deepEqual([...pixels], [255, 0]);
});
