// SPDX-License-Identifier: Apache-2.0
// document.write: the parser asks for a script while the call is under way, before anybody can look. So
// the tag is made one that rests before it is written. Tags may come in pieces.
import { trusted } from "../../contract/trusted.ts";
import { holdTree } from "./elements.ts";
import { isHeld } from "./held.ts";
import { TAG, unfinished } from "./tags.ts";

const parser = new DOMParser();
const { parseFromString } = parser;

/** `text` with the tags of held scripts made ones that rest until they are looked at. */
const resting = (text: string): string =>
  text.replace(TAG, (tag) => {
    const page = parseFromString.call(parser, trusted(tag) as string, "text/html");
    const src = page.querySelector("script")?.getAttribute("src");
    return src && isHeld(src) ? tag.replace(/(?<=[\s"'/])src\s*=/i, "kvitt-src=") : tag;
  });

const pending = new WeakMap<Document, string>();

export const written = (
  page: Document,
  given: unknown[],
  go: (...given: unknown[]) => unknown,
): unknown => {
  let text = (pending.get(page) ?? "") + given.join("");
  const tail = unfinished(text);
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
