// What htmx sends and how its failures are told. The rest of its configuration is in web/_head.html.
const csrf = document.querySelector('meta[name="csrf"]')?.content;

document.addEventListener("htmx:configRequest", (event) => {
  if (csrf && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf;
});

function tell(text) {
  document.dispatchEvent(new CustomEvent("remit:toast", { detail: { text, tone: "danger" } }));
}

document.addEventListener("htmx:sendError", () => tell(document.querySelector("[data-palette-results]")?.dataset.failed ?? "…"));

// A session that has ended answers with the login page: go there instead of pouring it into a corner of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.querySelector('meta[name="login"]')?.content;
  const landed = new URL(event.detail.xhr.responseURL || location.href, location.href).pathname;
  if (login && landed === login && location.pathname !== login) {
    event.detail.shouldSwap = false;
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});
