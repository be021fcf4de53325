"""Configurations as XML: written for ``get-configuration``, read for ``load-configuration``, and filtered.

In: a tree, or an element. Out: XML, what an element asks for, the part of a tree that a filter names.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lab.devices.juniper_junos.text import Order
from lab.devices.juniper_junos.tree import Entry, Section, Words
from lab.devices.juniper_junos.xml import leaf, node

_VERBS = {"delete": "delete", "remove": "delete", "replace": "replace"}


def to_xml(section: Section) -> str:
    """Return the statements of a section as XML."""
    return "\n".join(piece for entry in section.ordered() for piece in _pieces(entry))


def _pieces(entry: Entry) -> Iterator[str]:
    attributes = {"inactive": "inactive"} if entry.inactive else {}
    tag = entry.rule.word
    if entry.section is not None:
        name = leaf("name", entry.key[-1]) if entry.rule.kind == "named" else ""
        yield node(tag, name, to_xml(entry.section), **attributes)
    elif entry.values:
        yield from (leaf(tag, value, **attributes) for value in entry.values)
    else:
        yield node(tag, **attributes)


def select(section: Section, wanted: Element) -> Section:
    """Return the part of a section that a filter names; a filter element without children takes all below it."""
    if not [child for child in wanted if child.tag != "name"]:
        return section
    kept = Section(section.rule)
    for child in wanted:
        name = (child.findtext("name") or "").strip()
        for key, entry in section.entries.items():
            if entry.rule.word != child.tag or (name and key[-1] != name):
                continue
            inner = None if entry.section is None else select(entry.section, child)
            kept.entries[key] = Entry(entry.rule, key, entry.values, inner, entry.inactive)
    return kept


def orders(element: Element, section: Section, path: Words = ()) -> Iterator[Order]:
    """Yield what the XML of a configuration asks for. ``section`` gives the grammar at that level."""
    for child in element:
        if child.tag == "name":
            continue
        rule = next((rule for rule in section.rule.rules if rule.word == child.tag), None)
        name = (child.findtext("name") or "").strip()
        own = path if rule is not None and rule.bare else (*path, child.tag)
        own = (*own, name) if name else own
        asked = child.get("operation") or next((verb for verb in _VERBS if child.get(verb)), "")
        text = (child.text or "").strip()
        words = (*own, text) if text and not len(child) else own
        yield Order(_VERBS.get(asked, "set"), words)
        if _VERBS.get(asked) == "replace":
            yield Order("set", words)
        if rule is not None and _VERBS.get(asked) != "delete":
            yield from orders(child, Section(rule), own)
