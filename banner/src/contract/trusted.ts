// SPDX-License-Identifier: Apache-2.0
// Under `require-trusted-types-for 'script'` markup and script addresses need a policy of ours.

interface Policy {
  createHTML(text: string): unknown;
  createScriptURL(text: string): unknown;
}
interface Factory {
  createPolicy(name: string, rules: Record<string, (text: string) => string>): Policy;
}

const same = (text: string): string => text;
const make = (): Policy | undefined => {
  try {
    return (window as unknown as { trustedTypes?: Factory }).trustedTypes?.createPolicy("kvitt", {
      createHTML: same,
      createScriptURL: same,
    });
  } catch {
    // The page does not allow the name; without enforcement plain text works as well.
    return undefined;
  }
};
const policy = make();

export const trusted = (markup: string): unknown => policy?.createHTML(markup) ?? markup;
export const trustedUrl = (url: string): unknown => policy?.createScriptURL(url) ?? url;
