// SPDX-License-Identifier: Apache-2.0
// The script of mode `edge`: the policy comes as a header; what no policy covers is guarded here.
import { guardNetwork } from "./block/network.ts";
import { guardStorage } from "./block/storage.ts";
import { watchViolations } from "./block/violations.ts";
import { start } from "./start.ts";

start(() => {
  watchViolations();
  guardStorage();
  guardNetwork();
});
