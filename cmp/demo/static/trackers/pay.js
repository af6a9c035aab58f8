// SPDX-License-Identifier: Apache-2.0
// Demo-betaling: puts the card in a frame of our own, and a token in the form before it is sent.
(() => {
  const tag = document.currentScript;
  const base = new URL(tag.src).origin;
  const box = document.getElementById(tag.dataset.mount);
  const form = box.closest("form");
  const choice = box.querySelector("input[type=radio]");
  const token = box.querySelector("input[type=hidden]");
  const frame = document.createElement("iframe");
  frame.src = `${base}/fields?lang=${document.documentElement.lang}`;
  frame.title = tag.dataset.title;
  box.append(frame);
  box.hidden = false;

  const askForToken = async () => {
    const answer = await fetch(`${base}/tokens`, { method: "POST", credentials: "include" });
    token.value = (await answer.json()).token;
  };
  form.addEventListener("submit", (event) => {
    if (!choice.checked || token.value) return;
    event.preventDefault();
    askForToken().catch(() => {}).finally(() => form.submit());
  });
})();
