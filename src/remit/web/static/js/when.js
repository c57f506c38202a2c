// A field with data-when="remedy=gift,compensate" is shown only while that answer of the form is one of these. Hidden fields are
// not sent. Without scripts all fields stand there, and the server leaves out what was not asked for.
const answer = (form, name) => {
  const field = form.elements[name];
  return field && !field.disabled ? String(field.value ?? "") : "";
};
const judge = (form) => {
  for (const part of form.querySelectorAll("[data-when]")) {
    const asked = part.dataset.when.split(";").every((condition) => {
      const [name, values] = condition.split("=");
      return values.split(",").includes(answer(form, name));
    });
    part.hidden = !asked;
    for (const control of part.querySelectorAll("input, select, textarea")) control.disabled = !asked;
  }
};
const all = () => document.querySelectorAll("form").forEach((form) => form.querySelector("[data-when]") && judge(form));
document.addEventListener("change", (event) => event.target.form && judge(event.target.form));
document.addEventListener("DOMContentLoaded", all);
document.addEventListener("htmx:afterSettle", all);
