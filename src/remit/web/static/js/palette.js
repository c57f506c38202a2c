// Ctrl K: finds anything and opens it. The server renders the results; here they are only fetched, walked and opened.
// Nothing acts while an input method is composing: Enter then means "take this word", not "open this page".
const palette = document.querySelector("[data-palette]");
const input = document.querySelector("[data-palette-input]");
const results = document.querySelector("[data-palette-results]");
const WAIT_MS = 120;

let timer = 0;
let running = null;
let asked = null;

const hits = () => [...results.querySelectorAll('[role="option"]')];

function select(hit) {
  for (const other of hits()) other.setAttribute("aria-selected", String(other === hit));
  if (hit) {
    input.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

const selected = () => results.querySelector('[aria-selected="true"]');

async function ask() {
  const text = input.value.trim();
  if (text === asked) return;
  asked = text;
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(`${results.dataset.url}?q=${encodeURIComponent(text)}`, {
      headers: { "HX-Request": "true" },
      signal: running.signal,
    });
    if (answer.redirected) {
      location.assign(answer.url); // the session has ended
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    results.innerHTML = await answer.text();
    select(hits()[0]);
  } catch (error) {
    if (error.name === "AbortError") return;
    asked = null;
    const line = document.createElement("p");
    line.className = "hits__none";
    line.textContent = results.dataset.failed;
    results.replaceChildren(line);
  }
}

function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
}

function open() {
  if (palette.open) return;
  palette.showModal();
  input.select();
  ask();
}

function keydown(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const all = hits();
  const at = all.indexOf(selected());
  if (event.key === "ArrowDown") select(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") select(all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Enter") selected()?.click();
  else return;
  event.preventDefault();
}

if (palette && input && results) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k" && !event.isComposing) {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    } else if (event.target === palette) {
      palette.close();
    }
  });
  input.addEventListener("input", (event) => {
    if (!event.isComposing) askSoon();
  });
  input.addEventListener("compositionend", askSoon);
  input.addEventListener("keydown", keydown);
}
