// The page works without this file; with it the estimate follows the answers, and training its progress.

const form = document.querySelector("form.live");
const panel = document.querySelector("#estimate");
let latest = 0;

async function refresh(action) {
  const turn = ++latest;
  const body = new FormData(form);
  if (action) body.set("do", action);
  const response = await fetch("/estimate", { method: "POST", body: new URLSearchParams(body) });
  if (!response.ok || turn !== latest) return;
  const html = await response.text();
  if (turn === latest) show(html);
}

// Replaces the estimate without closing what is open in it, moving the focus, or losing its place.
function show(html) {
  const open = [...panel.querySelectorAll("details[open]")].map((each) => each.id);
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  const back = focused && (focused.dataset.do ? "[data-do]" : focused.closest("details") ? `#${focused.closest("details").id} > summary` : null);
  const place = panel.scrollTop;
  const before = panel.querySelector("#told");
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const told = fresh.content.querySelector("#told");
  before.textContent = told.textContent; // a status that stays is read out; a new one would not be
  told.replaceWith(before);
  panel.replaceChildren(fresh.content);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  panel.scrollTop = place;
  if (back) panel.querySelector(back)?.focus();
}

function restore(answers) {
  for (const control of form.elements) {
    if (!control.closest(".question")) continue;
    const value = answers[control.name] ?? "";
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
  }
}

if (form) {
  document.documentElement.classList.add("js");
  let timer;
  form.addEventListener("input", (event) => {
    if (!event.target.closest(".question")) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, event.target.type === "radio" ? 0 : 150);
  });
  form.addEventListener("click", (event) => {
    const action = event.target.closest("[data-do]")?.dataset.do;
    if (!action) return;
    event.preventDefault();
    const pinned = form.elements.pinned;
    if (action === "undo") restore(JSON.parse(pinned.value));
    pinned?.remove();
    refresh(action);
  });
  // Enter in a typed answer takes it over instead of sending the form
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".question input")) {
      event.preventDefault();
      refresh();
    }
  });
  // a link to a question opens what hides it
  panel.addEventListener("click", (event) => {
    const id = event.target.closest("a[href^='#q-']")?.getAttribute("href");
    if (id) document.querySelector(id)?.closest("details")?.setAttribute("open", "");
  });
}

const progress = document.querySelector("#progress[data-running]");
if (progress) {
  const poll = async () => {
    const response = await fetch("/train/progress");
    if (!response.ok) return;
    const html = await response.text();
    if (!html.includes("data-running")) location.assign("/train");
    else {
      progress.innerHTML = html;
      setTimeout(poll, 500);
    }
  };
  setTimeout(poll, 500);
}
