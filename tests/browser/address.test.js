// The address of the page: what is a step, and what is written when.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressNow,
  isStep,
  keepInAddress,
  leaveAddress,
  queryOf,
  watchAddress,
} from "../../static/shared/address.js";

const RULES = { steps: ["run", "view"], alwaysThere: ["run"], inBrowser: ["noise", "frame"] };
const REST = 300;

/** A window whose history writes down what it is told. */
function open(search, t) {
  const written = [];
  const location = new URL(`http://lab.example/base/vae${search}`);
  const listeners = {};
  const go = (kind) => (_state, _title, url) => {
    location.href = new URL(url, location.href).href;
    written.push([kind, location.pathname + location.search]);
  };
  globalThis.window = /** @type {any} */ ({
    location,
    history: { state: null, pushState: go("push"), replaceState: go("replace") },
    addEventListener: (name, listener) => {
      listeners[name] = listener;
    },
    setTimeout: (act, wait) => setTimeout(act, wait),
  });
  delete globalThis.latentLabAddress;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  watchAddress(RULES);
  const streamlit = (url) => globalThis.window.history.pushState({}, "", url);
  const back = (search) => {
    location.search = search;
    listeners.popstate();
  };
  const rest = () => t.mock.timers.tick(REST);
  return { written, streamlit, back, rest, location };
}

const parameters = (text) => new URLSearchParams(text);

test("another run or view is a step, a completed address is none", () => {
  const step = (before, after) => isStep(parameters(before), parameters(after), RULES);
  assert.ok(step("run=a", "run=b"));
  assert.ok(step("run=a", "run=a&view=Map"));
  assert.ok(step("run=a&view=Map", "run=a"));
  assert.ok(step("run=a", ""));
  assert.ok(!step("", "run=a"));
  assert.ok(!step("run=a", "run=a&seed=5"));
});

test("what components keep comes after what Streamlit has written", () => {
  const kept = new Map([["noise", { text: "0.5" }]]);
  assert.equal(queryOf(parameters("run=a"), kept), "?run=a&noise=0.5");
  assert.equal(queryOf(parameters(""), new Map()), "");
});

test("steps are pushed at once, all else replaces after a rest", (t) => {
  const { written, streamlit, rest } = open("?run=a", t);
  streamlit("/base/vae?run=a&seed=5");
  streamlit("/base/vae?run=a&seed=6");
  assert.deepEqual(written, []);
  rest();
  assert.deepEqual(written, [["replace", "/base/vae?run=a&seed=6"]]);
  streamlit("/base/vae?run=b");
  assert.deepEqual(written.at(-1), ["push", "/base/vae?run=b"]);
});

test("a drag writes the address once", (t) => {
  const { written, rest } = open("?run=a", t);
  const slider = {};
  for (let i = 1; i < 50; i++) keepInAddress(slider, "noise", String(i / 100));
  rest();
  assert.deepEqual(written, [["replace", "/base/vae?run=a&noise=0.49"]]);
  keepInAddress(slider, "noise", null);
  rest();
  assert.equal(written.at(-1)[1], "/base/vae?run=a");
});

test("what the page came with stays until a component takes it over", (t) => {
  const { written, streamlit, rest, location } = open("?run=a&noise=0.3", t);
  const slider = {};
  keepInAddress(slider, "noise", "0.3");
  rest();
  assert.deepEqual(written, []);
  streamlit("/base/vae?run=a&noise=0.3&seed=1"); // Python still has the value that came
  keepInAddress(slider, "noise", "0.4");
  rest();
  assert.equal(location.search, "?run=a&seed=1&noise=0.4");
});

test("a component that leaves takes along what is its own", (t) => {
  const { rest, location } = open("?run=a", t);
  const [before, after] = [{}, {}];
  keepInAddress(before, "frame", "3");
  keepInAddress(after, "frame", "4");
  leaveAddress(before, "frame");
  rest();
  assert.equal(location.search, "?run=a&frame=4");
  leaveAddress(after, "frame");
  rest();
  assert.equal(location.search, "?run=a");
});

test("Back cancels what was about to be written", (t) => {
  const { written, back, rest } = open("?run=b", t);
  keepInAddress({}, "noise", "0.5");
  back("?run=a");
  rest();
  assert.deepEqual(written, []);
});

test("another page begins without what components kept", (t) => {
  const { written, streamlit } = open("?run=a", t);
  keepInAddress({}, "noise", "0.5");
  streamlit("/base/tsne");
  assert.deepEqual(written, [["push", "/base/tsne"]]);
});

test("the link has what is not written yet, below the base path", (t) => {
  open("?run=a", t);
  keepInAddress({}, "noise", "0.5");
  assert.equal(addressNow(), "http://lab.example/base/vae?run=a&noise=0.5");
});

test("a browser that refuses is asked again later", (t) => {
  const { rest, location } = open("?run=a", t);
  const { replace } = globalThis.latentLabAddress;
  globalThis.latentLabAddress.replace = () => {
    throw new Error("SecurityError");
  };
  keepInAddress({}, "noise", "0.5");
  rest();
  globalThis.latentLabAddress.replace = replace;
  t.mock.timers.tick(5000);
  assert.equal(location.search, "?run=a&noise=0.5");
});
