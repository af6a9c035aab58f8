// SPDX-License-Identifier: Apache-2.0
// The beginnings of script elements in markup that comes in pieces.

export const TAG = /<script\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const UNFINISHED =
  /<(?:s(?:c(?:r(?:i(?:p(?:t(?:\b(?:[^>"']|"[^"]*"|'[^']*')*(?:"[^"]*|'[^']*)?)?)?)?)?)?)?)?$/i;

/** What of `text` is the beginning of a script's tag: it waits for the rest. */
export const unfinished = (text: string): string => UNFINISHED.exec(text)?.[0] ?? "";
