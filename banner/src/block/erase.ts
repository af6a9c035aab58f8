// SPDX-License-Identifier: Apache-2.0
// Erasing: a cookie is gone only when domain and path are those it was set with, so all are tried.
import { readCookies, writeCookie } from "../state/choice.ts";
import { allowed, namesOf } from "../state/store.ts";
import { config } from "../contract/config.ts";
import { nameMatches } from "../contract/pattern.ts";

const MOST_PATHS = 60;

/** The folders of this page and of the pages it links to: a cookie on one of them is not seen here. */
const paths = (): string[] => {
  const found = new Set(["/"]);
  const here = [location.pathname, ...[...document.links].slice(0, 500).flatMap(pathOnSite)];
  for (const pathname of here) {
    let path = "";
    for (const part of pathname.split("/").filter(Boolean)) {
      path += `/${part}`;
      if (found.size < MOST_PATHS) found.add(path).add(`${path}/`);
    }
  }
  return [...found];
};

const pathOnSite = (link: HTMLAnchorElement | HTMLAreaElement): string[] =>
  link.origin === location.origin ? [link.pathname] : [];

const domains = (): string[] => {
  const labels = location.hostname.split(".");
  const found = [""];
  for (let from = 0; from < labels.length; from++) found.push(labels.slice(from).join("."));
  return found;
};

/** Expire a cookie on this host and its parents, on this path and its parents. */
export const expire = (name: string): void => {
  for (const path of paths())
    for (const domain of domains())
      for (const partitioned of ["", "; Secure; Partitioned"])
        writeCookie(
          `${name}=; Max-Age=0; Path=${path}${domain && `; Domain=${domain}`}${partitioned}`,
        );
};

const eraseAreas = (hit: (name: string) => boolean): void => {
  for (const area of [localStorage, sessionStorage])
    for (const name of Object.keys(area)) if (hit(name)) area.removeItem(name);
};

const eraseDatabases = async (hit: (name: string) => boolean): Promise<void> => {
  for (const { name } of (await indexedDB.databases?.()) ?? [])
    if (name && hit(name)) indexedDB.deleteDatabase(name);
  if (window.caches) for (const name of await caches.keys()) if (hit(name)) await caches.delete(name);
};

/** Erase everything that services which are not allowed have stored on this site. */
export const eraseRefused = async (): Promise<void> => {
  const patterns = [...config.r.keys()].filter((i) => !allowed(i)).flatMap(namesOf);
  const hit = (name: string): boolean => patterns.some((p) => nameMatches(p, name));
  for (const pair of readCookies().split("; ")) {
    const name = pair.split("=", 1)[0] as string;
    if (hit(name)) expire(name);
  }
  // Names without a wildcard are tried even where the page cannot see them (deep paths).
  for (const name of patterns) if (!name.includes("*")) expire(name);
  try {
    eraseAreas(hit);
    await eraseDatabases(hit);
  } catch {
    // Storage is switched off: there is nothing to erase.
  }
};
