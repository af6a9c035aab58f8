// SPDX-License-Identifier: Apache-2.0
// Holding back in the page, and letting loose after a grant without loading the page again.
import { onFrame, onRoot, release } from "./elements.ts";
import { holdFrame } from "./frames.ts";
import { anyHeld, NOWHERE, onGrant } from "./held.ts";
import { callLateListeners } from "./late.ts";
import { applyPolicy } from "../policy.ts";
import { applyRuntimePolicy } from "./policy.ts";
import { guardRealm, isOpen, watch } from "./realm.ts";

/** What was sent nowhere is no violation. */
const hush = (): void =>
  document.addEventListener(
    "securitypolicyviolation",
    (event) => {
      if (event.blockedURI.includes(NOWHERE)) event.stopImmediatePropagation();
    },
    true,
  );

export const guardPage = (): void => {
  if (!anyHeld()) return applyRuntimePolicy();
  hush();
  onFrame(holdFrame);
  onRoot(watch);
  guardRealm(window);
  if (isOpen()) applyPolicy();
  else applyRuntimePolicy();
  callLateListeners();
  onGrant(release);
};
