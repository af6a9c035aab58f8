// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { store } from "./page.ts";

const { all, consent, draft } = await import("../src/decide.ts");
const { save } = await import("../src/state/store.ts");

const given = {
  _decided: 1_764_000_000,
  _until: 1_795_000_000,
  categories: "10",
  services: "010",
  _subject: "AbCdEfGhIjKlMnOpQrStU_",
  _record: "",
};
const DENIED = {
  categories: { functional: "denied", marketing: "denied" },
  services: { film: "denied", annonse: "denied" },
};

test("before any choice everything is denied, and what is necessary is not asked", () => {
  store();
  save(null);
  assert.deepEqual(draft(), DENIED);
});

test("the draft is the choice that is stored", () => {
  save(given);
  assert.deepEqual(draft(), {
    categories: { functional: "granted", marketing: "denied" },
    services: { film: "granted", annonse: "denied" },
  });
});

test("one answer for all leaves nothing out and the stored choice as it is", () => {
  save(given);
  assert.deepEqual(all(false), DENIED);
  assert.deepEqual(all(true), {
    categories: { functional: "granted", marketing: "granted" },
    services: { film: "granted", annonse: "granted" },
  });
  assert.equal(draft().services["film"], "granted");
});

test("the page sees no consent as such, with nothing to tell a visitor by", () => {
  save(null);
  assert.deepEqual(consent(), {
    status: "none",
    ...DENIED,
    recordId: null,
    noticeSha256: "a".repeat(64),
    decidedAt: null,
    validUntil: null,
  });
});

test("the page sees a choice with its times, and cannot change it", () => {
  save(given);
  const seen = consent();
  assert.equal(seen.status, "given");
  assert.equal(seen.decidedAt, "2025-11-24T16:00:00.000Z");
  assert.equal(seen.validUntil, new Date(1_795_000_000_000).toISOString());
  assert.ok(Object.isFrozen(seen) && Object.isFrozen(seen.services) && Object.isFrozen(seen.categories));
});
