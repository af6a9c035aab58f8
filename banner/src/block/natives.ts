// SPDX-License-Identifier: Apache-2.0
// Replacing what the page calls. A native that is not there, or that was frozen before us, is left.

type Native = (...given: never[]) => unknown;
type Guard = (self: unknown, given: unknown[], go: (...given: unknown[]) => unknown) => unknown;

export const page = window as unknown as Record<string, unknown>;
export const prototypeOf = (name: string): object | undefined =>
  (page[name] as { prototype: object } | undefined)?.prototype;

export const define = (target: object, name: string, how: PropertyDescriptor): void => {
  try {
    Object.defineProperty(target, name, how);
  } catch {
    // Frozen before us: what passes here is swept.
  }
};

/** Put `guard` before methods of `target`; `go` is the native on the same object. */
export const wrap = (target: object | undefined, names: string[], guard: Guard): void => {
  for (const name of names) {
    const native = target && (Reflect.get(target, name) as Native | undefined);
    if (native)
      define(target, name, {
        configurable: true,
        writable: true,
        value(...given: unknown[]) {
          return guard(this, given, (...g) => Reflect.apply(native, this, g));
        },
      });
  }
};

/** Put `prepare` before the arguments of constructor `name`. */
export const construct = (name: string, prepare: (given: unknown[]) => unknown[]): void => {
  const native = page[name] as (new () => object) | undefined;
  if (native)
    define(window, name, {
      configurable: true,
      writable: true,
      value: new Proxy(native, {
        construct: (target, given, made) => Reflect.construct(target, prepare(given), made),
      }),
    });
};
