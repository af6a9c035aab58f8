// SPDX-License-Identifier: Apache-2.0
// Loading the page again with what a visitor has typed, and agreeing with the other tabs.
import { load } from "../state/choice.ts";
import { choice } from "../state/store.ts";

const KEY = "kvitt.page";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("kvitt") : undefined;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const SECRET = /^(password|file|hidden)$/;

const fields = (): Field[] =>
  [...document.querySelectorAll<Field>("input,textarea,select")].filter(
    ({ type, autocomplete }) => !SECRET.test(type) && !autocomplete.startsWith("cc-"),
  );

const isBox = (field: Field): field is HTMLInputElement => /^(checkbox|radio)$/.test(field.type);

const keep = (): void => {
  const typed = fields().map((field) => (isBox(field) ? field.checked : field.value));
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.href, scrollY, typed]));
  } catch {
    // Without storage the page still loads again; only what was typed is lost.
  }
};

const restore = (): void => {
  const kept = sessionStorage.getItem(KEY);
  if (!kept) return;
  sessionStorage.removeItem(KEY);
  const [href, top, typed] = JSON.parse(kept) as [string, number, (string | boolean)[]];
  const now = fields();
  if (href !== location.href || now.length !== typed.length) return;
  for (const [index, field] of now.entries()) {
    const value = typed[index];
    if (isBox(field)) field.checked = !!value;
    else if (typeof value === "string" && value) field.value = value;
  }
  scrollTo(0, top);
};

/** Load this page again, keeping scroll position and what was typed; tell the other tabs first. */
export const reload = (): void => {
  keep();
  location.reload();
};

export const tellOthers = (): void => channel?.postMessage(0);

const differs = (): boolean =>
  JSON.stringify(load()?.services) !== JSON.stringify(choice()?.services);

/** Follow a choice made in another tab, or while this page lay in the back/forward cache. */
export const followOthers = (): void => {
  const follow = (): void => {
    if (differs()) reload();
  };
  channel?.addEventListener("message", follow);
  addEventListener("pageshow", ({ persisted }) => persisted && follow());
  addEventListener("DOMContentLoaded", () => {
    try {
      restore();
    } catch {
      // What was kept is not ours or storage is off: the page stands as it loaded.
    }
  });
};
