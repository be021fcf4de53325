"""Writing and reading the XML of NETCONF messages.

In: names, values and pieces of XML. Out: XML text; a message as a tree without namespaces. A message with a document
type is refused (RFC 6241 has none), so entities cannot be defined.
"""

from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape, quoteattr


class BadMessageError(Exception):
    """What was received is no message."""


def leaf(tag: str, value: object = "", **attributes: object) -> str:
    """Return an element with text in it."""
    return f"<{tag}{_attributes(attributes)}>{escape(str(value))}</{tag}>"


def block(tag: str, value: str) -> str:
    """Return an element whose text stands on lines of its own, as Junos writes messages."""
    return f"<{tag}>\n{escape(value)}\n</{tag}>"


def node(tag: str, *inner: str, **attributes: object) -> str:
    """Return an element with elements in it; empty pieces are left out."""
    kept = [piece for piece in inner if piece]
    if not kept:
        return f"<{tag}{_attributes(attributes)}/>"
    return "\n".join((f"<{tag}{_attributes(attributes)}>", *kept, f"</{tag}>"))


def _attributes(attributes: dict[str, object]) -> str:
    """Attributes; ``junos_style`` is written ``junos:style``."""
    named = ((name.replace("junos_", "junos:").replace("_", "-"), str(value)) for name, value in attributes.items())
    return "".join(f" {name}={quoteattr(value)}" for name, value in named)


def read(message: str) -> Element:
    """Return the root of a message, its tags without namespaces. Raises ``BadMessageError``."""
    if "<!DOCTYPE" in message or "<!ENTITY" in message:
        raise BadMessageError("document types are not allowed")
    try:
        root = fromstring(message.strip())  # noqa: S314 - as above
    except ParseError as error:
        raise BadMessageError(str(error)) from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def word(element: Element, path: str) -> str | None:
    """Return the text of an element inside another, stripped; None when it is not there, empty when it has none."""
    found = element.find(path)
    return None if found is None else (found.text or "").strip()
