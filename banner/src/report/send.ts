// SPDX-License-Identifier: Apache-2.0
// Handing the waiting decision to the server, and fetching its receipt.
import type { Kernel, Sender } from "../contract/ui.ts";
import type { Body } from "./pending.ts";

interface Stored {
  record_id: string;
  subject: string;
  receipt: string;
}

const RETRY_MS = 30_000;

/** Sending the same again would be refused again; too many at once (429) passes. */
const isFinal = (status: number): boolean => status < 500 && status !== 429;

/** What sends for the page of `kernel`. */
export const sender = ({ base, _lend: lent }: Kernel): Sender => {
  let receipt = "";
  let timer = 0;

  const acknowledged = ({ record_id, subject, receipt: signed }: Stored): void => {
    receipt = signed;
    const now = lent._load();
    // Another tab may have answered anew meanwhile: its choice must stand.
    if (now?._decided !== lent._choice()?._decided) return;
    lent._save(now && { ...now, _record: record_id, _subject: subject });
    lent._emit("receipt", record_id);
  };

  /**
   * The notice has been replaced by one that needs asking again: the answer to the old one is void. The
   * browser may use the old script for a day; it is told to fetch the new one, which will ask.
   */
  const superseded = async (): Promise<void> => {
    lent._save(null);
    try {
      await fetch(`${base}/k/${lent._config.s}.js`, { mode: "no-cors", cache: "reload", credentials: "include" });
    } finally {
      lent._emit("superseded");
    }
  };

  const settle = async (body: Body, answer: Response): Promise<void> => {
    const stored = answer.ok && ((await answer.json()) as Stored);
    const next = lent._waiting();
    if (next && next.idempotency_key !== body.idempotency_key) return;
    if (isFinal(answer.status)) lent._keep(null);
    else later();
    if (stored) acknowledged(stored);
    if (answer.status === 409 && body.notice_sha256 === lent._config.n) await superseded();
  };

  const send = async (): Promise<void> => {
    const body = lent._waiting();
    if (!body) return;
    receipt = "";
    try {
      const answer = await fetch(`${base}/v1/sites/${lent._config.s}/decisions`, {
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

  addEventListener("online", () => void send());
  return {
    send,
    async receipt() {
      if (receipt) return receipt;
      const record = lent._choice()?._record;
      if (!record) throw new Error("There is no receipt yet.");
      const answer = await fetch(`${base}/v1/receipts/${record}?form=jws`, { credentials: "omit" });
      if (!answer.ok) throw new Error(`No receipt (${answer.status})`);
      return answer.text();
    },
  };
};
