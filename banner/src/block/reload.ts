// SPDX-License-Identifier: Apache-2.0
// Loading the page again with what a visitor has typed, and agreeing with the other tabs.
import { load } from "../state/choice.ts";
import { choice } from "../state/store.ts";

const KEY = "kvitt.page";
const channel = new BroadcastChannel("kvitt");

type Field = HTMLInputElement & HTMLTextAreaElement;

// Secrets are not kept, not even for the moment of loading.
const fields = (): Field[] =>
  [...document.querySelectorAll<Field>("input,textarea,select")].filter(
    ({ type, autocomplete }) => !/^(password|file|hidden)$/.test(type) && !/^cc-/.test(autocomplete),
  );

/** Load this page again, keeping what was typed; browsers keep the scroll position themselves. */
export const reload = (): void => {
  const typed = fields().map(({ value, checked }) => [value, checked]);
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.href, typed]));
  } catch {
    // Without storage the page still loads again; only what was typed is lost.
  }
  location.reload();
};

const restore = (): void => {
  const kept = sessionStorage.getItem(KEY) ?? "[]";
  sessionStorage.removeItem(KEY);
  const [href, typed] = JSON.parse(kept) as [string?, [string, boolean][]?];
  const now = fields();
  if (href !== location.href || now.length !== typed?.length) return;
  now.forEach((field, index) => {
    [field.value, field.checked] = typed[index] as [string, boolean];
  });
};

export const tellOthers = (): void => channel.postMessage(0);

/** Follow a choice made in another tab, or while this page lay in the back/forward cache. */
export const followOthers = (): void => {
  const follow = (): void => {
    if (load()?.services !== choice()?.services) reload();
  };
  channel.addEventListener("message", follow);
  addEventListener("pageshow", ({ persisted }) => persisted && follow());
  addEventListener("DOMContentLoaded", () => {
    try {
      restore();
    } catch {
      // What was kept is not ours or storage is off: the page stands as it loaded.
    }
  });
};
