import assert from "node:assert/strict";
import { test } from "node:test";
import { mount } from "../../static/shared/mount.js";

/** A component on a page, and what its view was asked to do. */
function component() {
  const calls = [];
  const parentElement = /** @type {any} */ ({ isConnected: true, dataset: {}, inert: true });
  const open = ({ data }) => {
    calls.push(`open ${data}`);
    return {
      update: (/** @type {any} */ { data }) => calls.push(`update ${data}`),
      close: () => calls.push("close"),
    };
  };
  const call = (data) =>
    mount({ parentElement, data, setStateValue: () => {}, setTriggerValue: () => {} }, open);
  return { calls, call, parentElement };
}

test("a view is opened once and updated with every call", () => {
  const { calls, call } = component();
  call(1);
  call(2);
  assert.deepEqual(calls, ["open 1", "update 1", "update 2"]);
});

test("the cleanup of a call that newer data overtook closes nothing", () => {
  const { calls, call, parentElement } = component();
  const first = call(1);
  const second = call(2);
  first();
  parentElement.isConnected = false;
  first();
  assert.ok(!calls.includes("close"));
  second();
  assert.equal(calls.at(-1), "close");
});

test("a component that left the page before its modules came is not opened", () => {
  const { calls, call, parentElement } = component();
  parentElement.isConnected = false;
  call(1)();
  assert.deepEqual(calls, []);
});

test("a component can be used as soon as its view is there", () => {
  const { call, parentElement } = component();
  call(1);
  assert.equal(parentElement.inert, false);
  assert.equal(parentElement.dataset.latentLab, "ready");
});

test("a view that still stands on the page is not closed", () => {
  const { calls, call } = component();
  call(1)();
  assert.ok(!calls.includes("close"));
});

test("a view that was closed is opened anew", () => {
  const { calls, call, parentElement } = component();
  const cleanup = call(1);
  parentElement.isConnected = false;
  cleanup();
  parentElement.isConnected = true;
  call(2);
  assert.deepEqual(calls, ["open 1", "update 1", "close", "open 2", "update 2"]);
});

test("each place on a page has a view of its own", () => {
  const [one, other] = [component(), component()];
  one.call(1);
  other.call(2);
  assert.deepEqual(other.calls, ["open 2", "update 2"]);
});
