// Copies the address of the page with all that is shown, and says so.

import { addressNow, watchAddress } from "../shared/address.js";

const SAID = 4000; // ms for which it says that the link is copied

/** @param {import("../shared/mount.js").Component} component */
export function open({ parentElement, data }) {
  watchAddress(data);
  const find = (name) => parentElement.querySelector(name);
  const [button, field, status] = [find("button"), find("input"), find("p")];
  let timer = 0;
  const say = (text) => {
    clearTimeout(timer);
    status.textContent = text;
    if (field.hidden) timer = setTimeout(() => say(""), SAID);
  };
  button.onclick = async () => {
    field.hidden = true;
    status.textContent = ""; // so that the same words are read out again
    const address = addressNow();
    if (await copied(address, field)) say("Copied.");
    else say("Copy it from the field: it is selected.");
  };
  return { close: () => clearTimeout(timer) };
}

/** Copies a text; where no way works the field stays, with the text selected. */
async function copied(text, field) {
  try {
    await navigator.clipboard.writeText(text); // only over https, and on this computer
    return true;
  } catch {
    field.value = text;
    field.hidden = false;
    const before = field.getRootNode().activeElement;
    field.focus();
    field.select();
    if (!document.execCommand("copy")) return false;
    field.hidden = true;
    before?.focus();
    return true;
  }
}
