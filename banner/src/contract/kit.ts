// SPDX-License-Identifier: Apache-2.0
// What the first layer's chunk lends to the dialog's, which therefore comes after it: so that what
// both need is fetched once.
import type * as element from "../ui/element.ts";
import type * as shown from "../ui/shown.ts";

export type Kit = Pick<typeof element, "adopt" | "button" | "h" | "host" | "link"> &
  Pick<typeof shown, "witness">;

/** Where the first layer's chunk leaves it. */
export const KIT = Symbol.for("kvitt.ui");
