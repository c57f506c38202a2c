// The review of an import: both panes scroll together, keys do what buttons do, selected words become items.
// Everything here has a plain form or link behind it; the server decides, this file only saves ways.
const root = document.querySelector("[data-review]");
const draftPane = root?.querySelector('[data-pane="draft"]');
const originalPane = root?.querySelector('[data-pane="original"]');
const menu = document.querySelector("[data-item-menu]");
const addBar = document.querySelector("[data-add-bar]");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const PARTS = { d: "duty", a: "authority", k: "kpi", q: "qualification" };
let current = null; // the item's number, so that it outlives its row
let quiet = 0; // until then a scroll is our own

const items = () => [...draftPane.querySelectorAll("[data-item]")];
const itemAt = (id) => draftPane.querySelector(`[data-item="${id}"]`);
const marksOf = (id) => [...originalPane.querySelectorAll("mark[data-items]")].filter((mark) => mark.dataset.items.split(" ").includes(String(id)));
const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
const isWide = () => getComputedStyle(originalPane).overflowY === "auto";

// --- the current item ---------------------------------------------------------------------------------------------

function scrollWithin(pane, node, align = 0.3) {
  quiet = Date.now() + 400;
  if (!isWide()) return;
  const top = node.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  pane.scrollTo({ top: Math.max(0, top - pane.clientHeight * align), behavior: calm ? "auto" : "smooth" });
}

function isSeen(pane, node) {
  const box = node.getBoundingClientRect();
  const view = pane.getBoundingClientRect();
  return box.top >= view.top && box.bottom <= view.bottom;
}

function choose(id, { flash = false, focus = true, follow = true } = {}) {
  const item = itemAt(id);
  if (!item) return;
  current = id;
  draftPane.querySelectorAll(".item--current").forEach((one) => one.classList.remove("item--current"));
  originalPane.querySelectorAll(".wash--current, .wash--flash").forEach((one) => one.classList.remove("wash--current", "wash--flash"));
  item.classList.add("item--current");
  if (focus && !item.contains(document.activeElement)) item.focus({ preventScroll: true });
  if (!isSeen(draftPane, item)) scrollWithin(draftPane, item);
  if (!isWide() && focus) item.scrollIntoView({ block: "nearest" });
  const marks = marksOf(id);
  for (const mark of marks) {
    mark.classList.add("wash--current");
    if (flash) mark.classList.add("wash--flash");
  }
  if (marks.length && follow && !isSeen(originalPane, marks[0])) scrollWithin(originalPane, marks[0]);
}

function step(by) {
  const all = items();
  const at = all.findIndex((item) => item.dataset.item === current);
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  if (next) choose(next.dataset.item);
}

function nextOpen(id) {
  const all = items();
  const at = all.findIndex((item) => item.dataset.item === id);
  return all.slice(at + 1).find((item) => item.dataset.state === "proposed") ?? all.find((item) => item.dataset.state === "proposed" && item.dataset.item !== id);
}

// Rejected words are struck out on the left, too.
function paint() {
  for (const mark of originalPane.querySelectorAll("mark[data-items]")) {
    const rows = mark.dataset.items.trim().split(" ").map(itemAt).filter(Boolean);
    mark.classList.toggle("wash--rejected", rows.length > 0 && rows.every((row) => row.dataset.state === "rejected"));
  }
}

// --- deeds -----------------------------------------------------------------------------------------------------------

// Answers say themselves, by ids, what they replace: a row may have been drawn anew while one was under way. Each row sends for
// itself, because of several requests of one element htmx drops all but the last that wait.
function send(values, source = draftPane) {
  return window.htmx.ajax("POST", root.dataset.url, { target: draftPane, swap: "none", values, source });
}
const fetchForm = (url, id) => window.htmx.ajax("GET", url, { target: draftPane, swap: "none", source: itemAt(id) });

function deed(change, id, to = "") {
  const item = itemAt(id);
  if (!item || "closed" in root.dataset) return null;
  const value = [change, id, item.dataset.stamp, to].filter(Boolean).join(":");
  return send({ deed: value }, item);
}

// On to the next at once: the answer of the server changes the row behind one's back.
function settle(change, id) {
  const next = nextOpen(id);
  deed(change, id);
  if (next) choose(next.dataset.item);
}

function open(url, id) {
  fetchForm(url, id).then(() => {
    choose(id, { focus: false });
    itemAt(id)?.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
}

const editUrl = (id) => itemAt(id)?.querySelector("[data-edit]")?.href;

function change(name, id, to) {
  if (name === "split") {
    const url = editUrl(id);
    if (url) open(`${url}parts/`, id);
  } else deed(name, id, to);
}

function openMenu(id, part = "") {
  const item = itemAt(id);
  const button = item?.querySelector("[data-more]");
  if (!button || "closed" in root.dataset) return;
  menu.dataset.for = id;
  for (const one of menu.querySelectorAll('[data-change="retype"]')) one.hidden = one.dataset.to === item.dataset.part;
  menu.querySelector('[data-change="reopen"]').hidden = item.dataset.state === "proposed";
  menu.showPopover();
  const at = button.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.right - box.width, innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - box.height - 8))}px`;
  const first = part ? menu.querySelector(`[data-change="${part}"]:not([hidden])`) : menu.querySelector("button:not([hidden])");
  first?.focus();
}

menu?.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-change]");
  if (!chosen) return;
  menu.hidePopover();
  change(chosen.dataset.change, menu.dataset.for, chosen.dataset.to);
});
menu?.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp", "j", "k"].includes(event.key)) return;
  const all = [...menu.querySelectorAll("button:not([hidden])")];
  const by = event.key === "ArrowDown" || event.key === "j" ? 1 : -1;
  all[(all.indexOf(document.activeElement) + by + all.length) % all.length]?.focus();
  event.preventDefault();
  event.stopPropagation();
});

// --- mouse ---------------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!window.htmx || !root) return;
  if (form.id === "deeds") {
    const value = event.submitter?.value ?? "";
    if (["drop", "take-up"].includes(value)) return;
    event.preventDefault();
    const [name, id] = value.split(":");
    if (!id) send({ deed: value });
    else if (name === "accept" || name === "reject") settle(name, id);
    else deed(name, id);
  } else if (form.matches("[data-add]")) {
    event.preventDefault();
    const field = document.querySelector(`textarea[form="${form.id}"]`);
    send({ deed: "add", part: form.elements.part.value, text: field.value });
  }
});

draftPane?.addEventListener("click", (event) => {
  const item = event.target.closest("[data-item]");
  const edit = event.target.closest("[data-edit]");
  const cancel = event.target.closest("[data-cancel]");
  const head = event.target.closest("[data-edit-head]");
  if (head) {
    event.preventDefault();
    window.htmx.ajax("GET", head.href, { target: "#head", swap: "outerHTML" });
    return;
  }
  if (!item) return;
  if (cancel) {
    event.preventDefault();
    fetchForm(cancel.dataset.cancel, item.dataset.item).then(() => choose(item.dataset.item));
  } else if (edit) {
    event.preventDefault();
    open(edit.href, item.dataset.item);
  } else if (event.target.closest("[data-more]")) openMenu(item.dataset.item);
  else if (!event.target.closest("button, a, form")) choose(item.dataset.item, { flash: true });
});

originalPane?.addEventListener("click", (event) => {
  const mark = event.target.closest("mark[data-items]");
  if (!mark || String(getSelection())) return;
  const ids = mark.dataset.items.trim().split(" ");
  const next = ids[(ids.indexOf(current) + 1) % ids.length];
  showSide("draft");
  choose(next, { flash: true, follow: false });
});

document.querySelectorAll("[data-side][role=tab]").forEach((tab) => tab.addEventListener("click", () => showSide(tab.dataset.side)));
function showSide(side) {
  root.dataset.side = side;
  for (const tab of document.querySelectorAll("[data-side][role=tab]")) tab.setAttribute("aria-selected", String(tab.dataset.side === side));
}

// --- both panes scroll together ----------------------------------------------------------------------------------------

function nearest(pane, nodes) {
  const line = pane.getBoundingClientRect().top + pane.clientHeight * 0.3;
  let best = null;
  let distance = Infinity;
  for (const node of nodes) {
    const far = Math.abs(node.getBoundingClientRect().top - line);
    if (far < distance) [best, distance] = [node, far];
  }
  return best;
}

let waiting = 0;
function follow(from, to) {
  if (Date.now() < quiet || waiting || !isWide()) return;
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    if (from === draftPane) {
      const item = nearest(draftPane, items().filter((one) => marksOf(one.dataset.item).length));
      const mark = item && marksOf(item.dataset.item)[0];
      if (mark) align(item, from, mark, to);
    } else {
      const mark = nearest(originalPane, originalPane.querySelectorAll("mark[data-items]"));
      const item = mark && itemAt(mark.dataset.items.trim().split(" ")[0]);
      if (item) align(mark, from, item, to);
    }
  });
}

function align(lead, leadPane, node, pane) {
  const offset = lead.getBoundingClientRect().top - leadPane.getBoundingClientRect().top;
  const here = node.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  quiet = Date.now() + 60;
  pane.scrollTop += here - offset;
}

draftPane?.addEventListener("scroll", () => follow(draftPane, originalPane), { passive: true });
originalPane?.addEventListener("scroll", () => { hideBar(); follow(originalPane, draftPane); }, { passive: true });

// --- words selected on the left ------------------------------------------------------------------------------------------

// Offsets are counted in characters, as the server does; the browser counts halves of rare ones.
const length = (text) => [...text].length;

function offsetOf(node, at) {
  const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-at]");
  if (!piece) return null;
  return Number(piece.dataset.at) + length((node.nodeType === Node.TEXT_NODE ? node.data : "").slice(0, at));
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!originalPane.contains(range.commonAncestorContainer)) return null;
  const start = offsetOf(range.startContainer, range.startOffset);
  const end = offsetOf(range.endContainer, range.endOffset);
  return start === null || end === null || end <= start ? null : { start, end, box: range.getBoundingClientRect() };
}

const hideBar = () => { if (addBar) addBar.hidden = true; };
document.addEventListener("selectionchange", () => {
  if (!root || !addBar || "closed" in root.dataset) return;
  const found = selected();
  addBar.hidden = !found;
  if (!found) return;
  const box = addBar.getBoundingClientRect();
  addBar.style.left = `${Math.max(8, Math.min(found.box.left, innerWidth - box.width - 8))}px`;
  addBar.style.top = `${found.box.top > box.height + 60 ? found.box.top - box.height - 6 : found.box.bottom + 6}px`;
});

function addSelected(part) {
  const found = selected();
  if (!found) return;
  getSelection().removeAllRanges();
  hideBar();
  send({ deed: "add", part, start: found.start, end: found.end });
}
addBar?.addEventListener("mousedown", (event) => event.preventDefault()); // a click would clear the selection
addBar?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-part]");
  if (button) addSelected(button.dataset.addPart);
});

// --- keys -------------------------------------------------------------------------------------------------------------------

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => current && settle("accept", current),
  x: () => current && settle("reject", current),
  e: () => current && editUrl(current) && open(editUrl(current), current),
  s: () => current && change("split", current),
  m: () => current && deed("merge", current),
  u: () => current && deed("reopen", current),
  t: () => current && openMenu(current, "retype"),
  M: () => current && openMenu(current, "move"),
  A: () => document.querySelector('[data-key="A"]')?.click(),
  n: () => document.querySelector('a[data-key="n"]')?.click(),
  p: () => document.querySelector('a[data-key="p"]')?.click(),
  "?": () => document.getElementById("review-keys")?.showModal(),
};

// Before the keys of lists (table.js), which know j, k and x too.
document.addEventListener("keydown", (event) => {
  if (!root || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], .menu:popover-open")) return;
  if (isTyping(event.target)) {
    const cancel = event.key === "Escape" && event.target.closest("[data-item-form]")?.querySelector("[data-cancel]");
    if (cancel) cancel.click();
    return;
  }
  if (event.target.closest?.("a, button, summary") && event.key === "Enter") return;
  if (PARTS[event.key] && selected()) {
    addSelected(PARTS[event.key]);
  } else if (KEYS[event.key]) {
    KEYS[event.key]();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// --- what the server answers ---------------------------------------------------------------------------------------------------

// Changed meanwhile by somebody else: the row as it is now comes along with the refusal.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409 && event.detail.serverResponse) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:afterSettle", () => {
  if (!root) return;
  paint();
  const progress = document.getElementById("review-progress");
  const focus = progress?.dataset.focus;
  if (focus) {
    delete progress.dataset.focus;
    choose(focus, { flash: true });
  } else if (current && itemAt(current) && !itemAt(current).classList.contains("item--current")) {
    choose(current, { focus: document.activeElement === document.body });
  }
});

if (root && draftPane && originalPane) {
  root.dataset.ready = "yes";
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
  paint();
  const named = location.hash.startsWith("#item-") ? location.hash.slice(6) : "";
  const start = itemAt(named) ?? items().find((item) => item.dataset.state === "proposed") ?? items()[0];
  if (start) choose(start.dataset.item, { focus: !document.querySelector("[data-item-form]") });
  const marks = start ? marksOf(start.dataset.item) : [];
  if (!marks.length) originalPane.querySelector("mark")?.scrollIntoView({ block: "center" });
}
