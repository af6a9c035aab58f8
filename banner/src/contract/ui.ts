// SPDX-License-Identifier: Apache-2.0
// The handoff between the blocking script and the parts that people see.

export type Answer = "granted" | "denied";
export type Answers = Record<string, Answer>;
export type Method =
  | "accept_all"
  | "reject_all"
  | "save_custom"
  | "close_x"
  | "withdraw_all"
  | "withdraw_partial";
export type Layer = 1 | 2 | "panel" | "api";

export interface Choices {
  categories: Answers;
  services: Answers;
}

/** What the page sees as `kvitt.consent`. */
export interface Consent extends Choices {
  status: "none" | "given";
  recordId: string | null;
  noticeSha256: string;
  decidedAt: string | null;
  validUntil: string | null;
}

export interface Evidence {
  text_sha256?: string;
  checks?: Record<string, boolean>;
}

/** Part of the page only while it is shown: what is not asked is not there. */
export interface Surface {
  show(): void;
  hide(): void;
}

export type Mount = (kernel: Kernel) => Surface;

export interface Kernel {
  config: {
    site: string;
    base: string;
    lang: string;
    categories: string[];
    services: [id: string, category: string][];
  };
  ui(part: "banner" | "dialog", mount: Mount): void;
  consent(): Readonly<Consent>;
  /** The stored answers, or everything denied. */
  draft(): Choices;
  decide(method: Method, layer: Layer, choice?: Choices, evidence?: Evidence): void;
  openDialog(returnFocusTo?: HTMLElement | null): void;
  prefetchDialog(): void;
  closeDialog(): void;
  receipt(): Promise<string>;
}

/** Where the script leaves the kernel for the chunks. */
export const KERNEL = Symbol.for("kvitt");
