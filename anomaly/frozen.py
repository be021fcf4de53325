"""The frozen sets: examples to begin to learn with, and cases to be judged by.

In: a file (``.jsonl.gz``), or what is to be in it. Out: ``Example``s; cases, each with its chain and its rounds. Called
by ``trial``, ``controller.learning`` and ``benchmarks/naming_cases.py``, which makes the shipped ones from lab runs in
virtual time. Why a case holds rounds and not symptoms: hand rules change, and have to be asked again.
"""

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from anomaly.learn.features import Example
from anomaly.recordings.encoding import Decoder, Encoder, opening_line
from anomaly.recordings.rounds import Round
from inventory.model import Chain, Device, Function, Store, StoreId
from inventory.yaml_file import ContentError, Problem

SHIPPED = Path(__file__).parent / "learn" / "cases"
Kind = Literal["training", "replay"]
Sight = Literal["whole", "partial", "pair"]
_shops, _devices, _functions = TypeAdapter(list[Store]), TypeAdapter(list[Device]), TypeAdapter(list[Function])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run: which faults were in (``labels``), how well the store was seen, its rounds in order.

    ``source``: the run; two cases of one source show the same fault, seen more or less well.
    """

    name: str
    source: str
    labels: tuple[str, ...]
    sight: Sight
    store: StoreId
    chain: Chain
    rounds: tuple[Round, ...]


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    """Write examples so that the same ones give the same bytes."""
    _write(path, (_json({"label": e.label, "source": e.source, "words": sorted(e.words)}) for e in examples))


def read_examples(path: Path) -> tuple[Example, ...]:
    """Return the examples of a file. Raises ``ContentError`` for what is none, ``OSError`` when it cannot be read."""
    found: list[Example] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                told = json.loads(line)
                found.append(Example(label=told["label"], source=told["source"], words=frozenset(told["words"])))
    except (ValueError, LookupError, TypeError, EOFError, gzip.BadGzipFile) as error:
        raise ContentError([Problem(str(path), len(found) + 1, "", f"this is no set of examples: {error}")]) from None
    return tuple(found)


def shipped(kind: Kind) -> Path:
    """Return where a set lies that ships."""
    return SHIPPED / f"{kind}.jsonl.gz"


def write_cases(path: Path, cases: Sequence[Case]) -> None:
    """Write cases so that the same ones give the same bytes."""
    _write(path, _lines(cases))


def _write(path: Path, lines: Iterable[str]) -> None:
    body = "\n".join(lines) + "\n"
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as file:
        file.write(body.encode())
    path.write_bytes(packed.getvalue())


def read_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file. Raises ``ContentError`` for what is none, ``OSError`` when it cannot be read."""
    chains: dict[int, Chain] = {}
    head: dict[str, Any] | None = None
    rounds: list[Round] = []
    decoder = Decoder()
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):  # noqa: B007 - told when a line is bad
                told = json.loads(line)
                if "chain" in told and "shops" in told:
                    chains[told["chain"]] = _chain_of(told)
                elif "case" in told:
                    if head is not None:
                        yield _case(head, chains, rounds)
                    head, rounds, decoder = told, [], Decoder()
                elif (seen := decoder.feed(line)) is not None:
                    rounds.append(seen)
        if head is not None:
            yield _case(head, chains, rounds)
    except (ValueError, LookupError, TypeError, EOFError, ValidationError, gzip.BadGzipFile) as error:
        raise ContentError([Problem(str(path), number, "", f"this is no set of cases: {error}")]) from None


def _lines(cases: Iterable[Case]) -> Iterator[str]:
    numbers: dict[int, int] = {}
    for case in cases:
        if id(case.chain) not in numbers:
            numbers[id(case.chain)] = len(numbers)
            yield _json({"chain": numbers[id(case.chain)], **_told_of(case.chain)})
        yield _json(
            {
                "case": case.name,
                "source": case.source,
                "labels": case.labels,
                "sight": case.sight,
                "store": case.store,
                "of": numbers[id(case.chain)],
            }
        )
        began = case.rounds[0].at
        yield opening_line(case.rounds[0].session, began)
        encoder = Encoder(began)
        for one in case.rounds:
            yield from encoder.lines(one)


def _case(head: dict[str, Any], chains: dict[int, Chain], rounds: Sequence[Round]) -> Case:
    return Case(
        name=head["case"],
        source=head["source"],
        labels=tuple(head["labels"]),
        sight=head["sight"],
        store=StoreId(head["store"]),
        chain=chains[head["of"]],
        rounds=tuple(rounds),
    )


def _told_of(chain: Chain) -> dict[str, object]:
    return {
        "shops": _shops.dump_python(list(chain.stores.values()), mode="json"),
        "devices": [
            {k: v for k, v in one.items() if v not in (None, [], {})}
            for one in _devices.dump_python(list(chain.devices.values()), mode="json")
        ],
        "functions": _functions.dump_python(list(chain.functions.values()), mode="json"),
    }


def _chain_of(told: dict[str, Any]) -> Chain:
    return Chain(
        stores={shop.id: shop for shop in _shops.validate_python(told["shops"])},
        devices={device.id: device for device in _devices.validate_python(told["devices"])},
        functions={function.name: function for function in _functions.validate_python(told["functions"])},
    )


def _json(told: object) -> str:
    return json.dumps(told, separators=(",", ":"))
