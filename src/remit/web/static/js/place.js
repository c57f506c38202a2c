// A place is asked of the device when its holder presses the button, and never otherwise; the browser asks for consent.
// Where there is none, the address that is typed counts, and the server marks it as typed.
const hidden = (field, part) => field.querySelector(`input[name$=".${part}"]`);
const told = (field, text) => { field.querySelector("[data-place-told]").textContent = text; };

function take(field, { coords }) {
  hidden(field, "latitude").value = coords.latitude.toFixed(6);
  hidden(field, "longitude").value = coords.longitude.toFixed(6);
  hidden(field, "accuracy").value = Math.round(coords.accuracy);
  told(field, field.dataset.found.replace("%(metres)s", Math.round(coords.accuracy)));
  hidden(field, "latitude").dispatchEvent(new Event("change", { bubbles: true }));
}

function ask(field) {
  told(field, field.dataset.asking);
  const wanted = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };
  navigator.geolocation.getCurrentPosition((found) => take(field, found), () => told(field, field.dataset.denied), wanted);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-place-ask]");
  if (button) ask(button.closest("[data-place]"));
});

for (const button of document.querySelectorAll("[data-place-ask]")) {
  const field = button.closest("[data-place]");
  if ("geolocation" in navigator && isSecureContext) button.hidden = false;
  else told(field, field.dataset.denied);
  const accuracy = hidden(field, "accuracy").value;
  if (accuracy) told(field, field.dataset.found.replace("%(metres)s", accuracy));
}
