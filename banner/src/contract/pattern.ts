// SPDX-License-Identifier: Apache-2.0
// Patterns of hosts and storage names. cmp/rules/pattern.py is the twin; the vectors are shared.

/** Does a storage name fit a pattern? `*` is any run of characters; names are case sensitive. */
export const nameMatches = (pattern: string, name: string): boolean => {
  const parts = pattern.split("*");
  const last = parts.pop() as string;
  if (!parts.length) return name === last;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index ? name.indexOf(part, at) : name.startsWith(part) ? 0 : -1;
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
};

/** Does an absolute URL fit a CSP source (host, `*.host`, host/dir/, host/file)? */
export const urlMatches = (source: string, url: string): boolean => {
  try {
    const { host, pathname } = new URL(url, location.href);
    const slash = source.indexOf("/");
    const wanted = slash < 0 ? source : source.slice(0, slash);
    const path = slash < 0 ? "" : source.slice(slash);
    const onHost = wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
    return onHost && (path.endsWith("/") ? pathname.startsWith(path) : !path || pathname === path);
  } catch {
    return false;
  }
};
