"""Logs: one line per happening, on stderr and, if wanted, in a file, with secrets masked on every sink.

In: a level, a format and a file, from the settings. Out: structlog and the standard library's logging set up.
Called once by ``controller.main``. Lines of libraries come through the same handlers at WARNING and above: netmiko's
and paramiko's own filters miss secrets, so the masking is ours, key by key and again over the finished line.
"""

import logging
import os
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from inventory.redact import MASK, is_secret_key, redact, redact_tree

OUR_ROOMS = ("inventory", "anomaly", "templates", "playbooks", "controller", "lab")
_KEPT = frozenset({"exc_info", "stack_info", "_record", "_from_structlog", "_logger", "_name"})


def configure_logs(
    level: str = "info", style: Literal["console", "json"] = "console", file: Path | None = None
) -> None:
    """Set up every log sink; calling it again replaces them. Raises ``OSError`` when the file cannot be opened."""
    sinks = [_sink(sys.stderr, style, is_file=False)]
    if file is not None:
        sinks.append(_sink(_open(file), "json", is_file=True))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        if getattr(old, "storenet_owns", False):
            old.close()
    for sink in sinks:
        root.addHandler(sink)
    root.setLevel(logging.WARNING)
    for room in OUR_ROOMS:
        logging.getLogger(room).setLevel(level.upper())
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a dropped tick is no news: the pulse tells of late polls
    logging.raiseExceptions = False  # a failing sink would print the record unmasked
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask (as a structlog processor) values under secret-looking keys, and secrets inside every other value."""
    return {key: value if key in _KEPT else _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: object) -> object:
    if is_secret_key(key) and not isinstance(value, (bool, int, float, type(None))):
        return MASK
    return redact_tree(value)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


class _MaskedFormatter(structlog.stdlib.ProcessorFormatter):
    """Masks the finished line once more: nothing a renderer or a library adds gets past it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one masked line."""
        return redact(super().format(record))


def _sink(stream: TextIO, style: Literal["console", "json"], *, is_file: bool) -> "_OwnedHandler":
    render: Processor = structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=True, default=str)
    if style == "console":
        plain = structlog.dev.plain_traceback
        render = structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = _OwnedHandler(stream, is_file=is_file)
    handler.setFormatter(_MaskedFormatter(foreign_pre_chain=_shared(), processors=[remove_meta, mask_secrets, render]))
    return handler


class _OwnedHandler(logging.StreamHandler[TextIO]):
    """A handler of ours; the log file is closed with it, stderr is not."""

    storenet_owns = True

    def __init__(self, stream: TextIO, *, is_file: bool) -> None:
        super().__init__(stream)
        self._is_file = is_file

    def close(self) -> None:
        """Close the file behind it."""
        super().close()
        if self._is_file:
            self.stream.close()


def _open(file: Path) -> TextIO:
    """Open a log file to append, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    return os.fdopen(number, "a", encoding="utf-8", errors="replace")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(__name__).critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
