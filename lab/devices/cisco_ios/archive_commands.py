"""Configuration sessions with a net: ``configure ... revert timer``, ``configure replace``, ``show archive``.

In: a shell and canonical words. Out: text, as IOS prints it. Called by ``exec_commands``.
"""

from lab.devices.cisco_ios.config import Config
from lab.devices.cisco_ios.device import IosDevice, with_hardware
from lab.devices.cisco_ios.differences import commands, contextual, differences
from lab.devices.cisco_ios.editor import Applied, Editor, feed_all, parse
from lab.devices.cisco_ios.files import LOCKED
from lab.devices.cisco_ios.flash import file_key
from lab.devices.cisco_ios.people import locked_out
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal

_REPLACE = "configure replace <file> [list] [force] [revert (trigger error [timer <1-120>]|timer <1-120>)]"
_NOT_PENDING = "%No Rollback Confirmed Change pending\n"
_NO_ARCHIVE = "%Please turn config archive on\n"
_WELCOME = "Enter configuration commands, one per line.  End with CNTL/Z.\n"


def _configure(shell: Terminal, words: Words) -> str:
    text = ""
    if shell.device.modes.on("config_locked"):
        return LOCKED
    if (refusal := locked_out(shell.device.lines, shell.line)) is not None:
        return refusal
    if "revert" in words:
        if shell.device.archive.path() is None:
            return _NO_ARCHIVE
        if shell.device.archive.pending is not None:
            return "%Rollback Confirmed Change already pending\n"
        if shell.device.modes.on("flash_full"):
            return f"%Error opening {shell.device.archive.next_name()} (No space left on device)\n"
        name = shell.device.archive.arm(shell.user, int(words[-1]))
        text = f"Rollback Confirmed Change: Backing up current running config to {name}\n\n"
    shell.enter_config()
    return text + _WELCOME


def _confirm(shell: Terminal, words: Words) -> str:
    if not shell.device.archive.confirm(shell.user):
        return _NOT_PENDING
    shell.device.record_write(shell.user, " ".join(words), changed=False)
    return ""


def _revert(shell: Terminal, words: Words) -> str:
    pending = shell.device.archive.pending
    if pending is None:
        return _NOT_PENDING
    if words[2] == "timer":
        shell.device.archive.extend(int(words[3]))
        return ""
    shell.device.archive.revert(shell.user)
    return f"Rollback Confirmed Change: Rolling to: {pending.name}\n\nTotal number of passes: 1\nRollback Done\n"


async def _replace(shell: Terminal, words: Words) -> str:
    device = shell.device
    text = source_text(device, words[2])
    if text is None:
        return f"%Error opening {words[2]} (No such file or directory)\n"
    if device.archive.path() is None and "revert" in words:
        return _NO_ARCHIVE
    if "timer" in words and device.archive.pending is not None:
        return "%Rollback Confirmed Change already pending\n"
    if "force" not in words and not await _sure(shell):
        return ""
    target, bad = _read_target(device, text)
    if target is None:
        return "%The input file is not a valid config file.\n"
    return _replaced(shell, words, target, bad)


def _replaced(shell: Terminal, words: Words, target: Config, bad: list[Applied]) -> str:
    device = shell.device
    failed = "".join(f"{row.line}\n" for row in bad)
    if bad and "error" in words:
        return (
            f"The following commands are failed to apply to the IOS image.\n********\n{failed}********\n\n"
            "Rollback aborted after 5 passes\nThe original configuration has been successfully restored.\n"
        )
    if "timer" in words:
        device.archive.arm(shell.user, int(words[-1]))
    found = device.replace(target, shell.user)
    device.view.say("SYS-5-CONFIG_I", f"Configured from {words[2]} by {shell.user} on {shell.source}")
    told = commands(found).replace("!List", "!Pass 1\n\n!List", 1) if "list" in words else ""
    if bad:
        return (
            f"{told}The following commands are failed to apply to the IOS image.\n********\n{failed}********\n\n"
            "Rollback aborted after 5 passes\n"
        )
    return f"{told}\nTotal number of passes: {1 if found else 0}\nRollback Done\n\n"


async def _sure(shell: Terminal) -> bool:
    answer = await shell.ask(
        "This will apply all necessary additions and deletions\nto replace the current running configuration\n"
        "with the contents of the specified configuration file, which is\nassumed to be a complete configuration,\n"
        "not a partial "
        "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
    )
    return answer.strip().lower().startswith("y")


def _read_target(device: IosDevice, text: str) -> tuple[Config | None, list[Applied]]:
    config = Config()
    effects = [effect for _, effect in feed_all(Editor(config, device.hardware), text.splitlines())]
    if not any(effect.accepted for effect in effects):
        return None, []
    return config, [effect for effect in effects if effect.failed]


def source_text(device: IosDevice, name: str) -> str | None:
    """Return the text of a configuration by its path: a file, ``system:running-config``, ``nvram:startup-config``."""
    key = file_key(name)
    if name.startswith("system:"):
        return device.running.render()
    if name.startswith("nvram:"):
        return device.startup
    content = device.flash.get(key)
    return None if content is None else content.decode(errors="replace")


def _show_archive(shell: Terminal, _words: Words) -> str:
    device = shell.device
    if device.archive.path() is None:
        return " Archive feature not enabled\n"
    count = len(device.archive.names)
    marks = [""] * (count - 1) + [" <- Most Recent"]
    named = enumerate(zip(device.archive.names, marks, strict=False), start=1)
    rows = "".join(f"   {at:<9}{name}{mark}\n" for at, (name, mark) in named)
    return (
        f"The maximum archive configurations allowed is {device.archive.maximum()}.\n"
        f"There are currently {count} archive configurations saved.\n"
        f"The next archive file will be named {device.archive.next_name()}\n"
        f" Archive #  Name\n{rows}"
    )


def _archive_now(shell: Terminal, words: Words) -> str:
    if shell.device.archive.path() is None:
        return _NO_ARCHIVE
    shell.device.archive.keep()
    shell.device.record_write(shell.user, " ".join(words), changed=False)
    return ""


def _rollback_timer(shell: Terminal, _words: Words) -> str:
    pending = shell.device.archive.pending
    if pending is None:
        return _NOT_PENDING
    return (
        f"Time configured(UTC): {pending.configured_at:%H:%M:%S UTC %a %b %d %Y}\n"
        f"Timer type: absolute timer\nTimer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


def _incremental(shell: Terminal, words: Words) -> str:
    """List the lines of a file that the running configuration does not hold yet."""
    device = shell.device
    text = source_text(device, words[4])
    if text is None:
        return f"%Error opening {words[4]} (No such file or directory)\n"
    lines: list[str] = []
    header = ""
    for _, effect in feed_all(Editor(device.running.copy(), device.hardware), text.splitlines()):
        if not (effect.changed or effect.failed):
            continue
        if effect.section and effect.section not in (header, *lines[-1:]):
            lines.append(effect.section)
        header = effect.section
        lines.append(f"{' ' if effect.section else ''}{effect.line}")
    end = "end\n" if lines else "end\n!No changes were found\n"
    return "!List of Commands:\n" + "".join(f"{line}\n" for line in lines) + end


def _differences(shell: Terminal, words: Words) -> str:
    device = shell.device
    paths = words[4:] or ("system:running-config", "nvram:startup-config")
    if len(paths) == 1:
        paths = (paths[0], "system:running-config")
    configs: list[Config] = []
    for path in paths[:2]:
        text = source_text(device, path)
        if text is None:
            return f"%Error opening {path} (No such file or directory)\n"
        configs.append(with_hardware(parse(text, device.hardware), device.running))
    return contextual(differences(*configs))


TABLE: Table = [
    ("configure [terminal]", ENABLED, _configure),
    ("configure terminal revert timer <1-120>", ENABLED, _configure),
    ("configure confirm", ENABLED, _confirm),
    ("configure revert (now|timer <1-120>)", ENABLED, _revert),
    (_REPLACE, ENABLED, _replace),
    ("archive config", ENABLED, _archive_now),
    ("show archive", ENABLED, _show_archive),
    ("show archive config rollback timer", ENABLED, _rollback_timer),
    ("show archive config incremental-diffs <file> [ignorecase]", ENABLED, _incremental),
    ("show archive config differences [<file> [<file>]] [ignorecase]", ENABLED, _differences),
]
