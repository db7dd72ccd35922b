import assert from "node:assert/strict";
import { test } from "node:test";
import { says, shownBy, showsDigits } from "../../static/shared/data_set.js";

const numerals = Array.from("0123456789");
const digits = { classes: numerals, noun: "digit", nouns: "digits" };
const clothes = {
  classes: ["T-shirt/top", "Trouser", "<b>Bag</b>"],
  noun: "picture",
  nouns: "pictures",
};

test("a text about digits becomes one about the pictures of another data set", () => {
  const text = "Digits: a digit's 5 nearest digits. Digit 7, TWO_DIGITS, digital";
  assert.equal(says(digits, text), text);
  assert.equal(
    says(clothes, text),
    "Pictures: a picture's 5 nearest pictures. Picture 7, TWO_DIGITS, digital",
  );
});

test("a noun of the server stands in a text as it is", () => {
  assert.equal(says({ classes: [], noun: "$&", nouns: "$1" }, "a digit of digits"), "a $& of $1");
});

test("a picture is called by its class, and a digit by its numeral", () => {
  assert.equal(shownBy(digits, 7), "digit 7");
  assert.equal(shownBy(clothes, 0), "T-shirt/top");
  assert.equal(shownBy(clothes, 2), "<b>Bag</b>");
  assert.ok(showsDigits(digits));
  assert.ok(!showsDigits(clothes));
});
