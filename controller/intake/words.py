"""Which words of strangers matter: mnemonics and trap names, and what kind of happening each stands for.

In: ``words.yaml``, overlaid by ``<content>/controller/hints.yaml``. Out: ``Words``, a cheap lookup.
Called by ``sieve`` (for every message) and, for loading, by ``controller.running``. What is not listed is counted only.
"""

from collections.abc import Iterable, Mapping

MOST_REMEMBERED = 4096


class Words:
    """A word is matched whole, or by its beginning where the list has ``*`` at the end; the longest beginning wins."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = dict(kinds)
        self._whole = {word.encode(): kind for word, kind in kinds.items() if not word.endswith("*")}
        begun = ((word[:-1].encode(), kind) for word, kind in kinds.items() if word.endswith("*"))
        self._begun = tuple(sorted(begun, key=lambda pair: -len(pair[0])))
        self._known: dict[bytes, str | None] = {}

    def kind(self, word: bytes) -> str | None:
        """Return the kind of happening, None when the word does not matter."""
        try:
            return self._known[word]
        except KeyError:
            pass
        if len(self._known) >= MOST_REMEMBERED:  # strangers invent words: what is remembered stays bounded
            self._known.clear()
        found = self._whole.get(word) or next((kind for head, kind in self._begun if word.startswith(head)), None)
        self._known[word] = found
        return found

    def remembered(self) -> int:
        """How many words are remembered, known or not."""
        return len(self._known)


def merged(lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return later lists over earlier ones; the kind ``none`` takes a word out again."""
    whole = {word: kind for one in lists for word, kind in one.items()}
    return {word: kind for word, kind in whole.items() if kind != "none"}
