// SPDX-License-Identifier: Apache-2.0
// Patterns of hosts and storage names. cmp/rules/pattern.py is the twin; the vectors are shared.

/** `text` with each of its signs meaning itself, `*` meaning `run`. */
const expression = (text: string, run: string): string =>
  text
    .split("*")
    .map((part) => part.replace(/\W/g, "\\$&"))
    .join(run);

/** Does a storage name fit a pattern? `*` is any run of characters; names are case sensitive. */
export const nameMatches = (pattern: string, name: string): boolean =>
  new RegExp(`^${expression(pattern, "[^]*")}$`).test(name);

/** Does an absolute URL fit a CSP source (host, `*.host`, host/dir/, host/file)? */
export const urlMatches = (source: string, { host, pathname }: URL): boolean => {
  const end = source.endsWith("/") ? "" : source.includes("/") ? "$" : "/";
  return new RegExp(`^${expression(source, "[^/]+")}${end}`).test(host + pathname);
};
