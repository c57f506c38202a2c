// A file field with data-max-bytes says at once that a file is too large, before it travels.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.dataset.maxBytes) return;
  const total = [...input.files].reduce((sum, file) => sum + file.size, 0);
  input.setCustomValidity(total > Number(input.dataset.maxBytes) ? (input.dataset.tooLarge ?? "") : "");
  input.reportValidity();
});
