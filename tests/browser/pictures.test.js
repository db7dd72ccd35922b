import assert from "node:assert/strict";
import { test } from "node:test";
import { allPictures, picturesOnDemand } from "../../static/player/pictures.js";

const PIXELS = 784;

/** Pictures of a server that answers when it is told to; a digit's levels are its number. */
function server() {
  const asked = [];
  const come = [];
  const pictures = picturesOnDemand(
    (points) =>
      new Promise((answer, fail) => {
        const pixels = new Uint8Array(points.length * PIXELS);
        for (const [i, point] of points.entries()) pixels.fill(point, i * PIXELS, (i + 1) * PIXELS);
        asked.push({ points, answer: () => answer(pixels), fail });
      }),
    () => come.push(asked.length),
  );
  return { pictures, asked, come };
}

const later = () => new Promise((done) => setTimeout(done)); // when all that can has happened

test("what is wanted in one go is one request, and is there when it has come", async () => {
  const { pictures, asked, come } = server();
  pictures.want("map", [5, 6]);
  pictures.want("card", [7]);
  assert.equal(pictures.of(7), null);
  await later();
  assert.deepEqual(
    asked.map(({ points }) => points),
    [[7, 5, 6]],
  );
  asked[0].answer();
  await later();
  assert.equal(come.length, 1);
  assert.ok(pictures.of(6).length === PIXELS && pictures.of(6).every((level) => level === 6));
});

test("nothing is asked for twice, and what nobody wants any more is not asked for", async () => {
  const { pictures, asked } = server();
  const many = Array.from({ length: 300 }, (_, i) => i);
  pictures.want("map", many);
  await later();
  assert.deepEqual(
    asked.map(({ points }) => points.length),
    [128, 128],
  );
  pictures.want("map", [0, 250, 299]); // of the rest, one is still wanted
  pictures.want("card", [299]);
  asked[0].answer();
  await later();
  assert.deepEqual(asked[2].points, [299]);
  asked[1].answer();
  asked[2].answer();
  await later();
  assert.equal(asked.length, 3);
});

test("a picture that does not come is asked for again when it is wanted again, three times", async () => {
  const { pictures, asked } = server();
  const warn = console.warn;
  console.warn = () => {};
  for (let i = 0; i < 5; i++) {
    pictures.want("card", [1]);
    await later();
    asked.at(-1).fail(new Error("gone"));
    await later();
  }
  console.warn = warn;
  assert.equal(asked.length, 3);
  pictures.want("card", [2]);
  await later();
  assert.deepEqual(asked[3].points, [2]);
});

test("pictures of a small run are all there", () => {
  const pixels = Uint8Array.from({ length: 2 * PIXELS }, (_, i) => i % 251);
  assert.deepEqual(allPictures(pixels).of(1), pixels.subarray(PIXELS));
});
