// SPDX-License-Identifier: Apache-2.0
// Small comforts of the staff pages. Every page works without this file.

document.documentElement.classList.add("js");

for (const choice of document.querySelectorAll("select[data-sends]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

document.querySelector("[data-focus]")?.focus();

// Fields that only matter for one value of a choice: data-only="field=value".
for (const part of document.querySelectorAll("[data-only]")) {
  const [field, value] = part.dataset.only.split("=");
  const choice = document.getElementById(field);
  const show = () => { part.hidden = choice.value !== value; };
  choice.addEventListener("change", show);
  show();
}

// Leaving a form with unsaved changes asks first.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
}

for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.nextElementSibling.textContent = button.dataset.copied;
  });
}

// Search as one types: the server's own page, of which the results are taken over.
for (const form of document.querySelectorAll("form[data-search]")) {
  const field = form.querySelector("input[type=search]");
  let waiting, asked;
  const find = () => {
    const url = new URL(form.action || location.href);
    url.search = new URLSearchParams(new FormData(form));
    asked?.abort();
    asked = new XMLHttpRequest();
    asked.open("GET", url);
    asked.responseType = "document";
    asked.addEventListener("load", () => {
      const found = asked.response?.querySelector("[data-results]");
      if (!found) return location.assign(url);
      for (const part of ["[data-status]", "[data-results]"]) {
        document.querySelector(part).replaceChildren(...asked.response.querySelector(part).childNodes);
      }
      history.replaceState(null, "", url);
    });
    asked.send();
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 150); });
}
