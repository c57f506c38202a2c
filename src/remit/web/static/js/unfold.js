// Buttons with data-unfold open ("open") or close ("") every <details> of the page's main part.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (!button) return;
  for (const details of document.querySelectorAll("main details")) details.open = button.dataset.unfold === "open";
});
