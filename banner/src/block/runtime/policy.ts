// SPDX-License-Identifier: Apache-2.0
// The page's policies in mode `runtime`. What nobody declared is stopped for good. Scripts, images and
// requests of declared services pass: they are held back in the page, so that they can be let loose.
// Everything else cannot be held back by a script, and is the policy's. As in mode `strict`, the static
// policy behind this script holds unless this one takes its place.
import { config } from "../../contract/config.ts";
import { trusted } from "../../contract/trusted.ts";
import { OWN, policy } from "../policy.ts";
import { anyHeld } from "./held.ts";

/** The policy of a visitor who may still grant something; the same as in mode `strict` for another. */
export const runtimePolicy = (): string => {
  const declared = [...new Set([OWN, config.u, ...config.r.flatMap(([, , sources]) => sources)])];
  const held = ["script-src", "img-src", "connect-src"].map((name) => [name, ...declared].join(" "));
  return [policy(), ...(anyHeld() ? held : [])].join(";");
};

export const applyRuntimePolicy = (): void => {
  if (document.readyState === "loading")
    document.write(
      trusted(`<meta http-equiv="Content-Security-Policy" content="${runtimePolicy()}"><!--`) as string,
    );
};
