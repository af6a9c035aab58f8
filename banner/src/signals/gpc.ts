// SPDX-License-Identifier: Apache-2.0
// Global Privacy Control (W3C): a signal, never a consent. It is passed on with a decision.

export const gpc = (): boolean =>
  !!(navigator as unknown as { globalPrivacyControl?: boolean }).globalPrivacyControl;
