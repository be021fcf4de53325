"""Two texts of FRR's configuration laid over each other, and FRR's own comparison made readable. Pure.

Called by ``router``.
"""

import re
from collections.abc import Collection, Iterator

OPENS = re.compile(
    r"(?:interface|router|route-map|address-family|vrf|key chain|key|bfd|profile|peer|nexthop-group|pbr-map|rpki|"
    r"segment-routing|line|l2vpn|vni|mpls ldp)(?: |$)"
)
ONE_LINE = re.compile(r"(?:router-id|key-string)")
_ENTRY = re.compile(r"ip prefix-list (\S+) ")
_MATCH = "match ip address prefix-list "
Tree = dict[str, "Tree"]


def opens(line: str) -> bool:
    """Whether lines may stand under this one."""
    return bool(OPENS.match(line)) and not ONE_LINE.search(line)


def tree(marked: str) -> Tree:
    """Lines under the lines that open their section; ``vtysh -m`` has put the missing ``exit`` lines in."""
    root: Tree = {}
    path = [root]
    for row in marked.splitlines():
        line = row.strip()
        if line in ("exit", "exit-address-family", "exit-vrf"):
            del path[max(len(path) - 1, 1) :]
        elif line and not line.startswith("!") and line != "end":
            _put(path, line)
    return root


def _put(path: list[Tree], line: str) -> None:
    """Take one line in: a ``no`` takes away what it names, or stands for itself."""
    here, named = path[-1], line.removeprefix("no ")
    if named != line:
        gone = [old for old in here if old == named or old.startswith(f"{named} ")]
        for old in gone:
            del here[old]
        if gone:
            return
    here.pop(f"no {line}", None)
    below = here.setdefault(line, {})
    if opens(line):
        path.append(below)


def text_of(node: Tree, indent: str = "") -> Iterator[str]:
    """The lines of a tree, each section closed."""
    for line, below in node.items():
        yield indent + line
        if below:
            yield from text_of(below, f"{indent} ")
            yield f"{indent}exit"


def applied_anew(before: str, after: str) -> str:
    """Lines that match prefix lists again of which an entry went on the way from one configuration to the other.

    FRR 8.4 goes on as if an entry were gone that has the prefix of one that was taken away, until then.
    """
    there = {line.rstrip() for line in after.splitlines()}
    gone = {found[1] for line in before.splitlines() if line.rstrip() not in there and (found := _ENTRY.match(line))}
    section, lines = "", list[str]()
    for row in after.splitlines():
        line = row.strip()
        if row == line:
            section = line
        elif section.startswith("route-map ") and line.startswith(_MATCH) and line.removeprefix(_MATCH) in gone:
            lines += [section, f" no {line}", f" {line}", "exit"]
    return "".join(f"{line}\n" for line in lines)


def signed(said: str, there: Collection[str]) -> Iterator[str]:
    """What ``frr-reload.py --test`` would type, as a difference: what stands there and goes, and what comes.

    ``there`` are the lines of the running configuration.
    """
    sign, path = "", list[str]()
    for row in said.splitlines():
        line, depth = row.strip(), len(row) - len(row.lstrip())
        if line in ("Lines To Delete", "Lines To Add"):
            sign = "-" if line.endswith("Delete") else "+"
        elif sign and line and not line.startswith(("===", "exit", "20")):
            if opens(line) and (sign == "-" or line in there):
                if path[depth : depth + 1] != [line]:
                    yield f" {' ' * depth}{line}"
                    path[depth:] = [line]
            else:
                del path[depth:]
                yield _signed(sign, " " * depth, line, there)


def _signed(sign: str, indent: str, line: str, there: Collection[str]) -> str:
    if line.startswith("no ") and line.removeprefix("no ") in there:
        return f"-{indent}{line.removeprefix('no ')}"
    if sign == "-":
        return f"-{indent}{'no ' if f'no {line}' in there else ''}{line}"
    return f"+{indent}{line}"
