// SPDX-License-Identifier: Apache-2.0
// What the first layer covers can be reached all the same (WCAG 2.2, 2.4.11): from the moment the
// visitor scrolls, or moves the focus below it, the page ends as far up as the first layer begins.
// Not earlier: a page that does not scroll would get a scroll bar, and its content would move.
import { adopt } from "./element.ts";

/** Make room for `card` when it is wanted; returns what takes the room away again. */
export const makeRoom = (card: HTMLElement): (() => void) => {
  const style = adopt("");
  const room = (): void => {
    const height = card.offsetHeight;
    style(`:root{margin-block-end:${height}px!important;scroll-padding-block-end:${height}px!important}`);
  };
  const follow = ({ target }: Event): void => {
    const focused = target as Element;
    if (card.contains(focused) || focused.closest("dialog")) return;
    if (focused.getBoundingClientRect().bottom < card.getBoundingClientRect().top) return;
    room();
    focused.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("scroll", room, { once: true, passive: true });
  document.addEventListener("focusin", follow);
  return () => {
    document.removeEventListener("scroll", room);
    document.removeEventListener("focusin", follow);
    style("");
  };
};
