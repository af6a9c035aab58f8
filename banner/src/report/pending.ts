// SPDX-License-Identifier: Apache-2.0
// The decision that waits to be sent: one at most, for all tabs together. It keeps its key until it is
// acknowledged, so that sending it twice stores it once. A newer one takes the place of one that never
// arrived. What sends it (send.ts) comes with the first layer.

export type Body = Record<string, unknown> & { idempotency_key: string; notice_sha256: string };

const KEY = "kvitt.pending";
/** What waits in a browser without storage, as long as this page is open. */
let unstored: Body | null = null;

export const waiting = (): Body | null => {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? "null") as Body | null) ?? unstored;
  } catch {
    return unstored;
  }
};

export const keep = (body: Body | null): void => {
  unstored = body;
  try {
    if (body) localStorage.setItem(KEY, JSON.stringify(body));
    else localStorage.removeItem(KEY);
  } catch {
    // No storage: it is tried as long as this page is open.
  }
};
