// SPDX-License-Identifier: Apache-2.0
// Building elements and adopting styles, in a page whose policy may forbid markup and inline style.

type Child = Node | string | false | null | undefined;

/** Make an element; attributes that are false or "" are left out, functions are listeners. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | ((event: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value) element.setAttribute(name, value === true ? "" : value);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
};

/** A button of the contract: refusers and tests find it by its `part`. */
export const button = (part: string, text: string, click: () => void): HTMLButtonElement =>
  h("button", { type: "button", part, class: "kv-b", click }, text);

export const link = (text: string, url: string): HTMLElement | string =>
  url && h("a", { href: url, target: "_blank" }, text);

/**
 * Adopt a style sheet: neither a <style> element nor an attribute, so no policy is in the way.
 * Returns what replaces its rules.
 */
export const adopt = (css: string): ((css: string) => void) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return (next) => sheet.replaceSync(next);
};

/** The product's one element in the page; both layers live in it. */
export const host = (lang: string, dir: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>("kvitt-banner");
  if (found) return found;
  adopt(BANNER_CSS);
  const made = document.createElement("kvitt-banner");
  made.lang = lang;
  made.dir = dir;
  document.body.append(made);
  return made;
};
