// The switch of light and dark without a reload; the form behind it works without this.
for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", (event) => {
    const theme = event.submitter?.value;
    if (!theme) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.documentElement.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch] button[name=theme]")) button.setAttribute("aria-pressed", String(button.value === theme));
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body }); // followed, so that "Saved" is not told on the next page
  });
}
