"""The commands that change the configuration as a whole: modes, sessions, timers, checkpoints, replacing, the lock.

In: a place at the switch and canonical words. Out: what EOS says. Gathered in ``tables``.
"""

from datetime import datetime

from lab.devices.arista_eos.answers import CommandError, Model, Told
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.editor import Editor, feed_all
from lab.devices.arista_eos.sessions import MINUTE, MOST_DONE, MOST_OPEN, ConfigSession
from lab.devices.rule import Words

DONE = Told("", {})
_NAME_AT = 2
_SINCE_TOLD_ABOVE = (4, 32)


def _terminal(cli: Cli, _words: Words) -> Told:
    _unlocked(cli)
    cli.leave()
    cli.editor = Editor(cli.device.running, cli.device.hardware)
    return DONE


def _session(cli: Cli, words: Words) -> Told:
    _unlocked(cli)
    cli.leave()
    name = words[_NAME_AT] if len(words) > _NAME_AT else None
    cli.session = cli.device.sessions.enter(name, cli.user, cli.place)
    cli.editor = Editor(cli.session.config, cli.device.hardware)
    return DONE


def _commit(cli: Cli, words: Words) -> Told:
    _unlocked(cli)
    seconds = _seconds(words[-1]) if "timer" in words else None
    cli.device.sessions.commit(words[_NAME_AT], cli.user, cli.place, seconds)
    _out_of(cli, words[_NAME_AT])
    return DONE


def _abort(cli: Cli, words: Words) -> Told:
    cli.device.sessions.abort(words[_NAME_AT], cli.user, cli.place)
    _out_of(cli, words[_NAME_AT])
    return DONE


def _clean(cli: Cli, words: Words) -> Told:
    session = cli.device.sessions.named(words[_NAME_AT])
    session.config.root = Config().root
    for name in cli.device.hardware:
        Editor(session.config, cli.device.hardware).feed(f"interface {name}")
    return DONE


def _out_of(cli: Cli, name: str) -> None:
    if cli.session is not None and cli.session.name == name:
        cli.editor = cli.session = None


def _unlocked(cli: Cli) -> None:
    locker = cli.device.locker(cli.place)
    if locker is not None:
        raise CommandError(f"Unable to run this command (configuration locked by user {locker[0]} on {locker[1]})")


def _lock(cli: Cli, words: Words) -> Told:
    _unlocked(cli)
    cli.device.locked_by = (cli.user, cli.place) if words[1] == "lock" else None
    return DONE


def _seconds(clock: str) -> int:
    hours, minutes, seconds = [int(part) for part in (*clock.split(":"), "0")[:3]]
    if minutes >= MINUTE or seconds >= MINUTE or not hours + minutes + seconds:
        raise CommandError(f"Invalid input (at token 3: '{clock}')", "invalid")
    return hours * MINUTE * MINUTE + minutes * MINUTE + seconds


def _replace(cli: Cli, words: Words) -> Told:
    _unlocked(cli)
    device = cli.device
    target = Config()
    editor = Editor(target, device.hardware)
    complaints = []
    for number, (line, applied) in enumerate(feed_all(editor, device.files.read(device, words[2]).splitlines()), 1):
        if applied.refusal is not None or applied.message:
            complaints.append(f"> {line.strip()}\n% Invalid input at line {number}")
    if complaints and words[-1] != "ignore-errors":
        text = "Cannot replace configuration: errors in " + words[2]
        raise CommandError(text, told="".join(f"{one}\n" for one in complaints))
    device.replace(target, cli.user)
    device.view.say(
        "SYS-5-CONFIG_REPLACE_SUCCESS",
        f"User {cli.user} replaced running configuration with {words[2]} successfully on {cli.place}",
    )
    return DONE


def _save_checkpoint(cli: Cli, words: Words) -> Told:
    device = cli.device
    name = words[3] if len(words) > 3 else f"ckp-{device.view.now():%Y%m%d}-{len(device.files.checkpoints)}"  # noqa: PLR2004
    device.files.checkpoints[name] = (device.view.now(), cli.user, device.running.render())
    return DONE


def _restore_checkpoint(cli: Cli, words: Words) -> Told:
    return _replace(cli, ("configure", "replace", f"checkpoint:{words[3]}"))


def _checkpoints(cli: Cli, _words: Words) -> str:
    kept = [f"{name:<17} {when:%Y-%m-%d %H:%M:%S}    {user}" for name, (when, user, _) in _all_checkpoints(cli)]
    return rows("Maximum number of checkpoints: 20", f"{'Filename':<17} {'Date':<22} User", *kept)


def _all_checkpoints(cli: Cli) -> list[tuple[str, tuple[datetime, str, str]]]:
    return list(cli.device.files.checkpoints.items())


def _of(cli: Cli, words: Words) -> ConfigSession:
    if words[2:3] == ("named",):
        return cli.device.sessions.named(words[3])
    if cli.session is None:
        raise CommandError("Not in a configuration session")
    return cli.session


def _session_config(cli: Cli, words: Words) -> str:
    session = _of(cli, words)
    if words[-1] == "diffs":
        return cli.device.sessions.diffs(session)
    return f"! Command: {' '.join(words)}\n{head(cli)}{session.config.render()}"


def head(cli: Cli) -> str:
    """Return the line over a configuration that names the switch."""
    device = cli.device
    return f"! device: {device.running.hostname()} ({device.view.model}, EOS-{device.version})\n"


def _above(cli: Cli) -> bool:
    """Whether this release tells of the timer above all sessions, not by a session's state."""
    first, second = cli.device.version.split(".")[:2]
    return (int(first), int(second)) >= _SINCE_TOLD_ABOVE


def _state(cli: Cli, session: ConfigSession) -> str:
    timed = cli.device.sessions.timed
    if timed is not None and timed.name == session.name:
        return "committed" if _above(cli) else "pendingCommitTimer"
    return "committed" if session.state == "completed" and _above(cli) else session.state


def _sessions_model(cli: Cli, words: Words) -> Model:
    sessions, detailed = cli.device.sessions, words[-1] == "detail"
    model: dict[str, object] = {
        "sessions": {name: _session_model(cli, one, detailed=detailed) for name, one in sessions.all.items()},
        "maxSavedSessions": MOST_DONE,
        "maxOpenSessions": MOST_OPEN,
        "mergeOnCommit": False,
        "saveToStartupConfigOnCommit": False,
    }
    if sessions.timed is not None and _above(cli):
        model |= {"commitTimerSessionName": sessions.timed.name, "commitTimerExpireTime": sessions.timed.expires}
    return model


def _session_model(cli: Cli, session: ConfigSession, *, detailed: bool) -> dict[str, object]:
    timed = cli.device.sessions.timed
    inside = {
        str(1000 + at): {"user": user, "terminal": place.split()[0], "currentTerminal": place == cli.place}
        for at, (place, user) in enumerate(session.inside.items())
    }
    model: dict[str, object] = {"state": _state(cli, session), "description": "", "instances": inside}
    if detailed and session.done_at is not None:
        model |= {"completedTime": session.done_at.timestamp(), "commitUser": session.done_by}
    if timed is not None and timed.name == session.name and not _above(cli):
        model["commitBy"] = timed.expires
    return model


def _sessions_text(cli: Cli, words: Words) -> str:
    sessions, detailed = cli.device.sessions, words[-1] == "detail"
    top = [f"Maximum number of completed sessions: {MOST_DONE}", f"Maximum number of pending sessions: {MOST_OPEN}"]
    top += ["Merge on commit is disabled", "Autosave to startup-config on commit is disabled"]
    if sessions.timed is not None and _above(cli):
        left = max(0, int(sessions.timed.expires - cli.device.uptime))
        top += ["", f"Session with pending commit timer: {sessions.timed.name}"]
        top += [f"Time left until commit timer expiry: in {left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}"]
    wide = max([4, *map(len, sessions.all)])
    names = f"  {'Name':<{wide}} {'State':<18} {'User':<14} {'Terminal':<10}"
    rule = f"  {'-' * wide} {'-' * 18} {'-' * 14} {'-' * 10}"
    if detailed:
        names, rule = f"{names} {'Completed Time':<19} Committed By", f"{rule} {'-' * 19} {'-' * 12}"
    return rows(*top, "", names, rule, *(_session_row(cli, one, wide, detailed) for one in sessions.all.values()))


def _session_row(cli: Cli, session: ConfigSession, wide: int, detailed: bool) -> str:  # noqa: FBT001
    place, user = next(iter(session.inside.items()), ("", ""))
    mark = "*" if cli.place in session.inside else " "
    row = f"{mark} {session.name:<{wide}} {_state(cli, session):<18} {user:<14} {place.split(' ')[0]:<10}"
    if not detailed or session.done_at is None:
        return row.rstrip()
    return f"{row} {session.done_at:%Y-%m-%d %H:%M:%S} {session.done_by}"


TABLE: list[Row] = [
    ("configure [terminal]", "admin", _terminal),
    ("configure session [<word>]", "admin", _session),
    ("configure session <word> commit", "admin", _commit),
    ("configure session <word> commit timer <clock>", "admin", _commit),
    ("configure session <word> abort", "admin", _abort),
    ("configure session <word> rollback clean-config", "admin", _clean),
    ("configure (lock|unlock)", "admin", _lock),
    ("configure replace (<file>|startup-config) [ignore-errors]", "admin", _replace),
    ("configure checkpoint save [<word>]", "admin", _save_checkpoint),
    ("configure checkpoint restore <word>", "admin", _restore_checkpoint),
    ("show configuration checkpoints", "enabled", show(_checkpoints)),
    ("show configuration sessions [detail]", "enabled", show(_sessions_text, _sessions_model)),
    ("show session-config [diffs]", "enabled", show(_session_config)),
    ("show session-config named <word> [(diffs|sanitized)]", "enabled", show(_session_config)),
]
