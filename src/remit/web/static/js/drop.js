// Files dropped on the page travel one by one, so that each shows how far it is and what came of it.
const form = document.querySelector("[data-drop]");
const zone = form?.querySelector("[data-drop-zone]");
const input = form?.querySelector("input[type=file]");
const list = form?.querySelector("[data-drop-list]");
const outcomes = document.getElementById("outcomes");

function row(file) {
  const line = document.createElement("li");
  line.className = "drop__file";
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.className = "progress__bar";
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  line.append(name, bar);
  list.append(line);
  return { line, name, bar };
}

function put(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelectorAll(".outcome");
  let host = outcomes.querySelector(".outcomes");
  if (!host) {
    host = document.createElement("ul");
    host.className = "outcomes";
    outcomes.append(host);
  }
  for (const one of fresh) host.append(document.importNode(one, true));
  return [...fresh];
}

function send(file) {
  const shown = row(file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    body.delete("files");
    body.append("files", file);
    request.open("POST", form.action);
    request.setRequestHeader("X-Remit-Drop", "yes");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      shown.bar.value = (event.loaded / event.total) * 100;
      if (event.loaded === event.total) {
        shown.bar.removeAttribute("value");
        shown.name.textContent = `${file.name} ${form.dataset.reading}`;
      }
    });
    request.addEventListener("loadend", () => {
      shown.line.remove();
      const answered = request.status === 200 || request.status === 422 ? put(request.responseText) : [];
      if (!answered.length) document.dispatchEvent(new CustomEvent("remit:toast", { detail: { text: `${file.name}: ${form.dataset.failed}`, tone: "danger" } }));
      resolve(answered);
    });
    request.send(body);
  });
}

// One that was read leads on to its review by itself; of several one chooses.
async function sendAll(files) {
  const answers = [];
  for (const file of files) answers.push(...(await send(file)));
  input.value = "";
  const links = answers.filter((one) => !one.classList.contains("outcome--refused")).map((one) => one.querySelector("a.button")?.href).filter(Boolean);
  if (links.length === 1 && answers.length === 1) location.assign(links[0]);
}

if (form && zone && input && list) {
  form.dataset.ready = "yes";
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("drop__zone--over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("drop__zone--over"); });
  zone.addEventListener("drop", (event) => sendAll([...event.dataTransfer.files]));
  // A file that misses the zone must not replace the page.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
  input.addEventListener("change", () => { if (input.files.length && input.checkValidity()) sendAll([...input.files]); });
  form.addEventListener("submit", (event) => event.preventDefault());
}
