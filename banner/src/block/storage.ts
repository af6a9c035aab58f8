// SPDX-License-Identifier: Apache-2.0
// Cookies and storage: no policy covers them, so the ways to write are guarded by name, on the
// instance and on the prototype. What slips past (a property of localStorage, a frame with clean
// natives, the server) is swept as soon as it is seen, and before the page is left.
import { mayStore } from "../state/store.ts";
import { nameOf, sweep } from "./erase.ts";
import { hold } from "./held.ts";
import { define, page, prototypeOf, wrap } from "./natives.ts";

const check = (name: string): boolean => {
  const may = mayStore(name);
  if (!may) hold("storage", name);
  return may;
};

const guardCookie = (): void => {
  const native = Object.getOwnPropertyDescriptor(Document.prototype, "cookie") as Required<PropertyDescriptor>;
  // A tool that has put its own property on the document would hide the prototype's: replace both.
  for (const target of [Document.prototype, document])
    define(target, "cookie", {
      enumerable: true,
      get: native.get,
      set(text: string) {
        if (check(nameOf(`${text}`))) native.set.call(this, text);
      },
    });
};

/** Guard methods whose first argument names what is to be stored, or has it as its `name`. */
const guard = (owner: string, method: string, refuse: () => unknown): void =>
  wrap(prototypeOf(owner), [method], (_, given, go) => {
    const [first] = given as [{ name?: string } | string];
    return check(`${(first as { name?: string })?.name ?? (first as string)}`) ? go(...given) : refuse();
  });

const refusal = (): DOMException => new DOMException("", "NotAllowedError");

// What is swept counts as held back.
const sweepPast = (): void => sweep(check);

const SWEEPS_MS = 500;

export const guardStorage = (): void => {
  guardCookie();
  guard("Storage", "setItem", () => undefined);
  guard("CookieStore", "set", () => Promise.resolve());
  guard("CacheStorage", "open", () => Promise.reject(refusal()));
  guard("IDBFactory", "open", () => {
    throw refusal();
  });
  (page["cookieStore"] as EventTarget | undefined)?.addEventListener("change", sweepPast);
  for (const moment of ["storage", "pagehide"]) addEventListener(moment, sweepPast);
  setInterval(sweepPast, SWEEPS_MS);
  sweepPast();
};
