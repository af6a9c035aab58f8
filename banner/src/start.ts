// SPDX-License-Identifier: Apache-2.0
// What every mode does once its guards stand: the page's interface, the asking, the sending. Nothing is
// stored and nothing is sent before the visitor has answered.
import { config } from "./contract/config.ts";
import { type Answer, type Choices, KERNEL, type Kernel } from "./contract/ui.ts";
import { allows, watchMarkup } from "./block/activate.ts";
import { followOthers } from "./block/reload.ts";
import { all, choices, consent, decide, draft } from "./decide.ts";
import { keep, waiting } from "./report/pending.ts";
import { sender, senderArrived, sendWaiting } from "./sending.ts";
import { load } from "./state/choice.ts";
import { choice, emit, on, save } from "./state/store.ts";
import { arrived, hide, prefetch, show } from "./ui/chunks.ts";

const kernel: Kernel = {
  base: config.u,
  _lend: {
    _config: config,
    _choice: choice,
    _emit: emit,
    _keep: keep,
    _load: load,
    _save: save,
    _waiting: waiting,
  },
  ui(part, mount, make) {
    if (make) senderArrived(kernel, make);
    arrived(kernel, part, mount);
  },
  consent,
  draft,
  decide(method, layer, choices, evidence) {
    decide(method, layer, choices ?? all(method === "accept_all"), evidence);
  },
  openDialog: () => show(kernel, "dialog"),
  prefetchDialog: () => prefetch("dialog"),
  closeDialog() {
    hide("dialog");
    if (!choice()) show(kernel, "banner");
  },
};

/** What a page says of each name: a word or a truth. */
type Given = Record<string, Answer | boolean> | undefined;
const grants = (given: Given, name: string): boolean | undefined => {
  const answer = given?.[name];
  return answer && answer !== "denied";
};

/** A whole choice from what a page names: a service follows its category, what is not named is denied. */
const whole = (given: { categories?: Given; services?: Given }): Choices =>
  choices(
    (id) => grants(given.categories, id),
    (id, _, category) => grants(given.services, id) ?? grants(given.categories, category),
  );

const api = {
  get consent() {
    return consent();
  },
  acceptAll: () => kernel.decide("accept_all", "api"),
  rejectAll: () => kernel.decide("reject_all", "api"),
  save: (given: Parameters<typeof whole>[0]) => kernel.decide("save_custom", "api", whole(given)),
  withdraw: () => kernel.decide("withdraw_all", "api"),
  open: () => kernel.openDialog(),
  close: () => kernel.closeDialog(),
  allows,
  receipt: async () => (await sender()).receipt(),
  on,
};
type Api = typeof api;

/** Elements that carry `data-kvitt` act on a click, whenever they were added. */
const COMMANDS: Record<string, () => unknown> = {
  open: api.open,
  accept: api.acceptAll,
  reject: api.rejectAll,
  withdraw: api.withdraw,
  receipt: () => open(`${config.u}/v1/receipts/${choice()?._record}`, "_blank", "noreferrer"),
};

const wire = (): void =>
  document.addEventListener("click", (event) => {
    const element = (event.target as Element).closest?.<HTMLElement>("[data-kvitt]");
    const command = COMMANDS[element?.dataset["kvitt"] ?? ""];
    if (!command) return;
    event.preventDefault();
    command();
  });

const runQueue = (): void => {
  const page = window as unknown as { kvittQueue?: { push(call: unknown[]): void } & unknown[][] };
  const run = ([name, ...given]: unknown[]): void => {
    (Reflect.get(api, name as keyof Api) as ((...g: unknown[]) => void) | undefined)?.(...given);
  };
  const early = page.kvittQueue ?? [];
  page.kvittQueue = { push: run } as typeof page.kvittQueue & object;
  for (const call of early) run(call);
};

/** Begin: `guard` holds back what the mode holds back, before anything else of the page runs. */
export const start = (guard: () => void): void => {
  // A second copy of the snippet must not guard, ask or send twice.
  if (KERNEL in window) return;
  Object.defineProperty(window, KERNEL, { value: kernel });
  Object.defineProperty(window, "kvitt", { value: Object.freeze(api) });
  guard();
  watchMarkup();
  followOthers();
  wire();
  if (waiting()) void sendWaiting();
  if (!choice()) show(kernel, "banner");
  emit("ready", consent());
  runQueue();
};
