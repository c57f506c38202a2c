// Says on the page what allauth's script only writes to the console: that a passkey was refused, or that there is none here.
document.addEventListener("allauth.error", (event) => {
  const line = document.querySelector("[data-passkey-refusal]");
  if (!line) return;
  event.preventDefault();
  line.hidden = false;
  line.focus();
});
