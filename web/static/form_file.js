// The form to give away: computes the chance of an offer as offerodds does (docs/method.md), without a network.
// An answer that is not given is absent; log-odds are natural.

const { questions, listed, signals, model, rules, words } = JSON.parse(document.querySelector("#model").textContent);
const language = document.documentElement.lang;

const add = (numbers) => numbers.reduce((sum, each) => sum + each, 0);
const clip = (x, low, high) => Math.min(Math.max(x, low), high);
const logit = (p) => Math.log(p) - Math.log1p(-p);
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const shrinkage = (variance) => 1 / Math.sqrt(1 + (Math.PI * variance) / 8);

// Returns strengths in standard units, NaN where there is no answer.
function strengths(answers) {
  return signals.map((signal) => {
    const [actual, planned] = signal.of.map((field) => answers[field]);
    let value = answers[signal.id] ?? NaN;
    if (signal.kind === "ratio") value = Math.log(((actual ?? NaN) + 1) / ((planned ?? NaN) + 1));
    if (signal.kind === "rate") value *= model.halfHour / Math.max(actual ?? planned ?? model.typicalMinutes, 1);
    return signal.turn * clip((value - signal.typical) / signal.spread, -model.maxStrength, model.maxStrength);
  });
}

// Discounts each sign by the others that are answered.
function features(strength) {
  const overlap = strength.map((z, j) => (isNaN(z) ? 0 : z * signals[j].sign > 0 ? signals[j].best : signals[j].worst));
  const total = add(overlap);
  return strength.map((z, j) => (isNaN(z) ? 0 : z / (1 + signals[j].loading * (total - overlap[j]))));
}

// Returns the log-odds of an average person at an average employer.
function startingLogOdds(answers) {
  const others = answers.other_candidates;
  const among = others === undefined ? undefined : Math.min(1 / (others + 1), model.maxCandidateRate);
  return logit(answers.base_rate ?? among ?? answers.stage ?? model.baseRate) / shrinkage(model.spread);
}

// Returns mean and variance of the employer's level, updated by its rate of offers: mode by Newton, then quadrature.
function employerLevel(context, rate) {
  if (!rate) return [0, model.employerVariance];
  const [k, n] = rate;
  const precision = 1 / model.employerVariance;
  const kappa = shrinkage(model.levelVariance);
  let mode = 0;
  let curvature;
  for (let i = 0; i < 60; i++) {
    const p = sigmoid(kappa * (context + mode));
    curvature = precision + kappa ** 2 * n * p * (1 - p);
    mode += clip((kappa * (k - n * p) - precision * mode) / curvature, -1, 1);
  }
  const levels = model.nodes.map((node) => mode + node / Math.sqrt(curvature));
  const logs = levels.map((level, i) => {
    const eta = kappa * (context + level);
    const logOdds = Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)));
    return k * eta - n * logOdds - (precision * level ** 2) / 2 + model.nodes[i] ** 2 / 2;
  });
  const largest = Math.max(...logs);
  const density = logs.map((log, i) => model.nodeWeights[i] * Math.exp(log - largest));
  const mean = add(density.map((d, i) => d * levels[i])) / add(density);
  return [mean, add(density.map((d, i) => d * (levels[i] - mean) ** 2)) / add(density)];
}

// Complementary error function: series below 2, continued fraction above.
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 60; n++) sum += term *= (2 * x * x) / (2 * n + 1);
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = x;
  for (let n = 100; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

// Returns the log-odds that days without an answer add.
function silence(answers) {
  const days = answers.days_since_interview;
  if (days === undefined) return 0;
  const promised = answers.promised_days;
  const median = promised === undefined ? model.medianDays : Math.max(promised, 1);
  const survival = Math.max(erfc((Math.log(days) - Math.log(median)) / model.sigma / Math.SQRT2) / 2, 2 ** -1022);
  return Math.log(survival) - Math.log(model.neverAnswered + (1 - model.neverAnswered) * survival);
}

// Returns x'Vx without the first coefficients, for a lower triangle V.
function variance(x, covariance, first) {
  let sum = 0;
  for (let i = first; i < x.length; i++) {
    if (x[i] === 0) continue;
    for (let j = first; j <= i; j++) sum += (i === j ? 1 : 2) * x[i] * covariance[i][j] * x[j];
  }
  return sum;
}

// Returns the distribution of the log-odds, and the chance.
function score(answers) {
  const x = [1, ...features(strengths(answers))];
  const context = startingLogOdds(answers);
  const [employerMean, employerVariance] = employerLevel(context, answers.employer_rate);
  const { mean, covariance } = model; // of the coefficients; a lower triangle
  const eta = context + add(mean.map((weight, i) => weight * x[i])) + employerMean;
  const total = variance(x, covariance, 0) + employerVariance;
  const update = silence(answers);
  return {
    eta,
    update,
    variance: total,
    ofSigns: variance(x, covariance, 1),
    ofLevels: covariance[0][0] + employerVariance,
    base: sigmoid(shrinkage(covariance[0][0] + employerVariance) * (context + mean[0] + employerMean)),
    probability: sigmoid(shrinkage(total) * eta + update),
  };
}

// Returns the interval of the chance for normal log-odds, widened to contain their probability.
function interval(eta, variance, update) {
  const sd = Math.sqrt(variance);
  const ends = update ? updatedEnds(eta, sd, update) : [eta - model.quantile * sd, eta + model.quantile * sd];
  const [low, high] = ends.map((end) => sigmoid(end + update));
  const p = sigmoid(shrinkage(variance) * eta + update);
  return [Math.min(low, p), Math.max(high, p)];
}

// Returns the ends for log-odds whose density is multiplied by the probability of the silence, on a grid.
function updatedEnds(eta, sd, update) {
  const cells = 64;
  const last = model.quantile + 4;
  const first = -last - Math.min(sd, Math.max(eta, 0) / Math.max(sd, 1e-9));
  const step = (last - first) / cells;
  const density = Array.from({ length: cells + 1 }, (_, i) => {
    const z = first + step * i;
    const odds = Math.exp(Math.min(eta + sd * z, 700));
    return (Math.exp(-(z ** 2) / 2) * (1 + Math.exp(update) * odds)) / (1 + odds);
  });
  const cumulative = [0];
  for (let i = 0; i < cells; i++) {
    let mass = (density[i] + density[i + 1]) / 2;
    if (i > 0 && i < cells - 1) mass += (mass - (density[i - 1] + density[i + 2]) / 2) / 12;
    cumulative.push(cumulative[i] + mass);
  }
  return [(1 - model.level) / 2, (1 + model.level) / 2].map((share) => {
    const target = share * cumulative[cells];
    const cell = clip(cumulative.filter((each) => each < target).length - 1, 0, cells - 1);
    const part = clip((target - cumulative[cell]) / (cumulative[cell + 1] - cumulative[cell]), 0, 1);
    const growth = density[cell + 1] / density[cell] - 1;
    const within = Math.abs(growth) < 1e-6 ? part : Math.log1p(part * growth) / Math.log1p(growth);
    return eta + sd * (first + step * (cell + within));
  });
}

// The interval, and that with the weights uncertain alone, averaged over employers.
function intervals(found) {
  const covariance = (found.variance - found.ofSigns - found.ofLevels) / 2;
  const isUncertain = found.ofSigns > 1e-9 * found.variance;
  const levels = isUncertain ? found.ofLevels - covariance ** 2 / found.ofSigns : found.variance;
  const kappa = shrinkage(levels);
  const whole = interval(found.eta, found.variance, found.update);
  const bySigns = interval(kappa * found.eta, kappa ** 2 * Math.max(found.variance - levels, 0), found.update);
  return {
    whole,
    ofSigns: [clip(bySigns[0], whole[0], found.probability), clip(bySigns[1], found.probability, whole[1])],
  };
}

// Reads a number; undefined if it is not one. The same forms as in a table, except words for no answer.
function readNumber(question, text) {
  const comma = /^[-+]?\d+,\d+$/.test(text) && !/^[-+]?[1-9]\d{0,2}(,\d{3})+$/.test(text);
  const plain = comma ? text.replace(",", ".") : text;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

function readProportion(text) {
  const found = /^(\d{1,7}(?:[.,]\d+)?) ?(%)? ?(?:\/|of|out of|von|de) ?(\d{1,7})$/i.exec(text);
  if (!found) return undefined;
  const whole = Number(found[3]);
  let part = Number(found[1].replace(",", "."));
  if (found[2]) {
    const exact = (part * whole) / 100;
    part = Math.round(exact) - (exact % 2 === 0.5 ? 1 : 0); // halves to even
  }
  return Number.isInteger(part) && part <= whole && whole && whole <= model.maxWhole ? [part, whole] : undefined;
}

// Reads one answer as a number on the scale of its question; undefined if it is not valid.
function read(question, text) {
  if (question.values) return question.values[text];
  if (question.kind === "proportion") return readProportion(text);
  const isShare = question.kind === "probability";
  const isPercent = isShare && text.endsWith("%");
  if (question.isOpenEnded && /^[-+]?[1-9]\d{0,2}(\.\d{3})*\.\d\d0$/.test(text)) return undefined; // 1.200 may be 1200
  let number = readNumber(question, isPercent ? text.slice(0, -1).trim() : text);
  if (isPercent || (isShare && number >= 2)) number /= 100;
  if (question.isLength && number > 0 && number < 1) return undefined; // 0.75 may be hours
  if (question.isWhole && !Number.isInteger(number)) return undefined;
  return number >= question.minimum && number <= question.maximum ? number : undefined;
}

// Reads the answers, given as text by field; contradictory ones are invalid too.
function readAnswers(given) {
  const answers = {};
  for (const question of questions) {
    const value = given[question.id] && read(question, given[question.id]);
    if (value !== undefined && value !== "") answers[question.id] = value;
  }
  for (const rule of rules) {
    const applies = !rule.levels.length || rule.levels.includes(given[rule.field]);
    if (applies && answers[rule.other] > rule.above) delete answers[rule.field];
  }
  return answers;
}

// Computes everything that the page shows, from answers as text by field.
function estimate(given) {
  const answers = readAnswers(given);
  const found = score(answers);
  const without = (fields) => Object.fromEntries(Object.entries(answers).filter(([field]) => !fields.includes(field)));
  const points = (fields) => {
    const left = fields.includes("days_since_interview") ? [] : ["days_since_interview"]; // else before the silence
    return score(without(left)).probability - score(without([...left, ...fields])).probability;
  };
  const isAnswered = (entry) => entry.fields.every((field) => field in answers);
  return {
    answers,
    base: found.base,
    probability: found.probability,
    ...intervals(found),
    hasSigns: strengths(answers).some((z) => !isNaN(z)),
    hasSilence: found.update !== 0,
    points: Object.fromEntries(Object.keys(answers).map((field) => [field, points([field])])),
    reasons: listed.filter(isAnswered).map((entry) => ({ ...entry, points: points(entry.fields) })),
    invalid: questions.filter(({ id }) => given[id] && !(id in answers)).map(({ id }) => id),
  };
}

// What follows words the results, as offerodds does, in the language of the file.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const wholePercent = (p) => Math.floor(100 * p + 0.5);
const percent = (p) => words.percents[wholePercent(p)];
const effectText = (share) => words.effects[Math.round(100 * share) + 100]; // from -100 to 100 points
const numberText = (value, digits) =>
  value.toLocaleString(language, { useGrouping: false, maximumSignificantDigits: digits });

function rangeText([low, high]) {
  const [first, last] = [percent(low), percent(high)];
  const [none, all] = [wholePercent(low) < 1, wholePercent(high) > 99];
  if (first === last) return none || all ? first : fill(words.about, { percent: first });
  if (none && all) return fill(words.anywhere, { low: first, high: last });
  if (none) return fill(words.orLess, { percent: last });
  return all ? fill(words.orMore, { percent: first }) : fill(words.between, { low: first, high: last });
}

function giveOrTake({ probability, ofSigns }) {
  const width = wholePercent((ofSigns[1] - ofSigns[0]) / 2);
  const chance = wholePercent(probability);
  if (!width) return "";
  return `, ${width > Math.min(chance, 100 - chance) ? rangeText(ofSigns) : words.within[width]}`;
}

function rangeSentences(result) {
  const [average, chance] = [percent(result.base), percent(result.probability)];
  const [moves, leaves] = words.changes[2 * result.hasSigns + result.hasSilence];
  const change = fill(average === chance ? leaves : moves, { average, chance });
  return [
    ...(change ? [`${change}${giveOrTake(result)}.`] : []),
    fill(words.range, { range: fill(words.probably, { interval: rangeText(result.whole) }) }),
  ];
}

function answerText(field, text, value) {
  const { words: ofValues, kind } = questions.find(({ id }) => id === field);
  if (ofValues) return ofValues[text];
  if (kind === "proportion") return fill(words.of, { part: value[0], whole: value[1] });
  return kind === "probability" ? fill(words.percent, { number: numberText(100 * value, 4) }) : numberText(value, 6);
}

function reasonText({ id, question, fields }, given, answers) {
  const [first, second] = fields.map((field) => answerText(field, given[field], answers[field]));
  if (id === "days_since_interview") return fill(words.waited[first === "1" ? 0 : 1], { days: first });
  const answer = second === undefined ? first : fill(words.of, { part: first, whole: second });
  return `${question} ${answer[0].toUpperCase()}${answer.slice(1)}`;
}

function reasonEffect({ id, points }, chance) {
  if (id !== "days_since_interview") return effectText(points);
  return [chance - Math.round(100 * points), chance].map((each) => words.percents[each]).join(" → ");
}

function mainReasons({ reasons, answers, probability }, given) {
  const large = reasons.filter((each) => Math.abs(each.points) >= 0.005);
  large.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return large.slice(0, 3).map((each) => [
    reasonText(each, given, answers),
    reasonEffect(each, wholePercent(probability)),
  ]);
}

// What follows reads and fills in the page. Text is never inserted as HTML.
const form = document.querySelector("form");
const nameOf = (id) => questions.find((question) => question.id === id)?.name ?? words.date; // the only other field
const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
const blankReasons = [...form.querySelector(".reasons").childNodes];

function given() {
  const entries = [...new FormData(form)].map(([name, text]) => [name, text.trim()]);
  return Object.fromEntries(entries.filter(([, text]) => text));
}

function refresh() {
  const texts = given();
  const result = estimate(texts);
  const asked = form.querySelector(".asked");
  const top = asked.getBoundingClientRect().top;
  const sentences = rangeSentences(result);
  const chance = percent(result.probability);
  const frequency = words.frequencies[wholePercent(result.probability)];
  form.querySelector(".number strong").textContent = chance;
  form.querySelector(".number span").textContent = frequency;
  form.querySelector(".how b").textContent = chance;
  form.querySelector(".interval").replaceChildren(...sentences.map((line) => make("p", line)));
  form.querySelector(".interval").classList.remove("none-yet");
  showReasons(mainReasons(result, texts));
  for (const question of form.querySelectorAll(".question")) {
    const points = result.points[question.id.slice(2)];
    question.querySelector(".effect").textContent = points === undefined ? "" : effectText(points);
    const control = question.querySelector("input[type=text]");
    control?.removeAttribute("aria-invalid");
    if (control && result.invalid.includes(control.name)) control.setAttribute("aria-invalid", "true");
  }
  const first = [...form.querySelectorAll(".first .question")].filter(({ id }) => texts[id.slice(2)]);
  form.querySelector("#answered").textContent = first.length;
  const ignored = result.invalid.map((id) => Object.assign(make("a", nameOf(id)), { href: `#q-${id}` }));
  const wrong = form.querySelector("#wrong");
  wrong.hidden = !ignored.length;
  wrong.replaceChildren(words.ignored, " ", ...ignored.flatMap((link, i) => (i ? [", ", link] : [link])), ".");
  form.querySelector("#status").textContent = [`${fill(words.chance, { frequency, percent: chance })}.`, ...sentences, wrong.hidden ? "" : wrong.textContent].join(" ");
  scrollBy(0, asked.getBoundingClientRect().top - top); // on a telephone the estimate above may have grown
}

function showReasons(reasons) {
  const panel = form.querySelector(".reasons");
  panel.classList.toggle("none-yet", !reasons.length);
  if (!reasons.length) return panel.replaceChildren(...blankReasons);
  const list = document.createElement("ul");
  for (const [reason, effect] of reasons) {
    const item = document.createElement("li");
    item.append(make("span", reason), " ", make("b", effect));
    list.append(item);
  }
  panel.replaceChildren(make("h2", words.reasons), list);
}

// Returns a day as YYYY-MM-DD, so many days ago; blank if there is none.
function isoDay(daysAgo) {
  const day = new Date();
  day.setDate(day.getDate() - Math.floor(daysAgo));
  if (isNaN(day) || day.getFullYear() < 2000) return "";
  const pad = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}

// Formats a cell of a CSV; a spreadsheet must not run it as a formula.
function cell(text) {
  const safe = /^'?[=+\\\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Returns the table with one row; the days waited become the day of the interview, which stays right.
function table(texts, answers) {
  const day = texts.date ?? isoDay(answers.days_since_interview ?? 0);
  const fields = ["company", "role", "date", "notes", ...questions.map(({ id }) => id).filter((id) => id !== "days_since_interview")];
  const row = { ...texts, date: day };
  return `\ufeff${fields.map(cell).join(",")}\r\n${fields.map((field) => cell(row[field] ?? "")).join(",")}\r\n`;
}

function save(event) {
  event.preventDefault();
  const texts = given();
  const { answers, invalid } = estimate(texts);
  const wrong = [...invalid, ...(texts.date || isoDay(answers.days_since_interview ?? 0) ? [] : ["date"])];
  const message = form.querySelector("#saved");
  message.textContent = wrong.length ? fill(words.notSaved, { names: wrong.map(nameOf).join(", ") }) : words.saved;
  if (wrong.length) {
    const control = form.querySelector(`[name="${wrong[0]}"]`);
    control.closest("details")?.setAttribute("open", "");
    return control.focus();
  }
  const url = URL.createObjectURL(new Blob([table(texts, answers)], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href: url, download: "interview.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

document.documentElement.classList.add("js");
form.elements.date.max = isoDay(0);
form.addEventListener("input", refresh);
form.addEventListener("submit", save);
refresh();
