"""The guided import: the columns and words of a file, each with choices, then a preview, then the import."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import Question
from ...data.errors import Fault, FileError, InputError, Remedy
from ...data.files import scratch_folder
from ...data.language import N_, _
from ...data.limits import REQUEST_INTERVIEWS
from ...data.tables.formats import open_table
from ...journal.export import RECORD_COLUMN
from ...journal.import_columns import find_columns, header_names
from ...journal.import_rows import JOURNAL_COLUMNS
from ...journal.importing import ImportResult, import_into
from ...journal.records import APPLIED, CHANNEL
from ...journal.status import Predictor
from ...reporting.journal import import_counts, import_summary
from ...reporting.prediction import sign_name
from ..forms import AuthorizedForm, KeptUploads
from ..state import AppState, app_state
from ..templating import render_page
from .exchange import imported
from .journal import as_sentence, show_journal

router = APIRouter(include_in_schema=False)
_MAX_COLUMNS, _MAX_WORDS, _SAMPLES = 300, 200, 3
_LABELS = {
    "company": N_("company"),
    "role": N_("role"),
    "outcome": N_("outcome"),
    "notes": N_("notes"),
    "date": N_("day of the interview"),
    "outcome_date": N_("day of the outcome"),
    "client": N_("client (for coaches)"),
    APPLIED: N_("day of the application"),
    CHANNEL: N_("way of applying"),
}
_OUTCOMES = {
    "offer": N_("offer, taken or not"),
    "rejected": N_("rejected"),
    "ghosted": N_("never answered"),
    "withdrew": N_("I withdrew"),
    "pending": N_("still waiting"),
    "next_round": N_("next round"),
    "applied": N_("no interview"),
    "not_applied": N_("not applied yet"),
}
_REMEDIES: Mapping[Remedy | str | None, str] = {
    Remedy.MAP_OUTCOME: "choose “outcome” for it below, or leave it at “not used”",
    Remedy.MAP_DATE: "choose “day of the interview” for it below, or leave it at “not used”",
    Remedy.MAP_ONE: "choose “not used” below for the one that is not meant",
    Remedy.MAP_WORD: "choose its meaning below",
    Remedy.MAP_ANSWER: "choose its meaning below",
}
_REWRITE = N_("write the file so, or state below that each row is an interview")
_WORD_PROBLEMS = ("not an outcome", "ambiguous outcome", "not an answer")
_PATTERN = re.compile(r"%[dm](.)%[dm]\1(%[Yy])")
_NUMBERS = re.compile(r"\d+([/.-])\d+\1(\d{2,4})")


@dataclass(frozen=True)
class Choices:
    """What the person has chosen so far.

    Parameters
    ----------
    columns : mapping of int to str
        Names in the journal by the place of the column, blank to leave it out; empty in the first step.
    words : mapping of (str, str) to str
        Field and word of the file to the meaning; blank while none is chosen.
    pattern : str
        The date format; blank if no date is ambiguous.
    sheet : str
        The sheet of a workbook; blank for the only one with known columns.
    skip : bool
        Whether to leave out rows that cannot be read.
    all_interviews : bool
        Whether each row is an interview, though the file looks like a log of events.
    """

    columns: Mapping[int, str]
    words: Mapping[tuple[str, str], str]
    pattern: str = ""
    sheet: str = ""
    skip: bool = False
    all_interviews: bool = False

    @classmethod
    def from_form(cls, form: FormData) -> "Choices":
        """Read the choices of a step."""

        def text(name: str) -> str:
            value = form.get(name)
            return value if isinstance(value, str) else ""

        given = [i for i in range(_MAX_COLUMNS) if f"column-{i}" in form]
        columns = {i: text(f"column-{i}") for i in given}
        places = [k for k in range(_MAX_WORDS) if f"word-{k}" in form]
        words = {(text(f"field-{k}"), text(f"word-{k}")): text(f"meaning-{k}") for k in places}
        ticked = (text(name) == "yes" for name in ("skip", "all_interviews"))
        return cls(columns, words, text("pattern"), text("sheet").strip(), *ticked)


@router.post("/journal/import/guide")
def guide(request: Request, form: AuthorizedForm) -> Response:
    """Show what is in a file and what an import would do, or import it."""
    state = app_state(request)
    uploads: KeptUploads = request.app.state.uploads
    upload = form.get("file")
    try:
        if isinstance(upload, UploadFile) and upload.filename:
            token = uploads.keep(upload)
        else:
            token = str(form.get("token") or "")
        path, name = uploads.find(token)
    except InputError as error:
        return show_journal(request, faults=error.faults)
    choices = Choices.from_form(form)
    step = {"token": token, "name": name, "choices": choices}
    try:
        names, samples = _head(path, state.active_model().model.catalogue, choices.sheet)
    except InputError as error:
        return _show(request, step, faults=[replace(fault, source="") for fault in error.faults])
    catalogue = state.active_model().model.catalogue
    suggested = _suggest(names, catalogue)
    chosen = {i: choices.columns.get(i, suggested.get(i, "")) for i in range(len(names))}
    columns = [(i, each, samples[i], chosen[i]) for i, each in enumerate(names)]
    is_first = not choices.columns  # later on a column that is not used was left out expressly
    mapping = {
        each: chosen[i]
        for i, each in enumerate(names)
        if chosen[i] != suggested.get(i, "")
        or not (chosen[i] or is_first)
        or (chosen[i] == "date" and choices.all_interviews)
    }
    is_last = form.get("do") == "import"
    try:
        skip = choices.skip or (bool(names) and not is_last)  # the preview counts the other rows of a table
        result = _import(state, path, choices, mapping, skip=skip, dry_run=not is_last)
    except InputError as error:
        faults = [replace(fault, source="") for fault in error.faults]
        return _show(request, step, columns, catalogue, faults)
    if is_last:
        uploads.drop(token)
        return imported(result)
    return _show(
        request, step, columns, catalogue, [replace(each, source="") for each in result.faults], result
    )


def _head(path: Path, catalogue: Catalogue, sheet: str) -> tuple[list[str], list[str]]:
    """Read the names of the columns, and some cells of each; none for an export in JSON."""
    try:
        known = [*catalogue.questions, *header_names()]
        with open_table(path, known=known, sheet=sheet or None, twins=True) as table:
            names = [str(name) for name in table.names]
            frame = next(iter(table)).frame
    except FileError:
        if path.suffix.lower() != ".json":
            raise
        return [], []
    cells = ([str(cell) for cell in frame.iloc[:, i].dropna().head(200)] for i in range(len(names)))
    distinct = [[*dict.fromkeys(filter(str.strip, each))][:_SAMPLES] for each in cells]
    return names, [", ".join(each) for each in distinct]


def _suggest(names: Sequence[str], catalogue: Catalogue) -> dict[int, str]:
    """Find what each column is read as by itself; for columns that compete, what each could be."""
    known = [*catalogue.questions, *JOURNAL_COLUMNS]
    try:
        return dict(find_columns(names, known, {}).used)
    except InputError:
        suggested: dict[int, str] = {}
        for i, name in enumerate(names):
            try:
                (suggested[i],) = find_columns([name], known, {}).used.values()
            except InputError:
                continue
        return suggested


def _import(
    state: AppState, path: Path, choices: Choices, mapping: Mapping[str, str], *, skip: bool, dry_run: bool
) -> ImportResult:
    """Import a file as chosen, or try it."""
    meanings = {theirs: meaning for theirs, meaning in choices.words.items() if meaning}
    with state.open_journal() as book, scratch_folder() as folder:
        return import_into(
            book,
            path,
            mapping=mapping,
            meanings=meanings,
            pattern=choices.pattern or None,
            skip_bad=Path(folder, "bad.csv") if skip else None,
            sheet=choices.sheet or None,
            dry_run=dry_run,
            predict=Predictor(state.active_model().model),
            max_rows=REQUEST_INTERVIEWS,
            column_names=partial(_label, catalogue=state.active_model().model.catalogue),
        )


def _show(
    request: Request,
    step: Mapping[str, Any],
    columns: Sequence[tuple[int, str, str, str]] = (),
    catalogue: Catalogue | None = None,
    faults: Sequence[Fault] = (),
    result: ImportResult | None = None,
) -> HTMLResponse:
    """Show a step, with the faults that no choice here settles."""
    choices: Choices = step["choices"]
    words, others = _words(faults, choices, catalogue)
    asks_interviews = choices.all_interviews or any(map(_is_log, others))
    others = [replace(each, remedy=_remedy(each)) for each in others]
    patterns = _patterns(others, choices)
    if patterns:
        others = [fault for fault in others if fault.remedy is not Remedy.DAY_OR_MONTH]
    counts = import_counts(result) | {"bad": result.bad if choices.skip else 0} if result else {}
    targets = [name for name in (*JOURNAL_COLUMNS, APPLIED, CHANNEL) if name != RECORD_COLUMN]
    signs = [(name, sign_name(name, catalogue)) for name in (catalogue.questions if catalogue else ())]
    return render_page(
        request,
        "guide.html",
        status=422 if faults and result is None else 200,
        token=step["token"],
        file_name=step["name"],
        columns=columns,
        targets=[(name, _(_LABELS.get(name, name))) for name in targets],
        signs=signs,
        words=words,
        patterns=patterns,
        pattern=choices.pattern,
        sheet=choices.sheet,
        asks_sheet=bool(choices.sheet) or any(fault.remedy is Remedy.NAME_SHEET for fault in others),
        skip=choices.skip,
        asks_interviews=asks_interviews,
        all_interviews=choices.all_interviews,
        faults=others,
        left_out=[replace(each, remedy=_remedy(each)) for each in faults],
        inputs={name: f"column-{i}" for i, name, _, _ in columns} | {"sheet": "sheet"},
        remedy=None,
        messages=import_summary(counts, (), is_preview=True) if result else [],
        remarks=[as_sentence(remark) for remark in result.remarks] if result else [],
        is_ready=result is not None and (choices.skip or not faults),
    )


def _remedy(fault: Fault) -> Remedy | str | None:
    """Find the remedy in the words of this page."""
    return _REWRITE if _is_log(fault) else _REMEDIES.get(fault.remedy, fault.remedy)


def _is_log(fault: Fault) -> bool:
    """Test whether a fault is that the file looks like a log of events."""
    return fault.remedy is Remedy.MAP_DATE and bool(fault.expected)


def _words(
    faults: Sequence[Fault], choices: Choices, catalogue: Catalogue | None
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Turn faults of words into choices, those made before first; the other faults remain."""
    asked: dict[tuple[str, str], int] = {}
    others: list[Fault] = []
    for fault in faults:
        is_number = fault.is_of_column and fault.remedy is not Remedy.YES_OR_NO
        is_word = fault.problem in _WORD_PROBLEMS and not is_number
        if is_word and len(asked) < _MAX_WORDS:
            asked[fault.field, fault.seen.strip("'\"")] = fault.rows
        else:
            others.append(fault)
    made = {key: 0 for key, meaning in choices.words.items() if meaning and key not in asked}
    questions = catalogue.questions if catalogue else {}
    return [
        {
            "field": field,
            "label": _label(field, catalogue),
            "word": word,
            "rows": rows,
            "meaning": choices.words.get((field, word), ""),
            "meanings": _meanings(questions.get(field)),
        }
        for (field, word), rows in (made | asked).items()
    ], others


def _label(field: str, catalogue: Catalogue | None) -> str:
    """Name a column as the choices here do."""
    return _(_LABELS[field]) if field in _LABELS else sign_name(field, catalogue)


def _meanings(question: Question | None) -> list[tuple[str, str]]:
    """List what a word may mean, as an outcome or as the answer to a question."""
    if question is None:
        return [(outcome, _(label)) for outcome, label in _OUTCOMES.items()]
    if question.kind == "yes_no":
        words = [("yes", _("yes")), ("no", _("no"))]
    else:
        words = [(level, question.word(level)) for level in question.levels]
    return [*words, ("unknown", _("no answer"))]


def _patterns(faults: Sequence[Fault], choices: Choices) -> list[tuple[str, str]]:
    """List the two ways to read an ambiguous date, if there is one or was one before."""
    unclear = [fault for fault in faults if fault.remedy is Remedy.DAY_OR_MONTH]
    found = _NUMBERS.search(unclear[0].seen) if unclear else _PATTERN.fullmatch(choices.pattern)
    if found is None:
        return []
    separator, year = found[1], "%y" if len(found[2]) == 2 and found[2] != "%Y" else "%Y"
    return [
        (f"%d{separator}%m{separator}{year}", _("day first: {example}", example=f"31{separator}12")),
        (f"%m{separator}%d{separator}{year}", _("month first: {example}", example=f"12{separator}31")),
    ]
