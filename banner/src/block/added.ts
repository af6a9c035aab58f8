// SPDX-License-Identifier: Apache-2.0
// What the parser or a script has put into the document, seen in a microtask after it.

const callbacks: ((element: Element) => void)[] = [];

/** Call `see` for every element that is added from now on; what stands below it comes with it. */
export const onAdded = (see: (element: Element) => void): void => {
  if (callbacks.push(see) > 1) return;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof Element) for (const callback of callbacks) callback(node);
  }).observe(document, { childList: true, subtree: true });
};
