// SPDX-License-Identifier: Apache-2.0
// Workers have natives of their own. Each starts with a preamble that stops what this page stops, and
// inherits this page's policy because it is a blob's.
import { config } from "../../contract/config.ts";
import { trustedUrl } from "../../contract/trusted.ts";
import { allowed, sourcesOf } from "../../state/store.ts";
import { NOWHERE } from "./held.ts";

/** Runs in the worker: it may use nothing from outside. */
const preamble = (sources: string[], base: string, nowhere: string): void => {
  const scope = self as unknown as Record<string, new () => object>;
  const elsewhere = (given: unknown): unknown => {
    try {
      const { protocol, host, pathname } = new URL((given as Request).url ?? given, base);
      for (const source of sources) {
        const [wanted, ...path] = source.split("/");
        const start = path.length ? `/${path.join("/")}` : "/";
        if ((wanted as string)[0] === "*" ? host.endsWith((wanted as string).slice(1)) : host === wanted)
          if (pathname.startsWith(start)) return `${protocol}//${nowhere}/`;
      }
    } catch {
      // No address: the native says so.
    }
    return given;
  };
  const all = (given: unknown[]): unknown[] => given.map(elsewhere);
  for (const name of ["fetch", "importScripts", "WebSocket", "EventSource", "WebTransport", "Worker"])
    if (scope[name])
      scope[name] = new Proxy(scope[name], {
        apply: (native, _, given) => Reflect.apply(native as never, self, all(given)) as unknown,
        construct: (native, given) => Reflect.construct(native, all(given)) as object,
      });
  const { prototype } = XMLHttpRequest;
  const { open } = prototype;
  prototype.open = function (...given: unknown[]) {
    open.apply(this, all(given) as never);
  };
};

const held = (): string[] => [...config.r.keys()].filter((index) => !allowed(index)).flatMap(sourcesOf);

const wrapped = (url: unknown, options: unknown): string => {
  const { href } = new URL(`${url as string}`, document.baseURI);
  const isModule = (options as { type?: string } | undefined)?.type === "module";
  const given = [held(), href.startsWith("http") ? href : location.href, NOWHERE];
  const lines = [
    `(${preamble})(${given.map((each) => JSON.stringify(each)).join()})`,
    `${isModule ? "import" : "importScripts"}(${JSON.stringify(href)})`,
  ];
  return URL.createObjectURL(new Blob([lines.join(";\n")], { type: "text/javascript" }));
};

const inUse = new Set<string>();
const { revokeObjectURL } = URL;
const LATER_MS = 10_000;

type Construct = (name: string, prepare: (given: unknown[]) => unknown[]) => void;

export const guardWorkers = (construct: Construct): void => {
  construct("Worker", ([url, options]) => {
    const text = `${url as string}`;
    if (!held().length) return [url, options];
    const { origin, protocol } = new URL(text, document.baseURI);
    if (protocol.startsWith("http") && origin !== location.origin) return [url, options];
    inUse.add(text);
    return [trustedUrl(wrapped(url, options)), options];
  });
  construct("SharedWorker", ([url, options]) => {
    const text = `${url as string}`;
    const keep = !held().length || !/^(blob|data):/i.test(text);
    inUse.add(text);
    return [keep ? url : trustedUrl(wrapped(url, options)), options];
  });
};

/** A page may revoke a worker's address as soon as it has made it; ours is read a little later. */
URL.revokeObjectURL = (url: string): void => {
  if (inUse.has(url)) setTimeout(() => revokeObjectURL.call(URL, url), LATER_MS);
  else revokeObjectURL.call(URL, url);
};
