// SPDX-License-Identifier: Apache-2.0
// Handing decisions to the server. One waits at most, for all tabs together; it keeps its key until it
// is acknowledged, so that sending it twice stores it once. A newer decision takes the place of one
// that never arrived.
import { config } from "../contract/config.ts";
import { forget, load, save } from "../state/choice.ts";
import { choice, emit, setChoice } from "../state/store.ts";

export type Body = Record<string, unknown> & { idempotency_key: string; notice_sha256: string };

interface Stored {
  record_id: string;
  idempotency_key: string;
  receipt: string;
}

const KEY = "kvitt.pending";
/** What waits in a browser without storage, as long as this page is open. */
let unstored: Body | null = null;
let receipt = "";
let timer = 0;

const waiting = (): Body | null => {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? "null") as Body | null) ?? unstored;
  } catch {
    return unstored;
  }
};

const keep = (body: Body | null): void => {
  unstored = null;
  try {
    if (body) localStorage.setItem(KEY, JSON.stringify(body));
    else localStorage.removeItem(KEY);
  } catch {
    unstored = body;
  }
};

const acknowledged = ({ record_id, receipt: signed }: Stored): void => {
  receipt = signed;
  const now = load();
  // Another tab may have answered anew meanwhile: its choice must stand.
  if (!now || now.decided !== choice()?.decided) return;
  now.record = record_id;
  setChoice(now);
  save(now);
  emit("receipt", record_id);
};

/**
 * The notice has been replaced by one that needs asking again: the answer to the old one is void. The
 * browser may use the old script for a day; it is told to fetch the new one, which will ask.
 */
const superseded = async (): Promise<void> => {
  setChoice(null);
  forget();
  const script = `${config.u}/k/${config.s}.js`;
  await fetch(script, { mode: "no-cors", cache: "reload", credentials: "include" });
  emit("superseded");
};

const FINAL = new Set([400, 403, 404, 409, 413, 422]);
const RETRY_MS = 30_000;

const settle = async (body: Body, answer: Response): Promise<void> => {
  const stored = answer.ok && ((await answer.json()) as Stored);
  const next = waiting();
  if (next && next.idempotency_key !== body.idempotency_key) return;
  if (stored || FINAL.has(answer.status)) keep(null);
  else later();
  if (stored) acknowledged(stored);
  if (answer.status === 409 && body.notice_sha256 === config.n) await superseded();
};

const send = async (): Promise<void> => {
  const body = waiting();
  if (!body) return;
  try {
    const answer = await fetch(`${config.u}/v1/sites/${config.s}/decisions`, {
      method: "POST",
      body: JSON.stringify(body),
      keepalive: true,
      credentials: "omit",
      referrerPolicy: "origin",
    });
    await settle(body, answer);
  } catch {
    // The server cannot be reached: the choice holds, and is sent when it can.
    later();
  }
};

const later = (): void => {
  clearTimeout(timer);
  timer = setTimeout(() => void send(), RETRY_MS);
};

/** Hand over a decision now, or as soon as the server can be reached. */
export const deliver = (body: Body): void => {
  receipt = "";
  keep(body);
  void send();
};

/** Try again what an earlier page could not deliver. */
export const deliverWaiting = (): void => {
  void send();
  addEventListener("online", () => void send());
};

/** The signed receipt of the choice in force. Rejects if there is none yet. */
export const fetchReceipt = async (): Promise<string> => {
  if (receipt) return receipt;
  const record = choice()?.record;
  if (!record) throw new Error("There is no receipt yet.");
  const answer = await fetch(`${config.u}/v1/receipts/${record}`, {
    headers: { Accept: "application/jwt" },
    credentials: "omit",
  });
  if (!answer.ok) throw new Error(`The receipt could not be fetched (${answer.status}).`);
  return answer.text();
};
