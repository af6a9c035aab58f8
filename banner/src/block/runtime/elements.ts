// SPDX-License-Identifier: Apache-2.0
// Elements that would ask a service that may not act yet. Each keeps what its author wrote under another
// name and gets it back, once, when the service is granted.
import { trustedUrl } from "../../contract/trusted.ts";
import { defuse, holds, isHeld, mend } from "./held.ts";

/** Attributes that load, by the element's name. Frames, styles, fonts and media are the policy's. */
const LOADS: Record<string, string> = {
  script: "src href xlink:href",
  img: "src srcset",
  source: "srcset",
  input: "src",
  video: "poster",
  image: "href xlink:href",
  feImage: "href xlink:href",
  use: "href xlink:href",
  link: "href imagesrcset",
  a: "ping",
  area: "ping",
  iframe: "",
  frame: "",
  embed: "",
  object: "",
};
export const WATCHED = ["src", "srcset", "href", "xlink:href", "poster", "imagesrcset", "ping", "background", "style", "srcdoc", "data"];
const SELECTOR = `${Object.keys(LOADS)},style,[style],[background]`;
const XLINK = "http://www.w3.org/1999/xlink";
const KEPT = "kvitt-";

const { getAttribute, setAttribute, setAttributeNS, removeAttribute, querySelectorAll } =
  Element.prototype;
const text = Object.getOwnPropertyDescriptor(Node.prototype, "textContent") as Required<PropertyDescriptor>;
const read = (element: Element, name: string): string | null => getAttribute.call(element, name);
const write = (element: Element, name: string, value: string): void => {
  if (name === "xlink:href") setAttributeNS.call(element, XLINK, name, value);
  else setAttribute.call(element, name, value);
};

const waiting = new Set<Element>();
const sheets = new Set<CSSStyleSheet>();

const isAddress = (value: string): boolean => [value, ...value.split(/[\s,]+/)].some(holds);

/** Does `value` as attribute `name` make `element` ask somebody who may not be asked yet? */
export const refuses = (element: Element, name: string, value: string): boolean => {
  const names = name === "background" ? name : (LOADS[element.localName] ?? "");
  if (!names.split(" ").includes(name)) return false;
  const { rel } = element as HTMLLinkElement;
  if (element.localName === "link" && rel && !/icon|pre|dns/i.test(rel)) return false;
  return isAddress(value);
};

/** What the author wrote in an attribute that is held back, or null. */
export const kept = (element: Element, name: string): string | null => read(element, KEPT + name);

/** Keep `value` instead of setting it. */
export const keep = (element: Element, name: string, value: string): void => {
  setAttribute.call(element, KEPT + name, value);
  removeAttribute.call(element, name);
  waiting.add(element);
  if (element.localName === "script") keepScript(element as HTMLScriptElement);
};

/** What the author has replaced or removed is not to come back. */
export const drop = (element: Element, name: string): void => {
  if (waiting.has(element)) removeAttribute.call(element, KEPT + name);
};

/** A script without an address and without text is not started: it stands ready to get its address. */
const keepScript = (script: HTMLScriptElement): void => {
  if (!script.async) setAttribute.call(script, `${KEPT}order`, "");
  if (text.get.call(script) && kept(script, "type") === null) rest(script);
};

/** Make a script one that no browser runs. */
const rest = (script: Element): void => {
  setAttribute.call(script, `${KEPT}type`, read(script, "type") ?? "");
  setAttribute.call(script, "type", "text/kvitt");
  waiting.add(script);
};

const IMPORTS = /\bimport\b[^"'`;()]*["'`]([^"'`]+)|\bexport\b[^"'`;()]*\bfrom\s*["'`]([^"'`]+)/g;
const CALLS = /\bimport\s*\(\s*(["'`])([^"'`]+)\1/g;

const importsHeld = (script: Element): boolean =>
  [...(text.get.call(script) as string).matchAll(IMPORTS)].some(([, a, b]) => isHeld(a ?? (b as string)));

/** Imports cannot be caught when they happen: those that an inline script spells out are looked up. */
const holdInline = (script: HTMLScriptElement): void => {
  const type = script.type.toLowerCase();
  const code = text.get.call(script) as string;
  if (!/import/.test(type + code) || !/^$|module|javascript|importmap/.test(type)) return;
  if (type === "importmap") rewrite(script, code, defuse(code));
  else if (type === "module" && importsHeld(script)) rest(script);
  else rewrite(script, code, code.replace(CALLS, (call, _, url: string) => (isHeld(url) ? defuse(call) : call)));
};

const rewrite = (element: Element, before: string, after: string): void => {
  if (before !== after) text.set.call(element, after);
};

const holdStyle = (element: Element): void => {
  const style = (element as HTMLElement).style as CSSStyleDeclaration | undefined;
  const said = style?.cssText;
  if (!said || !/[\\/]{2}/.test(said)) return;
  const after = defuse(said);
  if (after === said) return;
  (style as CSSStyleDeclaration).cssText = after;
  waiting.add(element);
};

export const FRAMES = /^(i?frame|embed|object)$/;

type FrameGuard = (frame: Element) => void;
let holdFrame: FrameGuard = () => undefined;
export const onFrame = (guard: FrameGuard): void => {
  holdFrame = guard;
};

type RootGuard = (root: Document | ShadowRoot) => void;
let holdRoot: RootGuard = () => undefined;
export const onRoot = (guard: RootGuard): void => {
  holdRoot = guard;
};

/** Hold back what of `element` may not act. */
export const hold = (element: Element): void => {
  const { localName } = element;
  for (const name of `${LOADS[localName] ?? ""} background`.split(" ")) {
    const value = read(element, name);
    if (value !== null && refuses(element, name, value)) keep(element, name, value);
    // A clone, or markup that was moved as text.
    else if (kept(element, name) !== null) waiting.add(element);
  }
  if (localName === "link" && /^\s*data:/i.test(read(element, "href") ?? "")) {
    const href = read(element, "href") as string;
    if (defuse(href) !== href) write(element, "href", defuse(href));
  }
  if (localName === "style") {
    const said = text.get.call(element) as string;
    rewrite(element, said, defuse(said));
  }
  if (localName === "script" && read(element, "src") === null && kept(element, "src") === null)
    holdInline(element as HTMLScriptElement);
  if (FRAMES.test(localName)) holdFrame(element);
  if (read(element, "style") !== null) holdStyle(element);
  if (element.shadowRoot) holdRoot(element.shadowRoot);
};

/** Hold back what may not act in `node` and below it. */
export const holdTree = (node: unknown): void => {
  const { nodeType, shadowRoot } = node as Element;
  if (nodeType === 1) hold(node as Element);
  if (nodeType === 1 || nodeType === 9 || nodeType === 11)
    for (const element of (node as ParentNode).querySelectorAll(SELECTOR)) hold(element);
  if (shadowRoot) holdRoot(shadowRoot);
};

const mapRules = (rules: CSSRuleList, map: (text: string) => string): void => {
  for (const rule of rules) {
    if (!rule.cssText.includes("//")) continue;
    const { cssRules, style } = rule as CSSMediaRule & CSSStyleRule;
    if (cssRules) mapRules(cssRules, map);
    const said = style?.cssText ?? "";
    if (map(said) !== said) style.cssText = map(said);
  }
};

/** Look through a sheet whose text was not seen. */
export const holdSheet = (sheet: CSSStyleSheet | null | undefined, map = defuse): void => {
  try {
    if (sheet) mapRules(sheet.cssRules, map);
  } catch {
    // Another site's sheet: the policy has judged it.
  }
};
/** A sheet that is in no element. */
export const rememberSheet = (sheet: CSSStyleSheet): void => void sheets.add(sheet);

const restored = new WeakSet<Element>();
/** Was `element` held, and is it let loose? */
export const wasHeld = (element: Element | null): boolean => !!element && restored.has(element);

const restoreScript = (script: HTMLScriptElement): void => {
  const type = kept(script, "type");
  if (kept(script, "order") !== null) script.async = false;
  if (type) script.type = type;
  else if (type !== null) removeAttribute.call(script, "type");
  for (const name of ["type", "order"]) removeAttribute.call(script, KEPT + name);
};

const restoreStyle = (element: HTMLElement): void => {
  const { style } = element;
  if (style?.cssText.includes("//")) style.cssText = mend(style.cssText);
  if (style?.cssText.includes("kvitt,")) waiting.add(element);
};

const restore = (element: Element): void => {
  const script = element.localName === "script" ? (element as HTMLScriptElement) : undefined;
  const names = [...element.attributes].map(({ name }) => name).filter((n) => n.startsWith(KEPT));
  const still = names.some((name) => read(element, name)?.split(/[\s,]+/).some(isHeld));
  if (still || (script && importsHeld(script))) return;
  waiting.delete(element);
  restored.add(element);
  // The type and the order first: with the address it starts.
  if (script) restoreScript(script);
  for (const name of names) {
    const value = read(element, name);
    removeAttribute.call(element, name);
    if (value !== null) write(element, name.slice(KEPT.length), (script ? trustedUrl(value) : value) as string);
  }
  if (script && read(script, "src") === null) script.append("");
  restoreStyle(element as HTMLElement);
};

const following = (a: Element, b: Element): number => (a.compareDocumentPosition(b) & 4 ? -1 : 1);

/** Let loose what may act now, in the order of the document; scripts that wait for each other do so. */
export const release = (): void => {
  for (const element of [...waiting].sort(following)) restore(element);
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets, ...sheets]) holdSheet(sheet, mend);
};

export const all = (root: ParentNode, selector: string): Iterable<Element> =>
  querySelectorAll.call(root, selector);
