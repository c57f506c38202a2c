// <dialog> by attributes: data-open="id" opens it, data-close closes it, data-drawer="id" on a link pours the page's fragment into it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  if (event.target.closest("[data-close]")) {
    event.target.closest("dialog")?.close();
    return;
  }
  const look = event.target.closest("[data-drawer]");
  if (look && !event.metaKey && !event.ctrlKey && !event.shiftKey && window.htmx) {
    const drawer = document.getElementById(look.dataset.drawer);
    if (!drawer) return;
    event.preventDefault();
    drawer.querySelector(".dialog__title").textContent = look.dataset.title ?? look.textContent.trim();
    const body = drawer.querySelector("[data-drawer-body]");
    body.replaceChildren();
    drawer.showModal();
    window.htmx.ajax("GET", look.href, { target: body, swap: "innerHTML" });
    return;
  }
  // A click on the shade closes what it lies behind; a dialog's own padding is covered by its parts.
  if (event.target.matches("dialog[data-dialog]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});
