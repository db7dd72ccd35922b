import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { openAnswers } from "../../static/player/worth/answers.js";

/** A server that answers when it is told to. */
function server(most = 1000) {
  const asked = [];
  const come = [];
  /** @type {(path: string, signal: AbortSignal) => Promise<{ answer: string, size: number }>} */
  const ask = (path, signal) =>
    new Promise((done, fail) => {
      signal.addEventListener("abort", () => fail(new Error("aborted")));
      const answer = (size = 1) => done({ answer: `of ${path}`, size });
      asked.push({ path, signal, fail, answer });
    });
  const answers = openAnswers(ask, (path) => come.push(path), most);
  const paths = () => asked.map(({ path }) => path);
  return { answers, asked, paths, come };
}

const later = () => new Promise((done) => setTimeout(done)); // when all that can has happened

test("one request at a time: the next is for what is wanted last", async () => {
  const { answers, asked, paths, come } = server();
  for (const path of ["a", "b", "c"]) answers.want([path]);
  await later();
  assert.deepEqual(paths(), ["a"]);
  asked[0].answer();
  await later();
  assert.deepEqual(paths(), ["a", "c"]);
  assert.equal(answers.of("a"), "of a");
  assert.equal(answers.of("c"), undefined);
  asked[1].answer();
  await later();
  assert.deepEqual(come, ["a", "c"]);
  answers.want(["a"]);
  await later();
  assert.equal(asked.length, 2, "what is known is not asked for");
});

test("what is wanted when an answer comes is asked for once", async () => {
  const asked = [];
  /** @type {import("../../static/player/worth/answers.js").Answers<number>} */
  const answers = openAnswers(
    async (path) => ({ answer: asked.push(path), size: 1 }),
    () => answers.want(["b"]),
  );
  answers.want(["a"]);
  await later();
  assert.deepEqual(asked, ["a", "b"]);
});

test("of several that are wanted the first unknown one is asked for", async () => {
  const { answers, asked, paths } = server();
  answers.want(["a", "b"]);
  asked[0].answer();
  await later();
  answers.want(["c", "a", "b"]);
  asked[1].answer();
  await later();
  assert.deepEqual(paths(), ["a", "b", "c"]);
});

test("old answers are forgotten, the last used last, and the newest is kept in any case", async () => {
  const { answers, asked } = server(10);
  const sizes = { a: 4, b: 4, c: 4, d: 100 };
  for (const [path, size] of Object.entries(sizes)) {
    if (path === "c") answers.of("a");
    answers.want([path]);
    asked.at(-1).answer(size);
    await later();
    if (path === "c") {
      assert.equal(answers.of("b"), undefined);
      assert.equal(answers.of("a"), "of a");
    }
  }
  assert.equal(answers.of("a") ?? answers.of("c"), undefined);
  assert.equal(answers.of("d"), "of d");
});

mock.method(console, "warn", () => {}); // failures are told there, too

test("a failure is told in the server's sentence and not asked for again by itself", async () => {
  const { answers, asked, come } = server();
  answers.want(["a"]);
  asked[0].fail(Object.assign(new Error("The run has changed."), { status: 409 }));
  await later();
  assert.deepEqual(come, ["a"]);
  assert.equal(answers.failure("a"), "The run has changed.");
  answers.want(["a"]);
  await later();
  assert.equal(asked.length, 1);
  answers.retry();
  answers.want(["a"]);
  await later();
  assert.equal(asked.length, 2);
  asked[1].fail(Object.assign(new Error("500"), { status: 500 }));
  await later();
  assert.match(answers.failure("a"), /did not answer/);
  answers.want(["b"]);
  assert.equal(answers.failure("a"), undefined, "it may be asked for when it is wanted again");
});

test("what is dropped is neither an answer nor a failure, and the next one is asked for", async () => {
  const { answers, asked, paths, come } = server();
  answers.want(["a"]);
  answers.want(["b"]);
  answers.drop();
  await later();
  assert.ok(asked[0].signal.aborted);
  assert.equal(answers.failure("a"), undefined);
  assert.deepEqual(paths(), ["a", "b"]);
  answers.want([]);
  answers.drop();
  await later();
  assert.deepEqual(come, []);
  assert.equal(paths().length, 2);
});
