// SPDX-License-Identifier: Apache-2.0
// What the policy stopped, as the browser tells it (CSP 3 section 5.5).
import { hold } from "./held.ts";

export const watchViolations = (): void =>
  document.addEventListener("securitypolicyviolation", ({ blockedURI, disposition }) => {
    if (disposition === "enforce" && blockedURI.includes("//")) hold("request", blockedURI);
  });
