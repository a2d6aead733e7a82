// The sheet of a class: one tap for a class that is well, a tap on a name for everybody else. Without this script the
// same buttons lead to pages of their own. What is said stands in the form's own hidden field, so both ways are one.

import { send, show } from "./waiting.js";

const facts = JSON.parse(document.getElementById("roll-facts").textContent);
const form = document.querySelector("[data-roll]");
const dialog = document.querySelector("[data-sheet]");
const outbox = self.lianfangOutbox;
const began = performance.now();
const fill = (text, name, value) => text.replace(`%(${name})s`, value);

if (form && dialog && dialog.showModal && self.indexedDB) begin();

function begin() {
  const field = form.querySelector("[data-exceptions]");
  const said = new Map(JSON.parse(field.value).map((one) => [one.person, one]));
  const tiles = new Map([...form.querySelectorAll(".lf-seat")].map((tile) => [tile.value, tile]));
  const sheet = dialog.querySelector("form");
  const input = (name) => sheet.elements[name];
  let open = null; // the person whose sheet is open
  let earlier = null; // a report of this round that this telephone wrote down before

  // ── what is said, in words ──────────────────────────────────────────────────────────────────────────────────────
  const hot = (one) => (one.temperature_again ?? one.temperature ?? 0) * 10 >= facts.fever - 0.001;
  const part = (one) => one.absent || (one.symptoms?.length || hot(one) ? "symptoms" : "noted");

  function sentence() {
    const words = facts.words;
    const counts = {};
    for (const one of said.values()) counts[part(one)] = (counts[part(one)] || 0) + 1;
    const told = [fill(words.expected, "n", facts.expected)];
    for (const name of facts.parts) if (counts[name]) told.push(fill(words[name], "n", counts[name]));
    told.push(fill(said.size ? words.well : words.all, "n", facts.expected - said.size));
    return told.join(words.comma) + words.stop;
  }

  function inWords(one) {
    const label = (code) => sheet.querySelector(`[name=symptoms][value=${code}]`).parentElement.textContent.trim();
    const told = one.absent ? [facts.absent[one.absent]] : [];
    told.push(...(one.symptoms || []).map(label));
    if (one.temperature != null) told.push(fill(facts.degrees, "degrees", one.temperature.toFixed(1)));
    if (one.temperature_again != null) told.push(fill(facts.again, "degrees", one.temperature_again.toFixed(1)));
    if (one.seen_by_doctor) told.push(facts.doctor);
    if (one.note && !told.length) told.push(facts.remark);
    return told.join(facts.between);
  }

  function draw() {
    field.value = JSON.stringify([...said.values()]);
    for (const [person, tile] of tiles) {
      const one = said.get(person);
      tile.className = `lf-seat${one ? ` is-${part(one)}` : ""}`;
      const line = tile.querySelector("[data-said]");
      line.dataset.beside ??= one ? "" : line.textContent;
      line.textContent = one ? inWords(one) : line.dataset.beside;
    }
    for (const row of form.querySelectorAll("[data-before]")) {
      row.querySelector("[data-still]").setAttribute("aria-pressed", said.get(row.dataset.before)?.absent === "ill");
    }
    const well = form.querySelector("[data-well]");
    if (well) well.hidden = said.size > 0;
    if (well) form.querySelector("[data-bar]").hidden = !said.size;
    form.querySelector("[data-sentence]").textContent = sentence();
  }

  // ── one person ──────────────────────────────────────────────────────────────────────────────────────────────────
  function showSheet(person) {
    const one = said.get(person) || {};
    open = person;
    sheet.reset();
    dialog.querySelector("[data-name]").textContent = tiles.get(person).querySelector(".lf-seat-name").textContent;
    for (const radio of input("absent")) radio.checked = radio.value === (one.absent || "");
    for (const box of input("symptoms")) box.checked = (one.symptoms || []).includes(box.value);
    for (const name of ["temperature", "temperature_again"]) input(name).value = one[name]?.toFixed(1) ?? "";
    input("seen_by_doctor").checked = Boolean(one.seen_by_doctor);
    input("onset_on").value = one.onset_on || "";
    input("note").value = one.note || "";
    dialog.querySelector("details").open = Boolean(one.seen_by_doctor || one.onset_on || one.note);
    for (const [name] of FIELDS) wrong(name, "");
    measure();
    dialog.showModal();
    dialog.querySelector("[data-name]").focus();
  }

  function degrees(name) {
    const typed = input(name).value.normalize("NFKC").trim().replace(/[,。]/, ".").replace(/\s*(°C|度|C)$/, "");
    if (!typed) return null;
    const value = Math.round(Number(typed) * 10) / 10;
    return value >= 34 && value <= 43 ? value : NaN;
  }

  // What is looked at before it is noted down: field, whether it cannot be, what is said then.
  const impossible = (name) => Number.isNaN(degrees(name));
  const ahead = (name) => input(name).value > input(name).max;
  const FIELDS = [
    ["temperature", impossible, facts.impossible],
    ["temperature_again", impossible, facts.impossible],
    ["onset_on", ahead, facts.ahead],
  ];

  function wrong(name, text) {
    const place = dialog.querySelector(`#id_${name}_error`);
    place.hidden = !text;
    place.querySelector("span").textContent = text;
    if (text) input(name).setAttribute("aria-invalid", "true");
    else input(name).removeAttribute("aria-invalid");
    input(name).setAttribute("aria-describedby", place.id);
  }

  // From a fever on the second field appears, with the time at which it may be measured.
  function measure() {
    const first = degrees("temperature");
    const fever = first != null && first * 10 >= facts.fever - 0.001;
    const words = dialog.querySelector("[data-again-words]");
    dialog.querySelector("[data-again]").hidden = !fever && !input("temperature_again").value;
    words.hidden = !fever;
    const at = new Date(Date.now() + facts.againMinutes * 60000);
    const time = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    if (fever) words.textContent = fill(facts.measureAgain, "at", time);
  }

  function keepSheet(event) {
    event.preventDefault();
    const values = { temperature: degrees("temperature"), temperature_again: degrees("temperature_again") };
    const bad = FIELDS.filter(([name, isBad]) => isBad(name)).map(([name]) => name);
    for (const [name, , words] of FIELDS) wrong(name, bad.includes(name) ? words : "");
    if (bad.length) return input(bad[0]).focus();
    const one = {
      person: open, absent: input("absent").value || null, ...values, note: input("note").value.trim(),
      symptoms: [...input("symptoms")].filter((box) => box.checked).map((box) => box.value),
      seen_by_doctor: input("seen_by_doctor").checked || null, onset_on: input("onset_on").value || null,
    };
    keepOne(one);
    dialog.close();
    draw();
  }

  // Whoever is there, well and without a remark is not named.
  function keepOne(one) {
    const empty = !one.absent && !one.symptoms?.length && !one.note && !one.seen_by_doctor && !one.onset_on;
    if (empty && one.temperature == null && one.temperature_again == null) said.delete(one.person);
    else said.set(one.person, one);
  }

  sheet.addEventListener("submit", keepSheet);
  input("temperature").addEventListener("input", measure);
  for (const [name, isBad] of FIELDS) input(name).addEventListener("input", () => isBad(name) || wrong(name, ""));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => tiles.get(open)?.focus());
  dialog.querySelector("[data-fine]").addEventListener("click", () => {
    said.delete(open);
    dialog.close();
    draw();
  });

  // ── the report ──────────────────────────────────────────────────────────────────────────────────────────────────
  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  async function report() {
    const fresh = {
      id: newId(), by: facts.user, follows: facts.follows, after: null, at: new Date().toISOString(),
      seconds: Math.round((performance.now() - began) / 1000), exceptions: [...said.values()],
      reason: form.querySelector("[name=reason]:checked")?.value || "",
    };
    if (earlier) {
      // Never tried: it takes the place of the other. Tried, perhaps arrived: it corrects the other.
      const replaced = !earlier.attempted || earlier.state === "refused";
      Object.assign(fresh, replaced ? { after: earlier.sheet.after, follows: earlier.sheet.follows } : { after: earlier.sheet.id, follows: "" });
      fresh.reason ||= replaced ? earlier.sheet.reason : facts.changedHere;
      if (replaced) await outbox.drop(earlier);
    }
    const record = {
      user: facts.user, url: facts.url, page: facts.page, label: facts.label, at: fresh.at, state: "waiting",
      token: form.elements.csrfmiddlewaretoken.value, sentence: sentence(), attempted: false, sheet: fresh,
    };
    record.order = await outbox.put(record);
    navigator.serviceWorker?.ready.then((ready) => ready.sync?.register("rolls")).catch(() => null);
    became((await send()).find((one) => one.order === record.order));
  }

  function became(record) {
    if (record.state === "sent") return location.assign(record.page);
    if (record.state === "differs") return location.assign(record.page);
    earlier = record;
    const kept = document.querySelector("[data-kept]");
    kept.hidden = record.state === "refused";
    form.hidden = record.state !== "refused";
    kept.querySelector("[data-kept-words]").textContent = record.sentence;
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
    (kept.hidden ? document.querySelector("[data-outbox]") : kept).scrollIntoView({ block: "center" });
  }

  function wantsReason(missing) {
    const why = document.getElementById("reason");
    why.classList.toggle("is-wrong", missing);
    document.getElementById("reason_error").hidden = !missing;
    return why;
  }
  if (facts.follows) document.getElementById("reason").addEventListener("change", () => wantsReason(false));

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    event.preventDefault();
    if (button?.matches(".lf-seat")) return showSheet(button.value);
    if (button?.matches("[data-still]")) {
      const one = { ...said.get(button.value), person: button.value };
      one.absent = one.absent === "ill" ? null : "ill";
      keepOne(one);
      return draw();
    }
    if (form.dataset.busy) return;
    if (facts.follows && !form.querySelector("[name=reason]:checked")) {
      const why = wantsReason(true);
      why.scrollIntoView({ block: "center" });
      return why.querySelector("input").focus();
    }
    if (button?.value === "well") said.clear();
    form.dataset.busy = "1";
    button?.classList.add("is-busy");
    report().finally(() => delete form.dataset.busy);
  });

  const clear = form.querySelector("[data-clear]");
  if (clear) clear.hidden = false;
  clear?.addEventListener("click", () => {
    said.clear();
    draw();
  });
  document.querySelector("[data-change]").addEventListener("click", () => {
    document.querySelector("[data-kept]").hidden = true;
    form.hidden = false;
    restore(earlier);
  });

  const find = form.querySelector("[data-find]");
  find.hidden = tiles.size < 20;
  find.addEventListener("input", (event) => {
    const wanted = event.target.value.trim();
    for (const tile of tiles.values()) tile.parentElement.hidden = Boolean(wanted) && !tile.textContent.includes(wanted);
  });
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());

  function restore(record) {
    said.clear();
    for (const one of record.sheet.exceptions) if (tiles.has(one.person)) said.set(one.person, one);
    draw();
  }

  // A report of this round that still waits, or came back: the page stands where it was left.
  show().then((mine) => {
    const last = mine.filter((one) => one.url === facts.url && one.sheet).pop();
    if (!last) return;
    restore(last);
    became(last);
  });
  document.addEventListener("outbox", (event) => {
    const now = earlier && event.detail.find((one) => one.order === earlier.order);
    if (now && now.state !== "waiting") became(now);
  });

  const stale = document.querySelector("[data-stale]");
  const day = (moment) => new Date(moment).toDateString();
  stale.hidden = day(facts.machine * 1000) === day(Date.now()) || location.pathname.includes(facts.on);
  draw();
  form.dataset.ready = "1";
}
