// SPDX-License-Identifier: Apache-2.0
// The script of mode `runtime`. Synchronous and first in <head>, behind an empty policy that keeps
// Chromium from loading ahead of it: what needs consent is held back in the page and let loose there.
import { guardNetwork } from "./block/network.ts";
import { guardPage } from "./block/runtime/guard.ts";
import { guardStorage } from "./block/storage.ts";
import { watchViolations } from "./block/violations.ts";
import { start } from "./start.ts";

start(() => {
  guardNetwork();
  guardPage();
  watchViolations();
  guardStorage();
});
