// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import { config } from "../src/contract/config.ts";
import { root, store, written } from "./page.ts";

const { lastSubject, load, now, store: keep } = await import("../src/state/choice.ts");

const SUBJECT = "AbCdEfGhIjKlMnOpQrStU_";
const RECORD = "0193a000-0000-4000-8000-000000000001";
const given = () => ({
  _decided: now() - 60,
  _until: now() + 3600,
  categories: "10",
  services: "010",
  _subject: SUBJECT,
  _record: RECORD,
});

/** What stands in the cookie once `choice` is stored. */
const encode = (choice: ReturnType<typeof given>): string => {
  store();
  keep(choice);
  return document.cookie.replace("kvitt=", "");
};

test("what is written is read back whole", () => {
  for (const choice of [given(), { ...given(), _record: "" }, { ...given(), _record: "", _subject: "" }]) {
    keep(choice);
    assert.deepEqual(load(), choice);
  }
});

test("the text is the documented one", () => {
  const text = `1.0123456789abcdef.10.vf7jlc.10.010.${SUBJECT}.${RECORD}`;
  assert.equal(encode({ ...given(), _decided: 36, _until: parseInt("vf7jlc", 36) }), text);
});

const base36 = (seconds: number): string => seconds.toString(36);
const parts = (): string[] => encode(given()).split(".");
const with_ = (place: number, text: string): string => parts().with(place, text).join(".");

const FAULTS: [why: string, text: () => string][] = [
  ["empty", () => ""],
  ["another version", () => with_(0, "2")],
  ["another notice's matter", () => with_(1, "fedcba9876543210")],
  ["matter too short", () => with_(1, "0123456789abcde")],
  ["matter in capitals", () => with_(1, "0123456789ABCDEF")],
  ["run out", () => with_(3, base36(now() - 1))],
  ["running out this second", () => with_(3, base36(now()))],
  ["decided in the future", () => with_(2, base36(now() + 2 * 86_400))],
  ["a time too long to be one", () => with_(3, "zzzzzzzzzz")],
  ["no time", () => with_(2, "")],
  ["a category too few", () => with_(4, "1")],
  ["a category too many", () => with_(4, "100")],
  ["an answer that is none", () => with_(4, "12")],
  ["a service too few", () => with_(5, "01")],
  ["a service too many", () => with_(5, "0100")],
  ["a pseudonym too short", () => with_(6, SUBJECT.slice(1))],
  ["a pseudonym with a stranger in it", () => with_(6, `${SUBJECT.slice(1)}=`)],
  ["a record's id too short", () => with_(7, RECORD.slice(1))],
  ["a member missing", () => parts().slice(0, 7).join(".")],
  ["a member more", () => `${encode(given())}.1`],
  ["something before", () => ` ${encode(given())}`],
  ["a line after", () => `${encode(given())}\n`],
  ["quotation marks", () => `"${encode(given())}"`],
  ["percent signs", () => encodeURIComponent(`${encode(given())};`)],
];

for (const [why, text] of FAULTS)
  test(`no consent when the text is odd: ${why}`, () => {
    store(text());
    assert.equal(load(), null);
  });

test("only the cookie of that very name counts", () => {
  const text = encode(given());
  store();
  document.cookie = `xkvitt=${text}`;
  document.cookie = `kvitt2=${text}`;
  assert.equal(load(), null);
  keep(given());
  assert.equal(load()?.services, "010");
});

test("the cookie is the site's own, for the whole site, as long as the choice counts", () => {
  keep(given());
  const [, ...attributes] = (written.at(-1) ?? "").split("; ");
  assert.deepEqual(attributes, ["Max-Age=3600", "Path=/", "SameSite=Lax", "Secure"]);
  keep(null);
  assert.equal(load(), null);
});

test("the pseudonym outlives a choice that no longer counts", () => {
  store(with_(3, base36(now() - 1)));
  assert.equal(lastSubject(), SUBJECT);
  store("odd");
  assert.equal(lastSubject(), "");
});

interface Vectors {
  material: string;
  categories: number;
  services: number;
  now: number;
  vectors: { why: string; text: string; choice: null | Record<"categories" | "services", boolean[]> }[];
}

const shared = JSON.parse(readFileSync(new URL("tests/vectors/choices.json", root), "utf8")) as Vectors;
const digits = (answers: boolean[]): string => answers.map(Number).join("");

for (const { why, text, choice } of shared.vectors)
  test(`as the edge reads it: ${why}`, () => {
    const clock = mock.method(Date, "now", () => shared.now * 1000);
    const { m, c, r } = config;
    Object.assign(config, {
      m: shared.material,
      c: Array.from({ length: shared.categories }),
      r: Array.from({ length: shared.services }),
    });
    store(text);
    const found = load();
    Object.assign(config, { m, c, r });
    clock.mock.restore();
    assert.deepEqual(
      found && [found.categories, found.services],
      choice && [digits(choice.categories), digits(choice.services)],
    );
  });
