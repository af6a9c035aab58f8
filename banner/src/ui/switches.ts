// SPDX-License-Identifier: Apache-2.0
// The switches of the dialog: one per category, first in its section, and one per service. Their
// state is in the page and nowhere else.
import type { Choices } from "../contract/ui.ts";
import { h } from "./kit.ts";

export const toggle = (kind: "category" | "service", id: string): HTMLInputElement =>
  h("input", {
    type: "checkbox",
    role: "switch",
    part: "switch",
    id: `kv-${kind}-${id}`,
    value: id,
    [`data-${kind}`]: id,
  });

const boxes = (inside: Element): HTMLInputElement[] => [...inside.querySelectorAll("input")];
const kind = (box: HTMLInputElement): keyof Choices =>
  box.dataset["service"] ? "services" : "categories";

/** Bring a category's switch to what those of its services say. */
const settle = ([all, ...each]: HTMLInputElement[]): void => {
  if (!all || !each.length) return;
  const on = each.filter((box) => box.checked).length;
  all.checked = on === each.length;
  all.indeterminate = !all.checked && on > 0;
};

/** A switch was turned: those of its category follow, both ways. */
export const follow = ({ target }: Event): void => {
  const turned = target as HTMLInputElement;
  const group = boxes(turned.closest("section") as Element);
  if (turned === group[0]) for (const box of group) box.checked = turned.checked;
  settle(group);
};

/** Show `choices` on the switches, every fold shut. */
export const fill = (root: Element, choices: Choices): void => {
  for (const box of boxes(root)) {
    box.checked = choices[kind(box)][box.value] === "granted";
    box.indeterminate = false;
  }
  for (const section of root.querySelectorAll("section")) settle(boxes(section));
  for (const fold of root.querySelectorAll("details")) fold.open = false;
};

/** What the switches say. */
export const read = (root: Element): Choices => {
  const chosen: Choices = { categories: {}, services: {} };
  for (const box of boxes(root)) chosen[kind(box)][box.value] = box.checked ? "granted" : "denied";
  return chosen;
};
