// The worker's part: the sheet that was opened last can be opened again without network, until the session would be
// over or somebody signs out. The server says so page by page ("Lianfang-Keep", seconds); everything else passes by.

const PAGES = "lianfang-roll-pages";
const FILES = "lianfang-roll-files";
const UNTIL = "Lianfang-Until";
const WHOSE = "/health/roll/whose"; // no page: remembers whose pages are kept
const PATIENCE = 5000; // milliseconds until the kept page is better than a slow one

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const plain = (address) => {
  const url = new URL(address);
  url.search = url.hash = "";
  return url.href;
};

async function keepPage(address, answer) {
  const pages = await caches.open(PAGES);
  const seconds = Number(answer.headers.get("Lianfang-Keep"));
  if (!seconds) {
    if (answer.ok) await pages.delete(plain(address)); // the check has been reported: the empty sheet is out of date
    return;
  }
  const headers = new Headers(answer.headers);
  headers.set(UNTIL, String(Date.now() + seconds * 1000));
  await pages.put(plain(address), new Response(await answer.blob(), { status: 200, headers }));
}

async function keptPage(address) {
  const pages = await caches.open(PAGES);
  const kept = await pages.match(plain(address));
  if (kept && Number(kept.headers.get(UNTIL)) > Date.now()) return kept;
  if (kept) await pages.delete(plain(address));
  return null;
}

async function page(request) {
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await keepPage(request.url, answer.clone());
    if ([403, 404].includes(answer.status)) await (await caches.open(PAGES)).delete(plain(request.url));
    return answer;
  });
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  try {
    const answer = (await Promise.race([fresh, slow])) || (await keptPage(request.url)) || (await fresh);
    return answer.status >= 502 && answer.status <= 504 ? (await keptPage(request.url)) || answer : answer;
  } catch (problem) {
    const kept = await keptPage(request.url);
    if (kept) return kept;
    throw problem;
  }
}

async function file(request) {
  const files = await caches.open(FILES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await files.put(request, answer.clone());
    return answer;
  } catch (problem) {
    const kept = await files.match(request);
    if (kept) return kept;
    throw problem;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (["script", "style", "image", "font"].includes(request.destination)) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => event.waitUntil(self.lianfangOutbox.flush("")));

// Pages of whoever had this telephone before are gone as soon as somebody else opens one.
async function belongsTo(user) {
  const pages = await caches.open(PAGES);
  const before = await pages.match(WHOSE);
  if (before && (await before.text()) !== String(user)) await caches.delete(PAGES);
  await (await caches.open(PAGES)).put(WHOSE, new Response(String(user)));
}

async function keepAll({ address, files }) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await keepPage(address, answer);
  const kept = await caches.open(FILES);
  await Promise.all(files.map((one) => kept.add(one).catch(() => null)));
}

// Somebody signs out: what waits is sent first, then nothing of the class stays on the device.
async function leave(port) {
  await self.lianfangOutbox.flush("");
  const waiting = (await self.lianfangOutbox.all()).filter(self.lianfangOutbox.waits).length;
  await caches.delete(PAGES);
  if (!waiting) await self.lianfangOutbox.forget();
  port.postMessage({ waiting });
}

self.addEventListener("message", (event) => {
  if (event.data.type === "user") event.waitUntil(belongsTo(event.data.user));
  if (event.data.type === "keep") event.waitUntil(keepAll(event.data));
  if (event.data.type === "leave") event.waitUntil(leave(event.ports[0]));
});
