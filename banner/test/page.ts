// SPDX-License-Identifier: Apache-2.0
// As much of a page as the banner's inner rooms touch: a cookie jar, an address, and the notice that
// the server would have put into the script. Import this first: it fills in the configuration.
import { config } from "../src/contract/config.ts";

const jar = new Map<string, string>();
export const written: string[] = [];

class Document extends EventTarget {
  baseURI = "https://shop.example/";
  documentElement = { lang: "nb" };
  get cookie(): string {
    return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }
  set cookie(text: string) {
    written.push(text);
    const [pair = "", ...attributes] = text.split("; ");
    const name = pair.slice(0, pair.indexOf("="));
    if (attributes.some((a) => a === "Max-Age=0")) jar.delete(name);
    else jar.set(name, pair.slice(pair.indexOf("=") + 1));
  }
}

Object.assign(globalThis, {
  Document,
  document: new Document(),
  window: globalThis,
  location: new URL("https://shop.example/vare/ost"),
});

// An open channel would keep the test process from ending.
Reflect.set(globalThis, "BroadcastChannel", EventTarget);

Object.assign(config, {
  s: "butikken",
  u: "https://consent.example",
  n: "a".repeat(64),
  m: "0123456789abcdef",
  d: "nb",
  l: { nb: ["1", "2"] },
  c: ["functional", "marketing"],
  t: [365, 182],
  r: [
    ["betaling", -1, ["pay.example"], []],
    ["film", 0, ["film.example", "*.film.example"], ["film_*", "both"]],
    ["annonse", 1, ["ads.example/px/", "ads.example/tag.js"], ["_ad", "both"]],
  ],
});

/** Put `text` into the cookie that the next `load()` reads; nothing takes it away. */
export const store = (text?: string): void => {
  jar.clear();
  if (text !== undefined) jar.set("kvitt", text);
};

export const root = new URL("../../", import.meta.url);
