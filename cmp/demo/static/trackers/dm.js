// SPDX-License-Identifier: Apache-2.0
// Demo-analyse: counts the view's length and gives the visit a name of its own.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const visit = sessionStorage.getItem("_dm_visit") || Math.random().toString(36).slice(2, 10);
  sessionStorage.setItem("_dm_visit", visit);
  const send = (event) =>
    navigator.sendBeacon(
      `${base}/collect?e=${event}&visit=${visit}&page=${encodeURIComponent(location.pathname)}`,
    );
  send("ready");
  addEventListener("pagehide", () => send("leave"));
})();
