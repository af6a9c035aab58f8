// SPDX-License-Identifier: Apache-2.0
// The first layer: not modal, takes no focus, refuses as easily as it accepts.
import { KIT, type Kit } from "../contract/kit.ts";
import { type BannerTexts, filled } from "../contract/texts.ts";
import type { Evidence, Kernel, Method, Surface } from "../contract/ui.ts";
import { adopt, button, h, host, link } from "./element.ts";
import { makeRoom } from "./room.ts";
import { witness } from "./shown.ts";

const texts = filled<BannerTexts>();

/** Whether nothing covers the middle of `element`, and it is inside the window. */
const inSight = (element: Element): boolean => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === element;
};

export const mount = (kernel: Kernel): Surface => {
  const evidence: Evidence = {};
  let takeRoom: (() => void) | undefined;
  const hide = (): void => {
    takeRoom?.();
    takeRoom = undefined;
    card.remove();
  };
  const answer = (method: Method): void => {
    if (!card.isConnected) return;
    evidence.checks = {
      reject_in_viewport: inSight(reject),
      area_ok:
        reject.offsetWidth === accept.offsetWidth && reject.offsetHeight === accept.offsetHeight,
    };
    hide();
    kernel.decide(method, 1, undefined, evidence);
  };
  const reject = button("reject", texts.reject, () => answer("reject_all"));
  const accept = button("accept", texts.accept, () => answer("accept_all"));
  const customise = button("customise", texts.customise, () => {
    // Safari gives no focus on a click, and the dialog gives it back to where it was.
    customise.focus();
    kernel.openDialog();
  });
  customise.setAttribute("aria-haspopup", "dialog");
  customise.onpointerenter = customise.onfocus = () => kernel.prefetchDialog();
  const card = h(
    "div",
    { class: "kv-1", role: "dialog", "aria-labelledby": "kv-t", "aria-describedby": "kv-d" },
    h(
      "div",
      { class: "kv-t" },
      h("h2", { id: "kv-t" }, texts.title),
      h("div", { id: "kv-d" }, ...texts.body.map((text) => h("p", {}, text))),
      link(texts.policy, texts.policy_url),
      link(texts.list, texts.list_url),
    ),
    h("div", { class: "kv-r" }, reject, accept, customise),
  );
  return {
    show() {
      // Placing it a second time would take the focus out of it.
      if (card.isConnected) return;
      host(texts.lang, texts.dir).prepend(card);
      takeRoom = makeRoom(card);
      witness(evidence, card, texts.lang);
    },
    hide,
  };
};

const kit: Kit = { adopt, button, h, host, link, witness };
Object.defineProperty(window, KIT, { value: kit, configurable: true });
