"""Parse the outcome of an interview, in any spelling that a person would use.

An ambiguous word, which leaves open who decided or whether anybody did, is refused with the clear words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..errors import AnswerError, Fault, clip
from ..spelling import fold, typo_candidates
from .columns import ColumnData, FactorizedColumn
from .parsing import BLANK_MARKS, is_blank, to_python, yes_no_marks

Outcome = Literal["pending", "offer", "rejected", "ghosted", "withdrew", "next-round"]

_SPELLINGS: Mapping[Outcome, str] = {
    "offer": """
        offer offers offered job_offer an_offer offer_made made_offer made_me_an_offer offer_extended
        extended_offer offer_received received_offer received_an_offer verbal_offer got_offer got_an_offer
        got_the_offer got_offered got_the_job got_it got_in i_got_it i_got_the_job i_got_an_offer
        they_made_an_offer offer_letter negotiating negotiation offer_negotiation negotiating_offer
        hire hired got_hired was_hired i_was_hired they_hired_me hired_me appointed placed employed
        accept accepted accepted_offer accepted_the_offer offer_accepted accepted_job i_accepted
        i_accepted_the_offer accepted_by_me signed offer_signed signed_offer joined
        select selected was_selected i_was_selected got_selected chosen was_chosen i_was_chosen
        success successful succeeded
        1 1.0 yes y true ✅ ✓ ✔ ☑ 👍
    """,
    "rejected": """
        no_offer nooffer no_job_offer no_offer_made no_offers not_offered not_hired not_selected not_chosen
        not_successful not_passed not_advanced not_shortlisted not_appointed
        wasnt_selected wasnt_hired wasnt_chosen was_not_selected was_not_hired was_not_chosen
        i_was_not_selected i_was_not_hired i_wasnt_selected i_wasnt_hired
        unsuccessful failed fail failure failed_interview didnt_pass did_not_pass did_not_advance
        didnt_advance didnt_get_it didnt_get_the_job didnt_get_an_offer did_not_get_it did_not_get_the_job
        did_not_get_an_offer didnt_make_it did_not_make_it no_longer_under_consideration
        no_longer_considered no_longer_being_considered eliminated passed_over
        reject rejected rejection rejection_email rejection_letter rejected_me
        deny denied denied_me denial declined_me turned_me_down passed_on_me they_passed they_passed_on_me
        they_turned_me_down they_went_with_someone_else went_with_someone_else chose_someone_else
        they_chose_someone_else hired_someone_else they_hired_someone_else
        0 0.0 no n false ❌ ✗ ✘ ✖ ☒ 👎
    """,
    "ghosted": """
        ghost ghosted ghosting got_ghosted was_ghosted been_ghosted i_was_ghosted ghosted_me ghosted_by_them
        ghosted_by_company ghosted_by_employer ghosted_by_recruiter they_ghosted they_ghosted_me
        company_ghosted employer_ghosted recruiter_ghosted
        never_answered never_responded never_replied never_heard never_heard_back i_never_heard_back
        they_never_answered they_never_responded they_never_replied
    """,
    "withdrew": """
        withdraw withdrew withdrawn i_withdrew withdrew_application withdrew_my_application
        i_withdrew_my_application application_withdrawn withdrawn_by_me withdrew_by_me
        pulled_out i_pulled_out dropped_out i_dropped_out backed_out i_backed_out opted_out i_opted_out
        i_ghosted i_ghosted_them cancelled canceled
        accepted_another_offer accepted_another_job took_another_offer took_another_job
        accepted_elsewhere accepted_other_offer
    """,
    "pending": """
        pending pending_decision pending_response pending_feedback pending_result
        waiting still_waiting waiting_to_hear waiting_to_hear_back waiting_for_response waiting_for_reply
        waiting_for_answer waiting_for_feedback waiting_for_decision waiting_for_result
        awaiting awaiting_response awaiting_reply awaiting_answer awaiting_feedback awaiting_decision
        awaiting_result awaiting_results
        in_progress in_process in_review in_consideration in_pipeline under_review under_consideration
        reviewing being_reviewed being_considered considering ongoing open active live
        on_hold hold paused put_on_hold waitlist waitlisted shortlist shortlisted
        undecided not_decided not_decided_yet to_be_decided to_be_determined tbd tba unknown not_yet
        no_decision no_decision_yet no_offer_yet no_reply_yet no_answer_yet no_response_yet no_news
        no_news_yet no_feedback_yet no_result_yet havent_heard havent_heard_back havent_heard_yet
        havent_heard_back_yet not_heard_yet not_heard_back_yet
        heard_back replied followed_up follow_up
        applied apply applying to_apply application_sent application_submitted submitted sent
        wishlist wish_list saved bookmarked bookmark interested
        interview interviews interviewed interviewing interview_scheduled interview_done interview_completed
        scheduled upcoming screening screen phone_screen phone_interview phone_screening technical_interview
        first_interview second_interview third_interview final_interview first_round second_round third_round
        final_round final_stage onsite on_site assessment take_home take_home_test
    """,
    "next-round": """
        next_round next_stage next_interview next_step next_phase to_next_round to_the_next_round
        made_next_round made_it_to_next_round made_it_to_the_next_round selected_for_next_round
        invited_to_next_round invited_back called_back callback call_back another_round another_interview
        passed passed_round passed_interview passed_the_interview passed_the_round passed_first_round
        passed_screening passed_to_next_round i_passed_the_interview
        advance advanced advancing advanced_to_next_round advanced_to_the_next_round
        moved_forward moving_forward move_forward moved_to_next_round moved_to_the_next_round
        moved_to_next_stage progressed progressing progressed_to_next_round
        proceed proceeded proceeding proceeded_to_next_round through_to_next_round went_through
        cleared cleared_round cleared_interview qualified
    """,
}
BLANK_OUTCOMES = frozenset([*BLANK_MARKS, "n/a", "#n/a", "na", "n.a."])

_WHO_DECLINED = "`rejected` (they turned you down) or `declined_by_me` (you turned down their offer)"
_HOW_IT_ENDED = "`offer`, `rejected`, `ghosted` or `withdrew`"
_AMBIGUOUS_WORDS: Mapping[str, str] = {  # the clear choices, and the words that could mean any of them
    _WHO_DECLINED: """
        decline declined declining refuse refused refusing refusal turn_down turned_down turned_it_down
        pass_on passed_on was_passed passing not_accepted denied_offer offer_denied offer_refusal
    """,
    "`next_round` (you passed), `rejected` (they passed on you) or `declined_by_me`": "pass passes i_passed",
    "`rejected` (their decision) or `withdrew` (yours)": """
        not_moving_forward not_proceeding not_progressing not_continuing not_advancing not_going_forward
        no_longer_interested not_interested move_on moved_on moving_on no_fit not_a_fit not_a_match dropped
        candidate_withdrawn
    """,
    "`declined_by_me` (after an offer) or `withdrew` (before one)": """
        candidate_declined declined_by_candidate candidate_rejected rejected_by_candidate
        candidate_refused refused_by_candidate
    """,
    "`offer` (they made one) or `rejected`": """
        offer_withdrawn offer_rescinded offer_revoked offer_cancelled offer_canceled rescinded
        rescinded_offer withdrawn_offer offer_expired
    """,
    "`ghosted` (you no longer expect an answer) or `pending` (you are still waiting)": """
        no_response no_reply no_answer no_feedback no_contact no_word no_update no_updates no_callback
        not_heard not_heard_back did_not_respond didnt_respond did_not_reply didnt_reply did_not_answer
        didnt_answer not_responded not_answered not_replied unanswered unresponsive nothing silence silent
        radio_silence heard_nothing no_response_received
    """,
    _HOW_IT_ENDED: """
        closed close archived archive done ended end finished completed complete inactive expired
        decided
    """,
}
AMBIGUOUS_OUTCOMES: Mapping[str, str] = {
    word: choices for choices, words in _AMBIGUOUS_WORDS.items() for word in words.split()
}
OUTCOME_LABELS: Mapping[Outcome, float] = {"offer": 1.0, "rejected": 0.0, "ghosted": 0.0}  # others have none
EXPECTED_OUTCOME = "offer (also accepted, declined_by_me), rejected, ghosted, withdrew, pending or next_round"
_SEPARATORS = re.compile(r"[/,;|&+<>?:]|\s[-–—]+\s")  # between two outcomes, not within a phrase


def _decline_phrases() -> Iterable[tuple[str, Outcome]]:
    """Generate the phrases that name who declined, refused, rejected or turned down."""
    employers = (
        "they",
        "them",
        "company",
        "employer",
        "recruiter",
        "hiring_manager",
        "manager",
        "hr",
        "firm",
        "team",
    )
    for verb in ("declined", "rejected", "refused", "denied", "turned_down", "passed_on"):
        for who in (*employers, *(f"the_{one}" for one in employers[2:])):
            yield from ((phrase, "rejected") for phrase in (f"{who}_{verb}", f"{verb}_by_{who}"))
        for phrase in ("was_{}", "i_was_{}", "got_{}", "i_got_{}", "been_{}", "ive_been_{}", "they_{}_me"):
            yield phrase.format(verb), "rejected"
        for what, phrase in product(("application", "my_application", "candidacy"), ("{1}_{0}", "{0}_{1}")):
            yield phrase.format(what, verb), "rejected"
        yield from ((f"{who}_{verb}_me", "rejected") for who in employers[2:])
    for verb in ("declined", "rejected", "refused", "turned_down"):
        yield from ((phrase.format(verb), "offer") for phrase in ("i_{}", "{}_by_me", "{}_by_myself"))
        for what in ("offer", "the_offer", "their_offer", "an_offer", "job_offer", "the_job"):
            phrases = ("{0}_{1}", "i_{0}_{1}", "{1}_{0}", "{1}_{0}_by_me", "{0}_{1}_by_me")
            yield from ((phrase.format(verb, what), "offer") for phrase in phrases)
        yield from ((f"i_{verb}_{whom}", "offer") for whom in ("it", "them"))
    yield from (
        (phrase, "offer") for phrase in ("i_turned_it_down", "i_turned_them_down", "i_passed_on_the_offer")
    )


OUTCOME_WORDS: Mapping[str, Outcome] = {
    **dict(_decline_phrases()),
    **{word: kind for kind, words in _SPELLINGS.items() for word in words.split()},
}


def read_outcome(outcome: Any) -> Outcome:
    """Convert an outcome to the words of the journal; a blank cell means pending.

    Parameters
    ----------
    outcome : object
        A word, a symbol such as ✅, 1 or 0, true or false.

    Returns
    -------
    str
        ``pending``, ``offer`` (accepted or turned down), ``rejected``, ``ghosted``, ``withdrew``, or
        ``next-round``, which is not a decision. ``OUTCOME_LABELS`` maps them to labels for training.

    Raises
    ------
    AnswerError
        It is none of these, or could be more than one: an outcome is never guessed.

    Examples
    --------
    >>> read_outcome("No Offer"), read_outcome(1), read_outcome("They declined"), read_outcome("Passed")
    ('rejected', 'offer', 'rejected', 'next-round')
    >>> read_outcome("declined")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    offerodds.data.errors.AnswerError: ambiguous outcome; seen 'declined', expected `rejected` (they ...
    """
    if _is_blank(outcome):
        return "pending"
    value = to_python(outcome)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int):
        raise AnswerError([Fault("not an outcome", seen=clip(outcome), expected=EXPECTED_OUTCOME)])
    text = str(value).strip()
    words = [fold(part) for part in _SEPARATORS.split(text)]
    kinds = {OUTCOME_WORDS.get(word) for word in words}
    kind = kinds.pop()
    if kind and not kinds and yes_no_marks(text) <= {OUTCOME_LABELS.get(kind)}:
        return kind
    if len(words) == 1 and (choices := AMBIGUOUS_OUTCOMES.get(words[0])):
        raise AnswerError([Fault("ambiguous outcome", seen=clip(outcome), expected=choices)])
    match = _typo_of(words[0]) if len(words) == 1 else None
    raise AnswerError([Fault("not an outcome", seen=clip(outcome), expected=EXPECTED_OUTCOME, nearest=match)])


def _typo_of(word: str) -> str | None:
    """Find the word that was meant; None unless all candidates mean the same outcome."""
    candidates = typo_candidates(word, [*OUTCOME_WORDS, *AMBIGUOUS_OUTCOMES])
    kinds = {OUTCOME_WORDS.get(candidate) for candidate in candidates}
    return candidates[0] if len(kinds) == 1 and None not in kinds else None


def read_outcomes(cells: ColumnData, column: str = "outcome") -> npt.NDArray[np.float64]:
    """Convert a column of outcomes to labels for training.

    Parameters
    ----------
    cells : ColumnData
        The n outcomes, in any spelling.
    column : str
        Name of the column, for the faults.

    Returns
    -------
    (n,) array
        1 for an offer, 0 for none, and NaN for an outcome without a label, which training ignores.

    Raises
    ------
    AnswerError
        A cell is not an outcome; every such cell is listed.
    """
    if _are_labels(cells):
        return np.asarray(cells, dtype=np.float64)
    outcomes = FactorizedColumn.from_cells(cells)
    labels = np.full(len(outcomes.uniques), np.nan)
    faults: list[Fault] = []
    for code, cell in enumerate(outcomes.uniques):
        try:
            labels[code] = OUTCOME_LABELS.get(read_outcome(cell), np.nan)
        except AnswerError as error:
            rows = (np.flatnonzero(outcomes.codes == code) + 1).tolist()
            faults += [replace(error.faults[0], row=row, field=column) for row in rows]
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: fault.row or 0))
    return outcomes.expand(labels)


def find_pending(cells: ColumnData) -> npt.NDArray[np.bool_]:
    """Find the outcomes that say that an interview is pending: (n,) array of bool.

    A blank cell does not say so, and a cell that is not an outcome is not pending.

    Parameters
    ----------
    cells : ColumnData
        The n outcomes, in any spelling.

    Examples
    --------
    >>> find_pending(["offer", "still waiting", "", "next round"]).tolist()
    [False, True, False, False]
    """
    if _are_labels(cells):
        return np.zeros(len(cells), dtype=bool)
    outcomes = FactorizedColumn.from_cells(cells)
    # blank cells have the index -1, which picks the False added at the end
    return np.array([*map(_is_pending, outcomes.uniques), False])[outcomes.codes]


def _are_labels(cells: ColumnData) -> bool:
    """Test whether all outcomes are numbers 1 and 0."""
    if not isinstance(cells, np.ndarray) or cells.dtype.kind not in "fiu":
        return False
    return bool(np.all((cells == 0) | (cells == 1)))


def _is_pending(outcome: Any) -> bool:
    try:
        return not _is_blank(outcome) and read_outcome(outcome) == "pending"
    except AnswerError:
        return False


def _is_blank(outcome: Any) -> bool:
    value = to_python(outcome)
    if not isinstance(value, str):
        return is_blank(value)
    return not fold(value) or value.strip().casefold() in BLANK_OUTCOMES
