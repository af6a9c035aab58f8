// SPDX-License-Identifier: Apache-2.0
// What the first layer's chunk brings: the layer, and what hands decisions to the server.
import { KERNEL, type Kernel } from "./contract/ui.ts";
import { sender } from "./report/send.ts";
import { mount } from "./ui/banner.ts";

(Reflect.get(window, KERNEL) as Kernel | undefined)?.ui("banner", mount, sender);
