// Asks now and then whether there is anything new to be told. A page that nobody looks at asks nothing; seen again, it asks at once.
const EVERY_MS = 60_000;
let asked = Date.now();

function look() {
  const bell = document.getElementById("bell");
  if (!bell || document.hidden || Date.now() - asked < EVERY_MS) return;
  asked = Date.now();
  bell.dispatchEvent(new CustomEvent("remit:look"));
}

setInterval(look, EVERY_MS / 12);
document.addEventListener("visibilitychange", look);
