// SPDX-License-Identifier: Apache-2.0
// The handoff between the blocking script and the parts that people see.

import type { Body } from "../report/pending.ts";
import type { Choice } from "../state/choice.ts";
import type { config } from "./config.ts";

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

export interface Sender {
  /** Hand over the decision that waits, now and until it is taken. */
  send(): Promise<void>;
  /** The signed receipt of the choice in force. Rejects if there is none, or if it cannot be fetched. */
  receipt(): Promise<string>;
}

/** What the blocking script lends to the sender. */
export interface Lent {
  _config: typeof config;
  _choice(): Choice | null;
  _emit(event: string, detail?: unknown): void;
  _keep(body: Body | null): void;
  _load(): Choice | null;
  _save(choice: Choice | null): void;
  _waiting(): Body | null;
}

export interface Kernel {
  /** The platform's address. */
  base: string;
  _lend: Lent;
  ui(part: "banner" | "dialog", mount: Mount, sender?: (kernel: Kernel) => Sender): void;
  consent(): Readonly<Consent>;
  /** The stored answers, or everything denied. */
  draft(): Choices;
  /** Without `choices`, everything is answered as the method says. */
  decide(method: Method, layer: Layer, choices?: Choices, evidence?: Evidence): void;
  openDialog(): void;
  prefetchDialog(): void;
  closeDialog(): void;
}

/** Where the script leaves the kernel for the chunks. */
export const KERNEL = Symbol.for("kvitt");
