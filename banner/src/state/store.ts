// SPDX-License-Identifier: Apache-2.0
// The state in the middle: what this page may do now, and who wants to hear of changes.
import { config, type Rule } from "../contract/config.ts";
import { nameMatches, urlMatches } from "../contract/pattern.ts";
import { type Choice, load, store } from "./choice.ts";

let current: Choice | null = load();

export const choice = (): Choice | null => current;
/** Make `next` the choice in force, here and on the pages to come. */
export const save = (next: Choice | null): void => {
  current = next;
  store(next);
};

/** May the service of `rule` act, under `given` or else under the stored choice? No rule, no. */
export const allowed = (rule: Rule | undefined, given: Choice | null = current): boolean =>
  !!rule && (rule[1] === -1 || given?.services[config.r.indexOf(rule)] === "1");

/** May something be stored under `name`? A name nobody declared is the page's own affair. */
export const mayStore = (name: string): boolean => {
  const declared = config.r.filter(([, , , names]) => names.some((pattern) => nameMatches(pattern, name)));
  return !declared.length || declared.some((rule) => allowed(rule));
};

/** May `url` be asked for? Our own origin, the platform, and the sources of allowed services. */
export const mayLoad = (url: string, given: Choice | null = current): boolean => {
  try {
    const asked = new URL(url, document.baseURI);
    return (
      asked.origin === location.origin ||
      asked.href.startsWith(`${config.u}/`) ||
      !/^(http|ws)/.test(asked.protocol) ||
      config.r.some(
        (rule) => allowed(rule, given) && rule[2].some((source) => urlMatches(source, asked)),
      )
    );
  } catch {
    return false;
  }
};

/** Hear of an event; returns what ends it. A listener that throws does not stop the others. */
export const on = (event: string, listener: (detail: unknown) => void): (() => void) => {
  const hear = (heard: Event): void => listener((heard as CustomEvent).detail);
  document.addEventListener(`kvitt:${event}`, hear);
  return () => document.removeEventListener(`kvitt:${event}`, hear);
};

export const emit = (event: string, detail?: unknown): unknown =>
  document.dispatchEvent(new CustomEvent(`kvitt:${event}`, { detail }));
