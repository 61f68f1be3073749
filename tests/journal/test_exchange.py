"""Export and import: no loss, no duplicates, and nothing saved from a file with faults."""

import csv
import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CATALOGUE, forms
from offerodds import InputError, Journal, OfferModel, read_table
from offerodds.cli.remedies import TERMINAL
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.files import write_atomic
from offerodds.data.tables.csv_table import escape_formula, unescape_formula
from offerodds.journal import clock, rows
from offerodds.journal.entry import check_entry
from offerodds.journal.export import export_csv, export_json, export_xlsx
from offerodds.journal.importing import import_into
from offerodds.journal.rates import journal_rates
from offerodds.journal.records import Application, PredictionRecord
from offerodds.journal.rows import Record, write_applications, write_records
from offerodds.journal.status import Predictor

TODAY = date(2026, 11, 24)
PREDICTION = {
    "made": "2026-11-24T10:00:00Z",
    "probability": 0.5,
    "low": 0.1,
    "high": 0.9,
    "level": 0.9,
    "base_rate": 0.3,
    "model": "a" * 64,
    "days": 1,
}


def as_csv(journal):
    return "".join(export_csv(journal))


def as_json(journal):
    return "".join(export_json(journal))


def as_xlsx(journal):
    return b"".join(export_xlsx(journal))


EXPORTERS = {".csv": as_csv, ".json": as_json, ".xlsx": as_xlsx}
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=30
) | st.sampled_from(
    [
        "=1+1",
        "+x",
        "-1",
        "@SUM(A1)",
        "＝1+1",
        "'=x",
        "''",
        "'tis",
        "שלום",
        "😀🎉",
        "a\r\nb",
        "a\rb",
        "\n",
        'say "no"',
        "\tx",
        "a,b;c",
        " x ",
        "  ",
    ]
)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: f"{TODAY}T09:00:00Z")


@given(TEXT)
def test_escaping_formulas_is_reversible_and_leaves_no_formula(text):
    assert unescape_formula(escape_formula(text)) == text
    for part in re.split(r"[;\t\n\r]", escape_formula(text)):
        assert not part.startswith((*"=+-@＝＋－＠",)) or re.fullmatch(r"[-+][\d.,]*([eE][-+]?\d+)?%?", text)


def _copied(journal, folder, suffix, name):
    path = folder / f"{name}{suffix}"
    content = EXPORTERS[suffix](journal)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    copy = Journal(folder / f"{name}.db", journal.catalogue)
    import_into(copy, path)
    return copy


DAYS = st.dates(date(2020, 1, 1), TODAY) | st.none()
NAMES = TEXT | st.sampled_from(["Acme", "acme"])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(forms(), NAMES, NAMES, TEXT, DAYS), max_size=3),
    st.lists(st.sampled_from(["ghosted", "offer", "pending", "heard-back", "withdrew"]), max_size=4),
    st.floats(0, 1),
    st.lists(st.builds(Application, NAMES, NAMES, DAYS, TEXT.map(str.strip), TEXT), max_size=3),
)
def test_exports_of_a_copy_equal_exports_of_the_journal(tmp_path_factory, entries, kinds, p, applications):
    folder = tmp_path_factory.mktemp("copy")
    with Journal(folder / "journal.db") as journal:
        for form, company, role, notes, day in entries:
            form.pop("days_since_interview", None)
            number = journal.add(form, company=company, role=role, notes=notes, date=day).id
            for kind in kinds:
                journal.record(number, kind)
            journal.edit(number, answers={"rapport": 5, "stage": ""}, company=role)
        applied = [Application(company, role) for _, company, role, *_ in entries[:1]]
        with journal.writing() as db:
            number = db.execute("INSERT INTO imports (made) VALUES ('')").lastrowid
            write_applications(journal, db, [*applications, *applied], number)
        if entries:
            prediction = PredictionRecord("2026-11-24T10:00:00Z", p, p / 3, p, 0.9, 0.1 + 0.2, "a" * 64, None)
            journal.edit(1, notes="again", predict=lambda *_: prediction)
        for suffix in EXPORTERS:
            with _copied(journal, folder, suffix, suffix[1:]) as copy:
                assert as_csv(copy) == as_csv(journal)
                assert content_of(copy) == content_of(journal)


def content_of(journal):
    content = json.loads(as_json(journal))
    content["applications"].sort(key=str)  # those of interviews come first in a table
    return content


def test_a_workbook_has_days_and_numbers_and_refuses_what_is_too_long_for_it(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"questions_asked": 7, "rapport": 4}, company="=1", date="2026-11-01")
        (tmp_path / "t.xlsx").write_bytes(as_xlsx(journal))
        (row,) = read_table(tmp_path / "t.xlsx").to_dict("records")
        assert (row["company"], str(row["date"])[:10]) == ("=1", "2026-11-01")
        assert (row["questions_asked"], row["rapport"]) == (7, "warm")
        for length in (40_000, 200_000):
            journal.edit(1, notes="x" * length)
            with pytest.raises(InputError, match="too long for a cell of a workbook"):
                as_xlsx(journal)


def test_applications_stand_beside_their_interviews_or_in_rows_of_their_own(tmp_path):
    sheet = _sheet(
        tmp_path, "company,status,applied,source\nAcme,Offer,2026-09-01,Fair\nByte,Applied,,\nCo,Rejected,,\n"
    )
    with Journal(tmp_path / "journal.db") as journal:
        import_into(journal, sheet)
        rows = [*csv.DictReader(io.StringIO(as_csv(journal)))]
        with _copied(journal, tmp_path, ".csv", "copy") as copy:
            assert journal_rates(copy) == journal_rates(journal)
    found = [(row["company"], row["applied"], row["channel"], row["outcome"]) for row in rows]
    assert found == [
        ("Acme", "2026-09-01", "Fair", "offer"),
        ("Byte", "", "", "applied"),
        ("Co", "", "", "applied"),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_export_is_imported_where_it_is_still_yesterday(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"mine{suffix}"
    monkeypatch.setattr(clock, "now", lambda: "2026-11-20T11:30:00Z")
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 21))  # in the Pacific, at UTC+14
    with Journal(tmp_path / "east.db") as east:
        east.add({"rapport": 4}, company="Acme", date="2026-11-21")
        east.record(1, "rejected", "2026-11-21")
        write_atomic(path, export_csv(east) if suffix == ".csv" else export_json(east))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 19))  # there too, at UTC-12
    with Journal(tmp_path / "west.db") as west:
        assert len(import_into(west, path).added) == 1
        (interview,) = west.interviews()
        assert (interview.date, interview.status) == (date(2026, 11, 21), "rejected")
        changed = path.read_text(encoding="utf-8").replace("2026-11-21", "2026-11-22")
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(InputError, match="in the future"):
            import_into(west, path)


def test_a_megabyte_of_notes_survives_export_and_import(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({}, notes="é\n" * 500_000)
        for suffix in (".csv", ".json"):
            with _copied(journal, tmp_path, suffix, suffix[1:]) as copy:
                assert copy.interview(1).notes == "é\n" * 500_000


def test_formulas_are_written_as_text(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({}, company='=HYPERLINK("http://x")', role="-2+3", notes="x;@SUM(A1)")
        (row,) = csv.DictReader(io.StringIO(as_csv(journal)))
    assert (row["company"], row["role"], row["notes"]) == ('\'=HYPERLINK("http://x")', "'-2+3", "x;'@SUM(A1)")


def test_answers_to_questions_of_another_catalogue_survive(tmp_path):
    catalogue = Catalogue.from_dict(
        {"base_rate": 0.3, "signals": [{"id": "dog", "question": "A dog?", "kind": "yes_no"}]}
    )
    with Journal(tmp_path / "journal.db", catalogue) as journal:
        journal.add({"dog": "yes"})
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4})
        for suffix in EXPORTERS:
            with _copied(journal, tmp_path, suffix, suffix[1:]) as copy:
                assert copy.interview(1).answers == {"dog": "yes"}
                assert as_csv(copy) == as_csv(journal)


def _sheet(tmp_path, text, name="sheet.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_importing_a_table_twice_adds_no_duplicates_and_equal_rows_stay_two(tmp_path):
    sheet = _sheet(tmp_path, "company,rapport,outcome\nA,4,offer\n,3,rejected\n,3,rejected\n,,\n")
    with Journal(tmp_path / "journal.db") as journal:
        first = import_into(journal, sheet)
        assert (len(first.added), first.known) == (3, 0)
        second = import_into(journal, sheet)
        assert (len(second.added), second.known, second.outcomes) == (0, 3, 0)
        assert [journal.interview(i).status for i in (1, 2, 3)] == ["offer", "rejected", "rejected"]


def test_an_outcome_that_is_new_in_the_file_is_recorded(tmp_path):
    before = _sheet(tmp_path, "company,date,rapport,outcome\nAcme,2026-11-01,4,\n")
    after = _sheet(
        tmp_path,
        "Company,Date,Rapport,Outcome,Outcome date\nACME,2026-11-01,warm,ghosted,2026-11-20\n",
        "b.csv",
    )
    model = OfferModel.default()
    with Journal(tmp_path / "journal.db") as journal:
        import_into(journal, before, predict=Predictor(model))
        done = import_into(journal, after, predict=Predictor(model))
        assert (done.added, done.known, done.outcomes) == ((), 1, 1)
        saved = journal.interview(1)
        assert (saved.status, saved.decision.date) == ("ghosted", date(2026, 11, 20))
        assert len(saved.predictions) == 1


def test_an_outcome_added_to_an_export_is_recorded(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4}, date="2026-11-01", company="Acme")
        text = as_csv(journal).replace(",pending,,", ",offer,2026-11-09,")
        done = import_into(journal, _sheet(tmp_path, text))
        assert (done.known, done.outcomes) == (1, 1)
        assert journal.interview(1).decision.date == date(2026, 11, 9)


def test_every_fault_of_a_table_is_reported_and_nothing_is_saved(tmp_path):
    sheet = _sheet(
        tmp_path,
        "company,date,rapport,outcome,outcome_date\n"
        "A,2026-12-24,4,,\n"
        "B,2026-11-01,9,offer,2026-10-01\n"
        "C,1.11.,4,perhaps,\n"
        "D,2026-11-01,4,offer,2026-11-05\n",
    )
    with Journal(tmp_path / "journal.db") as journal:
        with pytest.raises(InputError) as refused:
            import_into(journal, sheet)
        assert len(journal) == 0
    message = [(fault.row, fault.field, fault.problem) for fault in refused.value.faults]
    assert message == [
        (1, "date", "in the future"),
        (2, "rapport", "not an answer"),
        (2, "date", "before the interview"),
        (3, "date", "not a date"),
        (3, "outcome", "not an outcome"),
    ]
    assert all(fault.source.endswith("sheet.csv") for fault in refused.value.faults)


def test_an_outcome_before_the_interview_is_refused(tmp_path):
    sheet = _sheet(tmp_path, "date,outcome,outcome_date\n2026-11-10,offer,2026-11-01\n")
    with Journal(tmp_path / "journal.db") as journal, pytest.raises(InputError, match="before the interview"):
        import_into(journal, sheet)


@pytest.mark.parametrize(
    ("header", "mapping", "message"),
    [
        ("company,raport", {}, "did you mean `rapport`?"),
        ("company,rapport,Sign", {"company": "rapport", "Sign": "rapport"}, "given twice"),
        ("firm,rapport", {"Firma": "company"}, "did you mean `firm`?"),
        ("firm,rapport", {"firm": "compny"}, "did you mean `company`?"),
        ("a,b", {}, "--map THEIRS=OURS"),
    ],
)
def test_ambiguous_columns_are_refused(tmp_path, header, mapping, message):
    sheet = _sheet(tmp_path, f"{header}\n{','.join('1' for _ in header.split(','))}\n")
    with Journal(tmp_path / "journal.db") as journal:
        with pytest.raises(InputError) as refused:
            import_into(journal, sheet, mapping=mapping)
        assert message in refused.value.worded(TERMINAL)
        assert len(journal) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.update(schema=4), "unknown schema version"),
        (lambda content: content.update(format="other"), "neither a list of rows nor an export"),
        (lambda content: content["interviews"][0].update(uid='x","y":"'), "uid"),
        (lambda content: content["interviews"][0].pop("events"), "events: missing"),
        (lambda content: content["interviews"][0]["events"][0].update(kind="hired"), "kind"),
        (lambda content: content["interviews"][0]["predictions"].append({"made": "now"}), "predictions"),
        (
            lambda content: content["interviews"][0]["predictions"].append(PREDICTION | {"days": 2**70}),
            "days",
        ),
        (lambda content: content["interviews"][0].update(added="2026-99-99T99:99:99Z"), "added"),
        (lambda content: content["interviews"][0]["events"][0].update(detail={"x": [1]}), "detail"),
        (lambda content: content["interviews"][0]["answers"].update(rapport=9), "rapport"),
        (lambda content: content["interviews"][0].update(date="2026-11-30"), "in the future"),
        (
            lambda content: content["interviews"][0]["events"][0].update(date="2026-10-01"),
            "before the interview",
        ),
    ],
)
def test_a_manipulated_export_is_refused(tmp_path, change, message):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4}, date="2026-11-01")
        journal.record(1, "offer", "2026-11-09")
        content = json.loads(as_json(journal))
    change(content)
    path = _sheet(tmp_path, json.dumps(content), "export.json")
    with Journal(tmp_path / "other.db") as other:
        with pytest.raises(InputError) as refused:
            import_into(other, path)
        assert message in str(refused.value)
        assert len(other) == 0


def test_concurrent_imports_add_no_duplicates(tmp_path):
    sheet = _sheet(tmp_path, "company,rapport\n" + "".join(f"C{i},4\n" for i in range(50)))
    path = tmp_path / "journal.db"

    def imported():
        with Journal(path) as two:
            return len(import_into(two, sheet).added)

    with Journal(path) as one, ThreadPoolExecutor() as pool:
        entries = [check_entry(CATALOGUE, TODAY, answers={"rapport": 4}, company=f"C{i}") for i in range(50)]
        with one.writing() as db:
            second = pool.submit(imported)
            time.sleep(0.3)  # it waits for the lock, and must match only afterwards
            for i, entry in enumerate(entries):
                write_records(db, [Record(entry, f"{i:032x}", clock.now())])
        assert second.result() == 0
        assert len(one) == 50


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_outcome_recorded_in_a_copy_can_be_imported(tmp_path, suffix):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4}, date="2026-11-01")
        with _copied(journal, tmp_path, suffix, "copy") as copy:
            copy.record(1, "ghosted", "2026-11-09")
            decision = copy.interview(1).decision
            path = _sheet(tmp_path, EXPORTERS[suffix](copy), f"back{suffix}")
        for outcomes in (1, 0):
            assert import_into(journal, path).outcomes == outcomes
            assert [event for event in journal.interview(1).events if event.kind == "ghosted"] == [decision]


@pytest.mark.parametrize("cut", [("outcome", "x"), (",offer,2026-11-09,", ",,,")])
def test_a_blank_or_missing_outcome_removes_nothing(tmp_path, cut):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4}, date="2026-11-01")
        journal.record(1, "offer", "2026-11-09")
        sheet = _sheet(tmp_path, as_csv(journal).replace(*cut, 1))
        events = journal.interview(1).events
    with Journal(tmp_path / "copy.db") as copy:
        import_into(copy, sheet)
        assert copy.interview(1).events == events


def test_an_outcome_before_the_date_in_the_journal_is_refused(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4}, date="2026-11-10")
        text = as_csv(journal).replace(",2026-11-10,", ",,")
        sheet = _sheet(tmp_path, text.replace(",pending,,", ",offer,2026-10-05,"))
        with pytest.raises(InputError, match="row 1, date: before the interview"):
            import_into(journal, sheet)
        assert journal.interview(1).events == ()


def test_a_duplicate_uid_in_a_file_is_refused_with_its_row(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4})
        head, row = as_csv(journal).splitlines()
    with Journal(tmp_path / "copy.db") as copy:
        with pytest.raises(InputError, match="row 2, uid: the same interview as in row 1"):
            import_into(copy, _sheet(tmp_path, f"{head}\n{row}\n{row}\n"))
        assert len(copy) == 0


def test_columns_are_renamed_dates_parsed_and_unused_columns_listed(tmp_path):
    sheet = _sheet(tmp_path, "Firma;Datum;Stimmung;Farbe\nA;20.11.2026;4;rot\n")
    names = {"Firma": "company", "Datum": "Date", "Stimmung": "Rapport"}
    with Journal(tmp_path / "journal.db") as journal:
        done = import_into(journal, sheet, mapping=names, pattern="%d.%m.%Y")
        assert done.ignored_columns == ("Farbe",)
        saved = journal.interview(1)
    assert (saved.company, saved.date, saved.answers) == ("A", date(2026, 11, 20), {"rapport": "warm"})


def test_an_export_cut_short_is_refused(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4})
        text = as_json(journal)
    with Journal(tmp_path / "copy.db") as copy:
        with pytest.raises(InputError, match="not JSON"):
            import_into(copy, _sheet(tmp_path, text[:-20], "cut.json"))
        assert len(copy) == 0


def test_days_since_the_interview_are_converted_to_the_date(tmp_path):
    sheet = _sheet(tmp_path, "company;days_since_interview;rapport\nA;9;4\n")
    with Journal(tmp_path / "journal.db") as journal:
        import_into(journal, sheet)
        assert journal.interview(1).date == TODAY - timedelta(9)
        assert journal.interview(1).answers == {"rapport": "warm"}


def test_the_form_as_csv_can_be_imported(tmp_path):
    from offerodds.data.answers.forms import blank_form

    text = blank_form(CATALOGUE, CATALOGUE.questions.values(), "csv")
    with Journal(tmp_path / "journal.db") as journal:
        assert import_into(journal, _sheet(tmp_path, text)).added == ()


@given(
    st.lists(
        st.dictionaries(
            st.from_regex("[a-z][a-z0-9_]{0,3}", fullmatch=True),
            st.text('a,":\\{} é') | st.integers() | st.booleans() | st.floats(0, 1),
            max_size=4,
        ),
        max_size=3,
    )
)
def test_saved_answers_are_split_whatever_they_contain(forms_of_a_journal):
    converter = rows.AnswerConverter(lambda field, answer: (field, answer))
    for answers in forms_of_a_journal:
        assert converter.of(rows.as_json(answers)) == [*answers.items()]
