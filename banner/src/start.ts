// SPDX-License-Identifier: Apache-2.0
// What every mode does once its guards stand: the page's interface, the asking, the sending. Nothing is
// stored and nothing is sent before the visitor has answered.
import { config } from "./contract/config.ts";
import { type Answer, type Choices, KERNEL, type Kernel } from "./contract/ui.ts";
import { allows, watchMarkup } from "./block/activate.ts";
import { followOthers } from "./block/reload.ts";
import { all, consent, decide, draft } from "./decide.ts";
import { deliverWaiting, fetchReceipt } from "./report/decisions.ts";
import { choice, emit, on } from "./state/store.ts";
import { arrived, hide, language, prefetch, show } from "./ui/chunks.ts";

const NECESSARY = -1;

const kernel: Kernel = {
  config: {
    site: config.s,
    base: config.u,
    get lang() {
      return language();
    },
    categories: config.c,
    services: config.r
      .filter(([, category]) => category !== NECESSARY)
      .map(([id, category]) => [id, config.c[category] as string]),
  },
  ui: (part, mount) => arrived(kernel, part, mount),
  consent,
  draft,
  decide(method, layer, choices, evidence) {
    const same = { accept_all: "granted", reject_all: "denied", withdraw_all: "denied", close_x: "denied" }[method as string] as Answer | undefined;
    decide(method, layer, same ? all(same) : { ...draft(), ...choices }, evidence);
  },
  openDialog() {
    show(kernel, "dialog");
  },
  prefetchDialog: () => prefetch("dialog"),
  closeDialog() {
    hide("dialog");
    if (!choice()) show(kernel, "banner");
  },
  receipt: fetchReceipt,
};

/** What a page may say for each name: a word, a truth, or a list of those it grants. */
type Given = Record<string, Answer | boolean> | string[];
const grants = (given: Given | undefined, name: string): boolean | undefined => {
  if (Array.isArray(given)) return given.includes(name);
  const answer = given?.[name];
  return answer === undefined ? undefined : answer === true || answer === "granted";
};

/** A whole choice from what a page names: a service follows its category, what is not named is denied. */
const whole = (given: { categories?: Given; services?: Given }): Choices => {
  const { categories, services } = all("denied");
  for (const id of config.c) if (grants(given.categories, id)) categories[id] = "granted";
  for (const [id, category] of kernel.config.services)
    if (grants(given.services, id) ?? categories[category] === "granted") services[id] = "granted";
  return { categories, services };
};

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
  receipt: fetchReceipt,
  on,
};
type Api = typeof api;

/** Elements that carry `data-kvitt` act on a click, whenever they were added. */
const COMMANDS: Record<string, () => unknown> = {
  open: api.open,
  accept: api.acceptAll,
  reject: api.rejectAll,
  withdraw: api.withdraw,
  receipt: () => {
    const record = choice()?.record;
    if (record) open(`${config.u}/v1/receipts/${record}`, "_blank", "noopener,noreferrer");
  },
};

const wire = (): void =>
  document.addEventListener("click", (event) => {
    const element = (event.target as Element | null)?.closest?.("[data-kvitt]");
    const command = COMMANDS[element?.getAttribute("data-kvitt") ?? ""];
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
  Object.defineProperty(window, "kvitt", { value: Object.freeze(api), enumerable: true });
  guard();
  watchMarkup();
  followOthers();
  wire();
  deliverWaiting();
  if (!choice()) show(kernel, "banner");
  emit("ready", consent());
  runQueue();
};
