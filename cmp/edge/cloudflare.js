// SPDX-License-Identifier: Apache-2.0
// Kvitt: the policy of this site, sent by a Cloudflare Worker on the site's routes.
// Printed by `kvitt edge cloudflare`: print it anew after each publishing.
const TABLE = "__KVITT_TABLE__";
const OWN = "__KVITT_OWN__";
const FORM =
  /^1\.([0-9a-f]{16})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([01]*)\.([01]*)\.(?:[\w-]{22})?\.([0-9a-f-]{36})?$/;
const DAY = 86400;
const NECESSARY = -1;
const HTML = /^(text\/html|application\/xhtml\+xml)/i;
const RUN = /^((text|application)\/(x-)?(javascript|ecmascript|xml)|application\/wasm|[a-z]+\/[^;]*\+xml)/i;
const PAGES = /^(document|iframe|frame|embed|object|fencedframe|worker|sharedworker|serviceworker)$/;
const WORKERS = /^(worker|sharedworker|serviceworker)$/;
const HINT =
  /(^|\s)(preconnect|dns-prefetch|prefetch|prerender|preload|modulepreload|icon|apple-touch-icon(-precomposed)?|mask-icon|manifest|search)(\s|$)/i;
const REPORTS = ["Report-To", "Reporting-Endpoints", "NEL", "Speculation-Rules"];

/** The digits of the services in the visitor's choice, or none of them. */
export const granted = (cookies, now) => {
  const pair = cookies.split(";").map((p) => p.trim()).find((p) => p.startsWith("kvitt="));
  const [, material, decided, until, categories, services] = FORM.exec(pair?.slice(6) ?? "") ?? [];
  const counts =
    material === TABLE.material &&
    categories.length === TABLE.categories.length &&
    services.length === TABLE.rules.length &&
    parseInt(until, 36) > now &&
    parseInt(decided, 36) <= now + DAY;
  return counts ? services : "";
};

const sources = (digits) =>
  TABLE.rules
    .filter(([, category], place) => category === NECESSARY || digits[place] === "1")
    .flatMap(([, , hosts]) => hosts);

export const policy = (digits) =>
  `default-src ${[...new Set([...OWN, TABLE.base, ...sources(digits)])].join(" ")}`;

const matches = (source, { host, pathname }) => {
  const [wanted] = source.split("/", 1);
  const path = source.slice(wanted.length);
  const onHost = wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
  return onHost && (path.endsWith("/") ? pathname.startsWith(path) : !path || pathname === path);
};

/** May an address that stands in the page at `base` be asked for? */
export const mayLoad = (text, base, digits) => {
  let url;
  try {
    url = new URL(text, base);
  } catch {
    return false;
  }
  if (/^(data|blob|about|javascript):$/.test(url.protocol)) return true;
  if (url.host === new URL(base).host || url.origin === TABLE.base) return true;
  return sources(digits).some((source) => matches(source, url));
};

const permittedLinks = (value, may) =>
  value
    .split(/,(?=\s*<)/)
    .filter((entry) => {
      const rel = /;\s*rel\s*=\s*"?([^";]*)/i.exec(entry)?.[1] ?? "";
      const urls = entry.match(/<[^>]*>|(?<=imagesrcset\s*=\s*")[^"]*/gi) ?? [];
      const named = urls.flatMap((u) => u.replace(/[<>]/g, "").split(/[\s,]+/)).filter(Boolean);
      return !HINT.test(rel) || named.every(may);
    })
    .join(",");

/** Takes hints out of the page; what a policy stops is left. */
const rewriter = (may) =>
  new HTMLRewriter()
    .on("link", {
      element(link) {
        const set = link.getAttribute("imagesrcset")?.split(/[\s,]+/).filter(Boolean) ?? [];
        const named = [link.getAttribute("href") ?? "", ...set];
        if (HINT.test(link.getAttribute("rel") ?? "") && !named.every(may)) link.remove();
      },
    })
    .on("script", {
      element(script) {
        this.rules = script.getAttribute("type")?.trim().toLowerCase() === "speculationrules";
      },
      // Rules may come in pieces that cannot be judged one by one: none are sent.
      text(piece) {
        if (this.rules) piece.remove();
      },
    });

export const guarded = (request, response, now) => {
  const digits = granted(request.headers.get("Cookie") ?? "", now);
  const may = (text) => mayLoad(text, request.url, digits);
  const headers = new Headers(response.headers);
  const kind = headers.get("Content-Type") ?? "";
  const asked = request.headers.get("Sec-Fetch-Dest") ?? "";
  const page = HTML.test(kind) || WORKERS.test(asked) || (RUN.test(kind) && PAGES.test(asked));
  for (const name of REPORTS) headers.delete(name);
  if (headers.has("Link")) {
    const kept = permittedLinks(headers.get("Link"), may);
    headers.delete("Link");
    if (kept) headers.set("Link", kept);
  }
  if (page) {
    headers.append("Vary", "Cookie, Sec-Fetch-Dest");
    headers.append("Cache-Control", "private");
    headers.delete("ETag");
    headers.delete("Last-Modified");
  } else if (RUN.test(kind)) headers.append("Vary", "Sec-Fetch-Dest");
  if (page || RUN.test(kind)) headers.append("Content-Security-Policy", policy(page ? digits : ""));
  const { status, statusText } = response;
  const sent = new Response(response.body, { status, statusText, headers });
  return HTML.test(kind) ? rewriter(may).transform(sent) : sent;
};

export default {
  fetch: async (request) => guarded(request, await fetch(request), Math.floor(Date.now() / 1000)),
};
