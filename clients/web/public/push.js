// A message that came while no page may be open: it is shown, and leads to the page that says more. Part of the service
// worker, which imports it.

const PAGES = "/app/";

self.addEventListener("push", (event) => {
  const { id, title, text, link, locale } = event.data?.json() ?? {};
  if (!title) return;
  event.waitUntil(
    self.registration.showNotification(title, { body: text, tag: id, lang: locale, data: link, icon: `${PAGES}icon.svg` }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const asked = new URL(event.notification.data ?? PAGES, self.location.origin);
  const ours = asked.origin === self.location.origin && asked.pathname.startsWith(PAGES);
  const to = ours ? asked.href : `${self.location.origin}${PAGES}`;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const page = open.find((each) => each.url === to);
      return page ? page.focus() : self.clients.openWindow(to);
    }),
  );
});
