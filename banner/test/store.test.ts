// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.ts";

const { choice, emit, mayLoad, mayStore, on, save } = await import("../src/state/store.ts");

const given = (...services: boolean[]) => ({
  _decided: 1,
  _until: 2,
  categories: "",
  services: [false, ...services].map(Number).join(""),
  _subject: "",
  _record: "",
});

test("without a choice only the undeclared and the necessary may be stored", () => {
  save(null);
  assert.equal(choice(), null);
  for (const name of ["pay_sid", "basket", "Film_volume"]) assert.ok(mayStore(name), name);
  for (const name of ["film_volume", "film_", "_ad", "both"]) assert.ok(!mayStore(name), name);
});

test("a name that two services share needs one of them", () => {
  save(given(false, true));
  assert.ok(mayStore("both"));
  assert.ok(!mayStore("film_volume"));
});

test("without a choice only the page's own, the platform and the necessary may be asked", () => {
  save(null);
  for (const url of [
    "/a.js",
    "b.png",
    "https://shop.example/c",
    "https://consent.example/k/x.js",
    "https://pay.example/anything",
    "data:image/gif;base64,R0",
    "blob:https://shop.example/1",
    "about:blank",
  ])
    assert.ok(mayLoad(url), url);
  for (const url of [
    "https://film.example/",
    "//film.example/x",
    "https://unknown.example/",
    "https://pay.example.evil.example/",
    "https://shop.example.evil.example/",
    "https://consent.example:444/",
    "http://shop.example/",
    "https://pay.example:8443/",
    "https://",
  ])
    assert.ok(!mayLoad(url), url);
});

test("a grant opens the addresses of that service and no others", () => {
  save(given(true, false));
  assert.ok(mayLoad("https://film.example/embed?v=1"));
  assert.ok(mayLoad("https://cdn.film.example/x"));
  assert.ok(!mayLoad("https://ads.example/px/1.gif"));
  assert.ok(mayLoad("https://ads.example/px/1.gif", given(false, true)));
  assert.ok(mayLoad("https://ads.example/tag.js?x", given(false, true)));
  assert.ok(!mayLoad("https://ads.example/tag.jsx", given(false, true)));
  assert.ok(!mayLoad("https://film.example/", null));
});

test("listeners and the document hear of what happens; who has left hears nothing", () => {
  const heard: unknown[] = [];
  const note = (event: Event): number => heard.push((event as CustomEvent).detail);
  document.addEventListener("kvitt:decision", note);
  const off = on("decision", (detail) => heard.push(detail));
  emit("decision", 1);
  off();
  emit("decision", 2);
  document.removeEventListener("kvitt:decision", note);
  assert.deepEqual(heard, [1, 1, 2]);
});
