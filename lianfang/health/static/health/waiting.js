// The outbox as the teacher sees it, on every page of the rolls: what waits, what has arrived and when, what needs a
// decision. Sends whenever there is reason to hope: on opening, when the network comes back, on the button.

const box = document.querySelector("[data-outbox]");
const net = document.querySelector("[data-net]");
const outbox = self.lianfangOutbox;
const user = Number(box.dataset.user);
const here = document.querySelector("[data-roll]")?.getAttribute("action");
const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
const clock = (iso) => new Date(iso).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
const word = (name) => box.dataset[`word${name}`];

function line(record) {
  const item = document.createElement("li");
  item.dataset.state = record.state;
  const words = { waiting: "Waiting", "sign-in": "SignIn", sent: "Sent", differs: "Differs", refused: "Refused" };
  const state = document.createElement("strong");
  state.textContent = word(words[record.state]) + (record.state === "sent" ? ` ${clock(record.answeredAt)}` : "");
  const what = document.createElement("span");
  what.textContent = `${record.label} · ${word("Filled").replace("{time}", clock(record.at))}`;
  const text = document.createElement("small");
  text.textContent = [record.sentence, ...(record.errors || []).map((error) => error.text)].join(" ");
  item.append(state, what, text);
  if (record.state === "differs") item.append(link(record.page, word("Compare")));
  if (record.state === "refused") item.append(link(record.page, word("Open")), dropper(record));
  if (record.state === "sign-in") item.append(link(`/account/sign-in/?next=${encodeURIComponent(record.page)}`, word("Door")));
  return item;
}

function link(href, words) {
  const made = document.createElement("a");
  made.className = "btn";
  made.href = href;
  made.textContent = words;
  return made;
}

function dropper(record) {
  const made = document.createElement("button");
  made.className = "btn";
  made.type = "button";
  made.textContent = word("Drop");
  made.addEventListener("click", async () => {
    await outbox.drop(record);
    await show();
  });
  return made;
}

// What went straight through needs no line, and what waits of the class on this page stands large on the page itself.
function worthALine(record) {
  if (record.state === "sent") return record.waited;
  return record.state !== "waiting" || record.url !== here;
}

export async function show() {
  const records = await outbox.all();
  const mine = records.filter((record) => record.user === user);
  const others = records.filter((record) => record.user !== user && outbox.waits(record)).length;
  const list = box.querySelector("ul");
  list.replaceChildren(...mine.filter(worthALine).map(line));
  if (others) {
    const item = document.createElement("li");
    item.textContent = word("Others").replace("{n}", others);
    list.append(item);
  }
  const waiting = mine.filter(outbox.waits).length;
  box.querySelector("[data-outbox-count]").textContent = waiting ? `${word("Waiting")} ${waiting}` : word("Sent");
  box.querySelector("[data-outbox-send]").hidden = !waiting;
  box.classList.toggle("is-waiting", waiting > 0);
  box.hidden = !waiting && !list.children.length;
  return mine;
}

export async function send() {
  const reached = await (navigator.onLine ? outbox.flush(token(), user) : outbox.hold(user));
  net.hidden = navigator.onLine && (reached || !(await outbox.all()).some((one) => one.user === user && outbox.waits(one)));
  const mine = await show();
  document.dispatchEvent(new CustomEvent("outbox", { detail: mine }));
  return mine;
}

async function keep() {
  if (!navigator.serviceWorker) return;
  const address = new URL(box.dataset.worker, location.href);
  const scope = new URL("./", address).pathname;
  const registered = await navigator.serviceWorker.getRegistration(scope);
  registered?.active?.postMessage({ type: "user", user });
  if (!document.querySelector("[data-roll]") || location.search) return;
  await navigator.serviceWorker.register(address, { scope });
  const ready = await navigator.serviceWorker.ready;
  if (!navigator.onLine) return;
  const files = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
  ready.active.postMessage({ type: "user", user });
  ready.active.postMessage({ type: "keep", address: location.href, files: files.map((one) => one.src || one.href) });
}

addEventListener("online", send);
addEventListener("offline", send);
document.addEventListener("visibilitychange", () => document.hidden || send());
box.querySelector("[data-outbox-send]").addEventListener("click", send);
if (self.indexedDB) {
  await outbox.tidy(document.querySelector("[data-settled]")?.dataset.settled);
  await send();
}
keep().catch(() => null); // no worker here: the opened page goes on working
