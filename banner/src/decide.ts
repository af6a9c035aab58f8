// SPDX-License-Identifier: Apache-2.0
// One decision, from the click to its effects: the surface goes first, then what it means is done.
import { config } from "./contract/config.ts";
import type { Answer, Answers, Choices, Consent, Evidence, Layer, Method } from "./contract/ui.ts";
import { activate } from "./block/activate.ts";
import { eraseRefused } from "./block/erase.ts";
import { reload, tellOthers } from "./block/reload.ts";
import { heldBack } from "./block/violations.ts";
import { deliver } from "./report/decisions.ts";
import { gpc } from "./signals/gpc.ts";
import { type Choice, lastSubject, now, save } from "./state/choice.ts";
import { choice, emit, mayLoad, on, setChoice } from "./state/store.ts";
import { hide, language } from "./ui/chunks.ts";

const DAY = 86_400;
const NECESSARY = -1;

const answer = (granted: boolean | undefined): Answer => (granted ? "granted" : "denied");

const subject = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .slice(0, 22)
    .replaceAll("+", "-")
    .replaceAll("/", "_");

/** The stored answers, or everything denied. */
export const draft = (): Choices => {
  const given = choice();
  const services: Answers = {};
  for (const [index, [id, category]] of config.r.entries())
    if (category !== NECESSARY) services[id] = answer(given?.services[index]);
  const categories: Answers = {};
  for (const [index, id] of config.c.entries()) categories[id] = answer(given?.categories[index]);
  return { categories, services };
};

/** Everything answered alike. */
export const all = (same: Answer): Choices => {
  const { categories, services } = draft();
  for (const answers of [categories, services])
    for (const id of Object.keys(answers)) answers[id] = same;
  return { categories, services };
};

const time = (seconds: number): string => new Date(seconds * 1000).toISOString();

export const consent = (): Readonly<Consent> => {
  const given = choice();
  const { categories, services } = draft();
  return Object.freeze({
    status: given ? "given" : "none",
    categories: Object.freeze(categories),
    services: Object.freeze(services),
    recordId: given?.record || null,
    noticeSha256: config.n,
    decidedAt: given && time(given.decided),
    validUntil: given && time(given.until),
  });
};

const made = ({ categories, services }: Choices): Choice => {
  const granted = config.r.map(([id]) => services[id] === "granted");
  const decided = now();
  return {
    decided,
    until: decided + DAY * (granted.includes(true) ? config.t[0] : config.t[1]),
    categories: config.c.map((id) => categories[id] === "granted"),
    services: granted,
    subject: choice()?.subject || lastSubject() || subject(),
    record: "",
  };
};

const uuid = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 15) | 64;
  bytes[8] = ((bytes[8] as number) & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

const post = (next: Choice, choices: Choices, method: Method, layer: Layer, ui: Evidence): void =>
  deliver({
    idempotency_key: uuid(),
    notice_sha256: config.n,
    method,
    layer,
    ...choices,
    lang: language(),
    signals: { gpc: gpc() },
    subject: next.subject,
    decided_at: time(next.decided),
    ui,
  });

/** Make `choices` the choice in force: store it, send it, act on it. */
export const decide = (
  method: Method,
  layer: Layer,
  choices: Choices,
  evidence: Evidence = {},
): void => {
  const before = choice();
  const next = made(choices);
  const withdrawn = !!before?.services.some((was, index) => was && !next.services[index]);
  hide("banner");
  hide("dialog");
  setChoice(next);
  save(next);
  post(next, choices, method, layer, evidence);
  emit(method.startsWith("withdraw") ? "withdrawn" : "decision", consent());
  // After the next frame: the visitor sees the banner go before anything else happens.
  requestAnimationFrame(() => setTimeout(() => void act(next, withdrawn)));
};

const act = async (next: Choice, withdrawn: boolean): Promise<void> => {
  await eraseRefused();
  tellOthers();
  if (withdrawn || heldBack(next)) return reload();
  activate();
  emit("activated");
  // What the parser comes to only now is still stopped by the policy that the page began with.
  on("blocked", (what) => {
    const { url } = what as { url?: string };
    if (url && mayLoad(url)) reload();
  });
};

on("superseded", reload);
