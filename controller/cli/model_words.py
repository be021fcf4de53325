"""What the commands about models share: options, the words of a judgement, how they end when something is refused.

In: rows, errors. Out: words; the end of the command. Called by ``models`` and ``model_orders``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from anomaly.learn.errors import BadModelError
from controller.cli import exit_codes
from controller.cli.output import fail, say
from controller.learning.registry import NoSuchModelError, NotPromotedError
from controller.learning.signing import KeyRefusedError, TamperedError
from controller.model_rows import Replayed
from inventory.yaml_file import ContentError

KeyOption = Annotated[
    str | None,
    typer.Option(
        "--model-key", envvar="STORENET_MODEL_KEY", metavar="REF", help="the signing key: env:NAME or file:PATH"
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="a model, as `storenet models list` names it")]


@contextmanager
def refused() -> Iterator[None]:
    """What is wrong ends the command with a message and a code."""
    try:
        yield
    except ContentError as error:
        for problem in error.problems:
            say(str(problem))
        fail(f"the content has {len(error.problems)} problem(s)", exit_codes.BAD_CONTENT)
    except NoSuchModelError as error:
        fail(str(error), exit_codes.NOT_FOUND)
    except (NotPromotedError, TamperedError, BadModelError, KeyRefusedError, OSError) as error:
        fail(str(error), exit_codes.FAILED)


def replay_words(told: Replayed) -> str:
    """Return how rules and model did on the replay set."""
    verdict = "it beats them" if told.beats_rules else "it does not beat them"
    return (
        f"of {told.cases} cases the rules name {told.right} right, {told.wrong} wrong, and leave {told.unknown} "
        f"unknown; of these it names {told.named_right} right, {told.named_wrong} wrong: {verdict}"
    )
