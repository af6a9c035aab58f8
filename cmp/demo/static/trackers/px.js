// SPDX-License-Identifier: Apache-2.0
// Demo-annonse: names the browser in a cookie of the shop's own, and tells home what was looked at.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const found = document.cookie.match(/(?:^|; )_dm_ad=([^;]+)/);
  const id = found ? found[1] : Math.random().toString(36).slice(2, 12);
  document.cookie = `_dm_ad=${id}; Max-Age=${90 * 86400}; Path=/; SameSite=Lax`;
  new Image().src = `${base}/px.gif?e=script&ad=${id}&page=${encodeURIComponent(location.pathname)}`;
})();
