// Lists: j/k or arrows walk rows that have data-href, Enter opens, / goes to the search field, Esc leaves it; check boxes select.
const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
const rows = () => [...document.querySelectorAll("tr[data-href], [data-rows] > [data-href]")].filter((row) => row.offsetParent !== null);

function walk(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(document.activeElement?.closest?.("[data-href]"));
  const row = all[Math.max(0, Math.min(all.length - 1, at + step))];
  row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target.matches("[data-list-search]")) event.target.blur();
    return;
  }
  if (event.key === "j" || event.key === "k") {
    if (walk(event.key === "j" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "Enter" && event.target.matches("[data-href]")) {
    location.assign(event.target.dataset.href);
  } else if (event.key === "x" && event.target.matches("[data-href]")) {
    event.target.querySelector("[data-select]")?.click();
  } else if (event.key === "/") {
    const search = document.querySelector("[data-list-search]");
    if (search) {
      search.focus();
      search.select();
      event.preventDefault();
    }
  }
});

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, textarea, [popover]") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else location.assign(row.dataset.href);
});

function showBulk(table) {
  const bar = table.querySelector("[data-bulk]");
  if (!bar) return;
  const boxes = [...table.querySelectorAll("[data-select]")];
  const chosen = boxes.filter((box) => box.checked).length;
  bar.hidden = chosen === 0;
  const count = bar.querySelector("[data-bulk-count]");
  count.textContent = count.dataset.bulkCount.replace("{count}", String(chosen));
  const all = table.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  const table = event.target.closest?.("[data-table]");
  if (!table) {
    if (event.target.matches?.("[data-filter] select, [data-filter] input[type=checkbox]")) event.target.form.requestSubmit();
    return;
  }
  if (event.target.matches("[data-select-all]")) for (const box of table.querySelectorAll("[data-select]")) box.checked = event.target.checked;
  if (event.target.matches("[data-select], [data-select-all]")) showBulk(table);
});

document.addEventListener("click", (event) => {
  const table = event.target.closest?.("[data-select-none]")?.closest("[data-table]");
  if (!table) return;
  for (const box of table.querySelectorAll("[data-select], [data-select-all]")) box.checked = false;
  showBulk(table);
});

document.querySelectorAll("[data-table]").forEach(showBulk); // the browser restores check boxes after "back"
