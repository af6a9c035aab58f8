// SPDX-License-Identifier: Apache-2.0
// The second layer: a native modal dialog with one switch per category and per service.
import { type CategoryTexts, type DialogTexts, filled, type ServiceTexts } from "./contract/texts.ts";
import { type Answer, type Choices, KERNEL, type Kernel, type Method, type Surface } from "./contract/ui.ts";
import { adopt, h, host, link } from "./ui/element.ts";

const texts = filled<DialogTexts>();

const toggle = (kind: "category" | "service", id: string, label: string): HTMLInputElement =>
  h("input", { type: "checkbox", role: "switch", part: "switch", [`data-${kind}`]: id, "aria-label": label });

const answer = ({ checked }: HTMLInputElement): Answer => (checked ? "granted" : "denied");

const item = ([name, lifetime, purpose]: [string, string, string]): HTMLElement =>
  h("li", {}, h("code", {}, name), ` (${lifetime}): ${purpose}`);

const service = (of: ServiceTexts, own: HTMLInputElement | null): HTMLElement =>
  h(
    "div",
    { class: "kv-v" },
    h("div", { class: "kv-s" }, h("h4", {}, of.name), own),
    h("p", {}, of.description),
    h("p", {}, `${texts.provider}: ${of.provider} `),
    of.policy_url && link(texts.provider_policy, of.policy_url),
    of.items.length > 0 && h("ul", {}, ...of.items.map(item)),
  );

interface Row {
  element: HTMLElement;
  id: string;
  all: HTMLInputElement | null;
  each: Map<string, HTMLInputElement>;
}

/** One category; its switch and those of its services follow each other. */
const row = (of: CategoryTexts): Row => {
  const each = new Map<string, HTMLInputElement>();
  const all = of.exempt ? null : toggle("category", of.id, of.name);
  if (all)
    for (const { id, name } of of.services) each.set(id, toggle("service", id, name));
  const boxes = [...each.values()];
  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", () => settle(all, boxes));
  const element = h(
    "section",
    { class: "kv-c" },
    h("div", { class: "kv-s" }, h("h3", {}, of.name), all ?? h("small", {}, texts.always_on)),
    h("p", {}, of.description),
    of.services.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, of.count),
        ...of.services.map((one) => service(one, each.get(one.id) ?? null)),
      ),
  );
  return { element, id: of.id, all, each };
};

const settle = (all: HTMLInputElement | null, boxes: HTMLInputElement[]): void => {
  if (!all || !boxes.length) return;
  const on = boxes.filter((box) => box.checked).length;
  all.checked = on === boxes.length;
  all.indeterminate = on > 0 && on < boxes.length;
};

const fill = (rows: Row[], { categories, services }: Choices): void => {
  for (const { id, all, each } of rows) {
    for (const [name, box] of each) box.checked = services[name] === "granted";
    if (all) {
      all.indeterminate = false;
      all.checked = categories[id] === "granted";
    }
    settle(all, [...each.values()]);
  }
};

const read = (rows: Row[]): Choices => {
  const categories: Choices["categories"] = {};
  const services: Choices["services"] = {};
  for (const { id, all, each } of rows) {
    if (all) categories[id] = answer(all);
    for (const [name, box] of each) services[name] = answer(box);
  }
  return { categories, services };
};

/** What saving means against what was chosen before. */
const methodOf = (kernel: Kernel, chosen: Choices): Method => {
  const before = kernel.draft();
  const less = Object.keys(chosen.services).some(
    (id) => before.services[id] === "granted" && chosen.services[id] === "denied",
  );
  return less ? "withdraw_partial" : "save_custom";
};

const mount = (kernel: Kernel): Surface => {
  const rows = texts.categories.map(row);
  const layer = (): 2 | "panel" => (kernel.consent().status === "given" ? "panel" : 2);
  const button = (part: string, text: string, click: () => void, look = "kv-b"): HTMLButtonElement =>
    h("button", { type: "button", part, class: look, click }, text);
  const withdraw = button("withdraw", texts.withdraw, () => kernel.decide("withdraw_all", layer()));
  const receipt = button("receipt", texts.receipt, () => {
    const { recordId } = kernel.consent();
    if (recordId) open(`${kernel.config.base}/v1/receipts/${recordId}`, "_blank", "noopener");
  });
  const save = (): void => {
    const chosen = read(rows);
    kernel.decide(methodOf(kernel, chosen), layer(), chosen);
  };
  const dialog = h(
    "dialog",
    { class: "kv-2", "aria-labelledby": "kv-u", close: () => kernel.closeDialog() },
    h(
      "div",
      { class: "kv-h" },
      h("h2", { id: "kv-u" }, texts.title),
      button("close", texts.close, () => dialog.close(), "kv-x"),
    ),
    h(
      "div",
      { class: "kv-m" },
      h("p", {}, texts.intro),
      ...rows.map(({ element }) => element),
      h("p", {}, texts.controller),
      h("p", {}, texts.authority, " ", link(texts.authority_url, texts.authority_url)),
      link(texts.policy, texts.policy_url),
      link(texts.list, texts.list_url),
      h("div", { class: "kv-r" }, withdraw, receipt),
    ),
    h(
      "div",
      { class: "kv-f" },
      h(
        "div",
        { class: "kv-r" },
        button("reject", texts.reject, () => kernel.decide("reject_all", layer())),
        button("accept", texts.accept, () => kernel.decide("accept_all", layer())),
        button("save", texts.save, save),
      ),
    ),
  );
  adopt(DIALOG_CSS);
  host(texts.lang, texts.dir).append(dialog);
  return {
    show() {
      const { status, recordId } = kernel.consent();
      fill(rows, kernel.draft());
      withdraw.hidden = status === "none";
      receipt.hidden = !recordId;
      if (!dialog.open) dialog.showModal();
    },
    hide() {
      if (dialog.open) dialog.close();
    },
    destroy() {
      dialog.remove();
    },
  };
};

(Reflect.get(window, KERNEL) as Kernel | undefined)?.ui("dialog", mount);
