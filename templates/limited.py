"""Renders a batch of configurations in a process of its own, within limits.

In (stdin): one JSON job - template sources, limits, shared variables, devices with theirs. Out (stdout): one JSON row
per device with its text or its problems. Started by ``templates.rendering`` as a script; it imports only jinja2 and
the standard library. It can open no file, start no process, and use no more memory and processor time than it is given.
Why: templates are content, and content may be wrong.
"""

import contextlib
import difflib
import json
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import FrameType
from typing import Any

import jinja2.debug  # before the limit on open files: line numbers need it
from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

CHECK = "as_text"
LONGEST_STRING = 1_000_000


class TooMuchError(Exception):
    """A limit on time or size was reached."""


class BadValueError(Exception):
    """A value that cannot stand in a configuration."""


@dataclass(kw_only=True)
class Notes:
    """What was wrong with the device that is being rendered."""

    problems: list[dict[str, object]] = field(default_factory=list)

    def add(self, template: str, line: int, variable: str, message: str) -> None:
        """Note it, once."""
        row = {"template": template, "line": line, "variable": variable, "message": message}
        if row not in self.problems:
            self.problems.append(row)


class ConfigEnvironment(ImmutableSandboxedEnvironment):
    """Compiles templates so that every printed expression knows its own words and place when its value is refused."""

    intercepted_binops = frozenset(["**", "*"])

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for output in tree.find_all(nodes.Output):
            output.nodes = [node if isinstance(node, nodes.TemplateData) else _checked(node) for node in output.nodes]
        for node in tree.find_all(nodes.Node):
            node.environment = self
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Refuse powers, and repetitions that make a value larger than a configuration."""
        if operator == "**":
            raise SecurityError("** is not available")
        sizes = [len(v) for v in (left, right) if isinstance(v, (str, list, tuple))]
        counts = [v for v in (left, right) if isinstance(v, int)]
        if sizes and counts and sizes[0] * counts[0] > LONGEST_STRING:
            raise TooMuchError("makes a value larger than a configuration")
        return left * right


def _checked(node: nodes.Expr) -> nodes.Expr:
    """The expression with every value in it checked; what the author wrote out may be anything."""
    if isinstance(node, nodes.Const):
        return node
    if isinstance(node, nodes.CondExpr):
        node.expr1, node.expr2 = _checked(node.expr1), node.expr2 and _checked(node.expr2)
        return node
    if isinstance(node, nodes.Concat):
        node.nodes = [_checked(part) for part in node.nodes]
        return node
    words = [nodes.Const(_words(node), lineno=node.lineno), nodes.Const(node.lineno, lineno=node.lineno)]
    return nodes.Filter(node, CHECK, words, [], None, None, lineno=node.lineno)


def _words(node: nodes.Node) -> str:
    """The expression as the template's author would name it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_words(node.node)}[{_words(node.arg)}]"
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _words(node.node)
    return repr(node.value) if isinstance(node, nodes.Const) else "an expression"


class Missing(StrictUndefined):
    """Says what would have been there."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return missing_message(self)


def missing_message(value: Undefined) -> str:
    """``'ntp_srvers' is not defined; did you mean 'ntp_servers'?``."""
    name = str(value._undefined_name)  # noqa: SLF001 - the only place jinja2 keeps it
    holder = value._undefined_obj  # noqa: SLF001
    known = [str(key) for key in holder] if isinstance(holder, Mapping) else []
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    listed = f" (there are: {', '.join(sorted(known)[:40])})" if known and not close else ""
    return f"{name!r} is not defined{hint}{listed}"


def refusal_of(value: object) -> str | None:
    """Why a value cannot be printed into a configuration, or None."""
    if isinstance(value, Undefined):
        return missing_message(value)
    if value is None:
        return "has no value"
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return f"is a {type(value).__name__}, not text or a number"
    return _text_refusal(str(value))


def _text_refusal(text: str) -> str | None:
    if not text.strip():
        return "is blank"
    if not text.isprintable():
        return "holds a line break or a control character"
    if "?" in text:
        return "holds a '?', which asks a device for help"
    return None if text == " ".join(text.split()) else "begins or ends with a blank, or holds two in a row"


def environment(sources: Mapping[str, str], shared: Mapping[str, object], notes: Notes) -> ConfigEnvironment:
    """The one environment of the batch."""
    env = ConfigEnvironment(
        loader=DictLoader(dict(sources)),
        undefined=Missing,
        autoescape=False,  # device configuration, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    env.globals.pop("lipsum")  # the same intent must always give the same text
    env.filters.pop("random")
    env.globals.update(shared)

    @jinja2.pass_context
    def as_text(context: jinja2.runtime.Context, value: object, words: str, line: int) -> str:
        refusal = refusal_of(value)
        if refusal is None:
            return str(value)
        notes.add(context.name or "", line, words, refusal)
        return ""

    env.filters[CHECK] = as_text
    return env


def render_device(env: ConfigEnvironment, device: Mapping[str, Any], notes: Notes, most_characters: int) -> str:
    """The device's text; what is wrong goes to ``notes``."""
    notes.problems.clear()
    name = device["template"]
    pieces: list[str] = []
    size = 0
    try:
        for piece in env.get_template(name).generate(device["variables"]):
            size += len(piece)
            if size > most_characters:
                notes.add(name, 0, "", f"prints more than {most_characters} characters")
                break
            pieces.append(piece)
    except (TemplateError, TooMuchError, MemoryError, *_WRONG) as error:
        notes.add(*_place(error, env, name), _variable(error), _reason(error))
    return "".join(pieces)


_WRONG = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, OSError, RecursionError)


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "uses more memory than it may"
    if isinstance(error, RecursionError):
        return "includes or calls itself without end"
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r} in the set"
    if isinstance(error, SecurityError):
        return f"is not allowed: {error}"
    return str(error) or type(error).__name__


def _variable(error: BaseException) -> str:
    words = str(error)
    return words.split("'")[1] if isinstance(error, jinja2.UndefinedError) and words.count("'") > 1 else ""


def _place(error: BaseException, env: ConfigEnvironment, name: str) -> tuple[str, int]:
    if isinstance(error, TemplateSyntaxError):
        return error.name or name, error.lineno
    place = (name, 0)
    known = env.loader.list_templates() if env.loader else []
    for frame, line in traceback.walk_tb(error.__traceback__):
        shown = frame.f_globals.get("name") or frame.f_code.co_filename
        if shown in known and "__jinja_template__" not in frame.f_globals:
            place = (shown, line)
    return place


@contextlib.contextmanager
def processor_limit(seconds: float) -> Iterator[None]:
    """Stop one device's rendering after so much processor time."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooMuchError(f"takes more than {seconds:g} s of processor time")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def limit(processor_seconds: int, memory_bytes: int) -> None:
    """No more than this for the whole process. Some systems know no limit on memory: then there is none."""
    wanted = (
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    )
    for what, most in wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def warm_up() -> None:
    """Have everything loaded that compiling, printing and failing need, while files can still be opened."""
    env = environment({"a.j2": "{% set x = 'a' %}{{ x | join(', ') | upper }}{{ y }}{{ z.z | lower }}"}, {}, Notes())
    render_device(env, {"template": "a.j2", "variables": {}}, Notes(), 100)


def rows(job: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Render every device of a job."""
    notes = Notes()
    env = environment(job["sources"], job["shared"], notes)
    devices: Sequence[Mapping[str, Any]] = job["devices"]
    for device in devices:
        text = ""
        try:
            with processor_limit(job["device_seconds"]):
                text = render_device(env, device, notes, job["most_characters"])
        except TooMuchError as error:  # between two devices
            notes.add(device["template"], 0, "", str(error))
        yield {"device": device["device"], "text": text, **asdict(notes)}


def main(say: Callable[[str], object] = sys.stdout.write) -> None:
    """Read a job, render it, tell row by row."""
    job = json.loads(sys.stdin.read())
    warm_up()
    limit(job["processor_seconds"], job["memory_bytes"])
    for row in rows(job):
        say(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
