// SPDX-License-Identifier: Apache-2.0
// The script of mode `strict`. Synchronous and first in <head>: the policy, then the guards for what no
// policy covers, then the rest.
import { guardNetwork } from "./block/network.ts";
import { applyPolicy } from "./block/policy.ts";
import { guardStorage } from "./block/storage.ts";
import { watchViolations } from "./block/violations.ts";
import { start } from "./start.ts";

start(() => {
  applyPolicy();
  watchViolations();
  guardStorage();
  guardNetwork();
});
