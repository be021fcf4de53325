"""Masks secrets in text before it reaches any sink: logs, ledger, errors, pages.

In: secret values as the connection layer resolves them (``remember``), and any text or JSON-like tree.
Out: the same with ``***`` in place of secrets. Called by ``inventory`` for transcripts, by ``controller.logs`` for
every log line and by ``controller.ledgers`` for every event. Why here: the lowest room meets secrets first.

Two nets, because each has holes: values known to be secret, and the shapes secrets have in device configurations
(Cisco IOS command reference: ``username``, ``enable``, ``snmp-server``, ``key-string`` ...), URLs and headers.
Every pattern is bounded, so that a hostile line from a device costs no more than its length.
"""

import json
import re
from collections.abc import Mapping
from threading import Lock
from urllib.parse import quote

MASK = "***"
_SHORTEST = 4
_FREE_STANDING = 8
_SECRET_WORDS = r"passw(?:or)?d|passphrase|secret|community|api[_-]?key|private[_-]?key|access[_-]?key|\w{0,40}_token"  # noqa: S105
_SECRET_KEY = re.compile(rf"(?:{_SECRET_WORDS}|^token$|^key$|authorization|credential|cookie|\bpsk\b)", re.IGNORECASE)
_KEY = r"[A-Z0-9 ]{0,40}PRIVATE KEY"
_LEVEL = r"(?:\s+(?:[0-9]{1,2}|ascii|hex|encrypted|clear|unencrypted|sha512)){0,2}"

_HINT = re.compile(r"passw|passph|secret|communit|snmp|key|psk|token|auth|priv|bearer|basic|://", re.IGNORECASE)
_START = r"^(?:\S{1,80}[#>])?[ \t]{0,10}"  # of a line, a device's prompt before it or not
_TRAP_WORDS = r"(?:\s+vrf\s+\S{1,64})?(?:\s+(?:informs|traps))?(?:\s+version\s+\S{1,3}(?:\s+(?:no)?auth|\s+priv)?)?"

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(shape, flags), mask)
    for shape, flags, mask in (
        (rf"-----BEGIN {_KEY}-----.*?(?:-----END {_KEY}-----|\Z)", re.DOTALL, MASK),
        (r"\b([A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s:/@]{0,200}:)[^\s@/]{1,200}@", 0, rf"\1{MASK}@"),
        (r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,4000}", re.IGNORECASE, rf"\1 {MASK}"),
        (r"(\bauthorization[\"']?\s{0,5}[:=]\s{0,5}[\"']?)[^\r\n\"']{1,4000}", re.IGNORECASE, rf"\1{MASK}"),
        # username NAME [privilege N] secret|password [type] VALUE
        (rf"(\busername\s+\S{{1,100}}[^\n]{{0,80}}?\s(?:secret|password){_LEVEL}\s+)\S{{1,500}}", 0, rf"\1{MASK}"),
        (rf"(\benable\s+(?:secret|password)(?:\s+level\s+\d{{1,2}})?{_LEVEL}\s+)\S{{1,500}}", 0, rf"\1{MASK}"),
        (rf"({_START}(?:ppp\s+\w{{1,10}}\s+)?(?:password|secret){_LEVEL}\s+)\S{{1,500}}", re.MULTILINE, rf"\1{MASK}"),
        (r"(\b(?:password|secret)\s+[0-9]\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (r"(\bsnmp-server\s+community\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (rf"(\bsnmp-server\s+host\s+\S{{1,100}}{_TRAP_WORDS}\s+)\S{{1,500}}", 0, rf"\1{MASK}"),
        (r"(\bsnmp-server\s+user\s[^\n]{0,120}?\sauth\s+\S{1,10}\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (r"(\bpriv\s+(?:aes|3des|des)(?:\s+\d{3})?\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (rf"(\bkey-string{_LEVEL}\s+)\S{{1,500}}", 0, rf"\1{MASK}"),
        (r"(\b(?:tacacs|radius)(?:-server)?\s[^\n]{0,120}?\bkey(?:\s+\d)?\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (rf"({_START}key\s+[0-9]\s+)\S{{2,500}}", re.MULTILINE, rf"\1{MASK}"),
        (r"(\bisakmp\s+key(?:\s+[06])?\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (rf"(\b(?:pre-shared-key|wpa-psk|psk)(?:\s+(?:local|remote|set-key))?{_LEVEL}\s+)\S{{1,500}}", 0, rf"\1{MASK}"),
        (r"(\bneighbor\s+\S{1,64}\s+password(?:\s+\d)?\s+)\S{1,500}", 0, rf"\1{MASK}"),
        (r"(\b(?:message-digest-key|authentication-key)\s+(?:\d{1,10}\s+md5\s+)?(?:\d\s+)?)\S{1,500}", 0, rf"\1{MASK}"),
        (
            rf"(\b(?:{_SECRET_WORDS})[\"']?\s{{0,5}}[:=]\s{{0,5}}[\"']?)[^\s\"',;}}]{{1,500}}",
            re.IGNORECASE,
            rf"\1{MASK}",
        ),
    )
)


class _Remembered:
    """The values known to be secret, and the pattern that finds them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Remember a value in every form it may be written down in."""
        lines = [line.strip() for line in value.splitlines() if len(line.strip()) >= _SHORTEST]
        forms = {form for line in lines for form in (line, quote(line, safe=""), json.dumps(line)[1:-1])}
        with self._lock:
            self._values |= forms
            longest_first = sorted(self._values, key=lambda form: (-len(form), form))
            self._pattern = re.compile("|".join(map(_value_pattern, longest_first))) if longest_first else None

    def mask(self, text: str) -> str:
        """Mask every remembered value."""
        pattern = self._pattern
        return text if pattern is None else pattern.sub(MASK, text)


def _value_pattern(value: str) -> str:
    """A long value is found anywhere, a short one only standing free, or it would eat half of the words around it."""
    if len(value) >= _FREE_STANDING:
        return re.escape(value)
    return rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])"


_remembered = _Remembered()


def remember(value: str) -> None:
    """Mask this value from now on, for the life of the process. Values under 4 characters cannot be masked."""
    _remembered.add(value)


def redact(text: str) -> str:
    """Return the text with every known or recognisable secret masked."""
    text = _remembered.mask(text)
    if _HINT.search(text) is None:
        return text
    for pattern, mask in _SHAPES:
        text = pattern.sub(mask, text)
    return text


def is_secret_key(key: str) -> bool:
    """Whether a value under this key is a secret by its name (``password``, ``api_key``, ``Authorization`` ...)."""
    return _SECRET_KEY.search(key) is not None


def redact_tree(tree: object) -> object:
    """Return a copy of nested mappings and sequences with secrets masked, by key name and in every text.

    Numbers, booleans and None stay: a fencing token is no secret.
    """
    if isinstance(tree, str):
        return redact(tree)
    if isinstance(tree, bytes):
        return redact(tree.decode("utf-8", "replace"))
    if isinstance(tree, Mapping):
        return {key: _redact_item(str(key), value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple, set, frozenset)):
        return [redact_tree(item) for item in tree]
    return tree if isinstance(tree, (int, float, type(None))) else redact(str(tree))


def _redact_item(key: str, value: object) -> object:
    if is_secret_key(key) and isinstance(value, (str, bytes, list, tuple, Mapping)):
        return MASK
    return redact_tree(value)
