// The page works without this file. With it, the estimate and the progress of a training update by themselves.

const form = document.querySelector("form.live");
const panel = document.querySelector("#estimate");
let latest = 0;

async function refresh() {
  showCount();
  const turn = ++latest;
  const body = new FormData(form);
  for (const name of ["secret", "company", "role", "date", "notes", "client"]) body.delete(name); // the estimate needs none
  const html = await fetchText(form.dataset.estimate, { method: "POST", body: new URLSearchParams(body) });
  if (turn !== latest) return; // a newer request is on its way
  if (html === null) showStale();
  else show(html);
}

// Fetches the text of a response; null if there is none.
async function fetchText(path, request) {
  try {
    const response = await fetch(path, request);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function showStale() {
  const status = panel.querySelector("#status");
  status.className = "wrong";
  status.textContent = form.dataset.stale;
}

// Returns a selector for the same control in a new estimate.
function placeOf(control) {
  if (control.dataset.do) return "[data-do]";
  if (control.matches("a")) return `a[href="${control.getAttribute("href")}"]`;
  return control.closest("details") && `#${control.closest("details").id} > summary`;
}

// Replaces the estimate; open details, focus and scroll position stay.
function show(html) {
  const open = [...panel.querySelectorAll("details[open]")].map((each) => each.id);
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  const back = focused && placeOf(focused);
  const place = panel.scrollTop;
  const status = panel.querySelector("#status");
  const asked = form.querySelector(".asked");
  const top = asked.getBoundingClientRect().top;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const freshStatus = fresh.content.querySelector("#status");
  status.className = freshStatus.className;
  status.textContent = freshStatus.textContent; // screen readers read out a status that changes, not a new one
  freshStatus.replaceWith(status);
  panel.replaceChildren(fresh.content);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  panel.scrollTop = place;
  scrollBy(0, asked.getBoundingClientRect().top - top); // on a telephone the estimate above may have grown
  if (back) panel.querySelector(back)?.focus();
  showEffects(JSON.parse(panel.querySelector("[data-effects]").dataset.effects));
  const wrong = panel.querySelector("[data-wrong]")?.dataset.wrong.split(" ") ?? [];
  for (const control of form.querySelectorAll(".typed input")) {
    if (wrong.includes(control.name)) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

// Writes what each answer changes beside its question.
function showEffects(effects) {
  for (const question of form.querySelectorAll(".question")) {
    question.querySelector(".effect").textContent = effects[question.id.replace("q-", "")] ?? "";
  }
}

// Counts the answers to the first questions.
function showCount() {
  const questions = [...form.querySelectorAll(".first .question")];
  form.querySelector("#answered").textContent = questions.filter((each) =>
    [...each.querySelectorAll("input")].some((control) => (control.type !== "radio" || control.checked) && control.value.trim()),
  ).length;
}

function restore(answers) {
  for (const control of form.elements) {
    if (!control.closest(".question")) continue;
    const value = answers[control.name] ?? "";
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
  }
}

// Returns the current answers as JSON, as the server reads them.
function currentAnswers() {
  const answers = {};
  for (const control of form.elements) {
    if (!control.name || !control.closest(".question") || (control.type === "radio" && !control.checked)) continue;
    const text = control.value.trim();
    if (text) answers[control.name] = text;
  }
  return JSON.stringify(answers);
}

// Stores the real answers while others are tried (only they are saved), or removes them.
function pin(answers) {
  form.elements.pinned?.remove();
  if (answers !== null) {
    form.prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "pinned", value: answers }));
  }
  form.classList.toggle("trying", answers !== null);
  remember();
}

// On Back, browsers restore the visible fields but not the pinned answers, so the history has those.
function remember() {
  history.replaceState({ pinned: form.elements.pinned?.value ?? null }, "");
}

// The draft of a new interview survives a reload and other pages; it ends with the tab.
const DRAFT = "offerodds-draft";
const TEXTS = ["company", "role", "date", "notes", "client"];

function saveDraft() {
  if (form.dataset.draft === undefined) return;
  const texts = Object.fromEntries(TEXTS.map((name) => [name, form.elements[name].value]));
  const draft = { answers: JSON.parse(currentAnswers()), texts, pinned: form.elements.pinned?.value ?? null };
  const isBlank = !Object.keys(draft.answers).length && !Object.values(texts).some(Boolean) && draft.pinned === null;
  if (isBlank) sessionStorage.removeItem(DRAFT);
  else sessionStorage.setItem(DRAFT, JSON.stringify(draft));
}

// Restores the draft, unless the server sent answers, which are newer.
function restoreDraft() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  const sent = [...form.querySelectorAll(".question input, .texts input, .texts textarea")].some((control) =>
    control.type === "radio" ? control.defaultChecked && control.value : control.defaultValue.trim(),
  );
  if (form.dataset.draft === undefined || !draft || sent || form.elements.pinned) return false;
  restore(draft.answers);
  for (const name of TEXTS) form.elements[name].value = draft.texts[name] ?? "";
  if (draft.pinned !== null) pin(draft.pinned);
  return true;
}

function hasChanged(control) {
  return control.type === "radio" ? control.checked !== control.defaultChecked : control.value !== control.defaultValue;
}

if (form) {
  document.documentElement.classList.add("js");
  let timer;
  form.addEventListener("input", (event) => {
    saveDraft();
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
    else if (!pinned) pin(currentAnswers());
    saveDraft();
    refresh();
  });
  const again = form.querySelector("[data-start-again]");
  again?.addEventListener("click", (event) => {
    if (sessionStorage.getItem(DRAFT) && !confirm(again.dataset.startAgain)) event.preventDefault();
    else sessionStorage.removeItem(DRAFT);
  });
  sessionStorage.removeItem(`${DRAFT}-sent`);
  form.addEventListener("submit", () => {
    if (form.dataset.draft !== undefined) sessionStorage.setItem(`${DRAFT}-sent`, "yes");
  });
  addEventListener("hashchange", remember); // a link within the page adds an entry to the history
  // on Back the browser restores the answers; unfold those that are folded
  addEventListener("pageshow", () => {
    const restored = restoreDraft();
    const pinned = history.state?.pinned;
    const pinnedChanged = pinned !== undefined && pinned !== (form.elements.pinned?.value ?? null);
    if (pinnedChanged) pin(pinned);
    const changed = [...form.elements].filter((each) => each.closest(".question") && hasChanged(each));
    for (const control of changed) control.closest("details")?.setAttribute("open", "");
    if (changed.length || pinnedChanged || restored) refresh();
  });
  // Enter in a text box of a question updates the estimate; below the questions it saves, as Ctrl+Enter does anywhere
  form.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey;
    if (event.key !== "Enter" || !(modified || event.target.matches(".question input, .texts input"))) return;
    event.preventDefault();
    if (modified || event.target.closest(".texts")) form.querySelector(".save")?.click();
    else refresh();
  });
  // a link to a folded question unfolds it
  panel.addEventListener("click", (event) => {
    const id = event.target.closest("a[href^='#q-']")?.getAttribute("href");
    if (id) document.querySelector(id)?.closest("details")?.setAttribute("open", "");
  });
}

// browsers that do not know autofocus on a summary of faults, or came by a link into the page
document.querySelector("section[autofocus]")?.focus();

// a button that copies a text; without it the text can be selected
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy"); // no clipboard without https
    }
    button.textContent = button.dataset.copied;
  });
}

// the page of an interview, after the form was sent: it is saved
if (!form && /^\/journal\/\d+$/.test(location.pathname) && sessionStorage.getItem(`${DRAFT}-sent`)) {
  sessionStorage.removeItem(DRAFT);
  sessionStorage.removeItem(`${DRAFT}-sent`);
}

const progress = document.querySelector("#progress[data-running]");
if (progress) {
  const poll = async () => {
    const html = await fetchText("/train/progress");
    if (html === null) progress.textContent = progress.dataset.lost;
    else if (!html.includes("data-running")) location.assign("/train");
    else {
      progress.innerHTML = html;
      setTimeout(poll, 500);
    }
  };
  setTimeout(poll, 500);
}
