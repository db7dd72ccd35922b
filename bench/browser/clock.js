// A clock in the page: from what a visitor does to the frame that shows another picture.

window.labClock = (() => {
  const MAX_PIXELS = 250_000; // larger canvases are charts
  const REST = 400; // ms without a change

  /** The canvases of all components that show pictures, in the order of the page. */
  function pictures() {
    const hosts = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
    const found = hosts.flatMap((host) => [...(host.shadowRoot?.querySelectorAll("canvas") ?? [])]);
    // What a visitor draws is no answer.
    return found.filter(
      (canvas) => canvas.width * canvas.height <= MAX_PIXELS && !canvas.closest(".drawing"),
    );
  }

  /** A number that changes with any pixel. */
  function hash(canvas) {
    if (!canvas.width || !canvas.height) return 0;
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const words = new Uint32Array(image.data.buffer);
    let sum = words.length;
    for (let i = 0; i < words.length; i++) sum = (Math.imul(sum, 31) + words[i]) | 0;
    return sum;
  }

  const state = () => pictures().map(hash).join();

  /** Waits until no picture has changed for a while. */
  function untilRest(patience) {
    const giveUp = performance.now() + patience;
    let [before, since] = ["", 0];
    return new Promise((resolve, reject) => {
      requestAnimationFrame(function look(now) {
        const seen = state();
        if (seen !== before) [before, since] = [seen, now];
        if (now - since > REST) resolve();
        else if (performance.now() > giveUp) reject(new Error("the pictures never rest"));
        else requestAnimationFrame(look);
      });
    });
  }

  /**
   * Milliseconds from the next event of this type to the end of the frame in which a picture is
   * another one and all that were there are there again.
   */
  function untilNewPicture(type, patience) {
    const count = pictures().length;
    const before = state();
    return new Promise((resolve, reject) => {
      let from = null;
      addEventListener(type, (event) => (from ??= event.timeStamp), { capture: true, once: true });
      const giveUp = performance.now() + patience;
      requestAnimationFrame(function look() {
        if (from !== null && pictures().length >= count && state() !== before) {
          const { port1, port2 } = new MessageChannel(); // heard after this frame is drawn
          port1.onmessage = () => resolve(performance.now() - from);
          port2.postMessage(0);
        } else if (performance.now() > giveUp) {
          reject(new Error(from === null ? `no ${type} came` : "no new picture came"));
        } else requestAnimationFrame(look);
      });
    });
  }

  /** Counts the different pictures that one canvas shows, frame by frame, until it is stopped. */
  function countPictures(selector) {
    const canvas = pictures().find((canvas) => canvas.matches(selector));
    const started = performance.now();
    let [last, shown, frames, running] = [hash(canvas), 0, 0, true];
    requestAnimationFrame(function look() {
      if (!running) return;
      frames += 1;
      const now = hash(canvas);
      if (now !== last) shown += 1;
      last = now;
      requestAnimationFrame(look);
    });
    return () => {
      running = false;
      const seconds = (performance.now() - started) / 1000;
      return { shown: shown / seconds, frames: frames / seconds, seconds };
    };
  }

  /** Says whether anything is drawn on a canvas: before that it has its size already. */
  function isDrawn(canvas) {
    if (!canvas.width || !canvas.height) return false;
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Uint32Array(image.data.buffer).some((word) => word);
  }

  /** Milliseconds from the start of the navigation to the first title and the first picture. */
  function untilFirst() {
    const seen = {};
    return new Promise((resolve) => {
      requestAnimationFrame(function look() {
        const main = document.querySelector('[data-testid="stMain"]');
        const image = main?.querySelector("img");
        if (main?.querySelector("h1")) seen.title ??= performance.now();
        if (image?.complete && image.naturalWidth) seen.picture ??= performance.now();
        if (pictures().some(isDrawn)) seen.picture ??= performance.now();
        if (seen.title && seen.picture) resolve(seen);
        else requestAnimationFrame(look);
      });
    });
  }

  /** Milliseconds from the start of the navigation until a picture that was drawn is another one. */
  function untilMotion() {
    const first = new Map();
    return new Promise((resolve) => {
      requestAnimationFrame(function look() {
        for (const canvas of pictures()) {
          if (!first.has(canvas)) {
            if (isDrawn(canvas)) first.set(canvas, hash(canvas));
          } else if (first.get(canvas) !== hash(canvas)) return resolve(performance.now());
        }
        requestAnimationFrame(look);
      });
    });
  }

  return { untilRest, untilNewPicture, countPictures, untilFirst, untilMotion };
})();
