// Passkeys: asks the server what is wanted, lets the browser ask the person, sends the answer with the form.
// Without this script (or in a browser without passkeys) the other ways on the page remain.

const toBytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const opened = (list) => (list || []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

async function ask(kind, wanted) {
  const key = wanted.publicKey;
  const options = { ...key, challenge: toBytes(key.challenge) };
  if (kind === "create") {
    options.user = { ...key.user, id: toBytes(key.user.id) };
    options.excludeCredentials = opened(key.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  options.allowCredentials = opened(key.allowCredentials);
  return navigator.credentials.get({ publicKey: options });
}

// The names of the standard's JSON form (WebAuthn level 3, toJSON), which older browsers do not write themselves.
function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function send(form, event) {
  event.preventDefault();
  const button = form.querySelector("button");
  const said = form.querySelector("[data-passkey-said]");
  button.disabled = true;
  said.hidden = true;
  try {
    const token = form.elements.csrfmiddlewaretoken.value;
    const answer = await fetch(form.dataset.wanted, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      credentials: "same-origin",
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    form.elements.credential.value = written(await ask(form.dataset.passkey, await answer.json()));
    form.submit();
  } catch {
    // refused, cancelled or timed out: browsers do not tell which, on purpose
    said.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    for (const note of form.querySelectorAll("[data-passkey-none]")) note.hidden = true;
    form.addEventListener("submit", (event) => send(form, event));
  }
}
