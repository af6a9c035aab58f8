// SPDX-License-Identifier: Apache-2.0
// Workers have natives of their own. Each starts with a preamble that stops what this page stops, and
// inherits this page's policy because it is a blob's.
import { config } from "../../contract/config.ts";
import { trustedUrl } from "../../contract/trusted.ts";
import { allowed } from "../../state/store.ts";
import { names, NOWHERE, onGrant } from "./held.ts";

/** Runs in the worker, so it may use nothing from outside; returns how to start another. */
function preamble(sources: string[], base: string, nowhere: string, here: boolean) {
  const scope = self as unknown as Record<string, new () => object>;
  const elsewhere = (given: unknown): unknown => {
    try {
      const { protocol, host, pathname } = new URL((given as Request).url ?? given, base);
      for (const source of sources) {
        const at = `${source}/`.indexOf("/");
        const [wanted, path] = [source.slice(0, at), source.slice(at)];
        if (wanted[0] === "*" ? host.endsWith(wanted.slice(1)) : host === wanted)
          if (pathname.startsWith(path)) return `${protocol}//${nowhere}/`;
      }
    } catch {
      // No address: the native says so.
    }
    return given;
  };
  const start = (url: unknown, options?: { type?: string }): string => {
    const { href } = new URL(url as string, base);
    const from = href.startsWith("http") ? href : base;
    const given = JSON.stringify([sources, from, nowhere, true]).slice(1, -1);
    const go = options?.type === "module" ? "import" : "importScripts";
    const text = `(${preamble})(${given});${go}(${JSON.stringify(href)})`;
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  };
  if (!here) return start;
  const all = (given: unknown[]): unknown[] => given.map(elsewhere);
  for (const name of ["fetch", "importScripts", "WebSocket", "EventSource", "WebTransport"])
    if (scope[name])
      scope[name] = new Proxy(scope[name], {
        apply: (native, _, given) => Reflect.apply(native as never, self, all(given)) as unknown,
        construct: (native, given) => Reflect.construct(native, all(given)) as object,
      });
  if (scope["Worker"])
    scope["Worker"] = new Proxy(scope["Worker"], {
      construct: (native, [url, options]) => Reflect.construct(native, [start(url, options), options]) as object,
    });
  const { prototype } = XMLHttpRequest;
  const { open } = prototype;
  prototype.open = function (...given: unknown[]) {
    open.apply(this, all(given) as never);
  };
  return start;
}

const held = (): string[] =>
  config.r.filter((rule) => !allowed(rule)).flatMap(([, , sources]) => sources);

const wrapped = (url: unknown, options: unknown): string =>
  preamble(held(), document.baseURI, NOWHERE, false)(url, options as { type?: string });

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

const { fetch } = window;

/** A service worker has its own policy: one that names who may not be asked waits for the grant. */
export const registerLater = async (
  container: ServiceWorkerContainer,
  url: unknown,
  go: () => unknown,
): Promise<unknown> => {
  if (!held().length || (await container.getRegistration())) return go();
  const text = await fetch(url as string).then(
    (answer) => answer.text(),
    () => "",
  );
  if (names(text)) await new Promise<void>((resolve) => onGrant(() => names(text) || resolve()));
  return go();
};

/** A page may revoke a worker's address as soon as it has made it; ours is read a little later. */
URL.revokeObjectURL = (url: string): void => {
  if (inUse.has(url)) setTimeout(() => revokeObjectURL.call(URL, url), LATER_MS);
  else revokeObjectURL.call(URL, url);
};
