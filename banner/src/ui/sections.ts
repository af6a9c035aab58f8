// SPDX-License-Identifier: Apache-2.0
// The words of the dialog: a section per category, its services under a fold.
import type { CategoryTexts, DialogTexts, ServiceTexts } from "../contract/texts.ts";
import { h, link } from "./kit.ts";
import { toggle } from "./switches.ts";

/** A name, and to its end the switch with its state in a word, or what stands in its place. */
const head = (
  words: DialogTexts,
  tag: "h3" | "h4",
  name: string,
  box: HTMLInputElement | null,
): HTMLElement =>
  h(
    "div",
    { class: "kv-s" },
    h(tag, {}, box ? h("label", { for: box.id }, name) : name),
    ...(box
      ? [box, h("i", { "aria-hidden": "true", "data-on": words.on, "data-off": words.off, "data-some": words.some })]
      : [tag === "h3" && h("p", {}, words.always_on)]),
  );

const service = (words: DialogTexts, of: ServiceTexts, exempt: boolean): HTMLElement =>
  h(
    "div",
    { class: "kv-v" },
    head(words, "h4", of.name, exempt ? null : toggle("service", of.id)),
    h("p", {}, of.description),
    of.reason && h("p", {}, of.reason),
    h("p", {}, `${words.provider}: ${of.provider}`),
    link(words.provider_policy, of.policy_url),
    ...of.items.map(([name, facts, purpose]) =>
      h("p", { class: "kv-i" }, h("code", {}, name), h("i", {}, facts), purpose),
    ),
  );

export const section = (words: DialogTexts, of: CategoryTexts): HTMLElement =>
  h(
    "section",
    {},
    head(words, "h3", of.name, of.exempt ? null : toggle("category", of.id)),
    h("p", {}, of.description),
    of.reason && h("p", {}, of.reason),
    of.count &&
      h(
        "details",
        {},
        h("summary", {}, of.count),
        ...of.services.map((one) => service(words, one, of.exempt)),
      ),
  );
