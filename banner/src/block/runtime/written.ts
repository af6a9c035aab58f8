// SPDX-License-Identifier: Apache-2.0
// document.write: the parser asks for a script while the call is under way, before anybody can look. So
// the tag is made one that rests before it is written. Tags may come in pieces.
import { trusted } from "../../contract/trusted.ts";
import { holdTree } from "./elements.ts";
import { isHeld } from "./held.ts";

const TAG = /<script\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const UNFINISHED =
  /<(?:s(?:c(?:r(?:i(?:p(?:t(?:\b(?:[^>"']|"[^"]*"|'[^']*')*(?:"[^"]*|'[^']*)?)?)?)?)?)?)?)?$/i;

const inert = document.implementation.createHTMLDocument("");
const markup = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML")?.set;

const attributes = (tag: string): Element | null => {
  const place = inert.createElement("div");
  markup?.call(place, tag);
  return place.firstElementChild;
};

/** `text` with the tags of held scripts made ones that rest until they are looked at. */
export const resting = (text: string): string =>
  text.replace(TAG, (tag) => {
    const script = attributes(tag);
    const src = script?.getAttribute("src");
    if (!src || !isHeld(src)) return tag;
    return tag.replace(/\bsrc\s*=/i, "kvitt-src=");
  });

const pending = new WeakMap<Document, string>();

export const written = (
  page: Document,
  given: unknown[],
  go: (...given: unknown[]) => unknown,
): unknown => {
  let text = (pending.get(page) ?? "") + given.join("");
  const tail = UNFINISHED.exec(text)?.[0] ?? "";
  if (tail) {
    text = text.slice(0, -tail.length);
    if (!pending.get(page)) void Promise.resolve().then(() => flush(page, go));
  }
  pending.set(page, tail);
  const safe = resting(text);
  // As it came, if nothing was changed: it may be of a trusted type.
  const done = go(...(safe === given.join("") ? given : [trusted(safe)]));
  if (text.includes("<")) holdTree(page);
  return done;
};

const flush = (page: Document, go: (...given: unknown[]) => unknown): void => {
  const rest = pending.get(page);
  pending.delete(page);
  if (rest) go(trusted(rest));
};
