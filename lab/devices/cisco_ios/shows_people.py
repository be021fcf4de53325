"""``show configuration lock``, and configuration mode for one alone.

In: a shell and canonical words. Out: text, as IOS prints it (recorded answers of genieparser's ShowConfigurationLock,
Apache-2.0). Called by ``exec_commands``.
"""

from lab.devices.cisco_ios.people import locked_out, locker, process
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal

_HEAD = "Parser Configure Lock\n---------------------\n"
_FREE = (
    "Owner PID         : -1\nUser              : unknown\nTTY               : -1\nType              : NO LOCK\n"
    "State             : FREE\nClass             : unknown\nCount             : 0\nPending Requests  : 0\n"
    "User debug info   : \n\n"
)
_LONGEST = 600


def _lock(shell: Terminal, _words: Words) -> str:
    holder = locker(shell.device.lines)
    if holder is None or holder.configuring is None:
        return _HEAD + _FREE
    held = int((shell.device.view.now() - holder.configuring).total_seconds())
    return (
        f"{_HEAD}Owner PID         : {process(holder)}\nUser              : {holder.user}\n"
        f"TTY               : {holder.number + 1}\nType              : EXCLUSIVE\nState             : LOCKED\n"
        "Class             : EXPOSED\nCount             : 1\nPending Requests  : 0\n"
        "User debug info   : configure terminal\nSession idle state : TRUE\n"
        "No of exec cmds getting executed : 0\nNo of exec cmds blocked : 0\n"
        f"Config wait for show completion : FALSE\nRemote ip address : {holder.address}\n"
        f"Lock active time (in Sec) : {held}\nLock Expiration timer (in Sec) : {max(0, _LONGEST - held)}\n\n"
    )


def _alone(shell: Terminal, _words: Words) -> str:
    if (refusal := locked_out(shell.device.lines, shell.line)) is not None:
        return refusal
    shell.enter_config()
    shell.line.exclusive = True
    return "Enter configuration commands, one per line.  End with CNTL/Z.\n"


TABLE: Table = [
    ("show configuration lock", 1, _lock),
    ("configure terminal lock", ENABLED, _alone),
]
