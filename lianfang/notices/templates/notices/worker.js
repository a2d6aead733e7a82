// Shows that notices wait, also when no page is open. Keeps nothing. Scope: /notices/.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data ? event.data.json() : {};
  } catch {
    said = {};
  }
  const title = "{% trans 'Lianfang' as name %}{{ name|escapejs }}";
  const options = { body: String(said.text || ""), tag: "lianfang-notices", renotify: true };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window" });
      const ours = open.find((page) => new URL(page.url).pathname.startsWith("{% url 'notices:inbox' %}"));
      return ours ? ours.focus() : self.clients.openWindow("{% url 'notices:inbox' %}");
    })(),
  );
});
