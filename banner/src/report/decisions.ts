// SPDX-License-Identifier: Apache-2.0
// Handing decisions to the server. One waits at most; it keeps its key until it is acknowledged, so
// that sending it twice stores it once. A newer decision takes the place of one that never arrived.
import { config } from "../contract/config.ts";
import { type Choice, forget, save } from "../state/choice.ts";
import { choice, emit, setChoice } from "../state/store.ts";

export type Body = Record<string, unknown> & { idempotency_key: string };

interface Stored {
  record_id: string;
  idempotency_key: string;
  receipt: string;
}

const KEY = "kvitt.pending";
let waiting: Body | null = null;
let receipt = "";

const keep = (body: Body | null): void => {
  waiting = body;
  try {
    if (body) localStorage.setItem(KEY, JSON.stringify(body));
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the decision is only tried again while this page is open.
  }
};

const acknowledged = ({ record_id, receipt: signed }: Stored): void => {
  receipt = signed;
  const now = choice();
  if (!now) return;
  const known: Choice = { ...now, record: record_id };
  setChoice(known);
  save(known);
  emit("receipt", record_id);
};

/** The notice has been replaced by one that needs asking again: the answer to the old one is void. */
const superseded = (): void => {
  setChoice(null);
  forget();
  emit("superseded");
};

const FINAL = new Set([400, 403, 404, 413, 422]);
const RETRY_MS = 30_000;

const send = async (): Promise<void> => {
  const body = waiting;
  if (!body) return;
  try {
    const answer = await fetch(`${config.u}/v1/sites/${config.s}/decisions`, {
      method: "POST",
      body: JSON.stringify(body),
      keepalive: true,
      credentials: "omit",
      referrerPolicy: "origin",
    });
    if (waiting !== body) return;
    if (answer.ok) acknowledged((await answer.json()) as Stored);
    else if (answer.status === 409) superseded();
    if (answer.ok || answer.status === 409 || FINAL.has(answer.status)) keep(null);
    else setTimeout(send, RETRY_MS);
  } catch {
    // The server cannot be reached: the choice holds, and is sent when it can.
    setTimeout(send, RETRY_MS);
  }
};

/** Hand over a decision now, or as soon as the server can be reached. */
export const deliver = (body: Body): void => {
  keep(body);
  void send();
};

/** Try again what an earlier page could not deliver. */
export const deliverWaiting = (): void => {
  try {
    waiting = JSON.parse(localStorage.getItem(KEY) ?? "null") as Body | null;
  } catch {
    waiting = null;
  }
  void send();
  addEventListener("online", () => void send());
};

/** The signed receipt of the choice in force. Rejects if there is none yet. */
export const fetchReceipt = async (): Promise<string> => {
  const record = choice()?.record;
  if (receipt || !record) {
    if (receipt) return receipt;
    throw new Error("There is no receipt yet.");
  }
  const answer = await fetch(`${config.u}/v1/receipts/${record}`, {
    headers: { Accept: "application/jwt" },
    credentials: "omit",
  });
  if (!answer.ok) throw new Error(`The receipt could not be fetched (${answer.status}).`);
  return answer.text();
};
