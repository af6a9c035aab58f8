// SPDX-License-Identifier: Apache-2.0
// Rooms import downwards only: entries > ui | block | signals | report > state > contract. Types
// leave no trace in what is built, so `import type` may point anywhere.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "./page.ts";

const FLOORS = [["contract"], ["state"], ["ui", "block", "signals", "report"], [""]];
const IMPORT = /^import\s+(?!type\b)[^;]*?from\s+"(\.[^"]+)";|^import\s+"(\.[^"]+)";/gm;
const source = new URL("banner/src/", root);

const roomOf = (file: string): string => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));

const imports = (file: string): string[] =>
  [...readFileSync(new URL(file, source), "utf8").matchAll(IMPORT)].map(
    ([, named, bare]) =>
      new URL((named ?? bare) as string, new URL(file, source)).href.slice(source.href.length),
  );

test("every room has its floor", () => {
  assert.ok(files.length > 20);
  for (const file of files) assert.notEqual(floorOf(roomOf(file)), -1, file);
});

test("what is imported lies in the same room or on a lower floor", () => {
  const wrong = files.flatMap((file) =>
    imports(file)
      .filter((to) => roomOf(to) !== roomOf(file) && floorOf(roomOf(to)) >= floorOf(roomOf(file)))
      .map((to) => `${file} imports ${to}`),
  );
  assert.deepEqual(wrong, []);
});

test("the reading of imports finds them", () => {
  assert.ok(imports("decide.ts").includes("state/store.ts"));
  assert.ok(imports("start.ts").length > 8);
});

test("every source file names its licence first", () => {
  for (const file of files)
    assert.match(readFileSync(new URL(file, source), "utf8"), /^\/\/ SPDX-License-Identifier: Apache-2.0\n/, file);
});
