// A signature drawn with mouse, pen or finger becomes a picture that the form sends.
const form = document.querySelector("[data-signature]");
const pad = form?.querySelector("[data-signature-pad]");

if (form && pad) {
  form.hidden = false;
  const ink = pad.getContext("2d");
  const data = form.querySelector("[data-signature-data]");
  const submit = form.querySelector("[data-signature-send]");
  let last = null;
  ink.lineWidth = 5;
  ink.lineCap = "round";
  ink.lineJoin = "round";
  ink.strokeStyle = "#18212f";
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * pad.width, y: ((event.clientY - box.top) / box.height) * pad.height };
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = at(event);
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const here = at(one);
      ink.beginPath();
      ink.moveTo(last.x, last.y);
      ink.lineTo(here.x, here.y);
      ink.stroke();
      last = here;
    }
    submit.disabled = false;
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => { last = null; });
  form.querySelector("[data-signature-clear]").addEventListener("click", () => {
    ink.clearRect(0, 0, pad.width, pad.height);
    submit.disabled = true;
  });
  form.addEventListener("submit", () => { data.value = pad.toDataURL("image/png"); });
}
