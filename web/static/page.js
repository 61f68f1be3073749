// The page works without this file; with it the estimate follows the answers, and training its progress.

const form = document.querySelector("form.live");
const panel = document.querySelector("#estimate");
let latest = 0;

async function refresh() {
  const turn = ++latest;
  const body = new FormData(form);
  for (const name of ["secret", "company", "role", "date", "notes"]) body.delete(name); // nothing of the estimate
  const html = await asked(form.dataset.estimate, { method: "POST", body: new URLSearchParams(body) });
  if (turn !== latest) return;
  if (html === null) tellStale();
  else show(html);
}

// What the server answers; null where it does not.
async function asked(path, request) {
  try {
    const response = await fetch(path, request);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function tellStale() {
  const told = panel.querySelector("#told");
  told.className = "wrong";
  told.textContent = "This is the estimate of earlier answers: offerodds gave none for these. Is it still running?";
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
  before.className = told.className;
  before.textContent = told.textContent; // a status that stays is read out; a new one would not be
  told.replaceWith(before);
  panel.replaceChildren(fresh.content);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  panel.scrollTop = place;
  if (back) panel.querySelector(back)?.focus();
  const wrong = panel.querySelector("[data-wrong]")?.dataset.wrong.split(" ") ?? [];
  for (const control of form.querySelectorAll(".typed input")) {
    if (wrong.includes(control.name)) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

function restore(answers) {
  for (const control of form.elements) {
    if (!control.closest(".question")) continue;
    const value = answers[control.name] ?? "";
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
  }
}

// What is answered now, as the server reads it.
function answered() {
  const given = {};
  for (const control of form.elements) {
    if (!control.name || !control.closest(".question") || (control.type === "radio" && !control.checked)) continue;
    const text = control.value.trim();
    if (text) given[control.name] = text;
  }
  return JSON.stringify(given);
}

// Sets aside the real answers while others are tried, or gives them up: only they are ever saved.
function pin(answers) {
  form.elements.pinned?.remove();
  if (answers !== null) {
    const kept = Object.assign(document.createElement("input"), { type: "hidden", name: "pinned", value: answers });
    form.prepend(kept);
  }
  form.classList.toggle("trying", answers !== null);
  remember();
}

// A browser that comes back to a page fills in what was tried, but not what was set aside.
function remember() {
  history.replaceState({ pinned: form.elements.pinned?.value ?? null }, "");
}

function differs(control) {
  return control.type === "radio" ? control.checked !== control.defaultChecked : control.value !== control.defaultValue;
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
    if (action === "undo" && pinned) restore(JSON.parse(pinned.value));
    if (action !== "try") pin(null);
    else if (!pinned) pin(answered());
    refresh();
  });
  addEventListener("hashchange", remember); // a link within the page begins another entry of the history
  // on the way back a browser fills in what had been answered, which may lie folded away
  addEventListener("pageshow", () => {
    const kept = history.state?.pinned;
    const back = kept !== undefined && kept !== (form.elements.pinned?.value ?? null);
    if (back) pin(kept);
    const changed = [...form.elements].filter((each) => each.closest(".question") && differs(each));
    for (const control of changed) control.closest("details")?.setAttribute("open", "");
    if (changed.length || back) refresh();
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
    const html = await asked("/train/progress");
    if (html === null) progress.textContent = "offerodds does not say how far it is. Is it still running?";
    else if (!html.includes("data-running")) location.assign("/train");
    else {
      progress.innerHTML = html;
      setTimeout(poll, 500);
    }
  };
  setTimeout(poll, 500);
}
