// SPDX-License-Identifier: Apache-2.0
// What was lent. Empty if the first layer's chunk did not arrive: then there is no dialog either.
import { KIT, type Kit } from "../contract/kit.ts";

export const lent = Reflect.get(window, KIT) as Kit | undefined;
export const { adopt, button, h, host, link, witness } = (lent ?? {}) as Kit;
