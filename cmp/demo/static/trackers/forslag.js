// SPDX-License-Identifier: Apache-2.0
// Demo-forslag: remembers what was looked at and sorts the list after it.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const list = document.querySelector("[data-suggestions]");
  if (!list) return;
  const here = list.dataset.here || "";
  const before = JSON.parse(localStorage.getItem("_ds_seen") || "[]");
  const seen = here ? [...before.filter((slug) => slug !== here), here].slice(-20) : before;
  localStorage.setItem("_ds_seen", JSON.stringify(seen));
  // No Path: the browser keeps the cookie for this folder only, as many such scripts leave it.
  if (here) document.cookie = `_ds_taste=${list.dataset.shelf}; Max-Age=${180 * 86400}; SameSite=Lax`;

  const sort = (order) => {
    const wares = new Map([...list.children].map((item) => [item.dataset.slug, item]));
    const chosen = order.map((slug) => wares.get(slug)).filter(Boolean);
    list.prepend(...chosen);
    for (const item of list.children) item.hidden = !chosen.includes(item);
    const heading = document.getElementById(list.getAttribute("aria-labelledby"));
    heading.textContent = list.dataset.chosen;
  };
  if (!before.length) return;
  fetch(`${base}/for-deg?here=${here}&seen=${seen.join(",")}`, { credentials: "include" })
    .then((answer) => answer.json())
    .then(sort)
    .catch(() => {});
})();
