"""JSON Schemas of the content files people write, made from the very models that read them.

In: the name of a kind of file. Out: a JSON Schema (draft 2020-12), for editors and for programs that write such files.
Called by ``storenet signature schema``; ``make schemas`` keeps ``docs/schemas`` up to date. What a schema cannot say -
whether a symptom or an action of that name exists - ``storenet check`` does.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from anomaly.cases.shape import CaseFile
from anomaly.library import SignatureSpec, SymptomSpec
from playbooks.library import RecipeFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, type[BaseModel]] = {
    "symptom": SymptomSpec,
    "signature": SignatureSpec,
    "recipe": RecipeFile,
    "case": CaseFile,
}
Node = dict[str, Any]


def schema_of(kind: str) -> Node:
    """Return the schema of a kind of file. Raises ``KeyError`` for a kind there is not."""
    model = KINDS[kind]
    made = {"$schema": DRAFT, "$id": f"urn:storenet:schema:{kind}"} | model.model_json_schema(by_alias=True)
    if "When" in made.get("$defs", {}):
        _exactly_one(made["$defs"]["When"])
    if kind == "signature":
        made["properties"]["symptoms"]["contains"] = {
            "type": "object",
            "properties": {"required": {"const": True}},
            "required": ["required"],
        }
    for node in (made, *made.get("$defs", {}).values()):
        _plain(node)
    return made


def _exactly_one(when: Node) -> None:
    """One condition and no more, none of them null: what the model's own check demands."""
    when["minProperties"] = when["maxProperties"] = 1
    for name, field in when["properties"].items():
        kept = [one for one in field.pop("anyOf") if one != {"type": "null"}]
        field.pop("default", None)
        when["properties"][name] = field | (kept[0] if len(kept) == 1 else {"anyOf": kept})


def _plain(node: Node) -> None:
    """Take one model's docstring as one line, and leave out titles that only repeat the field's name."""
    if "description" in node:
        node["description"] = " ".join(node["description"].split())
    _each(node.get("properties", {}), lambda field: field.pop("title", None))
    node.pop("title", None)


def _each(fields: Mapping[str, Node], do: Callable[[Node], object]) -> None:
    for field in fields.values():
        do(field)
