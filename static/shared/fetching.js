// Fetching what the server of the lab answers by itself, besides what Streamlit sends.

const AGAIN = [500, 2000]; // ms before a part that did not come is asked for once more

/**
 * Fetches a part: its bytes, and how many of them have travelled.
 *
 * @param {string} address
 * @param {AbortSignal} signal
 */
export async function fetchBytes(address, signal) {
  const answer = await fetch(address, { signal, credentials: "same-origin" });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!answer.ok) {
    const sentence = answer.status < 500 ? new TextDecoder().decode(bytes) : "";
    throw Object.assign(new Error(sentence || `${answer.status}`), { status: answer.status });
  }
  return { bytes, travelled: Number(answer.headers.get("content-length") ?? bytes.length) };
}

/**
 * Fetches a part, and tries again where the server has too much to do or was not reached.
 *
 * @param {string} address
 * @param {AbortSignal} signal
 */
export async function withPatience(address, signal) {
  for (const wait of AGAIN) {
    try {
      return await fetchBytes(address, signal);
    } catch (error) {
      if (signal.aborted || (error.status && error.status !== 429)) throw error;
      await new Promise((again) => setTimeout(again, wait));
    }
  }
  return fetchBytes(address, signal);
}
