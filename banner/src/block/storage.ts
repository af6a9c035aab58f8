// SPDX-License-Identifier: Apache-2.0
// Cookies and storage: no policy covers them, so every way to write is guarded by name, on the
// instance and on the prototype. What slips past (a frame with clean natives, the server) is swept.
import { mayStore, emit } from "../state/store.ts";
import { readCookies } from "../state/choice.ts";
import { expire } from "./erase.ts";

const refused = new Set<string>();

/** Names that were held back on this page. */
export const refusedNames = (): Iterable<string> => refused;

const check = (name: string): boolean => {
  if (mayStore(name)) return true;
  if (!refused.has(name)) emit("blocked", { kind: "storage", name });
  refused.add(name);
  return false;
};

const nameOf = (cookie: string): string => (cookie.split(/[=;]/, 1)[0] as string).trim();

const guardCookie = (): void => {
  const native = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  const { get, set } = native as Required<PropertyDescriptor>;
  const guarded = {
    configurable: false,
    enumerable: true,
    get(this: Document) {
      return get.call(this) as string;
    },
    set(this: Document, text: string) {
      const cookie = `${text}`;
      if (check(nameOf(cookie))) set.call(this, cookie);
    },
  };
  // A tool that has put its own property on the document would hide the prototype's: replace both.
  for (const target of [Document.prototype, document])
    try {
      Object.defineProperty(target, "cookie", guarded);
    } catch {
      // Frozen before us: the sweep erases what is written.
    }
};

/** Replace method `name` of `target`; the guard gets the arguments and may answer by itself. */
const wrap = (
  target: object | undefined,
  name: string,
  guard: (key: string, go: () => unknown) => unknown,
): void => {
  const native = target && (Reflect.get(target, name) as ((...a: unknown[]) => unknown) | undefined);
  if (!native) return;
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...given: unknown[]) {
      const [first] = given;
      const key = first && typeof first === "object" ? Reflect.get(first, "name") : first;
      return guard(`${key as string}`, () => native.apply(this, given));
    },
  });
};

const prototypeOf = (name: string): object | undefined =>
  (Reflect.get(window, name) as { prototype: object } | undefined)?.prototype;

/** Behind a proxy `localStorage.x = 1` is seen like `setItem`. */
const guardArea = (name: "localStorage" | "sessionStorage"): void => {
  const native = Object.getOwnPropertyDescriptor(window, name);
  if (!native?.get || !native.configurable) return;
  let area: Storage;
  try {
    area = native.get.call(window) as Storage;
  } catch {
    return;
  }
  const proxy = new Proxy(area, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) => !check(String(key)) || Reflect.set(target, key, value, target),
    defineProperty: (target, key, how) =>
      !check(String(key)) || Reflect.defineProperty(target, key, how),
  });
  Object.defineProperty(window, name, { configurable: false, enumerable: true, get: () => proxy });
};

const refusal = (): DOMException => new DOMException("Not allowed before consent", "NotAllowedError");

const sweepAreas = (): void => {
  for (const area of [localStorage, sessionStorage])
    for (const name of Object.keys(area)) if (!mayStore(name)) area.removeItem(name);
};

/** Erase what was stored past the guards. */
export const sweep = (): void => {
  for (const pair of readCookies().split("; "))
    if (pair && !mayStore(nameOf(pair))) expire(nameOf(pair));
  try {
    sweepAreas();
  } catch {
    // Storage is switched off: nothing can have been stored.
  }
};

const SWEEPS_MS = 500;

export const guardStorage = (): void => {
  guardCookie();
  wrap(prototypeOf("Storage"), "setItem", (key, go) => check(key) && go() || undefined);
  guardArea("localStorage");
  guardArea("sessionStorage");
  wrap(prototypeOf("CookieStore"), "set", (key, go) =>
    check(key) ? go() : Promise.resolve(),
  );
  wrap(prototypeOf("IDBFactory"), "open", (key, go) => {
    if (check(key)) return go();
    throw refusal();
  });
  wrap(prototypeOf("CacheStorage"), "open", (key, go) =>
    check(key) ? go() : Promise.reject(refusal()),
  );
  (Reflect.get(window, "cookieStore") as EventTarget | undefined)?.addEventListener("change", sweep);
  addEventListener("storage", sweep);
  addEventListener("pagehide", sweep);
  setInterval(sweep, SWEEPS_MS);
};
