// SPDX-License-Identifier: Apache-2.0
// The visible parts, each fetched when it is first wanted. Without them the page works and stays shut.
import { config } from "../contract/config.ts";
import { trustedUrl } from "../contract/trusted.ts";
import type { Kernel, Mount, Surface } from "../contract/ui.ts";
import { emit } from "../state/store.ts";

type Part = "banner" | "dialog";

interface State {
  _asked?: boolean;
  _wanted?: boolean;
  _mount?: Mount;
  _surface?: Surface;
}
const parts: Record<Part, State> = { banner: {}, dialog: {} };

/** The page's language if the notice has it, else the site's own. */
export const language = (): string => {
  const tag = document.documentElement.lang.toLowerCase();
  return [tag, tag.slice(0, 2), tag.replace(/^no.*/, "nb"), config.d].find((lang) => config.l[lang]) as string;
};

const nonce = (document.currentScript as HTMLScriptElement | null)?.nonce;

/** Fetch a part without showing it. */
export const prefetch = (part: Part): void => {
  const state = parts[part];
  if (state._asked) return;
  state._asked = true;
  // The dialog is built with what the first layer's chunk lends it.
  if (part === "dialog") prefetch("banner");
  const script = document.createElement("script");
  const names = config.l[language()] as [string, string];
  script.src = trustedUrl(`${config.u}/k/ui.${names[part === "banner" ? 0 : 1]}.js`) as string;
  if (nonce) script.nonce = nonce;
  script.async = false;
  script.onerror = () => {
    state._asked = false;
  };
  document.head.append(script);
};

/** Show a part that is wanted, once it has arrived and there is a body: long before the page has loaded. */
const place = (kernel: Kernel, part: Part): void => {
  const state = parts[part];
  if (!state._mount || !state._wanted) return;
  if (document.body) {
    state._surface ??= state._mount(kernel);
    state._surface.show();
    emit("shown", part);
  } else requestAnimationFrame(() => place(kernel, part));
};

export const show = (kernel: Kernel, part: Part): void => {
  parts[part]._wanted = true;
  prefetch(part);
  place(kernel, part);
};

export const hide = (part: Part): void => {
  parts[part]._wanted = false;
  parts[part]._surface?.hide();
};

/** A part has arrived and says how it is made. */
export const arrived = (kernel: Kernel, part: Part, mount: Mount): void => {
  parts[part]._mount = mount;
  place(kernel, part);
};
