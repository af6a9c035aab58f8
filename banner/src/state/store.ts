// SPDX-License-Identifier: Apache-2.0
// The state in the middle: what this page may do now, and who wants to hear of changes.
import { config } from "../contract/config.ts";
import { nameMatches, urlMatches } from "../contract/pattern.ts";
import { type Choice, load } from "./choice.ts";

let current: Choice | null = load();

export const choice = (): Choice | null => current;
export const setChoice = (next: Choice | null): void => {
  current = next;
};

/** May service number `index` of the table act, under `given` or else under the stored choice? */
export const allowed = (index: number, given: Choice | null = current): boolean =>
  config.r[index]?.[1] === -1 || !!given?.services[index];

const words = (text: string): string[] => (text ? text.split(" ") : []);
const table = config.r.map(([, , sources, names]) => ({
  sources: words(sources),
  names: words(names),
}));

export const sourcesOf = (index: number): string[] => table[index]?.sources ?? [];
export const namesOf = (index: number): string[] => table[index]?.names ?? [];

/** May something be stored under `name`? A name nobody declared is the page's own affair. */
export const mayStore = (name: string): boolean => {
  let declared = false;
  for (const [index, { names }] of table.entries()) {
    if (names.some((pattern) => nameMatches(pattern, name))) {
      if (allowed(index)) return true;
      declared = true;
    }
  }
  return !declared;
};

/** May `url` be asked for? Our own origin, the platform, and the sources of allowed services. */
export const mayLoad = (url: string, given: Choice | null = current): boolean => {
  try {
    const { origin, protocol } = new URL(url, document.baseURI);
    if (origin === location.origin || origin === new URL(config.u).origin) return true;
    if (/^(data|blob|about|javascript):/.test(protocol)) return true;
  } catch {
    return false;
  }
  return table.some(
    ({ sources }, index) =>
      allowed(index, given) && sources.some((source) => urlMatches(source, url)),
  );
};

type Listener = (detail: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

export const on = (event: string, listener: Listener): (() => void) => {
  const heard = listeners.get(event) ?? new Set();
  listeners.set(event, heard.add(listener));
  return () => heard.delete(listener);
};

/** Tell those who asked, and the document; a listener that throws does not stop the others. */
export const emit = (event: string, detail?: unknown): void => {
  for (const listener of listeners.get(event) ?? []) {
    try {
      listener(detail);
    } catch (fault) {
      setTimeout(() => {
        throw fault;
      });
    }
  }
  document.dispatchEvent(new CustomEvent(`kvitt:${event}`, { detail }));
};
