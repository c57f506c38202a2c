// Line numbers beside a text, and a way to the line that a fault names.
for (const editor of document.querySelectorAll("[data-editor]")) {
  const text = editor.querySelector("textarea");
  const lines = editor.querySelector("[data-editor-lines]");
  const number = () => { lines.textContent = text.value.split("\n").map((_line, at) => at + 1).join("\n"); };
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; }, { passive: true });
  number();
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const before = text.value.split("\n").slice(0, Number(link.dataset.line) - 1).join("\n").length;
    const start = before ? before + 1 : 0;
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    text.scrollTop = (Number(link.dataset.line) - 4) * parseFloat(getComputedStyle(text).lineHeight);
  });
}
