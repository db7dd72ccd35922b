import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { inflated, unpack } from "../../static/shared/message.js";

// As app/components/message.py packs it; tests/app/components/test_message.py says what is in it.
const hex = readFileSync(new URL("message.hex", import.meta.url), "utf8").replace(/\s/g, "");
const packed = Uint8Array.from(hex.match(/../g), (byte) => Number.parseInt(byte, 16));

test("a message that Python has packed is unpacked, wherever it stands", () => {
  for (const offset of [0, 1, 776]) {
    const larger = new Uint8Array(offset + packed.length + 5);
    larger.set(packed, offset);
    assert.deepEqual(unpack(larger.subarray(offset, offset + packed.length)), {
      text: "5 × π",
      nothing: null,
      nested: [
        { bytes: Uint8Array.of(1, 2, 255) },
        { steps: Int16Array.of(-32768, 0, 1, 2, 3, 32767), 0: 0.5 },
      ],
      indices: Int32Array.of(-1, 2 ** 31 - 1),
      empty: new Float32Array(),
      floats: Float32Array.of(NaN, Infinity, -0, 1.5),
    });
  }
});

test("what Python has deflated is inflated", async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 7);
  assert.deepEqual(await inflated(new Uint8Array(deflateSync(bytes))), bytes);
});
