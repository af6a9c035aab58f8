// SPDX-License-Identifier: Apache-2.0
// Erasing: a cookie is gone only when domain and path are those it was set with, so all are tried.
import { config } from "../contract/config.ts";
import { readCookies, writeCookie } from "../state/choice.ts";
import { mayStore } from "../state/store.ts";

const MOST_PATHS = 60;

/** The folders of this page and of the pages it links to: a cookie on one of them is not seen here. */
const paths = (): Set<string> => {
  const found = new Set(["/"]);
  for (const { origin, pathname } of [location, ...[...document.links].slice(0, 500)]) {
    let path = "";
    for (const part of origin === location.origin ? pathname.split("/") : [])
      if (part && found.size < MOST_PATHS) found.add((path += `/${part}`)).add(`${path}/`);
  }
  return found;
};

/** Expire a cookie on this host and its parents, on this path and its parents. */
export const expire = (name: string): void => {
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, from) => `;Domain=${labels.slice(from).join(".")}`)];
  for (const path of paths())
    for (const domain of domains)
      for (const kind of ["", ";Secure;Partitioned"]) writeCookie(name, "", 0, path + domain + kind);
};

export const nameOf = (cookie: string): string => cookie.replace(/[=;][^]*/, "").trim();

/** Erase what may not be here: cookies that this page sees, and entries of its storage. */
export const sweep = (may = mayStore): void => {
  for (const name of readCookies().map(nameOf)) if (!may(name)) expire(name);
  try {
    for (const area of [localStorage, sessionStorage])
      for (const name of Object.keys(area)) if (!may(name)) area.removeItem(name);
  } catch {
    // Storage is switched off: nothing can have been stored.
  }
};

/** Erase everything that services which are not allowed have stored on this site. */
export const eraseRefused = async (): Promise<void> => {
  sweep();
  // Names without a wildcard are tried even where the page cannot see them (deep paths).
  for (const [, , , names] of config.r)
    for (const name of names) if (!name.includes("*") && !mayStore(name)) expire(name);
  try {
    for (const { name } of await indexedDB.databases())
      if (name && !mayStore(name)) indexedDB.deleteDatabase(name);
    for (const name of await caches.keys()) if (!mayStore(name)) await caches.delete(name);
  } catch {
    // One or both are not there, in an older browser or on a page without encryption.
  }
};
