// SPDX-License-Identifier: Apache-2.0
// Asks the shop's own server, once a second, what the trackers noted, and shows it. No tracker is called.
(() => {
  const root = document.querySelector("[data-seen]");
  const words = root.dataset;

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };
  const codes = (cookies) =>
    Object.entries(cookies).flatMap(([name, value]) => [element("code", `${name}=${value}`), " "]);

  const row = (one) => {
    const line = document.createElement("tr");
    const time = element("time", one.at.slice(11, 19));
    time.dateTime = one.at;
    const asked = `${one.method} ${one.path}${one.query ? `?${one.readable}` : ""}`;
    const cookies = codes(one.cookies);
    const cells = [[time], [element("code", asked)], cookies.length ? cookies : [words.none], [one.page]];
    for (const content of cells) {
      const cell = document.createElement("td");
      cell.append(...content);
      line.append(cell);
    }
    return line;
  };

  const verdict = (of) => {
    if (!of.heard) return [words.silent];
    const known = codes(of.cookies);
    return known.length ? [`${words.knows} `, ...known] : [words.nameless];
  };

  const show = (kind, of) => {
    const box = root.querySelector(`[data-tracker="${kind}"]`);
    const count = box.querySelector(".calls b");
    const stamp = JSON.stringify(of);
    if (box.dataset.stamp === stamp) return;
    box.dataset.stamp = stamp;
    box.classList.toggle("heard", of.heard > 0);
    count.textContent = of.heard;
    box.querySelector(".verdict").replaceChildren(...verdict(of));
    box.querySelector(".scroll").hidden = !of.heard;
    box.querySelector("tbody").replaceChildren(...of.newest.map(row));
  };

  const ask = async () => {
    try {
      const seen = await (await fetch(words.seen)).json();
      root.querySelector("[data-total]").textContent = seen.heard;
      root.querySelector("[data-mode]").textContent = words.live;
      for (const [kind, of] of Object.entries(seen.trackers)) show(kind, of);
    } catch {
      root.querySelector("[data-mode]").textContent = words.still;
    } finally {
      setTimeout(ask, document.hidden ? 5000 : 1000);
    }
  };
  ask();
})();
