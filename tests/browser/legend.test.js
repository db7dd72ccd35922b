import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { classButtons } from "../../static/shared/legend.js";

/** What a legend needs of an element of a page. */
class Button {
  constructor(tag) {
    this.tag = tag;
    this.children = [];
    this.attributes = {};
    this.style = { setProperty: () => {} };
  }

  append(...children) {
    this.children.push(...children);
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }
}

const known = globalThis.document;
before(() => {
  globalThis.document = /** @type {any} */ ({ createElement: (tag) => new Button(tag) });
});
after(() => {
  globalThis.document = known;
});

const legendOf = (dataSet) =>
  classButtons(
    dataSet.classes.map(() => "#000000"),
    new Set([1]),
    () => {},
    dataSet,
  );

test("a legend calls digits by their numerals", () => {
  const classes = Array.from("0123456789");
  const buttons = legendOf({ classes, noun: "digit", nouns: "digits" });
  assert.deepEqual(
    buttons.map(({ children }) => children[1]),
    classes,
  );
  assert.match(buttons[0].title, /this digit alone$/);
});

test("a legend calls other classes by their names, which are texts and no HTML", () => {
  const classes = ["T-shirt/top", "<img src=x onerror=alert(1)>"];
  const buttons = legendOf({ classes, noun: "picture", nouns: "pictures" });
  assert.deepEqual(
    buttons.map(({ children }) => children[1]),
    classes,
  );
  assert.ok(buttons.every((button) => !("innerHTML" in button)));
  assert.match(buttons[0].title, /this class alone$/);
  assert.deepEqual(
    buttons.map(({ attributes }) => attributes["aria-pressed"]),
    ["true", "false"],
  );
});
