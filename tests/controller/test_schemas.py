"""The published schemas are those of the models, and every shipped file fits them."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from controller.schemas import KINDS, schema_of

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "symptom": "anomaly/symptoms",
    "signature": "anomaly/signatures",
    "recipe": "playbooks/recipes",
    "case": "anomaly/signatures/cases",
}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "null": type(None)}
KNOWN = {
    "$schema", "$id", "$defs", "$ref", "description", "default", "type", "properties", "required", "enum", "const",
    "anyOf", "items", "prefixItems", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "pattern", "additionalProperties", "contains", "minProperties", "maxProperties", "title",
}  # fmt: skip


def is_type(value, name):
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def mistakes(value, node, whole, place="$"):
    """What a JSON Schema validator would say: enough of draft 2020-12 for these schemas, and no keyword unread."""
    assert set(node) <= KNOWN, set(node) - KNOWN
    if "$ref" in node:
        yield from mistakes(value, whole["$defs"][node["$ref"].rpartition("/")[2]], whole, place)
    if "anyOf" in node and all(any(mistakes(value, one, whole, place)) for one in node["anyOf"]):
        yield f"{place}: fits none of anyOf"
    if "type" in node and not is_type(value, node["type"]):
        yield f"{place}: is no {node['type']}"
        return
    if "enum" in node and value not in node["enum"]:
        yield f"{place}: not in enum"
    if "const" in node and value != node["const"]:
        yield f"{place}: not {node['const']}"
    if isinstance(value, str) and "pattern" in node and not re.search(node["pattern"], value):
        yield f"{place}: pattern"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from outside(value, node, place)
    if isinstance(value, dict):
        yield from in_object(value, node, whole, place)
    if isinstance(value, list):
        yield from in_list(value, node, whole, place)


def outside(value, node, place):
    limits = {
        "minimum": lambda limit: value >= limit,
        "maximum": lambda limit: value <= limit,
        "exclusiveMinimum": lambda limit: value > limit,
        "exclusiveMaximum": lambda limit: value < limit,
    }
    yield from (f"{place}: {word}" for word, fits in limits.items() if word in node and not fits(node[word]))


def in_object(value, node, whole, place):
    known = node.get("properties", {})
    yield from (f"{place}: {name} is missing" for name in node.get("required", ()) if name not in value)
    if not node.get("minProperties", 0) <= len(value) <= node.get("maxProperties", 10**9):
        yield f"{place}: {len(value)} properties"
    for name, one in value.items():
        if name in known:
            yield from mistakes(one, known[name], whole, f"{place}.{name}")
        elif node.get("additionalProperties", True) is False:
            yield f"{place}: {name} is not known"
        elif isinstance(node.get("additionalProperties"), dict):
            yield from mistakes(one, node["additionalProperties"], whole, f"{place}.{name}")


def in_list(value, node, whole, place):
    if not node.get("minItems", 0) <= len(value) <= node.get("maxItems", 10**9):
        yield f"{place}: {len(value)} items"
    if "contains" in node and all(any(mistakes(one, node["contains"], whole, place)) for one in value):
        yield f"{place}: contains none"
    first = node.get("prefixItems", [])
    for index, one in enumerate(value):
        of_one = first[index] if index < len(first) else node.get("items", {})
        yield from mistakes(one, of_one, whole, f"{place}[{index}]")


def found(text, kind):
    return list(mistakes(YAML(typ="safe").load(text), schema_of(kind), schema_of(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_published_schemas_are_up_to_date(kind):
    published = json.loads((ROOT / "docs" / "schemas" / f"{kind}.json").read_text())
    assert published == schema_of(kind), "run `make schemas`"


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_file_fits(kind):
    files = sorted((ROOT / FOLDERS[kind]).glob("*.yaml"))
    assert files
    for path in files:
        assert not found(path.read_text(), kind), path.name


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("symptom", "{name: x, title: x, observation: o, hold: brief, when: {is: 1, above: 2}}", "2 properties"),
        ("symptom", "{name: x, title: x, observation: o, hold: brief, when: {}}", "0 properties"),
        ("symptom", "{name: x, title: x, observation: o, hold: brief, when: {is: null}}", "anyOf"),
        ("symptom", "{name: X-1, title: x, observation: o, hold: soon, when: {is: 1}}", "enum"),
        ("signature", "{name: x, title: x, fault_class: A, root: edge, threshold: 1, symptoms: []}", "exclusiveM"),
        (
            "signature",
            "{name: x, title: x, fault_class: A, root: edge, threshold: 0.8, symptoms: [{symptom: a}]}",
            "contains none",
        ),
        ("signature", "{name: x, titel: x}", "titel is not known"),
        ("recipe", "{name: x, signature: x, title: x, advice: y, rungs: [{act: x}]}", "action is missing"),
        ("case", "{signature: x, cases: [{title: x, expect: {}}]}", "holds is missing"),
    ],
)
def test_a_wrong_file_does_not_fit(kind, text, said):
    assert any(said in one for one in found(text, kind)), found(text, kind)
