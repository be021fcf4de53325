"""A controller that works until it is killed: run by ``test_kill.py`` as ``python dying_controller.py LEDGER EFFECTS``.

Every fact is printed only after the ledger's call returned, so the parent knows what must not be lost.
An effect is a line in a file, made under a journalled intent, and read back before it is tried again.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from controller.clock import SystemClock
from controller.engines.loop import LoopEngine
from controller.events import Confirmed, Intended, Opened, Reviewed, SeenWord, WriteEnded
from controller.holder import this_process
from controller.journal import Journal
from controller.ledgers.sqlite import SqliteLedger
from controller.ports import Intent

LEDGER, EFFECTS = Path(sys.argv[1]), Path(sys.argv[2])


def say(*words):
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def stamp(incident):
    return {"incident": incident, "store": "s001", "at": datetime.now(UTC)}


class Controller:
    def __init__(self):
        self.ledger = SqliteLedger.open(LEDGER)
        self.journal = Journal(self.ledger, this_process(), SystemClock(), 3600)
        self.engine = LoopEngine(self.ledger, {"heal": self.heal})

    def work(self):
        say("token", str(self.journal.token("s001")))
        for workflow, kind, argument in self.engine.unfinished():
            self.engine.run(workflow, kind, argument)
            say("done", argument)
        while True:
            incident = self.ledger.next_incident("s001")
            self.ledger.append(
                Opened(
                    **stamp(incident),
                    signature="x",
                    fault_class="A",
                    title="t",
                    device="d",
                    subject="p",
                    confidence=0.9,
                    evidence=(),
                )
            )
            say("opened", incident)
            self.engine.run(f"{incident}~1", "heal", incident)
            say("done", incident)
            self.ledger.append(self.review(incident))
            say("reviewed", incident)

    def review(self, incident):
        word = SeenWord(symptom="dns_probe_failing", relation="self")
        return Reviewed(
            **stamp(incident),
            by="jane",
            code="another",
            fixed_by="restarted the resolver",
            playbook="",
            device="s001-edge",
            subject="pos",
            root_kind="function",
            signature="unknown",
            names="",
            learned="seen_s001_0001",
            words=(word,),
        )

    def heal(self, steps, incident):
        for name in ("look", "judge"):
            steps.do(name, lambda name=name: self.note(incident, name))
        steps.do("write", lambda: self.write(incident))

    def note(self, incident, name):
        self.ledger.append(Confirmed(**stamp(incident), evidence=()))
        say("step", incident, name)
        return json.dumps(name)

    def write(self, incident):
        for left in self.journal.open_intents(incident):
            if left.id in EFFECTS.read_text():
                return self.end(incident, left.id, "ran")
            self.end(incident, left.id, "not_run")
        token = self.journal.token("s001")
        name = f"{incident}.{len(self.journal.intents(incident)) + 1}"
        event = Intended(
            **stamp(incident),
            intent=name,
            rung=0,
            action="a",
            device="d",
            port="p",
            summary="s",
            lines=(),
            undo=(),
            token=token,
        )
        intent = Intent(
            id=name, incident=incident, store="s001", device="d", token=token, change={}, created_at=event.at
        )
        permit = self.journal.intend(intent, event)
        say("intended", name)
        permit.assert_live()
        with EFFECTS.open("a") as file:
            file.write(f"{name}\n")
        return self.end(incident, name, "ran")

    def end(self, incident, intent, outcome):
        self.journal.end(intent, outcome, WriteEnded(**stamp(incident), intent=intent, outcome=outcome, read_back="r"))
        return json.dumps(outcome)


if __name__ == "__main__":
    Controller().work()
