// SPDX-License-Identifier: Apache-2.0
// Ways out that no policy in markup covers: WebRTC servers, workers from first-party files, and hints
// that open connections (preconnect, prefetch, speculation rules) put in by script.
import { trustedUrl } from "../contract/trusted.ts";
import { emit, mayLoad } from "../state/store.ts";

type Constructor = new (...given: unknown[]) => object;

const native = (name: string): Constructor | undefined =>
  Reflect.get(window, name) as Constructor | undefined;

const replace = (name: string, make: (target: Constructor, given: unknown[]) => object): void => {
  const target = native(name);
  if (!target) return;
  const value = new Proxy(target, { construct: (_, given) => make(target, given as unknown[]) });
  Object.defineProperty(window, name, { configurable: true, writable: true, value });
};

interface IceServer {
  urls: string | string[];
}

/** `stun:host:port` as an address that the table can judge. */
const hostUrl = (server: string): string =>
  `https://${server.replace(/^\w+:(\/\/)?/, "").replace(/[:?].*$/, "")}/`;

const guardPeers = (): void => {
  const filtered = (setup: unknown): unknown => {
    const servers = (setup as { iceServers?: IceServer[] } | undefined)?.iceServers;
    const kept = servers?.filter(({ urls }) => [urls].flat().every((url) => mayLoad(hostUrl(url))));
    return servers ? { ...(setup as object), iceServers: kept } : setup;
  };
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
    const prototype = native(name)?.prototype as Record<string, (s: unknown) => unknown> | undefined;
    const later = prototype?.setConfiguration;
    replace(name, (target, [setup, ...rest]) => new target(filtered(setup), ...rest));
    if (prototype && later)
      prototype.setConfiguration = function (this: unknown, setup) {
        return later.call(this, filtered(setup));
      };
  }
};

/** A worker's own answer headers are its policy, unless it is a blob: that inherits the page's. */
const guardWorkers = (): void => {
  const wrapped = (url: unknown, options: unknown): unknown => {
    const { href, origin, protocol } = new URL(`${url as string}`, document.baseURI);
    if (origin !== location.origin || protocol === "blob:") return url;
    const isModule = (options as { type?: string } | undefined)?.type === "module";
    const text = isModule ? `import ${JSON.stringify(href)}` : `importScripts(${JSON.stringify(href)})`;
    return trustedUrl(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  };
  replace("Worker", (target, [url, options]) => new target(wrapped(url, options), options));
};

const HINTS = /\b(preconnect|dns-prefetch|prefetch|prerender|preload|modulepreload)\b/i;

const isLeakyHint = (link: HTMLLinkElement): boolean => HINTS.test(link.rel) && !mayLoad(link.href);

const disarm = (element: Element): void => {
  if (element instanceof HTMLLinkElement && isLeakyHint(element)) {
    emit("blocked", { kind: "hint", url: element.href });
    element.removeAttribute("href");
    element.remove();
  }
  const script = element as HTMLScriptElement;
  if (element.localName === "script" && /^speculationrules$/i.test(script.type)) {
    const urls = script.text.match(/https?:\/\/[^"'\s\\]+/g) ?? [];
    if (!urls.every((url) => mayLoad(url))) script.type = "text/plain";
  }
};

const disarmTree = (node: Node): void => {
  if (!(node instanceof Element || node instanceof DocumentFragment)) return;
  if (node instanceof Element) disarm(node);
  for (const element of node.querySelectorAll("link,script")) disarm(element);
};

/** Look at what script is about to put into the document, before the browser acts on it. */
const guardInsertion = (): void => {
  for (const [target, names] of [
    [Node.prototype, ["appendChild", "insertBefore", "replaceChild"]],
    [Element.prototype, ["append", "prepend", "before", "after", "replaceWith"]],
  ] as [object, string[]][])
    for (const name of names) {
      const own = Reflect.get(target, name) as (...given: unknown[]) => unknown;
      Object.defineProperty(target, name, {
        configurable: true,
        writable: true,
        value(this: unknown, ...given: unknown[]) {
          for (const node of given) if (node instanceof Node) disarmTree(node);
          return own.apply(this, given);
        },
      });
    }
};

const guardHref = (): void => {
  const own = Object.getOwnPropertyDescriptor(HTMLLinkElement.prototype, "href");
  if (!own?.set) return;
  Object.defineProperty(HTMLLinkElement.prototype, "href", {
    ...own,
    set(this: HTMLLinkElement, url: string) {
      if (!(HINTS.test(this.rel) && !mayLoad(`${url}`))) own.set?.call(this, url);
    },
  });
};

export const guardNetwork = (): void => {
  guardPeers();
  guardWorkers();
  guardInsertion();
  guardHref();
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(disarmTree);
  }).observe(document, { childList: true, subtree: true });
};
