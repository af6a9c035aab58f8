// SPDX-License-Identifier: Apache-2.0
// The second layer: a native modal dialog. Closing it, by Esc or by its button, stores nothing.
import { type DialogTexts, filled } from "../contract/texts.ts";
import { type Choices, type Evidence, KERNEL, type Kernel, type Method, type Surface } from "../contract/ui.ts";
import { adopt, button, h, host, lent, link, witness } from "./kit.ts";
import { section } from "./sections.ts";
import { fill, follow, read } from "./switches.ts";

const texts = filled<DialogTexts>();

/** Whether something that was granted before no longer is. */
const takesBack = (before: Choices, chosen: Choices): boolean =>
  (["categories", "services"] as const).some((kind) =>
    Object.entries(chosen[kind]).some(
      ([id, answer]) => answer === "denied" && before[kind][id] === "granted",
    ),
  );

const mount = (kernel: Kernel): Surface => {
  const evidence: Evidence = {};
  const hide = (): void => {
    dialog.close();
    dialog.remove();
  };
  const decide = (method: Method, chosen?: Choices): void => {
    if (!dialog.isConnected) return;
    const asked = kernel.consent().status === "none";
    hide();
    kernel.decide(method, asked ? 2 : "panel", chosen, asked ? evidence : {});
  };
  const save = (): void => {
    const chosen = read(dialog);
    decide(takesBack(kernel.draft(), chosen) ? "withdraw_partial" : "save_custom", chosen);
  };
  const withdraw = button("withdraw", texts.withdraw, () => decide("withdraw_all"));
  const receipt = h("a", { part: "receipt", target: "_blank", rel: "noreferrer" }, texts.receipt);
  const dialog = h(
    "dialog",
    { class: "kv-2", "aria-labelledby": "kv-u", close: () => kernel.closeDialog(), change: follow },
    h(
      "div",
      { class: "kv-h" },
      h("h2", { id: "kv-u" }, texts.title),
      button("close", texts.close, () => dialog.close()),
    ),
    h(
      "div",
      { class: "kv-m" },
      h("p", {}, texts.intro),
      receipt,
      withdraw,
      ...texts.categories.map((category) => section(texts, category)),
      h("p", {}, texts.controller),
      link(texts.authority, texts.authority_url),
      link(texts.policy, texts.policy_url),
      link(texts.list, texts.list_url),
    ),
    h(
      "div",
      { class: "kv-r" },
      button("reject", texts.reject, () => decide("reject_all")),
      button("accept", texts.accept, () => decide("accept_all")),
      button("save", texts.save, save),
    ),
  );
  adopt(DIALOG_CSS);
  return {
    show() {
      if (dialog.open) return;
      const { status, recordId } = kernel.consent();
      fill(dialog, kernel.draft());
      withdraw.hidden = status === "none";
      receipt.hidden = !recordId;
      receipt.href = `${kernel.base}/v1/receipts/${recordId}`;
      host(texts.lang, texts.dir).append(dialog);
      dialog.showModal();
      witness(evidence, dialog, texts.lang);
    },
    hide,
  };
};

if (lent) (Reflect.get(window, KERNEL) as Kernel | undefined)?.ui("dialog", mount);
