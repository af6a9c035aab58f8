// SPDX-License-Identifier: Apache-2.0
// The page's Content-Security-Policy. Static markup behind this script forbids everything that needs
// consent; for a visitor who gave some, a wider policy is written in its place and the static one is
// swallowed as a comment. A policy in force cannot be lifted, so this is the only moment for it.
import { config } from "../contract/config.ts";
import { trusted } from "../contract/trusted.ts";
import { allowed, choice } from "../state/store.ts";

export const OWN = "'self' 'unsafe-inline' 'unsafe-eval' data: blob:";

/** The same text as `cmp.rules.csp.policy_for`. */
export const policy = (): string => {
  const sources = config.r.filter((rule) => allowed(rule)).flatMap(([, , given]) => given);
  return `default-src ${[...new Set([OWN, config.u, ...sources])].join(" ")}`;
};

export const applyPolicy = (): void => {
  if (choice()?.services.includes("1") && document.readyState === "loading")
    document.write(
      trusted(`<meta http-equiv="Content-Security-Policy" content="${policy()}"><!--`) as string,
    );
};
