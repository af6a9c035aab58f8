// SPDX-License-Identifier: Apache-2.0
// What was held back on this page: told once to those who listen, and remembered, because only if
// something of it is now allowed does the page have to load again.
import type { Choice } from "../state/choice.ts";
import { emit, mayLoad, mayStore } from "../state/store.ts";

const MOST = 200;
const held = new Set<string>();

/** Something was held back: an address (of a `request` or a `hint`) or a name in `storage`. */
export const hold = (kind: "request" | "hint" | "storage", what: string): void => {
  if (held.has(what) || held.size > MOST) return;
  held.add(what);
  emit("blocked", { kind, [kind === "storage" ? "name" : "url"]: what });
};

/** Was anything held back here that `given` allows? A grant without that needs no new page. */
export const heldBack = (given: Choice): boolean =>
  [...held].some((what) => (what.includes("//") ? mayLoad(what, given) : mayStore(what)));
