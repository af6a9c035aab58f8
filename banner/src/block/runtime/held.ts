// SPDX-License-Identifier: Apache-2.0
// What is held back in the page itself: addresses of declared services that may not act yet. What nobody
// declared is not looked at here, the policy stops it for good.
import { config } from "../../contract/config.ts";
import type { Choice } from "../../state/choice.ts";
import { allowed, choice, emit, mayLoad, on } from "../../state/store.ts";
import { heldBack } from "../held.ts";

const EVERYTHING = { services: "1".repeat(config.r.length) } as Choice;
const MOST = 500;
const told = new Set<string>();

const resolve = (url: string): string => {
  try {
    return new URL(url, document.baseURI).href;
  } catch {
    return "";
  }
};

/** May `url` be asked for only after a grant that is still missing? */
export const isHeld = (url: string): boolean => {
  const href = resolve(url);
  return !!href && !mayLoad(href) && mayLoad(href, EVERYTHING);
};

/** The same, and said to those who listen. */
export const holds = (url: string): boolean => {
  if (!isHeld(url)) return false;
  const href = resolve(url);
  if (told.size < MOST && !told.has(href)) {
    told.add(href);
    emit("blocked", { kind: "request", url: href });
  }
  return true;
};

/** Where what is held is sent instead: nobody's host, so that it fails as it does without a network. */
export const NOWHERE = "kvitt.invalid";
export const elsewhere = (url: string): string =>
  holds(url) ? `${/^\w+:/.exec(resolve(url))?.[0]}//${NOWHERE}/` : url;

// In the text of styles and import maps an address is made one that asks nobody, and can be mended.
// Imported sheets and fonts are left to the policy.
const INERT = "data:,kvitt,";
const ADDRESS =
  /(?<!(?:@import|\bsrc\s*:)[^;{}]*|kvitt,|:)(?:https?:)?[\\/]{2}[^\n "'`()<>]+/gi;

const inert = (text: string): string =>
  text.replace(ADDRESS, (url) => (holds(url) ? INERT + url : url));

/** Is a held address written in `text`? */
export const names = (text: string): boolean => (text.match(ADDRESS) ?? []).some(isHeld);

const unescaped = (text: string): string =>
  text.replace(/\\(?:([\da-f]{1,6})\s?|(.))/gi, (_, hex: string | undefined, character: string) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : character,
  );

/** `text` without held addresses; those that are written with escapes are seen as well. */
export const defuse = (text: string): string => {
  const done = inert(text);
  if (!done.includes("\\")) return done;
  const plain = unescaped(done);
  return inert(plain) === plain ? done : inert(plain);
};

/** Undo `defuse` for what may act now. */
export const mend = (text: string): string =>
  text.includes(INERT)
    ? defuse(text.replaceAll(INERT, ""))
    : text;

/** Is something of the declared still to be granted? */
export const anyHeld = (): boolean => config.r.some((rule) => !allowed(rule));

/** Call `then` after every choice that lets something loose here; others load the page again. */
export const onGrant = (then: () => void): void => {
  let before = choice();
  on("decision", () => {
    const next = choice() as Choice;
    const withdrawn = config.r.some((rule) => allowed(rule, before) && !allowed(rule, next));
    before = next;
    // Not before the visitor has seen the banner go.
    if (!withdrawn && !heldBack(next)) requestAnimationFrame(() => setTimeout(then));
  });
};
