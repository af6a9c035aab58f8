// SPDX-License-Identifier: Apache-2.0
// The first layer: not modal, takes no focus, refuses as easily as it accepts.
import { type BannerTexts, filled } from "./contract/texts.ts";
import { type Evidence, KERNEL, type Kernel, type Method, type Surface } from "./contract/ui.ts";
import { adopt, h, host, link } from "./ui/element.ts";
import { shownSha256 } from "./ui/shown.ts";

const texts = filled<BannerTexts>();

const mount = (kernel: Kernel): Surface => {
  const evidence: Evidence = {};
  const answer = (method: Method, part: string, text: string): HTMLElement =>
    h("button", { type: "button", part, class: "kv-b", click: () => kernel.decide(method, 1, undefined, evidence) }, text);
  const customise = h(
    "button",
    {
      type: "button",
      part: "customise",
      class: "kv-b",
      "aria-haspopup": "dialog",
      click: () => kernel.openDialog(customise),
      pointerenter: kernel.prefetchDialog,
      focus: kernel.prefetchDialog,
    },
    texts.customise,
  );
  const card = h(
    "div",
    { class: "kv-1", role: "dialog", "aria-labelledby": "kv-t", "aria-describedby": "kv-d", hidden: true },
    h("h2", { id: "kv-t" }, texts.title),
    h("div", { id: "kv-d" }, ...texts.body.map((text) => h("p", {}, text))),
    link(texts.policy, texts.policy_url),
    link(texts.list, texts.list_url),
    h(
      "div",
      { class: "kv-r" },
      answer("reject_all", "reject", texts.reject),
      answer("accept_all", "accept", texts.accept),
      customise,
    ),
  );
  adopt(BANNER_CSS);
  host(texts.lang, texts.dir).prepend(card);
  return {
    show() {
      card.hidden = false;
      void shownSha256(card, texts.lang).then((hash) => {
        if (hash) evidence.text_sha256 = hash;
      });
    },
    hide() {
      card.hidden = true;
    },
    destroy() {
      card.remove();
    },
  };
};

(Reflect.get(window, KERNEL) as Kernel | undefined)?.ui("banner", mount);
