// SPDX-License-Identifier: Apache-2.0
// The page's Content-Security-Policy. Static markup behind this script forbids everything that needs
// consent; for a visitor who gave some, a wider policy is written in its place and the static one is
// swallowed as a comment. A policy in force cannot be lifted, so this is the only moment for it.
import { config } from "../contract/config.ts";
import { trusted } from "../contract/trusted.ts";
import { allowed, choice, sourcesOf } from "../state/store.ts";

const OWN = "'self' 'unsafe-inline' 'unsafe-eval' data: blob:";

/** Our own, and the services of the table that `may` picks. */
export const sourceList = (may: (index: number) => boolean): string => {
  const sources = new Set([config.u]);
  for (const index of config.r.keys())
    if (may(index)) for (const source of sourcesOf(index)) sources.add(source);
  return [OWN, ...sources].join(" ");
};

/** The same text as `cmp.rules.csp.policy_for`. */
export const policy = (): string => `default-src ${sourceList((index) => allowed(index))}`;

/** Put `text` in the place of the static policy; too late for that, the static one holds. */
export const writePolicy = (text: string): void => {
  if (document.readyState !== "loading") return;
  document.write(
    trusted(`<meta http-equiv="Content-Security-Policy" content="${text}"><!--`) as string,
  );
};

export const applyPolicy = (): void => {
  if (config.o !== "edge" && choice()?.services.includes(true)) writePolicy(policy());
};
