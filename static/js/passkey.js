// allauth says in this event that the browser gave no key; without this the button would seem dead.
document.addEventListener("allauth.error", (event) => {
  const notice = document.querySelector("[data-passkey-failed]");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = true;
  requestAnimationFrame(() => { notice.hidden = false; });
});
