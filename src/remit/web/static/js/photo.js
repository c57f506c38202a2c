// What the camera took is shown small before it is sent, so that a blurred picture is taken again on the spot.
// Read as data: the content policy lets no other address of a picture through.
const shown = (input) => input.closest("[data-photo-field]")?.querySelector("[data-photo-shown]");

function show(host, file) {
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    const picture = document.createElement("img");
    picture.className = "photos__picture";
    picture.alt = file.name;
    picture.src = reader.result;
    host.append(picture);
  });
  reader.readAsDataURL(file);
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !("photo" in input.dataset)) return;
  const host = shown(input);
  host.replaceChildren();
  host.hidden = !input.files.length;
  for (const file of input.files) show(host, file);
});
