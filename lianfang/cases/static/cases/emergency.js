// Sends the first report and says plainly when it did not arrive. Without this script the form is sent by the browser.
// The page's key makes one report of however many tries reached the server.

const form = document.querySelector("[data-alarm]");
const notSent = document.querySelector("[data-not-sent]");
const PATIENCE = 12000; // ms

function missed(button) {
  button.disabled = false;
  notSent.hidden = false;
  notSent.scrollIntoView({ block: "start" });
}

async function send(event) {
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  button.disabled = true;
  notSent.hidden = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), credentials: "same-origin", signal: stop.signal,
    });
    if (answer.redirected) location.assign(answer.url);
    else HTMLFormElement.prototype.submit.call(form); // something to mend: the page says what
  } catch {
    missed(button);
  } finally {
    clearTimeout(timer);
  }
}

if (form && notSent) form.addEventListener("submit", send);
