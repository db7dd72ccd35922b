// From the bytes that Python has packed to the value with its arrays; app/components/message.py says
// how they are packed.

/** @type {Record<string, any>} */
const TYPES = { uint8: Uint8Array, int16: Int16Array, int32: Int32Array, float32: Float32Array };

/**
 * Returns the value that Python has packed; its arrays are typed arrays.
 *
 * @param {Uint8Array} message A view into a larger message, at an offset that suits no typed array.
 */
export function unpack(message) {
  const { buffer } = message.slice();
  const begin = 4 + new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, begin - 4));
  return JSON.parse(text, (_, value) => {
    if (!value?.$array) return value;
    const [type, offset, count] = value.$array;
    return new TYPES[type](buffer, begin + offset, count);
  });
}

/**
 * Returns what Python has deflated.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function inflated(bytes) {
  const whole = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(whole).arrayBuffer());
}
