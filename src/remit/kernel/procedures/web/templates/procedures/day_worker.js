// Keeps the page of the day, and what it is drawn with, for where there is no network. Nothing else of the site is touched.
const CACHE = "remit-day-1";
const PAGE = "{{ page|escapejs }}";
const PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(urls, asker) {
  const cache = await caches.open(CACHE);
  await Promise.allSettled(urls.map((url) => cache.add(url)));
  asker?.postMessage({ kept: urls.length });
}

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep, event.source));
});

// A network that is there and does not answer is no network.
function fetched(request) {
  return Promise.race([fetch(request), new Promise((_, fail) => setTimeout(() => fail(new Error("slow")), PATIENCE))]);
}

async function answer(request, name) {
  const cache = await caches.open(CACHE);
  try {
    const found = await fetched(request);
    if (found.ok && !found.redirected) await cache.put(name, found.clone());
    return found;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (url.pathname === PAGE) event.respondWith(answer(event.request, PAGE));
  } else if (["style", "script", "image", "font"].includes(event.request.destination)) {
    event.respondWith(answer(event.request, event.request.url));
  }
});
