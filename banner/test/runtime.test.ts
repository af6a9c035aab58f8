// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.ts";

const { save } = await import("../src/state/store.ts");
const { anyHeld, defuse, elsewhere, isHeld, mend, names } = await import(
  "../src/block/runtime/held.ts"
);
const { runtimePolicy } = await import("../src/block/runtime/policy.ts");
const { unfinished } = await import("../src/block/runtime/tags.ts");

const grant = (services: string): void =>
  save({ _decided: 0, _until: 9e9, categories: "", services, _subject: "", _record: "" });

const ADS = "https://ads.example/tag.js";

test("held is what is declared and not granted; the rest is the policy's", () => {
  grant("000");
  assert.deepEqual(
    [ADS, "//film.example/x", "HTTPS://FILM.example/", "wss://a.film.example/"].map(isHeld),
    [true, true, true, true],
  );
  assert.deepEqual(
    ["/eget", "https://pay.example/", "https://fremmed.example/", "data:,x", ""].map(isHeld),
    [false, false, false, false, false],
  );
  grant("010");
  assert.deepEqual([ADS, "https://film.example/"].map(isHeld), [true, false]);
});

test("something is held until everything is granted", () => {
  grant("010");
  assert.equal(anyHeld(), true);
  grant("011");
  assert.equal(anyHeld(), false);
});

test("a held address is asked of nobody, with its own scheme", () => {
  grant("000");
  assert.equal(elsewhere(ADS), "https://kvitt.invalid/");
  assert.equal(elsewhere("wss://film.example/s"), "wss://kvitt.invalid/");
  assert.equal(elsewhere("/eget"), "/eget");
});

test("addresses in styles are made inert once, and mended when they are granted", () => {
  grant("000");
  const rule = `p{background:url(https://film.example/a.png),url("${ADS}"),url(/b.png)}`;
  const inert = defuse(rule);
  assert.ok(!/\(https|"https/.test(inert), inert);
  assert.ok(inert.includes("url(/b.png)"));
  assert.equal(defuse(inert), inert);
  assert.equal(mend(inert), inert);
  grant("010");
  assert.ok(mend(inert).includes("url(https://film.example/a.png)"));
  assert.ok(!mend(inert).includes(`"${ADS}`));
  grant("011");
  assert.equal(mend(inert), rule);
});

for (const [why, text] of [
  ["hexadecimal", String.raw`p{background:url(h\74tps://film.example/a)}`],
  ["a slash", String.raw`p{background:url("https:\2f/film.example/a")}`],
  ["without a scheme", "p{background:url(//film.example/a)}"],
] as const)
  test(`an address written with an escape is seen: ${why}`, () => {
    grant("000");
    assert.match(defuse(text), /data:,kvitt,/);
  });

test("imported sheets and fonts are left to the policy, escapes of others as they are", () => {
  grant("000");
  for (const text of [
    '@import "https://film.example/a.css";',
    "@font-face{font-family:x;src:url(https://film.example/f.woff2)}",
    String.raw`p::before{content:"\201C"}`,
  ])
    assert.equal(defuse(text), text);
});

test("a text names a held address or it does not", () => {
  grant("000");
  assert.equal(names(`fetch("${ADS}")`), true);
  assert.equal(names("fetch('https://fremmed.example/')"), false);
});

test("scripts, images and requests of the declared pass the policy; nothing else that is refused", () => {
  grant("000");
  const [all = "", ...wide] = runtimePolicy().split(";");
  assert.ok(all.startsWith("default-src ") && !all.includes("film.example"));
  assert.deepEqual(
    wide.map((directive) => directive.split(" ")[0]),
    ["script-src", "img-src", "connect-src"],
  );
  for (const directive of wide) assert.ok(directive.includes(" film.example"));
  grant("011");
  assert.ok(!runtimePolicy().includes(";"));
});

for (const [text, tail] of [
  ['<script src="a"></script>', ""],
  ['<p>x</p><script src="a', '<script src="a'],
  ["a<scr", "<scr"],
  ["a <", "<"],
  ["<script src=a>", ""],
  ["<span", ""],
  [`<script data-a='>' src="`, `<script data-a='>' src="`],
] as const)
  test(`what is not written to its end waits: ${text}`, () => {
    assert.equal(unfinished(text), tail);
  });
