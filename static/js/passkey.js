// Ties the button of a page to allauth's passkey code, which its own pages do with data scripts.
const button = document.querySelector("[data-passkey]");
if (button) {
  const { passkey, credential, passwordless } = button.dataset;
  const data = document.getElementById("js_data") ? "js_data" : undefined;
  window.allauth.webauthn.forms[`${passkey}Form`]({ ids: { [passkey]: button.id, credential, passwordless, data } });
}

// allauth says in this event that the browser gave no key; without this the button would seem dead.
document.addEventListener("allauth.error", (event) => {
  const notice = document.querySelector("[data-passkey-failed]");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = true;
  requestAnimationFrame(() => { notice.hidden = false; });
});
