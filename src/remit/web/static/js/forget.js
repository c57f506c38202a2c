// Whoever is asked to log in is nobody yet: what the phone keeps of the last person's day must not be read any more.
// What that person wrote and could not send yet stays, and is sent when he has logged in again.
if ("caches" in globalThis) {
  for (const name of await caches.keys()) if (name.startsWith("remit-day")) await caches.delete(name);
}
