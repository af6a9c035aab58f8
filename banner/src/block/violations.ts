// SPDX-License-Identifier: Apache-2.0
// What the policy stopped on this page: told to those who listen, and remembered, because only if
// something of it is now allowed does the page have to load again.
import type { Choice } from "../state/choice.ts";
import { emit, mayLoad, mayStore } from "../state/store.ts";
import { refusedNames } from "./storage.ts";

const MOST = 200;
const stopped = new Set<string>();

export const watchViolations = (): void => {
  document.addEventListener("securitypolicyviolation", ({ blockedURI, disposition }) => {
    if (disposition !== "enforce" || !/^\w+:\/\//.test(blockedURI)) return;
    if (!stopped.has(blockedURI)) emit("blocked", { kind: "request", url: blockedURI });
    if (stopped.size < MOST) stopped.add(blockedURI);
  });
};

/** Was anything held back here that `given` allows? A grant without that needs no new page. */
export const heldBack = (given: Choice): boolean =>
  [...stopped].some((url) => mayLoad(url, given)) || [...refusedNames()].some(mayStore);
