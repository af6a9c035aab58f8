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
import { onAdded } from "./added.ts";

const CATEGORY = "data-consent";
const SERVICE = "data-consent-service";
const WAITING = `[${CATEGORY}],[${SERVICE}]`;

/** Is a category or a service allowed? Unknown names are not. */
export const allows = (name: string): boolean => {
  if (name === "necessary") return true;
  const category = config.c.indexOf(name);
  return category < 0 ? allowed(config.r.find(([id]) => id === name)) : choice()?.categories[category] === "1";
};

const ready = (element: Element): boolean =>
  [CATEGORY, SERVICE].every((attribute) =>
    (element.getAttribute(attribute)?.match(/\S+/g) ?? []).every(allows),
  );

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
  const place = document.createComment("");
  if (element.localName === "iframe") element.replaceWith(place);
  fill(element);
  element.removeAttribute(CATEGORY);
  element.removeAttribute(SERVICE);
  place.replaceWith(element);
};

/** Whether the parser may still be at the text of `script`: nothing comes after it yet. */
const isComing = (script: Element): boolean => {
  const { length, [length - 1]: last } = document.getElementsByTagName("*");
  return script === last && document.readyState === "loading" && !script.matches("[src],[data-src]");
};

const release = (element: Element): void => {
  const isScript = element instanceof HTMLScriptElement;
  if (!ready(element) || (isScript && isComing(element))) return;
  if (isScript) run(element);
  else load(element);
};

/** Let loose everything that may act now. */
export const activate = (): void => document.querySelectorAll(WAITING).forEach(release);

/** From now on, also what is added later: whatever comes, what stands before it is whole. */
export const watchMarkup = (): void => {
  const go = (): void => {
    if (choice()) activate();
  };
  go();
  onAdded(go);
  addEventListener("DOMContentLoaded", go);
};
