"""Text from devices made safe to show: no control characters, no direction overrides, no broken Unicode.

In: any text a device, a ledger or a person gave. Out: the same text, fit for JSON, HTML and a terminal.
Called by the records of the API, the page's templates and the CLI. Escaping for HTML is the template's.
"""

import re

_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 without tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # direction marks and overrides
    "\ud800-\udfff]",  # lone surrogates
)


def clean(text: str) -> str:
    """Return ``text`` with everything replaced that could steer a terminal or break an encoder."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def is_plain_line(text: str) -> bool:
    """Whether ``text`` is one line of printable characters, fit to be shown to everybody as it is."""
    return bool(text) and text.isprintable()


def one_line(text: str) -> str:
    """Return ``text`` cleaned and on a single line."""
    return " ".join(clean(text).split())
