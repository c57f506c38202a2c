// The day of somebody who is out. What he types is kept on the phone as he types; what he sends goes into a queue there first and
// leaves it when the server has answered. Each entry has a key of its own, so that it is done once however often it is sent.
const root = document.querySelector("[data-day]");
const person = root.dataset.day;
const list = root.querySelector("[data-day-kept]");
const line = document.querySelector("[data-day-line]");
// Between two tries: short at first, because a phone says that it is online a moment before it is, and then longer and longer.
const [SHORTEST, LONGEST] = [1_000, 20_000];

// --- the queue, in IndexedDB because photos are large -----------------------------------------------------------------------------

const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("remit-day", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "key" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function run(mode, act) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("queue", mode);
    const asked = act(transaction.objectStore("queue"));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const put = (entry) => run("readwrite", (queue) => queue.put(entry));
const drop = (key) => run("readwrite", (queue) => queue.delete(key));
// Another person on the same phone neither sees nor sends what is not his.
const mine = async () => (await run("readonly", (queue) => queue.getAll())).filter((entry) => entry.person === person);

// --- what is being typed ----------------------------------------------------------------------------------------------------------

const draftName = (form) => `remit-day:${person}:${form.dataset.dayRun}`;
const typed = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");

function fill(form, values) {
  const files = {};
  for (const [name, value] of values) {
    const field = form.elements[name];
    if (!field) continue;
    if (value instanceof File) (files[name] ??= []).push(value);
    else field.value = value;
  }
  for (const [name, some] of Object.entries(files)) {
    const holder = new DataTransfer();
    for (const file of some) holder.items.add(file);
    form.elements[name].files = holder.files;
    form.elements[name].dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
  form.querySelector("input, select, textarea")?.dispatchEvent(new Event("change", { bubbles: true }));
}

function restore(form) {
  const kept = localStorage.getItem(draftName(form));
  if (kept) fill(form, JSON.parse(kept));
}

// --- what waits to be sent --------------------------------------------------------------------------------------------------------

const formOf = (entry) => root.querySelector(`form[data-day-run="${entry.run}"]`);

function told(entry) {
  if (entry.refusal) return entry.refusal;
  return entry.note ?? (navigator.onLine ? root.dataset.sending : root.dataset.kept);
}

function drawEntry(entry) {
  const box = document.createElement("div");
  box.className = `notice notice--${entry.refusal ? "danger" : "info"} day__kept`;
  const title = document.createElement("strong");
  title.textContent = entry.title;
  const state = document.createElement("p");
  state.textContent = told(entry);
  box.append(title, state);
  if (entry.refusal) {
    const why = document.createElement("p");
    why.className = "small";
    why.textContent = root.dataset.refused;
    const written = document.createElement("dl");
    written.className = "small";
    for (const [name, text] of entry.lines) {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      [term.textContent, value.textContent] = [name, text];
      written.append(term, value);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = root.dataset.discard;
    button.addEventListener("click", async () => {
      await drop(entry.key);
      await draw();
    });
    box.append(why, written, button);
  }
  return box;
}

async function draw() {
  const entries = await mine();
  list.replaceChildren(...entries.map(drawEntry));
  for (const stop of root.querySelectorAll("details.day__stop")) stop.hidden = false;
  for (const entry of entries) formOf(entry)?.closest("details")?.toggleAttribute("hidden", true);
  line.hidden = navigator.onLine;
}

// What was written, as a person reads it, for where it can't be sent any more.
function lines(form) {
  const found = [];
  for (const field of form.querySelectorAll(".field")) {
    const label = field.querySelector(".field__label")?.textContent.replace("*", "").trim();
    const control = field.querySelector("input:checked, select, textarea, input:not([type=radio], [type=hidden], [type=file])");
    const chosen = control?.matches("input:checked") ? control.closest("label")?.textContent.trim() : control?.selectedOptions?.[0]?.textContent ?? control?.value;
    const photos = field.querySelector("input[type=file]")?.files.length;
    if (label && (chosen || photos) && !control?.disabled) found.push([label, chosen || `${photos} ${root.dataset.photos}`]);
  }
  return found;
}

async function take(form, outcome) {
  const values = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.name));
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const entry = { key, person, run: form.dataset.dayRun, url: form.dataset.dayUrl, title: form.dataset.dayTitle, values, outcome, lines: lines(form) };
  await put(entry);
  localStorage.removeItem(draftName(form));
  await draw();
  await send();
}

// --- sending ----------------------------------------------------------------------------------------------------------------------

async function sendOne(entry) {
  const body = new FormData();
  for (const [name, value] of entry.values) body.append(name, value);
  body.set("outcome", entry.outcome);
  body.set("key", entry.key);
  const token = document.querySelector("meta[name=csrf]").content;
  const answer = await fetch(entry.url, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token } });
  if (answer.type === "opaqueredirect" || !answer.headers.get("content-type")?.includes("json")) {
    await put({ ...entry, note: answer.type === "opaqueredirect" || answer.status === 403 ? root.dataset.login : root.dataset.failed });
    return false;
  }
  const { state, sentence } = await answer.json();
  if (state === "done") {
    await drop(entry.key);
    return true;
  }
  const form = state === "faults" ? formOf(entry) : null;
  if (!form) {
    await put({ ...entry, refusal: sentence });
    return false;
  }
  await drop(entry.key);
  fill(form, entry.values);
  const place = form.querySelector("[data-day-told]");
  place.textContent = sentence;
  place.hidden = false;
  form.closest("details").open = true;
  return false;
}

let isSending = false;
let pause = SHORTEST;
let next = 0;

async function send() {
  if (isSending) return;
  isSending = true;
  clearTimeout(next);
  let done = 0;
  try {
    for (const entry of await mine()) {
      if (!entry.refusal && (await sendOne(entry))) done += 1;
    }
    pause = LONGEST;
  } catch {
    // No network: everything stays, and is tried again.
    pause = Math.min(pause * 2, LONGEST);
  } finally {
    isSending = false;
    next = setTimeout(send, pause);
  }
  await draw();
  if (done && !(await mine()).length) location.reload();
}

root.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-day-run]");
  if (!form) return;
  event.preventDefault();
  form.querySelector("[data-day-told]").hidden = true;
  take(form, event.submitter?.value ?? "");
});
root.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-day-run]");
  if (form) localStorage.setItem(draftName(form), JSON.stringify(typed(form)));
});
addEventListener("online", () => {
  pause = SHORTEST;
  send();
});
addEventListener("offline", draw);
for (const form of root.querySelectorAll("form[data-day-run]")) restore(form);
draw().then(send);

// --- the page itself, for where there is no network ----------------------------------------------------------------------------------

async function keepPage() {
  await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.page });
  const ready = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map((entry) => entry.name);
  const ours = used.filter((name) => new URL(name).origin === location.origin && /\.(css|js|svg|woff2)($|\?)/.test(name));
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.kept) root.dataset.ready = "yes"; });
  ready.active.postMessage({ keep: [root.dataset.page, ...new Set(ours)] });
}

if ("serviceWorker" in navigator) keepPage();
