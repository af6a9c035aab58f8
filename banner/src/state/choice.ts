// SPDX-License-Identifier: Apache-2.0
// The choice in the browser: cookie `kvitt`, read strictly, so that anything odd means no consent.
//
//   1.<material>.<decided>.<until>.<categories>.<services>.<subject>.<record>
//
// Times are seconds since 1970 in base 36; categories and services are one digit each (1 granted), in
// the order of the notice; pseudonym and record's id are empty until the server has acknowledged the
// first choice, for both are made there.
// cmp/rules/choice.py reads the same text; the vectors are shared.
import { config } from "../contract/config.ts";

export interface Choice {
  _decided: number;
  _until: number;
  /** A digit for each, `1` where it was granted. */
  categories: string;
  services: string;
  _subject: string;
  _record: string;
}

const FORM =
  /^kvitt=1\.(\w+)\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([01]*)\.([01]*)\.([\w-]{22})?\.([0-9a-f-]{36})?$/;
const DAY = 86_400;

// Kept from before anything on the page could replace them.
const jar = Object.getOwnPropertyDescriptor(Document.prototype, "cookie") as Required<PropertyDescriptor>;
export const readCookies = (): string[] => (jar.get.call(document) as string).split("; ");
export const writeCookie = (name: string, value: string, age: number, more: string): void =>
  jar.set.call(document, `${name}=${value}; Max-Age=${age}; Path=${more}`);

export const now = (): number => Math.floor(Date.now() / 1000);

const stored = (): string[] => FORM.exec(readCookies().find((pair) => /^kvitt=/.test(pair)) ?? "") ?? [];

/** The stored choice; null unless it is whole, of this notice's matter, and in force. */
export const load = (): Choice | null => {
  const [, material, from, to, categories, services, subject, record] = stored() as [string, ...string[]];
  const decided = parseInt(from as string, 36);
  const until = parseInt(to as string, 36);
  return material === config.m &&
    categories?.length === config.c.length &&
    services?.length === config.r.length &&
    until > now() &&
    decided <= now() + DAY
    ? { _decided: decided, _until: until, categories, services, _subject: subject ?? "", _record: record ?? "" }
    : null;
};

/** The pseudonym of an earlier choice, also of one that no longer counts. */
export const lastSubject = (): string => stored()[6] ?? "";

/** Store `choice`; null takes what is stored away. */
export const store = (choice: Choice | null): void => {
  const { _decided, _until, categories, services, _subject, _record } = choice ?? ({} as Choice);
  const times = [_decided, _until].map((time) => time?.toString(36));
  const parts = [1, config.m, ...times, categories, services, _subject, _record];
  writeCookie("kvitt", parts.join("."), choice ? _until - now() : 0, "/; SameSite=Lax; Secure");
};
