import assert from "node:assert/strict";
import { test } from "node:test";
import {
  conclusion,
  correlation,
  cost,
  explanation,
  percent,
  valueInWords,
} from "../../static/player/worth/words.js";

const maps = (...panels) => panels.map((panel, i) => ({ name: `map ${i}`, fixed: false, panel }));
const pca = (panel) => ({ name: "PCA", fixed: true, panel });

test("numbers are spelled for readers", () => {
  assert.equal(cost(0.012345), "0.012");
  assert.equal(cost(0.0000432), "0.000043");
  assert.equal(cost(-0.5), "−0.5");
  assert.equal(percent(0.274), "27 %");
  assert.equal(percent(0.004), "0.4 %");
  assert.equal(percent(0), "0 %");
  assert.equal(correlation(-0.5), "−0.50");
  assert.equal(correlation(null), "–");
  assert.equal(valueInWords("cost", 0.02), "0.02 nats");
  assert.equal(valueInWords("kept", 0.4), "40 %");
});

test("a cost that few digits carry says nothing of where they lie; one that all carry does not", () => {
  assert.match(
    conclusion("cost", maps({ tenth: 0.24 }, { tenth: 0.27 }, null), 30),
    /^The costliest tenth of the digits carries 24 to 27 % of the KL: .*no conclusion/,
  );
  assert.match(conclusion("cost", maps({ tenth: 0.12 }), 30), /carries 12 % .*no digits stand out/);
});

test("kept neighbours say how far a map can be read, compared with chance", () => {
  const said = (mean, chance = 0.01) => conclusion("kept", maps({ mean, chance }), 30);
  assert.match(said(0.02), /2 % are among .* says little/);
  assert.match(said(0.2), /most true neighbours lie elsewhere/);
  assert.match(said(0.2, 0.1), /says little/);
  assert.match(said(0.45), /mostly alike, but/);
  assert.match(said(0.7), /is close to it in the data, too/);
  const two = maps({ mean: 0.2, chance: 0.01 }, { mean: 0.7, chance: 0.01 });
  assert.match(conclusion("kept", two, 30), /20 to 70 % .*most true neighbours lie elsewhere/);
  const beside = [...maps({ mean: 0.4, chance: 0.01 }), pca({ mean: 0.08, chance: 0.01 })];
  assert.match(conclusion("kept", beside, 30), /40 % are among .*, on PCA 8 % \(by chance 1.0 %\)/);
});

test("shared neighbours say what depends on the run", () => {
  const said = (mean) => conclusion("shared", [...maps({ mean, chance: 0.01 }), pca(null)], 30);
  assert.match(said(0.75), /75 % are its neighbours on the other maps.*rely on neighbours/);
  assert.match(said(0.1), /disagree/);
});

test("distances say whether far apart means far apart", () => {
  const said = (...centres) =>
    conclusion("distances", maps(...centres.map((c) => ({ centres: c }))));
  assert.match(said(0.3, 0.9), /0.30 to 0.90 .* need not be far apart/);
  assert.match(said(0.6), /0.60 .*partly/);
  assert.match(said(0.9), /mostly far apart in the data/);
  assert.match(said(null), /too few classes/);
  const beside = [...maps({ centres: 0.3 }), pca({ centres: 0.95 })];
  assert.match(conclusion("distances", beside), /data and map, on PCA 0.95/);
});

test("without a map there is nothing to conclude, and each measure is explained", () => {
  for (const measure of ["cost", "kept", "shared", "distances"]) {
    assert.match(conclusion(measure, [...maps(null), pca({})], 30), /nothing to conclude/);
    assert.ok(explanation(measure, 30).endsWith("."));
  }
});
