// Places an opened menu below its button and lets the arrow keys walk it. Opening and closing is the browser's (popover).
const GAP_PX = 4;

function place(menu) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button) return;
  const at = button.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const right = at.right - box.width >= 8 && at.left + box.width > window.innerWidth - 8;
  const below = at.bottom + GAP_PX + box.height <= window.innerHeight || at.top < box.height;
  menu.style.left = `${Math.max(8, Math.min(right ? at.right - box.width : at.left, window.innerWidth - box.width - 8))}px`;
  menu.style.top = `${below ? at.bottom + GAP_PX : at.top - GAP_PX - box.height}px`;
}

function opened(event) {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches("[data-menu]") || event.newState !== "open") return;
  place(menu);
  menu.querySelector("a, button")?.focus({ preventScroll: true });
}

document.addEventListener("toggle", opened, true); // toggle does not bubble
document.addEventListener("scroll", () => document.querySelector("[data-menu]:popover-open")?.hidePopover(), { passive: true });
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  if (!menu || event.isComposing || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("a[href], button:not(:disabled)")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
});
