// SPDX-License-Identifier: Apache-2.0
// The product's own markup: elements that wait for a category or a service and say so.
//
//   <script type="text/plain" data-consent="analytics" src="…">
//   <iframe data-consent-service="video" data-src="…">
//
// Several names mean that all are needed. An element is let loose once.
import { config } from "../contract/config.ts";
import { trustedUrl } from "../contract/trusted.ts";
import { allowed, choice } from "../state/store.ts";

const CATEGORY = "data-consent";
const SERVICE = "data-consent-service";
const WAITING = `[${CATEGORY}],[${SERVICE}]`;

const names = (element: Element, attribute: string): string[] =>
  element.getAttribute(attribute)?.split(/\s+/).filter(Boolean) ?? [];

/** Is a category or a service allowed? Unknown names are not. */
export const allows = (name: string): boolean => {
  if (name === "necessary") return true;
  const category = config.c.indexOf(name);
  if (category >= 0) return !!choice()?.categories[category];
  return allowed(config.r.findIndex(([id]) => id === name));
};

const ready = (element: Element): boolean =>
  [...names(element, CATEGORY), ...names(element, SERVICE)].every(allows);

/** A script runs only when it is inserted anew; attributes and nonce come along. */
const run = (old: HTMLScriptElement): void => {
  const fresh = document.createElement("script");
  for (const { name, value } of old.attributes)
    if (!/^(type|src|data-(src|type|consent.*))$/.test(name)) fresh.setAttribute(name, value);
  fresh.nonce = old.nonce;
  fresh.type = old.dataset.type ?? "";
  fresh.async = old.async;
  const src = old.dataset.src ?? old.getAttribute("src");
  if (src) fresh.src = trustedUrl(src) as string;
  else fresh.text = old.text;
  old.replaceWith(fresh);
};

const fill = (element: Element): void => {
  for (const name of ["src", "href", "srcset", "poster", "data"]) {
    const held = element.getAttribute(`data-${name}`);
    if (held !== null) element.setAttribute(name, held);
  }
};

/** A frame is put in anew: after a reload the browser would put back what was in it before. */
const load = (element: Element): void => {
  const { parentNode, nextSibling } = element;
  const isFrame = element instanceof HTMLIFrameElement;
  if (isFrame) element.remove();
  fill(element);
  if (isFrame) parentNode?.insertBefore(element, nextSibling);
};

/** Whether the parser may still be at the text of `script`: nothing comes after it yet. */
const isComing = (script: Element): boolean => {
  for (let at: Element | null = script; at; at = at.parentElement) if (at.nextSibling) return false;
  return document.readyState === "loading" && !script.matches("[src],[data-src]");
};

/** The script that the parser is at. */
let coming: Element | undefined;

const release = (element: Element): void => {
  if (!ready(element)) return;
  const isScript = element instanceof HTMLScriptElement;
  coming = isScript && isComing(element) ? element : undefined;
  if (coming) return;
  if (isScript) run(element);
  else load(element);
  element.removeAttribute(CATEGORY);
  element.removeAttribute(SERVICE);
};

/** Let loose everything below `root` that may act now. */
export const activate = (root: ParentNode = document): void => {
  for (const element of root.querySelectorAll(WAITING)) release(element);
};

/** From now on, also what is added later. */
export const watchMarkup = (): void => {
  activate();
  new MutationObserver((changes) => {
    if (!choice()) return;
    if (coming) release(coming);
    for (const { addedNodes } of changes) addedNodes.forEach(activateNode);
  }).observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => activate());
};

const activateNode = (node: Node): void => {
  if (!(node instanceof Element)) return;
  if (node.matches(WAITING)) release(node);
  else activate(node);
};
