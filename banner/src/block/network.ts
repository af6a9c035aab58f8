// SPDX-License-Identifier: Apache-2.0
// Ways out that no policy in markup covers: WebRTC servers, workers from first-party files, frames with
// pages of our own, and hints that open connections (preconnect, speculation rules) put in by script.
import { trustedUrl } from "../contract/trusted.ts";
import { mayLoad } from "../state/store.ts";
import { onAdded } from "./added.ts";
import { hold } from "./held.ts";
import { construct, prototypeOf, wrap } from "./natives.ts";

interface Peer {
  iceServers?: { urls: string | string[] }[];
}

/** May `stun:host:port` be asked? */
const mayAsk = (server: string): boolean => mayLoad(`https://${server.replace(/^\w+:|[:?].*/g, "")}`);

const ownServers = ([setup, ...rest]: unknown[]): unknown[] => {
  const servers = (setup as Peer | undefined)?.iceServers;
  const kept = servers?.filter(({ urls }) => [urls].flat().every(mayAsk));
  return servers ? [{ ...(setup as Peer), iceServers: kept }, ...rest] : [setup, ...rest];
};

/** A worker's own answer headers are its policy, unless it is a blob: that inherits the page's. */
const asBlob = ([url, options]: unknown[]): unknown[] => {
  const { href, origin, protocol } = new URL(`${url as string}`, document.baseURI);
  if (origin !== location.origin || protocol === "blob:") return [url, options];
  const isModule = (options as { type?: string } | undefined)?.type === "module";
  const text = `${isModule ? "import" : "importScripts"}(${JSON.stringify(href)})`;
  return [trustedUrl(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))), options];
};

/** The address a hint would open a connection to, if it may not be asked for. */
const leak = (element: Element): string | undefined => {
  const { localName, rel, href, type, text } = element as HTMLLinkElement & HTMLScriptElement;
  if (localName === "link" && /pre|dns/i.test(rel) && !mayLoad(href)) return href;
  if (localName !== "script" || !/^speculation/i.test(type)) return undefined;
  return text.match(/https?:[^"'\s]+/g)?.find((url) => !mayLoad(url));
};

const disarm = (element: Element): void => {
  const url = leak(element);
  if (!url) return;
  hold("hint", url);
  element.removeAttribute("href");
  element.textContent = "";
  element.remove();
};

const disarmTree = (node: unknown): void => {
  if (node instanceof Element) disarm(node);
  for (const element of (node as Partial<ParentNode> | null)?.querySelectorAll?.("link,script") ?? [])
    disarm(element);
};

export const guardNetwork = (): void => {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) construct(name, ownServers);
  wrap(prototypeOf("RTCPeerConnection"), ["setConfiguration"], (_, given, go) => go(...ownServers(given)));
  construct("Worker", asBlob);
  // Looked at before the browser acts on it: an observer would come too late.
  const look = (_: unknown, given: unknown[], go: (...given: unknown[]) => unknown): unknown => {
    given.forEach(disarmTree);
    return go(...given);
  };
  wrap(Node.prototype, ["appendChild", "insertBefore", "replaceChild"], look);
  wrap(Element.prototype, ["append", "prepend", "before", "after", "replaceWith"], look);
  onAdded((added) => added.forEach(disarmTree));
};
