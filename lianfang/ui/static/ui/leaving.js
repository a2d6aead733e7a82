// Signing out takes along what pages have kept on this device for times without network. Each worker is asked first: it
// sends what waits, forgets its pages and says how much could not be sent; then the person decides. The server's answer
// clears the rest (Clear-Site-Data).

// Milliseconds for one worker's answer.
const PATIENCE = 8000;

function ask(worker) {
  return new Promise((resolve) => {
    const line = new MessageChannel();
    line.port1.onmessage = (event) => resolve(event.data.waiting || 0);
    setTimeout(() => resolve(0), PATIENCE);
    worker.postMessage({ type: "leave" }, [line.port2]);
  });
}

async function waiting() {
  const workers = await navigator.serviceWorker.getRegistrations();
  const counts = await Promise.all(workers.map((one) => (one.active ? ask(one.active) : 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}

if (navigator.serviceWorker) {
  for (const form of document.querySelectorAll("form[data-leave]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      waiting()
        .catch(() => 0)
        .then((count) => {
          if (!count || confirm(form.dataset.leave)) form.submit();
          else delete form.dataset.sent;
        });
    });
  }
}
