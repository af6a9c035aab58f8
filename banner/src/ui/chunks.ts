// SPDX-License-Identifier: Apache-2.0
// The visible parts, each fetched when it is first wanted. Without them the page works and stays shut.
import { config } from "../contract/config.ts";
import { trustedUrl } from "../contract/trusted.ts";
import type { Kernel, Mount, Surface } from "../contract/ui.ts";
import { emit } from "../state/store.ts";

type Part = "banner" | "dialog";

const mounts = new Map<Part, Mount>();
const surfaces = new Map<Part, Surface>();
const wanted = new Set<Part>();
const asked = new Set<Part>();

/** The page's language if the notice has it, else the site's own. */
export const language = (): string => {
  const tag = document.documentElement.lang.toLowerCase();
  const found = [tag, tag.split("-")[0] as string, tag.startsWith("no") ? "nb" : ""];
  return found.find((lang) => config.l[lang]) ?? config.d;
};

const nonce = (document.currentScript as HTMLScriptElement | null)?.nonce;

/** Fetch a part without showing it. */
export const prefetch = (part: Part): void => {
  if (asked.has(part)) return;
  asked.add(part);
  // The dialog is built with what the first layer's chunk lends it.
  if (part === "dialog") prefetch("banner");
  const script = document.createElement("script");
  const name = config.l[language()]?.[part === "banner" ? 0 : 1] as string;
  script.src = trustedUrl(`${config.u}/k/ui.${name}.js`) as string;
  if (nonce) script.nonce = nonce;
  script.async = false;
  script.onerror = () => asked.delete(part);
  (document.head ?? document.documentElement).append(script);
};

/** Run `go` as soon as there is a body: the parser has it long before the page has loaded. */
const withBody = (go: () => void): void => {
  if (document.body) return go();
  const observer = new MutationObserver(() => {
    if (!document.body) return;
    observer.disconnect();
    go();
  });
  observer.observe(document.documentElement, { childList: true });
};

const place = (kernel: Kernel, part: Part): void => {
  const mount = mounts.get(part);
  if (!mount || !wanted.has(part)) return;
  withBody(() => {
    const surface = surfaces.get(part) ?? mount(kernel);
    surfaces.set(part, surface);
    if (!wanted.has(part)) return;
    surface.show();
    emit("shown", part);
  });
};

export const show = (kernel: Kernel, part: Part): void => {
  wanted.add(part);
  prefetch(part);
  place(kernel, part);
};

export const hide = (part: Part): void => {
  wanted.delete(part);
  surfaces.get(part)?.hide();
};

/** A part has arrived and says how it is made. */
export const arrived = (kernel: Kernel, part: Part, mount: Mount): void => {
  mounts.set(part, mount);
  place(kernel, part);
};
