"""The lab's stores, printed by their devices and read by the real readers: no network, a clock turned by hand."""

from ipaddress import IPv4Address

from anomaly.library import load_library
from anomaly.watch import Watch
from inventory.errors import CommandRefusedError, DoubtfulOutputError, UnreachableError
from inventory.line_rows import LargePingRow
from inventory.looks import PingRow, Reading
from inventory.platforms import ParseDoubt, load_platforms
from inventory.platforms.juniper_junos.driver import bare
from inventory.snmp.dialects import DIALECTS
from lab.agents import agents
from lab.breakages import Breakages
from lab.callers import asked_as
from lab.chain import make_chain
from lab.clock import HandClock
from lab.devices.arista_eos.shell import EosShell
from lab.devices.cisco_ios.shell import Shell
from lab.devices.dialect import Asked, new_device
from lab.devices.juniper_junos.shell import Shell as JunosShell
from lab.layout import Stock
from lab.log import LabLog
from lab.startup import startup
from lab.world import World

SECONDS = {"hold_brief": 3, "hold_steady": 6, "hold_patient": 12, "clear_after": 4}


class Bench:
    """A chain, its world, and a watch that looks at it. ``stock``: whose switches stand in its stores."""

    def __init__(self, seed=7, stores=6, stock=Stock()):  # noqa: B008 - frozen
        self.chain = make_chain(seed, stores, asked_as=asked_as({}), stock=stock)
        self.clock = HandClock(self.chain.start)
        self.world = World(self.chain, self.clock, LabLog())
        self.views = {str(d.id): self.world.view(d.id) for d in self.chain.managed()}
        known = self.chain.chain
        self.platforms = {name: known.devices[name].platform for name in self.views}
        devices = {
            name: new_device(self.platforms[name], view, startup(known, known.devices[name]))
            for name, view in self.views.items()
        }
        for name, device in devices.items():
            self.world.plug(name, device)
        self.breakages = Breakages(self.world)
        self.world.begin()
        self.agents = agents(self.world, 161)
        self.shells = {name: self.shell(device) for name, device in devices.items()}
        self.watch = Watch(load_library(), self.chain.chain, SECONDS)
        self.forward(5)

    def shell(self, device):
        line = device.lines.take((5,), "192.0.2.9", self.clock.now())
        line.user = "storenet-ro"
        seen = []
        talk = {"send": seen.append, "hang_up": lambda: None, "enable_secret": None}
        if device.platform == "juniper_junos":
            talk["send"] = lambda content: seen.append(content.decode())
            shell = JunosShell(device, Asked(kind="shell", line=line, level=1, finish=lambda _code: None, **talk))
        else:
            shell = (EosShell if device.platform == "arista_eos" else Shell)(device, line, 15, **talk)
        if device.platform == "arista_eos":
            shell.cli.length, shell.cli.enabled = 0, True
        shell.length = 0
        return shell, seen

    def forward(self, seconds, step=0.5):
        while seconds > 0:
            self.clock.forward(min(step, seconds))
            seconds -= step
            self.world.look()

    def ask(self, device, look):
        return self.told(device, (look,))[look.key]

    def told(self, device, looks):
        if device in self.agents:
            return {look.key: self.ask_agent(device, look) for look in looks}
        if not self.views[device].reachable() or not self.shells[device][0].device.open_lines():
            return {look.key: UnreachableError(device, "no answer") for look in looks}
        return {look.key: self.ask_shell(device, look) for look in looks}

    def ask_shell(self, device, look):
        if look.getter == "ping":
            return Reading(device=device, look=look, rows=(self.ping(device, look.args),), taken_at=self.clock.now())
        if look.getter == "large_ping":
            return Reading(
                device=device, look=look, rows=(self.large_ping(device, look.args),), taken_at=self.clock.now()
            )
        getter = load_platforms()[self.platforms[device]].getters[look.getter]
        shell, seen = self.shells[device]
        seen.clear()
        command = getter.command.format(**look.args)
        shell.received(command + "\n")
        text = bare("".join(seen).replace("\r\n", "\n").removeprefix(command + "\n").rpartition("\n")[0]) + "\n"
        try:
            rows = getter.parse(text, look.args)
        except ParseDoubt as doubt:
            return CommandRefusedError(device, str(doubt))
        return Reading(device=device, look=look, rows=rows, taken_at=self.clock.now())

    def ask_agent(self, device, look):
        """What its agent holds now, read by the real readers; the way there is tried over real UDP elsewhere."""
        agent = self.agents[device][0]
        if not agent.answers():
            return UnreachableError(device, "no SNMP answer")
        told = {oid: value.content for oid, value in agent.objects().items()}
        try:
            rows = DIALECTS["aironet"][look.getter].parse(told)
        except ValueError as doubt:
            return DoubtfulOutputError(device, str(doubt))
        return Reading(device=device, look=look, rows=rows, taken_at=self.clock.now())

    def ping(self, device, args):
        """The emulator's own ping command takes real time; the world it asks does not."""
        to, sent = IPv4Address(args["destination"]), int(args["count"])
        back = [ms for ms in (self.views[device].ping(to, args.get("source")) for _ in range(sent)) if ms is not None]
        mean = sum(back) / len(back) if back else None
        return PingRow(destination=args["destination"], sent=sent, received=len(back), average_ms=mean)

    def large_ping(self, device, args):
        """As ``ping``, of one size that must not be fragmented."""
        fate, plain = (
            self.views[device].fate(IPv4Address(args["destination"]), int(args["size"])),
            self.ping(device, args),
        )
        back, told = (plain.received if fate == "passes" else 0), (plain.sent if fate == "told" else 0)
        to, size = plain.destination, int(args["size"])
        return LargePingRow(destination=to, size=size, sent=plain.sent, received=back, told=told)

    def answers(self, looks):
        return {device: self.told(device, those) for device, those in looks.items()}

    def round(self, store):
        self.forward(2)
        return self.watch.observe(store, self.answers(self.watch.looks(store)), self.clock.now())

    def play(self, store, seconds):
        return [self.round(store) for _ in range(int(seconds / 2))]

    def prove(self, store, function, root=None):
        given = [(d, look, self.ask(d, look)) for d, look in self.watch.looks_to_prove(store, function, root)]
        return self.watch.prove(store, function, given, self.clock.now(), root)
