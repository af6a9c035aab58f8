// SPDX-License-Identifier: Apache-2.0
// Demo-prat: a button in the corner that opens a few words.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const build = (words) => {
    const corner = document.createElement("details");
    corner.className = "demo-prat";
    const summary = document.createElement("summary");
    summary.textContent = words.open;
    const hello = document.createElement("p");
    hello.textContent = words.hello;
    corner.append(summary, hello);
    corner.addEventListener("toggle", () => {
      summary.textContent = corner.open ? words.close : words.open;
      localStorage.setItem("_dp_open", corner.open ? "1" : "0");
    });
    corner.open = localStorage.getItem("_dp_open") === "1";
    document.body.append(corner);
  };
  fetch(`${base}/hei?lang=${document.documentElement.lang}`, { credentials: "include" })
    .then((answer) => answer.json())
    .then(build)
    .catch(() => {});
})();
