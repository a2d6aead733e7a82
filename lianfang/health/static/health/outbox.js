// The outbox of rolls, shared by the pages and their worker. A report is written down here before it is sent, so that
// neither a lost network nor a closed page loses it. It holds numbers of persons as the form does, never their names;
// what was said is taken out as soon as the server has it.

(function () {
  const BASE = "lianfang-rolls";
  const STORE = "out";
  const KEPT = 12 * 3600 * 1000; // how long the line "delivered at" stays, in milliseconds

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  async function store(mode) {
    const opening = indexedDB.open(BASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
    const base = await asked(opening);
    base.onversionchange = () => base.close(); // somebody signs out and drops it
    return { base, rows: base.transaction(STORE, mode).objectStore(STORE) };
  }

  async function run(mode, ask) {
    const { base, rows } = await store(mode);
    try {
      return await asked(ask(rows));
    } finally {
      base.close();
    }
  }

  const all = () => run("readonly", (rows) => rows.getAll());
  const put = (record) => run("readwrite", (rows) => rows.put(record));
  const drop = (record) => run("readwrite", (rows) => rows.delete(record.order));
  const waits = (record) => record.state === "waiting" || record.state === "sign-in";

  // What became of one attempt; null: no network, or a server that cannot take it now.
  async function attempt(record, token) {
    let answer = null;
    try {
      answer = await fetch(record.url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token || record.token, Accept: "application/json" },
        body: JSON.stringify(record.sheet),
      });
    } catch {
      return null;
    }
    const stranger = answer.type === "opaqueredirect" || [401, 403, 409].includes(answer.status);
    if (stranger) return token ? { state: "sign-in" } : null; // the worker's security token may be an old one
    if (answer.status >= 500 || answer.status === 429) return null;
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 200 && told.state) {
      const taken = told.state !== "differs";
      return { state: taken ? "sent" : "differs", page: told.url, reference: told.reference, sheet: null };
    }
    return { state: "refused", errors: told.errors || [] };
  }

  // Sends what waits, oldest first; a correction must not come before what it corrects. A page sends what its own user
  // wrote; the worker does not know who is signed in, the server does (409).
  async function send(token, user) {
    let reached = true;
    for (const record of (await all()).filter((one) => waits(one) && (!user || one.user === user))) {
      record.attempted = true;
      await put(record);
      const became = await attempt(record, token);
      if (!became) {
        reached = false;
        record.waited = true;
        await put(record);
        break;
      }
      Object.assign(record, became, { answeredAt: new Date().toISOString() });
      await put(record);
      if (became.state === "sign-in") break;
    }
    return reached;
  }

  // One at a time on this device, page or worker; where the browser has no locks the server still takes each id once.
  const alone = (work) => (self.navigator.locks ? self.navigator.locks.request(BASE, work) : work());
  const flush = (token, user) => alone(() => send(token, user));

  // Without network nothing is tried; what could not go out at once gets its line "delivered" when it has.
  const hold = (user) =>
    alone(async () => {
      for (const record of await all()) {
        if (record.user === user && waits(record) && !record.waited) await put({ ...record, waited: true });
      }
      return false;
    });

  // Drops what is over: after some hours, and two reports of a round (`settled`) between which somebody has decided.
  async function tidy(settled) {
    for (const record of await all()) {
      const over = record.state === "sent" || record.state === "differs";
      const old = over && Date.now() - Date.parse(record.answeredAt) > KEPT;
      if (old || (record.state === "differs" && record.url === settled)) await drop(record);
    }
  }

  const forget = () => asked(indexedDB.deleteDatabase(BASE));

  self.lianfangOutbox = { all, put, drop, flush, hold, tidy, forget, waits };
})();
