// SPDX-License-Identifier: Apache-2.0
// What the server puts into the two visible parts: cmp/sites/banner_texts.py is the other side.

interface Frame {
  lang: string;
  dir: string;
  title: string;
  accept: string;
  reject: string;
  policy: string;
  policy_url: string;
  list: string;
  list_url: string;
}

export interface BannerTexts extends Frame {
  body: string[];
  customise: string;
}

export interface ServiceTexts {
  id: string;
  name: string;
  /** Name and country. */
  provider: string;
  policy_url: string;
  description: string;
  /** Why it needs no consent; only where it needs none. */
  reason?: string;
  /** Name, facts in words (technology, party, lifetime), purpose. */
  items: [string, string, string][];
}

export interface CategoryTexts {
  id: string;
  name: string;
  description: string;
  exempt: boolean;
  reason?: string;
  /** The words on the fold that hides the services. */
  count: string;
  services: ServiceTexts[];
}

type DialogWord =
  | "save"
  | "close"
  | "withdraw"
  | "receipt"
  | "always_on"
  | "on"
  | "off"
  | "some"
  | "provider"
  | "provider_policy"
  | "intro"
  | "controller"
  | "authority"
  | "authority_url";

export interface DialogTexts extends Frame, Record<DialogWord, string> {
  categories: CategoryTexts[];
}

export const filled = <T>(): T => Object("__KVITT_TEXTS__") as T;
