// Answers of the server, one request at a time: for what is wanted by then, not for all that was.

const KEPT = 32_000_000; // bytes of answers that are remembered

/**
 * `want(paths)` asks for the first of these whose answer is not known, and for the next one when it
 * is here; what was wanted before is not asked for any more. `of(path)` is the answer, or undefined.
 * `failure(path)` is the sentence why there is none. `retry()` forgets that, and `drop()` ends the
 * request that is on its way.
 *
 * @template T
 * @typedef {object} Answers
 * @property {(paths: string[]) => void} want
 * @property {(path: string) => T | undefined} of
 * @property {(path: string) => string | undefined} failure
 * @property {() => void} retry
 * @property {() => void} drop
 */

/**
 * @template T
 * @param {(path: string, signal: AbortSignal) => Promise<{ answer: T, size: number }>} ask
 * @param {(path: string) => void} arrived Called after each answer and each failure.
 * @param {number} most Bytes of answers that are remembered; the newest one is in any case.
 * @returns {Answers<T>}
 */
export function openAnswers(ask, arrived, most = KEPT) {
  /** @type {Map<string, { answer: T, size: number }>} */
  const known = new Map(); // the last used last
  /** @type {Map<string, string>} */
  const failures = new Map(); // of what is wanted
  let held = 0;
  /** @type {string[]} */
  let wanted = [];
  /** @type {AbortController | null} */
  let asking = null;
  let running = false;

  function keep(path, found) {
    known.set(path, found);
    held += found.size;
    for (const [other, { size }] of known) {
      if (held <= most || other === path) break;
      known.delete(other);
      held -= size;
    }
  }

  async function run() {
    if (running) return;
    running = true;
    for (;;) {
      const path = wanted.find((each) => !known.has(each) && !failures.has(each));
      if (path === undefined) break;
      const request = new AbortController();
      asking = request;
      try {
        keep(path, await ask(path, request.signal));
      } catch (error) {
        if (!request.signal.aborted) failures.set(path, sentenceOf(error));
      }
      asking = null;
      if (!request.signal.aborted) arrived(path);
    }
    running = false;
  }

  return {
    want(paths) {
      wanted = paths;
      for (const path of failures.keys()) if (!paths.includes(path)) failures.delete(path);
      run();
    },
    of(path) {
      const found = known.get(path);
      if (!found) return undefined;
      known.delete(path);
      known.set(path, found);
      return found.answer;
    },
    failure: (path) => failures.get(path),
    retry: () => failures.clear(),
    drop: () => asking?.abort(),
  };
}

/** Returns the server's own sentence where it has one for readers. */
function sentenceOf(error) {
  console.warn("Latent Lab player:", error);
  if (error.status >= 400 && error.status < 500) return error.message;
  return "The server did not answer; check the connection and try again.";
}
