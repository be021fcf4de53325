"""Files on the device's flash: ``dir``, ``copy``, ``delete``, ``more``, ``verify``, and merging into the configuration.

In: a shell and canonical words. Out: text, as IOS prints it. Called by ``exec_commands``.
"""

import hashlib
from collections.abc import Iterator

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.editor import Editor, feed_all
from lab.devices.cisco_ios.flash import file_key
from lab.devices.cisco_ios.people import locked_out
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal, complaint

_TOTAL = 2097152000
LOCKED = "Configuration mode locked exclusively by user 'jdoe' process '92' from terminal '2'. Please try later.\n"


def _full(name: str) -> str:
    return f"flash:/{file_key(name)}"


def _missing(name: str) -> str:
    return f"%Error opening {_full(name)} (No such file or directory)\n"


def _dir(shell: Terminal, words: Words) -> str:
    device = shell.device
    wanted = file_key(words[1]) if len(words) > 1 else ""
    if words[1:] and not words[1].startswith(("flash:", "bootflash:")):
        return f"%Error opening {words[1]} (No such device)\n"
    if wanted and wanted not in device.flash:
        return _missing(wanted)
    names = [wanted] if wanted else sorted(device.flash)
    rows = "".join(_dir_row(device, at, name) for at, name in enumerate(names, start=1))
    free = _TOTAL - sum(len(content) for content in device.flash.values())
    body = rows or "No files in directory\n"
    return f"Directory of flash:/{wanted}\n\n{body}\n{_TOTAL} bytes total ({free} bytes free)\n"


def _dir_row(device: IosDevice, at: int, name: str) -> str:
    when = device.flash.times.get(name, device.booted_at).strftime("%b %d %Y %H:%M:%S +00:00")
    return f"{at:5d}  -rw-  {len(device.flash[name]):10d}  {when}  {name}\n"


def _verify(shell: Terminal, words: Words) -> str:
    content = shell.device.flash.get(file_key(words[2]))
    if content is None:
        return f"%Error verifying {words[2]} (No such file or directory)\n"
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return f".MD5 of {words[2]} Done!\nverify /md5 ({words[2]}) = {digest}\n"


def _more(shell: Terminal, words: Words) -> str:
    if words[1].startswith(("system:", "nvram:")):
        return shell.device.running.render() if words[1].startswith("system:") else shell.device.startup
    content = shell.device.flash.get(file_key(words[1]))
    return _missing(words[1]) if content is None else content.decode(errors="replace").rstrip("\n") + "\n"


def _quiet(shell: Terminal) -> bool:
    return shell.device.running.root.value("file", "prompt") == ("quiet",)


async def _delete(shell: Terminal, words: Words) -> str:
    name, forced = words[-1], "/force" in words
    if not forced and not _quiet(shell):
        await shell.ask(f"Delete filename [{file_key(name)}]? ")
        if (await shell.ask(f"Delete {_full(name)}? [confirm]")).strip().lower().startswith("n"):
            return "Delete of file aborted!\n"
    if not shell.device.flash.remove(name):
        return f"%Error deleting {_full(name)} (No such file or directory)\n"
    return ""


async def _copy_running(shell: Terminal, words: Words) -> str:
    """Run ``copy (running|startup)-config FILE``."""
    content = shell.device.startup if words[1].startswith("startup") else shell.device.running.render()
    return await _store(shell, words[2], content.encode())


async def _copy_null(shell: Terminal, words: Words) -> str:
    return await _store(shell, words[2], b"")


async def _copy_file(shell: Terminal, words: Words) -> str:
    content = shell.device.flash.get(file_key(words[1]))
    return _missing(words[1]) if content is None else await _store(shell, words[2], content)


async def _store(shell: Terminal, name: str, content: bytes) -> str:
    if shell.device.modes.on("flash_full"):
        return f"%Error opening {_full(name)} (No space left on device)\n"
    if not _quiet(shell):
        await shell.ask(f"Destination filename [{file_key(name)}]? ")
        if file_key(name) in shell.device.flash:
            await shell.ask(
                "%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]"
            )
    shell.device.flash.store(name, content)
    return _copied(len(content))


def _copied(size: int) -> str:
    return f"{size} bytes copied in 0.052 secs ({size * 19} bytes/sec)\n\n"


async def _copy_into_running(shell: Terminal, words: Words) -> str:
    """Merge a file into the running configuration: refused lines are printed, the others stay."""
    content = shell.device.flash.get(file_key(words[1]))
    if words[1].startswith("startup"):
        content = shell.device.startup.encode()
    if content is None:
        return _missing(words[1])
    if not _quiet(shell):
        await shell.ask("Destination filename [running-config]? ")
    if shell.device.modes.on("config_locked"):
        return LOCKED
    if (refusal := locked_out(shell.device.lines, shell.line)) is not None:
        return refusal
    output = "".join(merge(shell.device, content.decode(errors="replace"), shell.user))
    shell.device.view.say("SYS-5-CONFIG_I", f"Configured from {_full(words[1])} by {shell.user} on {shell.source}")
    return f"{output}{_copied(len(content))}"


def merge(device: IosDevice, text: str, user: str) -> Iterator[str]:
    """Apply a configuration text line by line; yield what IOS complains about."""
    effects = []
    for line, applied in feed_all(Editor(device.running, device.hardware), text.splitlines()):
        effects.append(applied)
        if applied.failed:
            yield f"{line.rstrip()}\n{complaint(applied, line, 0)}"
    device.written(effects, user)


async def _save(shell: Terminal, words: Words) -> str:
    if words[0] == "copy" and not _quiet(shell):
        await shell.ask("Destination filename [startup-config]? ")
    shell.device.write_memory()
    shell.device.record_write(shell.user, " ".join(words), changed=False)
    return "Building configuration...\n[OK]\n"


def _save_now(shell: Terminal, words: Words) -> str:
    shell.device.write_memory()
    shell.device.record_write(shell.user, " ".join(words), changed=False)
    return "Building configuration...\n[OK]\n"


TABLE: Table = [
    ("dir [<file>]", ENABLED, _dir),
    ("verify /md5 <file>", ENABLED, _verify),
    ("more <file>", ENABLED, _more),
    ("delete [/force] [/recursive] <file>", ENABLED, _delete),
    ("copy running-config startup-config", ENABLED, _save),
    ("write [memory]", ENABLED, _save_now),
    ("copy (running-config|startup-config) <file>", ENABLED, _copy_running),
    ("copy startup-config running-config", ENABLED, _copy_into_running),
    ("copy null: <file>", ENABLED, _copy_null),
    ("copy <file> running-config", ENABLED, _copy_into_running),
    ("copy <file> <file>", ENABLED, _copy_file),
]
