// SPDX-License-Identifier: Apache-2.0
// Frames whose page is written here (srcdoc, data:) get the strict policy in front of it; the windows of
// blank ones are guarded as this one is.
import { policy } from "../policy.ts";
import { guardFrame } from "./realm.ts";

const MARK = "<!--kvitt-->";
const { getAttribute, setAttribute } = Element.prototype;

const meta = (): string =>
  `<meta http-equiv="Content-Security-Policy" content="${policy()}">${MARK}`;

/** `page` under the strict policy; its doctype stays first. */
export const bound = (page: string): string =>
  page.includes(MARK) ? page : page.replace(/^\s*(<!doctype[^>]*>)?/i, (start) => start + meta());

const boundData = (url: string): string => {
  const [, head = "", body = ""] = /^(data:[^,]*),(.*)$/is.exec(url) ?? [];
  if (!/html|xml/i.test(head)) return url;
  if (/;base64/i.test(head)) {
    try {
      return `${head},${btoa(bound(atob(decodeURIComponent(body))))}`;
    } catch {
      return url;
    }
  }
  return body.includes(encodeURIComponent(MARK)) ? url : `${head},${body.replace(/^(\s|%20)*(<!doctype[^>]*>)?/i, (start) => start + encodeURIComponent(meta()))}`;
};

export const holdFrame = (frame: HTMLIFrameElement): void => {
  const srcdoc = getAttribute.call(frame, "srcdoc");
  const src = getAttribute.call(frame, "src") ?? "";
  if (srcdoc !== null) {
    if (bound(srcdoc) !== srcdoc) setAttribute.call(frame, "srcdoc", bound(srcdoc));
  } else if (/^\s*data:/i.test(src) && boundData(src) !== src) setAttribute.call(frame, "src", boundData(src));
  guardFrame(frame);
};
