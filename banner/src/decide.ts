// SPDX-License-Identifier: Apache-2.0
// One decision, from the click to its effects: the surface goes first, then what it means is done.
import { config } from "./contract/config.ts";
import type { Answer, Answers, Choices, Consent, Evidence, Layer, Method } from "./contract/ui.ts";
import { activate } from "./block/activate.ts";
import { eraseRefused } from "./block/erase.ts";
import { reload, tellOthers } from "./block/reload.ts";
import { heldBack } from "./block/held.ts";
import { keep } from "./report/pending.ts";
import { gpc } from "./signals/gpc.ts";
import { type Choice, lastSubject, now } from "./state/choice.ts";
import { allowed, choice, emit, mayLoad, on, save } from "./state/store.ts";
import { sendWaiting } from "./sending.ts";
import { hide, language } from "./ui/chunks.ts";

const DAY = 86_400;

const answer = (granted: unknown): Answer => (granted ? "granted" : "denied");

type Grants<More extends unknown[]> = (id: string, index: number, ...more: More) => unknown;

/** A whole choice: every category and service that needs consent, granted where the functions say so. */
export const choices = (inCategory: Grants<[]>, ofService: Grants<[category: string]>): Choices => {
  const categories: Answers = {};
  const services: Answers = {};
  for (const [index, id] of config.c.entries()) categories[id] = answer(inCategory(id, index));
  for (const [index, [id, place]] of config.r.entries()) {
    const category = config.c[place];
    if (category) services[id] = answer(ofService(id, index, category));
  }
  return { categories, services };
};

/** The stored answers, or everything denied. */
export const draft = (): Choices => {
  const given = choice();
  return choices(
    (_, index) => given?.categories[index] === "1",
    (_, index) => given?.services[index] === "1",
  );
};

/** Everything answered alike. */
export const all = (granted: boolean): Choices => choices(() => granted, () => granted);

const time = (seconds: number): string => new Date(seconds * 1000).toISOString();

const { freeze } = Object;

export const consent = (): Readonly<Consent> => {
  const given = choice();
  const { categories, services } = draft();
  return freeze({
    status: given ? "given" : "none",
    categories: freeze(categories),
    services: freeze(services),
    recordId: given?._record || null,
    noticeSha256: config.n,
    decidedAt: given && time(given._decided),
    validUntil: given && time(given._until),
  });
};

const digits = (ids: string[], given: Answers): string =>
  ids.map((id) => +(given[id] === "granted")).join("");

const made = ({ categories, services }: Choices): Choice => {
  const decided = now();
  const granted = digits(config.r.map(([id]) => id), services);
  return {
    _decided: decided,
    _until: decided + DAY * config.t[granted.includes("1") ? 0 : 1],
    categories: digits(config.c, categories),
    services: granted,
    _subject: lastSubject(),
    _record: "",
  };
};

/** Make `choices` the choice in force: store it, send it, act on it. */
export const decide = (
  method: Method,
  layer: Layer,
  choices: Choices,
  ui: Evidence = {},
): void => {
  const before = choice();
  const next = made(choices);
  const withdrawn = config.r.some((rule) => allowed(rule, before) && !allowed(rule, next));
  hide("banner");
  hide("dialog");
  save(next);
  keep({
    // Pages without TLS have no such function, nor would they keep the choice: its cookie is secure.
    idempotency_key: crypto.randomUUID(),
    notice_sha256: config.n,
    method,
    layer,
    ...choices,
    lang: language(),
    signals: { gpc: gpc() },
    subject: next._subject || undefined,
    decided_at: time(next._decided),
    ui,
  });
  void sendWaiting();
  emit(method.startsWith("withdraw") ? "withdrawn" : "decision", consent());
  // After the next frame: the visitor sees the banner go before anything else happens.
  requestAnimationFrame(() => setTimeout(() => void act(next, withdrawn)));
};

const act = async (next: Choice, withdrawn: boolean): Promise<void> => {
  await eraseRefused();
  tellOthers();
  if (withdrawn || heldBack(next)) return reload();
  activate();
  // What the parser comes to only now is still stopped by the policy that the page began with.
  on("blocked", (what) => {
    const { url } = what as { url?: string };
    if (url && mayLoad(url)) reload();
  });
};

on("superseded", reload);
