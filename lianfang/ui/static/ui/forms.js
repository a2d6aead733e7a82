// Small comforts of forms. Everything works without them; the server is idempotent and checks all of it again.

// 1. A double click sends once. The button stays enabled while the form is being collected, so its name is sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || form.dataset.many !== undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sent = "1";
  clean.add(form);
  const button = event.submitter;
  if (button) button.classList.add("is-busy");
});

// Coming back with the browser's own button shows a page that was sent before: make it usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".btn.is-busy")) button.classList.remove("is-busy");
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest && event.target.closest("form");
  if (form) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".btn.is-busy")) button.classList.remove("is-busy");
});

// 2. Leaving a form with unsaved changes asks first: <form data-guard>.
const clean = new WeakSet();
const dirty = (form) => form.dataset.dirty && !clean.has(form);
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard], form[data-draft]");
  if (form) form.dataset.dirty = "1";
});
window.addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[data-guard]")].some(dirty)) event.preventDefault();
});

// 3. A draft kept on this device: <form data-draft="return-412-2020-02-10">. Only text, numbers and choices; never
// files, passwords or the security token. Dropped when the server says so with <meta name="drop-draft" content="KEY">,
// all of them with content="*" (the sign-in page, so that nothing stays on a shared computer).
const PREFIX = "lianfang-draft:";
const kept = (field) => field.name && !["hidden", "file", "password", "submit"].includes(field.type);

function save(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") values[`${field.name}=${field.value}`] = field.checked;
    else values[field.name] = field.value;
  }
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify(values));
  } catch {
    // No room or not allowed (private window): the form still works, only without a draft.
  }
}

function restore(form) {
  let values = null;
  try {
    values = JSON.parse(localStorage.getItem(PREFIX + form.dataset.draft));
  } catch {
    return;
  }
  if (!values) return;
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      const key = `${field.name}=${field.value}`;
      if (key in values) field.checked = values[key];
    } else if (field.name in values) field.value = values[field.name];
  }
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = false;
}

function drop(which) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && (which === "*" || key === PREFIX + which)) localStorage.removeItem(key);
  }
}

for (const meta of document.querySelectorAll('meta[name="drop-draft"]')) {
  try {
    drop(meta.content);
  } catch {
    // Nothing kept, nothing to drop.
  }
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  // A page that comes back with errors already holds what was typed.
  if (!form.querySelector("[aria-invalid]")) restore(form);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(form), 400);
  });
}

// 4. The error summary takes the focus, and its links go to the field, not only near it.
const summary = document.querySelector("[data-summary]");
if (summary) summary.focus();
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-summary] a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const input = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea") || field;
  input.scrollIntoView({ block: "center" });
  input.focus({ preventScroll: true });
});

// 5. A file dropped on the frame is a file chosen.
for (const frame of document.querySelectorAll("[data-drop]")) {
  const input = frame.querySelector('input[type="file"]');
  for (const kind of ["dragover", "dragleave", "drop"]) {
    frame.addEventListener(kind, (event) => {
      event.preventDefault();
      frame.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
}
