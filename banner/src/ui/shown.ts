// SPDX-License-Identifier: Apache-2.0
// The hash of the text that was shown (specification A.3), from what really stands in the page.

const ROLES: Record<string, string> = { H2: "heading", P: "p", A: "link", BUTTON: "button" };

const items = (root: Element): string[] =>
  [...root.querySelectorAll<HTMLElement>("h2,p,a,button")]
    .filter((element) => element.offsetParent || element.getClientRects().length)
    .map(
      (element) =>
        `${ROLES[element.tagName] as string}:${(element.textContent ?? "").normalize("NFC").replace(/\s+/g, " ").trim()}`,
    );

/** Hex SHA-256 of language and visible texts; undefined where the page has no WebCrypto. */
export const shownSha256 = async (root: Element, lang: string): Promise<string | undefined> => {
  const text = new TextEncoder().encode([lang, ...items(root)].join("\n"));
  const hash = await crypto.subtle?.digest("SHA-256", text);
  return hash && [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join("");
};
