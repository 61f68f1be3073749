"""Clients of a coach: their interviews never mix, and can be listed, exported and trained on apart."""

from datetime import date

import pytest

from offerodds import InputError, Journal, OfferModel, train_journal
from offerodds.data.files import write_atomic
from offerodds.journal.arrays import count_outcomes
from offerodds.journal.export import EXPORTERS
from offerodds.journal.importing import import_into
from offerodds.journal.rates import journal_rates
from offerodds.journal.records import Selection
from offerodds.journal.rows import read_applications
from offerodds.journal.status import check_selection, interview_status
from offerodds.journal.track_record import summarize
from offerodds.journal.undo import undo_last_change

TODAY = date(2026, 11, 24)
MODEL = OfferModel.default()
SHEET = (
    "client,company,role,date,outcome\nAnn,Acme,Dev,2026-10-01,rejected\nBob,Acme,Dev,2026-10-01,pending\n"
)

pytestmark = pytest.mark.usefixtures("today")


def test_two_clients_at_one_company_are_two_processes(journal, load):
    assert len(load(SHEET).added) == 2
    assert [each.status for each in journal.interviews()] == ["pending", "rejected"]
    assert (count_outcomes(journal), journal.counts()) == (1, {"pending": 1, "rejected": 1})
    assert load(SHEET.replace("pending", "offer")).updated == (2,)


def test_a_sheet_without_clients_updates_the_interviews_of_a_client(journal, load):
    load(SHEET.replace("Bob,Acme", "Bob,Bolt"))
    plain = "company,role,date,outcome\nAcme,Dev,2026-10-01,offer\nBolt,Dev,2026-10-01,\n"
    done = load(plain)
    assert (done.added, done.updated, done.unchanged) == ((), (1,), 1)
    assert journal.interview(1).client == "Ann"


def test_a_client_named_later_is_a_correction_that_can_be_undone(journal, load):
    load("company,role,date\nAcme,Dev,2026-10-01\n")
    assert load("Client Name,company,role,date\nAnn,Acme,Dev,2026-10-01\n").updated == (1,)
    assert journal.interview(1).client == "Ann"
    undo_last_change(journal)
    assert journal.interview(1).client == ""


def test_applications_of_a_sheet_without_clients_are_not_doubled(journal, load):
    rows = "company,role,Date Applied,Status\nAcme,Dev,2026-09-01,Applied\n"
    load(rows.replace("company", "client,company").replace("Acme", "Ann,Acme"))
    load(rows)
    assert [each.client for each in read_applications(journal).values()] == ["Ann"]
    assert journal_rates(journal, client="ann").applications == 1
    assert not journal_rates(journal, client="Bob").has_any


@pytest.mark.parametrize("suffix", EXPORTERS)
def test_an_export_of_one_client_has_all_of_that_client(journal, load, tmp_path, suffix):
    load(SHEET)
    journal.record(2, "next-round", "2026-10-05")
    path = tmp_path / f"bob{suffix}"
    write_atomic(path, EXPORTERS[suffix](journal, "BOB"))
    with Journal(tmp_path / "copy.db") as copy:
        import_into(copy, path)
        (only,) = copy.interviews()
        assert (only.client, [event.kind for event in only.events]) == ("Bob", ["next-round"])


def test_an_export_without_clients_has_no_column_for_them(journal):
    journal.add({}, company="Acme")
    assert ",client," not in next(EXPORTERS[".csv"](journal))


def test_selection_and_order(journal, load):
    load(SHEET + "Ann,Zeta,Dev,2026-11-01,\n")
    for selection, ids in (
        (Selection(client=" ANN "), [3, 1]),
        (Selection(search="zet"), [3]),
        (Selection(outcome="rejected"), [1]),
        (Selection(month="2026-10"), [2, 1]),
        (Selection(sort="client"), [3, 1, 2]),
        (Selection(sort="company"), [2, 1, 3]),
    ):
        assert [each.id for each in journal.interviews(selection=selection)] == ids
        assert sum(journal.counts(selection).values()) == len(ids)
    assert check_selection(MODEL.catalogue, Selection(outcome="Absage", stage="1st")) == Selection(
        outcome="rejected", stage="first"
    )
    with pytest.raises(InputError) as refused:
        check_selection(MODEL.catalogue, Selection(outcome="Limbo", stage="moon", month="3", sort="luck"))
    assert {fault.field for fault in refused.value.faults} == {"outcome", "stage", "month", "sort"}


def test_summaries_count_processes_and_show_few_as_counts(journal):
    for i in range(6):
        client, company = "Ann" if i < 5 else "", f"C{i}"
        number = journal.add({"stage": "first"}, company=company, date="2026-10-01", client=client).id
        journal.add({"stage": "final"}, company=company, date="2026-10-09", client=client)
        journal.record(number + 1, "offer" if i == 0 else "rejected", "2026-10-20")
    everyone, ann, nobody = summarize(journal)
    assert (everyone.interviews, everyone.decided, everyone.offers) == (12, 6, 1)
    assert (ann.client, ann.decided, ann.offers, ann.rate) == ("Ann", 5, 1, 0.2)
    assert (nobody.client, nobody.decided, nobody.rate) == ("", 1, None)
    assert ann.low < 0.2 < ann.high
    assert not ann.is_calibrated


def test_several_outcomes_are_undone_as_one(journal, load):
    load(SHEET + "Ann,Zeta,Dev,2026-11-01,\n")
    journal.record_many([2, 3], "ghosted", "2026-11-20")
    with pytest.raises(InputError) as refused:
        journal.record_many([1, 3, 99], "offer", "2026-10-15")
    assert [fault.source for fault in refused.value.faults] == ["interview 3", "interview 99"]
    assert journal.counts() == {"ghosted": 2, "rejected": 1}
    undo_last_change(journal)
    assert journal.counts() == {"pending": 2, "rejected": 1}


def test_training_by_client_learns_whose_chances_are_better(journal):
    for i in range(24):
        client, kind = ("Ann", "offer") if i % 2 else ("Bob", "rejected")
        number = journal.add({"rapport": 3}, company=f"C{i}", date="2026-09-01", client=client).id
        journal.record(number, kind, "2026-09-20")
    pending = [journal.add({"rapport": 3}, company="New", date=TODAY, client=who) for who in ("Ann", "Bob")]
    model = train_journal(journal, group="client").model
    ann, bob = (interview_status(model, each, TODAY).prediction.probability for each in pending)
    assert ann > bob + 0.1
