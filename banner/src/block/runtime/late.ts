// SPDX-License-Identifier: Apache-2.0
// A released script may wait for an event that this page has had: it is called all the same.
import { wasHeld } from "./elements.ts";

const passed = (target: unknown, type: unknown): boolean =>
  type === "DOMContentLoaded"
    ? document.readyState !== "loading" && (target === document || target === window)
    : type === "load" && document.readyState === "complete" && target === window;

const call = (target: unknown, type: string, listener: EventListenerOrEventListenerObject): void => {
  const event = new Event(type);
  if (typeof listener === "function") listener.call(target as Window, event);
  else listener.handleEvent(event);
};

/** From now on; called when something was let loose for the first time. */
export const callLateListeners = (): void => {
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const script = document.currentScript;
    const target = this ?? window;
    if (listener && wasHeld(script) && passed(target, type)) setTimeout(call, 0, target, type, listener);
    else addEventListener.call(target, type, listener, options);
  };
};
