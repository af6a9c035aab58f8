// SPDX-License-Identifier: Apache-2.0
// An image asks for its picture in a microtask of its own, before an observer hears of it, if it is the
// first thing the parser makes after a script. So a held script leaves something before it: half a
// character reference, which becomes a space, and makes the observer be heard first, when the parser has
// read on. The space is taken away again.
import { hold, kept } from "./elements.ts";

const LEAVE = 'document.currentScript.remove();document.write("&#32")';
const left = new WeakSet<Node>();

const isParsed = (node: Node): node is HTMLScriptElement =>
  node instanceof HTMLScriptElement &&
  document.readyState === "loading" &&
  document.contentType === "text/html" &&
  node.ownerDocument === document &&
  !node.nextSibling &&
  node.hasAttribute("src") &&
  kept(node, "src") === null;

/** Hold a script that the parser is at: a copy waits in its place. */
export const holdParsed = (node: Node): void => {
  if (!isParsed(node)) return;
  hold(node);
  if (kept(node, "src") === null || node.text) return;
  const copy = node.cloneNode() as HTMLScriptElement;
  copy.nonce = node.nonce;
  try {
    node.text = LEAVE;
  } catch {
    // Under trusted types no script may be written: it waits itself.
    return;
  }
  left.add(copy);
  hold(copy);
  for (const { name } of [...node.attributes]) if (name !== "nonce") node.removeAttribute(name);
  node.before(copy);
};

/** Take the space away; the digits that happened to follow made another character of it. */
export const tidy = (node: Node): void => {
  const { previousSibling } = node;
  if (node.nodeType !== 3 || !previousSibling || !left.delete(previousSibling)) return;
  const [first = "", ...rest] = (node as Text).data;
  const after = `${`${first.codePointAt(0)}`.slice("32".length)}${rest.join("")}`;
  if (after) (node as Text).data = after;
  else (node as Text).remove();
};
