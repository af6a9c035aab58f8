// SPDX-License-Identifier: Apache-2.0
// A kernel that notes what it is asked, in `window.calls`, and shows the layers as the real one does.
(() => {
  const { consent, notice, lang } = "__STATE__";
  const denied = (ids) => Object.fromEntries(ids.map((id) => [id, "denied"]));
  const state = {
    status: "none",
    categories: denied(notice.categories),
    services: denied(notice.services.map(([id]) => id)),
    recordId: null,
    noticeSha256: "0".repeat(64),
    decidedAt: null,
    validUntil: null,
    ...consent,
  };
  const calls = (window.calls = []);
  const surfaces = (window.surfaces = {});
  const onPage = () => document.querySelectorAll("kvitt-banner > *").length;
  const kernel = {
    base: "https://consent.example.no",
    ui(part, mount) {
      surfaces[part] = mount(kernel);
      if (part === "banner" && state.status === "none") surfaces.banner.show();
    },
    consent: () => state,
    draft: () => ({ categories: { ...state.categories }, services: { ...state.services } }),
    decide: (...given) => calls.push(["decide", ...given, { shown: onPage() }]),
    openDialog(from) {
      calls.push(["openDialog", from?.getAttribute("part")]);
      surfaces.dialog.show();
    },
    prefetchDialog: () => calls.push(["prefetchDialog"]),
    closeDialog() {
      calls.push(["closeDialog"]);
      surfaces.dialog.hide();
      if (state.status === "none" && !calls.some(([name]) => name === "decide")) surfaces.banner.show();
    },
  };
  Object.defineProperty(window, Symbol.for("kvitt"), { value: kernel });
})();
