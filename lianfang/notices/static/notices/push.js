// Lets this browser show when notices wait: asks the person, then sends what the browser gave with the form.
// Without this script (or in a browser without push messages) the section stays hidden and nothing else changes.

const form = document.querySelector("form[data-push]");

const toBytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const able = form && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

if (able) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.subscription.value) return;
    event.preventDefault();
    const said = form.querySelector("[data-push-said]");
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
      const place = await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
      const old = await place.pushManager.getSubscription();
      if (old) await old.unsubscribe();
      const given = await place.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: toBytes(form.dataset.push),
      });
      form.elements.subscription.value = JSON.stringify(given);
      form.submit();
    } catch {
      said.hidden = false;
    }
  });
}
