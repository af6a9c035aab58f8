// SPDX-License-Identifier: Apache-2.0
// What the parser or a script has put into the document, seen in a microtask after it.

/** Call `see` with what is added from now on, all of a task together; what stands below comes with it. */
export const onAdded = (see: (added: Node[]) => void): void =>
  new MutationObserver((changes) => see(changes.flatMap(({ addedNodes }) => [...addedNodes]))).observe(
    document,
    { childList: true, subtree: true },
  );
