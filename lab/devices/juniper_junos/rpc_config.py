"""The RPCs about the configuration: lock, load, compare, commit, roll back.

In: requests, Junos's own and those of RFC 6241 that work on the candidate. Out: XML; the database changed.
Called by ``netconf``.
"""

from collections.abc import Mapping
from itertools import pairwise

from lab.devices.juniper_junos.database import DEFAULT_MINUTES, Commit, CommitRefusedError, LockedError
from lab.devices.juniper_junos.differences import compare
from lab.devices.juniper_junos.faults import RpcFaultError, fault, locked, not_committed, refused
from lab.devices.juniper_junos.loading import load_orders, load_set, load_text
from lab.devices.juniper_junos.rpc import Answer, Request
from lab.devices.juniper_junos.sets import display_set
from lab.devices.juniper_junos.text import Order, render
from lab.devices.juniper_junos.tree import RefusalError, Section, empty
from lab.devices.juniper_junos.xml import leaf, node
from lab.devices.juniper_junos.xml_forms import orders, select, to_xml

OK = "<ok/>"
_XNM = "http://xml.juniper.net/xnm/1.1/xnm"


def _lock(request: Request) -> str:
    request.need("configure")
    try:
        request.device.database.lock(request.session)
    except LockedError as error:
        raise locked(error) from None
    request.session.editing = True
    return OK


def _unlock(request: Request) -> str:
    request.need("configure")
    try:
        request.device.database.unlock(request.session)
    except LockedError as error:
        raise locked(error) from None
    request.session.editing = False
    return OK


def _load(request: Request) -> str:
    request.need("configure")
    back = request.asked.get("rollback")
    try:
        if back is not None:
            return _roll_back(request, back)
        refusals = _take(request, request.device.database.edit(request.session))
    except LockedError as error:
        raise locked(error) from None
    if not refusals:
        return node("load-configuration-results", OK)
    count = sum(not refusal.warning for refusal in refusals)
    last = leaf("load-error-count", count) if count else OK
    return node("load-configuration-results", refused(refusals), last)


def _roll_back(request: Request, number: str) -> str:
    try:
        request.device.database.roll_back(request.session, int(number))
    except (IndexError, ValueError):
        raise RpcFaultError(fault(f"could not open configuration rollback {number}", number)) from None
    return node("load-configuration-results", OK)


def _take(request: Request, candidate: Section) -> list[RefusalError]:
    """Bring what was sent into the candidate."""
    action = request.asked.get("action", "merge")
    override = action in ("override", "update")
    text, lines = request.asked.find("configuration-text"), request.asked.find("configuration-set")
    if text is not None:
        return load_text(candidate, text.text or "", override=override)
    if lines is not None:
        return load_set(candidate, lines.text or "")
    found = request.asked.find("configuration")
    if found is None:
        raise RpcFaultError(fault("syntax error", request.asked[0].tag if len(request.asked) else request.asked.tag))
    if override:
        candidate.entries.clear()
    asked = list(orders(found, empty()))
    ends = [one for one, following in pairwise(asked) if not _begins(one, following)]
    return load_orders(candidate, [*ends, *asked[-1:]])


def _begins(one: Order, following: Order) -> bool:
    """Whether an order only leads to the next one, which makes it too."""
    if one.verb != "set" or following.verb != "set":
        return False
    return len(following.words) > len(one.words) and following.words[: len(one.words)] == one.words


def _commit(request: Request) -> str:
    request.need("configure")
    database, asked = request.device.database, request.asked
    minutes = None
    if asked.find("confirmed") is not None:
        minutes = int(request.word("confirm-timeout") or DEFAULT_MINUTES)
        if asked.tag == "commit":
            minutes = max(1, -(-minutes // 60))
    try:
        if asked.find("check") is not None or asked.tag == "validate":
            database.check(request.session)
            return node("commit-results", OK) if asked.tag == "commit-configuration" else OK
        database.commit(request.session, minutes=minutes, comment=request.word("log") or "")
    except LockedError as error:
        raise locked(error) from None
    except CommitRefusedError as error:
        raise not_committed(error) from None
    return OK


def _discard(request: Request) -> str:
    request.need("configure")
    try:
        request.device.database.roll_back(request.session, 0)
    except LockedError as error:
        raise locked(error) from None
    return OK


def _get(request: Request) -> str:
    request.need("view-configuration")
    asked, database = request.asked, request.device.database
    back = asked.get("rollback") if asked.get("compare") else None
    if back is not None:
        if not back.isdigit() or int(back) >= len(database.history):
            raise RpcFaultError(fault(f"could not open configuration rollback {back}", back))
        text = compare(database.history[int(back)].config, database.candidate)
        return node("configuration-information", leaf("configuration-output", f"\n{text}" if text else "\n"))
    config = database.committed if asked.get("database") == "committed" else database.candidate
    wanted = asked.find("configuration")
    if wanted is not None:
        config = select(config, wanted)
    return shown(request, config, asked.get("format", "xml"))


def _get_config(request: Request) -> str:
    """The standard ``get-config``."""
    request.need("view-configuration")
    candidate = request.asked.find("source/candidate") is not None
    database = request.device.database
    config = database.candidate if candidate else database.committed
    wanted = request.asked.find("filter/configuration")
    return node("data", shown(request, config if wanted is None else select(config, wanted), "xml"))


def shown(request: Request, config: Section, form: str) -> str:
    """Return a configuration in one of its forms."""
    last = request.device.database.history[0]
    if form == "text":
        head = f"## Last changed: {last.when:%Y-%m-%d %H:%M:%S} UTC\n"
        text = head + "".join(f"{line}\n" for line in render(config))
        return leaf("configuration-text", f"\n{text}", xmlns=_XNM)
    if form == "set":
        return leaf("configuration-set", "\n" + "".join(f"{line}\n" for line in display_set(config)))
    return node(
        "configuration",
        to_xml(config),
        xmlns=_XNM,
        junos_commit_seconds=int(last.when.timestamp()),
        junos_commit_user=last.user,
    )


def _history(request: Request) -> str:
    request.need("view")
    rows = [
        node(
            "commit-history",
            leaf("sequence-number", number),
            leaf("user", entry.user),
            leaf("client", entry.client),
            leaf("date-time", f"{entry.when:%Y-%m-%d %H:%M:%S} UTC", junos_seconds=int(entry.when.timestamp())),
            *_remarks(request, entry),
        )
        for number, entry in enumerate(request.device.database.history)
    ]
    return node("commit-information", *rows)


def _remarks(request: Request, entry: Commit) -> tuple[str, ...]:
    """What is said about a commit: that it is to be confirmed, its user's comment, that its timer runs."""
    database = request.device.database
    running = entry is database.history[0] and database.pending is not None
    return (
        leaf("comment", entry.confirmed) if entry.confirmed else "",
        leaf("log", entry.comment) if entry.comment else "",
        leaf("commit-confirmed", "rollback pending") if running else "",
    )


def _revision(request: Request) -> str:
    request.need("view")
    last = request.device.database.history[0]
    return node(
        "commit-revision-information",
        leaf("revision", last.revision),
        leaf("user", last.user),
        leaf("client", last.client),
        leaf("date-time", f"{last.when:%Y-%m-%d %H:%M:%S} UTC", junos_seconds=int(last.when.timestamp())),
        *_remarks(request, last),
    )


CONFIG: Mapping[str, Answer] = {
    "lock-configuration": _lock,
    "unlock-configuration": _unlock,
    "lock": _lock,
    "unlock": _unlock,
    "load-configuration": _load,
    "commit-configuration": _commit,
    "commit": _commit,
    "validate": _commit,
    "discard-changes": _discard,
    "get-configuration": _get,
    "get-config": _get_config,
    "get-commit-information": _history,
    "get-commit-revision-information": _revision,
}
