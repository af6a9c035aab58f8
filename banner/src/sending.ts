// SPDX-License-Identifier: Apache-2.0
// What waits is sent by a part that comes with the first layer: on most pages nothing waits.
import type { Kernel, Sender } from "./contract/ui.ts";
import { prefetch } from "./ui/chunks.ts";

let give: (sender: Sender) => void;
const given = new Promise<Sender>((resolve) => {
  give = resolve;
});

/** The sender has arrived; it is made for this page. */
export const senderArrived = (kernel: Kernel, make: (kernel: Kernel) => Sender): void => give(make(kernel));

/** The sender, fetched if it is not here yet. */
export const sender = (): Promise<Sender> => {
  prefetch("banner");
  return given;
};

export const sendWaiting = async (): Promise<void> => (await sender()).send();
