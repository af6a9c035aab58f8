// SPDX-License-Identifier: Apache-2.0
// The page's policies in mode `runtime`. What nobody declared is stopped for good. Scripts, images and
// requests of declared services pass: they are held back in the page, so that they can be let loose.
// Everything else cannot be held back by a script, and is the policy's. As in mode `strict`, the static
// policy behind this script holds unless this one takes its place.
import { policy, sourceList, writePolicy } from "../policy.ts";
import { anyHeld } from "./held.ts";

const HELD_BY_SCRIPT = ["script-src", "img-src", "connect-src"];

export const runtimePolicy = (): string => {
  const declared = sourceList(() => true);
  const wide = anyHeld() ? HELD_BY_SCRIPT.map((name) => `${name} ${declared}`) : [];
  return [policy(), ...wide].join(";");
};

export const applyRuntimePolicy = (): void => writePolicy(runtimePolicy());
