// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "./page.ts";

const { nameMatches, urlMatches } = await import("../src/contract/pattern.ts");

/** An address that cannot be read fits nothing; `mayLoad` reads it once for all sources. */
const urlFits = (source: string, url: string): boolean => URL.canParse(url) && urlMatches(source, new URL(url));

interface Vectors {
  names: { why: string; pattern: string; name: string; fits: boolean }[];
  urls: { why: string; sources: string[]; url: string; fits: boolean }[];
}

const { names, urls } = JSON.parse(
  readFileSync(new URL("tests/vectors/patterns.json", root), "utf8"),
) as Vectors;

for (const { why, pattern, name, fits } of names)
  test(`a name: ${why}`, () => assert.equal(nameMatches(pattern, name), fits));

for (const { why, sources, url, fits } of urls)
  test(`an address: ${why}`, () =>
    assert.equal(sources.some((source) => urlFits(source, url)), fits));
