// SPDX-License-Identifier: Apache-2.0
// The page's Content-Security-Policy. Static markup behind this script forbids everything that needs
// consent; for a visitor who gave some, a wider policy is written in its place and the static one is
// swallowed as a comment. A policy in force cannot be lifted, so this is the only moment for it.
import { config, type Rule } from "../contract/config.ts";
import { trusted } from "../contract/trusted.ts";
import { allowed, choice } from "../state/store.ts";

const OWN = "'self' 'unsafe-inline' 'unsafe-eval' data: blob:";

/** Our own, and what the services of the rules that `may` picks are reached at. */
export const sourceList = (may: (rule: Rule) => boolean): string => {
  const sources = config.r.filter(may).flatMap(([, , given]) => given);
  return [...new Set([OWN, config.u, ...sources])].join(" ");
};

/** The same text as `cmp.rules.csp.policy_for`. */
export const policy = (): string => `default-src ${sourceList((rule) => allowed(rule))}`;

/** Put `text` in the place of the static policy. */
export const writePolicy = (text: string): void => {
  if (document.readyState === "loading")
    document.write(
      trusted(`<meta http-equiv="Content-Security-Policy" content="${text}"><!--`) as string,
    );
};

export const applyPolicy = (): void => {
  if (choice()?.services.includes("1")) writePolicy(policy());
};
