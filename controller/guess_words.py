"""What a trained model takes an unknown fault for, in words.

In: the event ``Guessed``. Out: sentences. Called by ``explain``. Pure.
"""

from controller.events import Guessed

_SHOWN = 3


def guessed_words(event: Guessed) -> str:
    """Say what it is taken for, how sure the model is, and what it resembles."""
    kind = event.names.replace("_", " ")
    verb = "may be" if event.caution else "is taken for"
    near = (
        f" It resembles {', '.join(event.nearest[:_SHOWN])} (likeness {event.likeness:.2f})." if event.nearest else ""
    )
    caution = f" This is a suggestion only: {event.caution}." if event.caution else ""
    return f"By what was confirmed before it {verb} {kind} ({event.probability:.0%}, {event.model}).{near}{caution}"
