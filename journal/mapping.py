"""What columns and words of a table are called in the journal, as a person writes it."""

from collections.abc import Sequence

from ..data.errors import Fault, InputError


def read_mapping(texts: Sequence[str], field: str) -> dict[str, str]:
    """Return a mapping of columns or words given as ``THEIRS=OURS``.

    Parameters
    ----------
    texts : sequence of str
    field : str
        Where they were given, for the message.

    Raises
    ------
    InputError
        Texts without an equals sign; every one is listed.

    Examples
    --------
    >>> read_mapping(["Firm = company", "a=b=role"], "column")
    {'Firm': 'company', 'a=b': 'role'}
    """
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise InputError(
            Fault("not understood", field=field, seen=text, expected="THEIRS=OURS") for text in wrong
        )
    parts = [text.rpartition("=") for text in texts]
    return {theirs.strip(): ours.strip() for theirs, _, ours in parts}
