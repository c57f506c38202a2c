// Short messages at the edge of the page. Good news leaves by itself, bad news stays until it is closed.
const region = document.querySelector("[data-toasts]");
const template = document.querySelector("[data-toast-template]");
const STAYS_MS = 6000;

function leaveLater(toast) {
  if (!toast.matches(".toast--danger, .toast--warn")) setTimeout(() => toast.remove(), STAYS_MS);
}

// As a popover it lies above an open dialog, and within it, because all else is inert then. Set here and not in the page, so that
// messages are seen without JavaScript too.
function raise() {
  const host = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (region.parentElement !== host) host.append(region);
  region.popover = "manual";
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}

function show({ text, tone = "info" }) {
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.classList.add(`toast--${tone}`);
  toast.querySelector(".toast__text").textContent = text;
  region.append(toast);
  raise();
  leaveLater(toast);
}

if (region && template) {
  if (region.childElementCount) raise();
  region.querySelectorAll("[data-toast]").forEach(leaveLater);
  region.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
  // From scripts: remit:toast. From the server: HX-Trigger: {"toast": {"text": …, "tone": …}}.
  document.addEventListener("remit:toast", (event) => show(event.detail));
  document.addEventListener("close", () => region.childElementCount && raise(), true); // close does not bubble
  document.addEventListener("toast", (event) => show(event.detail));
}
