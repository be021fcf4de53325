"""What the command's exit code says. Scripts may rely on these; they are documented and never renumbered.

| code | meaning                                                            |
|------|--------------------------------------------------------------------|
| 0    | done                                                               |
| 1    | the thing asked for failed                                         |
| 2    | the command line or a setting is wrong                             |
| 3    | the content directory is wrong (every problem is listed)           |
| 4    | what was asked about does not exist                                |
| 5    | a device or the controller was not reached, or only in part        |
| 130  | interrupted (Ctrl-C)                                               |
"""

from typing import Final

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
BAD_CONTENT: Final = 3
NOT_FOUND: Final = 4
UNREACHABLE: Final = 5
INTERRUPTED: Final = 130
