"""What every command about configurations opens: the devices named, the intent, and every rendering.

In: a content directory and filters as typed. Out: renderings, or the end of the command with every problem and an exit
code. Called by ``render`` and ``drift``; ``check`` takes its problems from here, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from controller.cli import exit_codes
from controller.cli.filters import FilterError, select
from controller.cli.opening import chain_in
from controller.cli.output import fail, say
from controller.clock import SystemClock
from inventory.files import load_chain
from inventory.intent import load_intent
from inventory.model import Chain, Device
from inventory.yaml_file import ContentError, Problem
from templates.rendering import RenderError, Rendering, TemplateProblem, render_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """The chain, and what the devices named ought to say."""

    content: Path
    chain: Chain
    renderings: tuple[Rendering, ...]


def intended_in(content: Path | None, filters: Sequence[str]) -> Intended:
    """Render the devices a filter names. Anything wrong ends the command; no device is dialled."""
    chain = chain_in(content)
    assert content is not None  # noqa: S101 - chain_in has ended the command otherwise
    try:
        devices = tuple(d for d in select(chain, filters) if d.has_session)
    except FilterError as error:
        fail(str(error), exit_codes.USAGE)
    if not devices:
        fail("none of these devices has a configuration: they have no platform", exit_codes.USAGE)
    try:
        return Intended(content=content, chain=chain, renderings=_render(content, chain, devices))
    except (ContentError, RenderError) as error:
        for problem in error.problems:
            say(str(problem))
        count = "1 problem" if len(error.problems) == 1 else f"{len(error.problems)} problems"
        fail(f"the intended configurations have {count}; no device was dialled", exit_codes.BAD_CONTENT)


def intended_problems(content: Path) -> Sequence[Problem]:
    """Return what is wrong with the intent and the templates.

    Nothing when the inventory itself cannot be read, nor for a chain that has no intent: it heals, but pushes nothing.
    """
    if not (content / "inventory" / "intent.yaml").exists():
        return ()
    try:
        chain = load_chain(content)
    except ContentError:
        return ()
    try:
        _render(content, chain, tuple(d for d in chain.devices.values() if d.has_session))
    except ContentError as error:
        return error.problems
    except RenderError as error:
        return tuple(map(_as_content, error.problems))
    return ()


def _render(content: Path, chain: Chain, devices: Sequence[Device]) -> tuple[Rendering, ...]:
    intent = load_intent(content, chain, SystemClock().now().date())
    return render_all(content, chain, intent, devices)


def _as_content(problem: TemplateProblem) -> Problem:
    message = f"{problem.message} (for {problem.device})" if problem.device else problem.message
    return Problem(problem.template, problem.line, problem.variable, message)
