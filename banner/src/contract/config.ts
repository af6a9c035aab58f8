// SPDX-License-Identifier: Apache-2.0
// What the server puts into the blocking script: cmp/rules/compile.py is the other side.

/** Service id, index of its category or -1 for necessary, CSP sources, storage names. */
export type Rule = [id: string, category: number, sources: string[], names: string[]];

export interface Config {
  /** Site key, platform address, notice hash, first digits of its material hash. */
  s: string;
  u: string;
  n: string;
  m: string;
  /** Default language, and per language the chunks of first layer and dialog. */
  d: string;
  l: Record<string, [string, string]>;
  /** Categories that need consent, in the order they are shown. */
  c: string[];
  /** Days that a choice counts: with something granted, with nothing granted. */
  t: [number, number];
  r: Rule[];
}

// `Object` keeps the bundler from folding the placeholder into every use.
export const config = Object("__KVITT_CONFIG__") as Config;
