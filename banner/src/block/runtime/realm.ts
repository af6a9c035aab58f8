// SPDX-License-Identifier: Apache-2.0
// The natives of one realm: this page's, and those of every blank frame and window that it can reach.
import { drop, FRAMES, hold, holdSheet, holdTree, keep, kept, refuses, rememberSheet, WATCHED } from "./elements.ts";
import { defuse, elsewhere, names } from "./held.ts";
import { holdParsed, tidy } from "./parsed.ts";
import { guardWorkers, registerLater } from "./workers.ts";
import { written } from "./written.ts";

type Go = (...given: unknown[]) => unknown;
type Guard = (self: never, given: unknown[], go: Go) => unknown;
type Class = { prototype: object } & (new () => object);
type Realm = Window & Record<string, Class | undefined>;

let open = false;
/** Could something not be guarded, because it was frozen before us? */
export const isOpen = (): boolean => open;

const define = (target: object, name: string, how: PropertyDescriptor): void => {
  try {
    Object.defineProperty(target, name, { configurable: true, enumerable: true, ...how });
  } catch {
    open = true;
  }
};

const guarded = new WeakSet<object>();
const looked = new WeakSet<Node>();

/** Guard every window of a frame in `node`; the frame is loaded as soon as it is in the page. */
const enter = (node: unknown): void => {
  const { nodeType, localName } = node as Element;
  if (FRAMES.test(localName)) guardFrame(node as Element);
  if (nodeType === 1 || nodeType === 11)
    for (const frame of (node as ParentNode).querySelectorAll("iframe,frame,object"))
      guardFrame(frame);
};

const FRAME_CLASSES = ["HTMLIFrameElement", "HTMLFrameElement", "HTMLObjectElement"];
const views = FRAME_CLASSES.map(
  (name) =>
    Object.getOwnPropertyDescriptor((window as unknown as Realm)[name]?.prototype ?? {}, "contentWindow")
      ?.get as () => Window | null,
);

export const guardFrame = (frame: Element): void => {
  for (const view of views) {
    try {
      const inside = view.call(frame);
      if (inside) guardRealm(inside);
    } catch {
      // Another kind of frame.
    }
  }
};

/** Watch what the parser or anybody makes below `root`. */
export const watch = (root: Document | ShadowRoot): void => {
  if (looked.has(root)) return;
  looked.add(root);
  new MutationObserver((changes) => {
    // The parser is at the last thing it made.
    const { addedNodes: made } = changes[changes.length - 1] as MutationRecord;
    made.forEach(holdParsed);
    for (const { type, target, addedNodes } of changes) {
      addedNodes.forEach(tidy);
      addedNodes.forEach(holdTree);
      const element = target.nodeType === 3 ? target.parentNode : target;
      if (type === "attributes" || (element as Element | null)?.localName === "style") hold(element as Element);
      addedNodes.forEach(enter);
    }
  }).observe(root, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: WATCHED,
  });
  holdTree(root);
  // A sheet of our own may name others.
  root.addEventListener(
    "load",
    ({ target }) => {
      const { localName, sheet } = target as HTMLLinkElement;
      if (localName === "link") holdSheet(sheet);
      enter(target);
    },
    true,
  );
};

/** Put guards before what scripts of `view` can call. Another site's window is left alone. */
export const guardRealm = (view: Window): void => {
  try {
    const realm = view as Realm;
    if (!guarded.has(realm["Element"] as object)) {
      guarded.add(realm["Element"] as object);
      guardNatives(realm);
    }
    watch(realm.document);
  } catch {
    // Another site's.
  }
};

const suspicious = (markup: string): boolean =>
  /&(#|sol|colon|bsol)/i.test(markup) ||
  names(markup) ||
  new URL(document.baseURI).origin !== location.origin;

const text = (value: unknown): unknown =>
  typeof value === "string"
    ? defuse(value)
    : Array.isArray(value)
      ? value.map(text)
      : value && Object.getPrototypeOf(Object.getPrototypeOf(value)) === null
        ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, text(each)]))
        : value;

const guardNatives = (realm: Realm): void => {
  const proto = (name: string): object | undefined => realm[name]?.prototype;

  const wrap = (owner: string | object, names: string, guard: Guard): void => {
    const target = typeof owner === "string" ? proto(owner) : owner;
    for (const name of names.split(" ")) {
      const native = target && (Object.getOwnPropertyDescriptor(target, name)?.value as Go | undefined);
      if (native)
        define(target, name, {
          writable: true,
          value: {
            [name](this: never, ...given: unknown[]) {
              return guard(this, given, (...g) => Reflect.apply(native, this, g));
            },
          }[name],
        });
    }
  };

  /** Look at what is set, at what is read, or at both. */
  const property = (
    owner: string,
    names: string,
    set?: ((self: never, value: unknown, go: Go, name: string) => void) | null,
    get?: (self: never, value: unknown, name: string) => unknown,
  ): void => {
    for (const name of names.split(" ")) {
      const target = proto(owner);
      const native = target && Object.getOwnPropertyDescriptor(target, name);
      if (target && native?.get)
        define(target, name, {
          get(this: never) {
            const value: unknown = native.get?.call(this);
            return get ? get(this, value, name) : value;
          },
          set(this: never, value: unknown) {
            const go: Go = (v) => native.set?.call(this, v);
            if (set) set(this, value, go, name);
            else go(value);
          },
        });
    }
  };

  const construct = (name: string, prepare: (given: unknown[]) => unknown[]): void => {
    const native = realm[name];
    if (!native) return;
    const value = new Proxy(native, {
      construct: (target, given, made) => Reflect.construct(target, prepare(given), made),
    });
    define(realm, name, { writable: true, enumerable: false, value });
    define(native.prototype, "constructor", { writable: true, enumerable: false, value });
  };

  // What is put into a page. Looked at before, because a script starts at once; frames after, because
  // they have no window before.
  const insert: Guard = (_, given, go) => {
    const nodes = given.filter((node) => (node as Node | null)?.nodeType) as Node[];
    // A fragment is empty when it has been put in.
    const inner = nodes.flatMap((node) => (node.nodeType === 11 ? [...node.childNodes] : node));
    nodes.forEach(holdTree);
    const done = go(...given);
    inner.forEach(enter);
    return done;
  };
  wrap("Node", "appendChild insertBefore replaceChild", (self, given, go) => {
    const done = insert(self, given, go);
    if ((self as Element).localName === "style") hold(self);
    return done;
  });
  for (const owner of ["Element", "Document", "DocumentFragment", "CharacterData", "DocumentType"])
    wrap(owner, "append prepend replaceChildren before after replaceWith moveBefore", insert);
  wrap("Element", "insertAdjacentElement", insert);
  wrap("Range", "insertNode surroundContents", insert);

  // Markup: what it made is looked at before the browser fetches, at the end of the task.
  const markup = (self: Element | ShadowRoot, said: unknown, go: () => unknown): unknown => {
    const whole = self.parentNode ?? self;
    const bad = suspicious(`${said as string}`);
    const done = go();
    if (bad) holdTree(whole);
    if (/<i?frame|<object/i.test(`${said as string}`)) enter(whole);
    return done;
  };
  for (const owner of ["Element", "ShadowRoot"]) {
    property(owner, "innerHTML outerHTML", (self, value, go) => markup(self, value, () => go(value)));
    wrap(owner, "setHTMLUnsafe setHTML", (self, given, go) => markup(self, given[0], () => go(...given)));
  }
  wrap("Element", "insertAdjacentHTML", (self, given, go) => markup(self, given[1], () => go(...given)));
  wrap("Document", "execCommand", (self, given, go) =>
    markup((self as Document).body, given[2], () => go(...given)),
  );
  wrap("Document", "write writeln", written);
  const made: Guard = (_, given, go) => {
    const node = go(...given);
    if (node) holdTree(node);
    return node;
  };
  wrap("Document", "adoptNode importNode", made);
  wrap("Node", "cloneNode", made);
  wrap("Range", "createContextualFragment", made);
  wrap("Element", "attachShadow", (_, given, go) => {
    const root = go(...given) as ShadowRoot;
    watch(root);
    return root;
  });

  // Attributes.
  const assign = (element: Element, name: string, value: unknown, go: () => unknown): unknown => {
    const said = `${value as string}`;
    const lower = name.toLowerCase();
    if (refuses(element, lower, said)) return keep(element, lower, said);
    drop(element, lower);
    const done = go();
    if (lower === "style" || lower === "srcdoc") hold(element);
    return done;
  };
  wrap("Element", "setAttribute", (self, given, go) => assign(self, `${given[0] as string}`, given[1], () => go(...given)));
  wrap("Element", "setAttributeNS", (self, given, go) => {
    const local = `${given[1] as string}`.replace(/^.*:/, "");
    return assign(self, given[0] && local === "href" ? "xlink:href" : local, given[2], () => go(...given));
  });
  const node: (of: (self: never) => Element | null) => Guard = (of) => (self, given, go) => {
    const element = of(self);
    const { name, value } = (given[0] ?? {}) as Attr;
    return element && name ? (assign(element, name, value, () => go(...given)) ?? null) : go(...given);
  };
  wrap("Element", "setAttributeNode setAttributeNodeNS", node((self) => self));
  // Objects that do not say whose they are.
  const owners = new WeakMap<object, Element>();
  const owned = (self: Element, value: unknown): unknown => {
    owners.set(value as object, self);
    return value;
  };
  property("Element", "attributes", null, owned);
  for (const owner of ["Image", "FEImage", "Use", "Script"])
    property(`SVG${owner}Element`, "href", null, owned);
  wrap("NamedNodeMap", "setNamedItem setNamedItemNS", node((self) => owners.get(self) ?? null));
  property("SVGAnimatedString", "baseVal", (self, value, go) => {
    const element = owners.get(self);
    if (element) assign(element, "href", value, () => go(value));
    else go(value);
  });
  const setAttr = (attr: Attr, value: unknown, go: Go): void => {
    const { ownerElement, name } = attr;
    if (ownerElement) assign(ownerElement, name, value, () => go(value));
    else go(value);
  };
  property("Attr", "value", setAttr);
  property("Node", "nodeValue textContent", (self, value, go) => {
    if ((self as Node).nodeType === 2) setAttr(self, value, go);
    else go(value);
    if ((self as Element).localName === "style") hold(self);
  });
  wrap("Element", "getAttribute", (self, given, go) => go(...given) ?? kept(self, `${given[0] as string}`));
  wrap("Element", "hasAttribute", (self, given, go) => go(...given) || kept(self, `${given[0] as string}`) !== null);
  wrap("Element", "removeAttribute", (self, given, go) => {
    drop(self, `${given[0] as string}`);
    return go(...given);
  });

  // The same by their properties.
  const back = (element: Element, value: unknown, name: string): unknown => {
    const said = kept(element, name.toLowerCase());
    if (said === null) return value;
    try {
      return /^(src|href|poster)$/.test(name) ? new URL(said, document.baseURI).href : said;
    } catch {
      return said;
    }
  };
  for (const [owner, names] of [
    ["HTMLScriptElement", "src"],
    ["HTMLImageElement", "src srcset"],
    ["HTMLInputElement", "src"],
    ["HTMLVideoElement", "poster"],
    ["HTMLSourceElement", "srcset"],
    ["HTMLLinkElement", "href imageSrcset"],
    ["HTMLAnchorElement", "ping"],
    ["HTMLAreaElement", "ping"],
    ["HTMLBodyElement", "background"],
    ["HTMLIFrameElement", "srcdoc"],
  ] as const)
    property(owner, names, (self, value, go, name) => assign(self, name, value, () => go(value)), back);

  // Windows of frames, and new ones.
  for (const owner of FRAME_CLASSES)
    property(owner, "contentWindow contentDocument", null, (self, value) => {
      guardFrame(self);
      return value;
    });
  wrap(realm, "open", (_, given, go) => {
    const view = go(...given) as Window | null;
    if (view) guardRealm(view);
    return view;
  });

  // Requests.
  const first: Guard = (_, [url, ...rest], go) => {
    const from = (url as Request | undefined)?.url ?? `${url as string}`;
    const to = elsewhere(from);
    return to === from ? go(url, ...rest) : go(to, ...rest);
  };
  wrap(realm, "fetch fetchLater", first);
  wrap("Navigator", "sendBeacon", first);
  wrap("Worklet", "addModule", first);
  wrap("XMLHttpRequest", "open", (_, [method, url, ...rest], go) => go(method, elsewhere(`${url as string}`), ...rest));
  for (const name of ["WebSocket", "EventSource", "WebTransport"])
    construct(name, ([url, ...rest]) => [elsewhere(`${url as string}`), ...rest]);
  guardWorkers(construct);
  wrap("ServiceWorkerContainer", "register", (self, [url, ...rest], go) =>
    registerLater(self, url, () => go(url, ...rest)),
  );

  // Styles made by script.
  const texts: Guard = (self, given, go) => {
    if (self && (self as object) instanceof CSSStyleSheet) rememberSheet(self);
    return go(...given.map(text));
  };
  wrap("CSSStyleSheet", "insertRule addRule replace replaceSync", texts);
  for (const owner of ["CSSGroupingRule", "CSSKeyframesRule"]) wrap(owner, "insertRule appendRule", texts);
  wrap("CSSStyleDeclaration", "setProperty", texts);
  property("CSSStyleDeclaration", "cssText", (_, value, go) => go(text(value)));
  // A property of a rule's style is set past every function: the sheet is looked through afterwards.
  property("CSSStyleRule", "style", null, (self, value) => {
    void Promise.resolve((self as CSSRule).parentStyleSheet).then((sheet) => holdSheet(sheet));
    return value;
  });
  wrap("StylePropertyMap", "set append", texts);
  wrap("Element", "animate", texts);
  wrap("KeyframeEffect", "setKeyframes", texts);
  construct("KeyframeEffect", ([target, frames, ...rest]) => [target, text(frames), ...rest]);
};
