// SPDX-License-Identifier: Apache-2.0
// Frames whose page is written here (srcdoc, data:, blob:) get the strict policy in front of it; the
// windows of blank ones are guarded as this one is. A frame has not begun to read when this is called.
import { policy } from "../policy.ts";
import { defuse } from "./held.ts";
import { guardFrame } from "./realm.ts";

const MARK = "<!--kvitt-->";
const { getAttribute, setAttribute } = Element.prototype;
const { open, send } = XMLHttpRequest.prototype;
const { createObjectURL } = URL;

/** `page` under the strict policy; its doctype stays first. */
export const bound = (page: string): string =>
  page.includes(MARK)
    ? page
    : page.replace(
        /^\s*(<!doctype[^>]*>)?/i,
        (start) =>
          `${start}<meta http-equiv="Content-Security-Policy" content="${policy()}">${MARK}`,
      );

const boundData = (url: string): string => {
  const [, head = "", body = ""] = /^(data:[^,]*),(.*)$/is.exec(url.trim()) ?? [];
  try {
    const page = /;\s*base64/i.test(head)
      ? atob(decodeURIComponent(body))
      : decodeURIComponent(body.replace(/%(?![\da-f]{2})/gi, "%25"));
    const safe = /html/i.test(head) ? bound(page) : defuse(page);
    return safe === page ? url : `${head.replace(/;\s*base64/i, "")},${encodeURIComponent(safe)}`;
  } catch {
    // No text: nothing that could ask anybody.
    return url;
  }
};

const own = new Set<string>();

const boundBlob = (url: string): string => {
  if (own.has(url)) return url;
  try {
    const asked = new XMLHttpRequest();
    open.call(asked, "GET", url, false);
    send.call(asked);
    if (!/html/i.test(asked.getResponseHeader("Content-Type") ?? "")) return url;
    const type = "text/html;charset=utf-8";
    const made = createObjectURL.call(URL, new Blob([bound(asked.responseText)], { type }));
    own.add(made);
    return made;
  } catch {
    // Revoked: there is nothing to show.
    return url;
  }
};

const change = (frame: Element, name: string, safe: (value: string) => string): void => {
  const value = getAttribute.call(frame, name) ?? "";
  const after = safe(value);
  if (after !== value) setAttribute.call(frame, name, after);
};

export const holdFrame = (frame: Element): void => {
  const name = frame.localName === "object" ? "data" : "src";
  const address = getAttribute.call(frame, name) ?? "";
  if (getAttribute.call(frame, "srcdoc") !== null) change(frame, "srcdoc", bound);
  else if (/^\s*data:/i.test(address)) change(frame, name, boundData);
  else if (/^\s*blob:/i.test(address)) change(frame, name, boundBlob);
  guardFrame(frame);
};
