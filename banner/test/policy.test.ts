// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "./page.ts";
import { config } from "../src/contract/config.ts";

interface Vectors {
  base: string;
  services: { id: string; purpose: string; sources: string }[];
  cases: { why: string; allowed: string[]; policy: string }[];
}

const { base, services, cases } = JSON.parse(
  readFileSync(new URL("tests/vectors/policies.json", root), "utf8"),
) as Vectors;

Object.assign(config, {
  u: base,
  c: ["functional", "analytics", "marketing"],
  r: services.map(({ id, purpose, sources }) => [
    id,
    ["functional", "analytics", "marketing"].indexOf(purpose),
    sources.split(" ").filter(Boolean),
    [],
  ]),
});
const { policy } = await import("../src/block/policy.ts");
const { save } = await import("../src/state/store.ts");

for (const { why, allowed, policy: wanted } of cases)
  test(`the policy follows from the grant: ${why}`, () => {
    save({
      _decided: 0,
      _until: 0,
      categories: "",
      services: services.map(({ id }) => +allowed.includes(id)).join(""),
      _subject: "",
      _record: "",
    });
    assert.equal(policy(), wanted);
  });
