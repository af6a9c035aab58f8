// SPDX-License-Identifier: Apache-2.0
// The choice in the browser: cookie `kvitt`, read strictly, so that anything odd means no consent.
//
//   1.<material>.<decided>.<until>.<categories>.<services>.<subject>.<record>
//
// Times are seconds since 1970 in base 36; categories and services are one digit each (1 granted), in
// the order of the notice; the record's id is empty until the server has acknowledged the choice.
// cmp/rules/choice.py reads the same text; the vectors are shared.
import { config } from "../contract/config.ts";

export interface Choice {
  decided: number;
  until: number;
  categories: boolean[];
  services: boolean[];
  subject: string;
  record: string;
}

const NAME = "kvitt";
const FORM =
  /^1\.([0-9a-f]{16})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([01]*)\.([01]*)\.([\w-]{22})\.([0-9a-f-]{36})?$/;
const DAY = 86_400;

// Kept from before anything on the page could replace them.
const jar = Object.getOwnPropertyDescriptor(Document.prototype, "cookie") as PropertyDescriptor;
export const readCookies = (): string => jar.get?.call(document) as string;
export const writeCookie = (text: string): void => jar.set?.call(document, text);

const bits = (text: string): boolean[] => [...text].map((digit) => digit === "1");
const digits = (answers: boolean[]): string => answers.map(Number).join("");

export const now = (): number => Math.floor(Date.now() / 1000);

/** Read a stored text; null unless it is whole, of this notice's matter, and in force. */
export const decode = (text: string): Choice | null => {
  const found = FORM.exec(text);
  if (!found) return null;
  const [, material, decided, until, categories, services, subject, record] = found as string[];
  const choice = {
    decided: parseInt(decided as string, 36),
    until: parseInt(until as string, 36),
    categories: bits(categories as string),
    services: bits(services as string),
    subject: subject as string,
    record: record ?? "",
  };
  const fits =
    material === config.m &&
    choice.categories.length === config.c.length &&
    choice.services.length === config.r.length &&
    choice.until > now() &&
    choice.decided <= now() + DAY;
  return fits ? choice : null;
};

export const encode = (choice: Choice): string =>
  [
    1,
    config.m,
    choice.decided.toString(36),
    choice.until.toString(36),
    digits(choice.categories),
    digits(choice.services),
    choice.subject,
    choice.record,
  ].join(".");

const stored = (): string =>
  readCookies()
    .split("; ")
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1) ?? "";

export const load = (): Choice | null => decode(stored());

/** The pseudonym of an earlier choice, also of one that no longer counts. */
export const lastSubject = (): string => FORM.exec(stored())?.[6] ?? "";

export const save = (choice: Choice): void =>
  writeCookie(
    `${NAME}=${encode(choice)}; Path=/; Max-Age=${choice.until - now()}; SameSite=Lax; Secure`,
  );

export const forget = (): void => writeCookie(`${NAME}=; Path=/; Max-Age=0; SameSite=Lax; Secure`);
