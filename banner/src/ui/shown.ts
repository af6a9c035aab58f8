// SPDX-License-Identifier: Apache-2.0
// The hash of the text that was shown (specification A.3), from what really stands in the page.
// `rendered_text_sha256` in cmp/sites/banner_texts.py tells what it should be.
import type { Evidence } from "../contract/ui.ts";

const ROLES: Record<string, string> = { P: "p", A: "link", BUTTON: "button", SUMMARY: "button" };
const FOLDED = "details:not([open]) > :not(summary) *";

const item = (element: HTMLElement): string => {
  const [role, text] =
    element instanceof HTMLInputElement
      ? [`switch[${element.checked ? "on" : "off"}]`, element.labels?.[0]?.textContent]
      : [ROLES[element.tagName] ?? "heading", element.textContent];
  return `${role}:${(text ?? "").normalize("NFC").replace(/\s+/g, " ").trim()}`;
};

const items = (root: Element): string[] =>
  [...root.querySelectorAll<HTMLElement>("h2,h3,h4,p,a,button,summary,input")]
    .filter((element) => element.getClientRects().length && !element.matches(FOLDED))
    .map(item);

/** Hex SHA-256 of language and visible texts; undefined where the page has no WebCrypto. */
export const shownSha256 = async (root: Element, lang: string): Promise<string | undefined> => {
  const text = new TextEncoder().encode([lang, ...items(root)].join("\n"));
  const hash = await crypto.subtle?.digest("SHA-256", text);
  return hash && [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join("");
};

/** Fill in `evidence` once what was shown is painted: measuring earlier would delay the paint. */
export const witness = (evidence: Evidence, root: Element, lang: string): void => {
  delete evidence.text_sha256;
  requestAnimationFrame(() =>
    setTimeout(async () => {
      const hash = root.isConnected && (await shownSha256(root, lang));
      if (hash) evidence.text_sha256 = hash;
    }),
  );
};
