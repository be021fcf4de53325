"""Shows about the hardware's health and the clock's sources: processor, fans, temperatures, power, NTP.

In: a place at the switch and canonical words. Out: text as EOS prints it, and its models. Gathered in ``tables``.
"""

from typing import Any

from lab.devices.arista_eos.answers import Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.shows_system import TOTAL_MEMORY, free_memory
from lab.devices.rule import Words

_FANS = ("1", "2")
_SENSORS = (
    ("TempSensor1", "Cpu temp sensor", 38.0, 105.0, 115.0),
    ("TempSensor2", "Front internal sensor", 34.0, 75.0, 85.0),
    ("TempSensor3", "Switch ASIC Center", 51.0, 100.0, 110.0),
)
_SUPPLY, _CAPACITY = "PWR-745AC-RED", 745.0


def _top(cli: Cli, _words: Words) -> str:
    now, busy = cli.device.view.now(), cli.device.view.load().now
    days, minutes = int(cli.device.uptime) // 86400, int(cli.device.uptime) // 60
    free = free_memory(cli)
    used = TOTAL_MEMORY - free
    return rows(
        f"top - {now:%H:%M:%S} up {days} days, {minutes // 60 % 24:>2}:{minutes % 60:02d},  1 user,  "
        "load average: 0.39, 0.29, 0.32",
        "Tasks: 283 total,   1 running, 282 sleeping,   0 stopped,   0 zombie",
        f"%Cpu(s): {busy * 0.8:4.1f} us, {busy * 0.2:4.1f} sy,  0.0 ni, {100 - busy:4.1f} id,  0.0 wa,  "
        "0.0 hi,  0.0 si,  0.0 st",
        f"MiB Mem :{TOTAL_MEMORY / 1024:9.1f} total,{free / 1024:9.1f} free,{used / 2048:9.1f} used,"
        f"{used / 2048:9.1f} buff/cache",
        "MiB Swap:      0.0 total,      0.0 free,      0.0 used.   2416.3 avail Mem ",
        "",
        "  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
        f" 2613 root      20   0  580.2m  95.3m  30.1m S {busy * 0.5:5.1f}   2.5 592:55.11 Strata-FixedSystem",
        f" 1876 root      20   0  530.8m  88.0m  21.4m S {busy * 0.2:5.1f}   2.2 237:39.24 Sysdb",
        " 2101 root      20   0  512.6m  80.9m  20.8m S   0.3   2.0  64:12.90 PoeAgent",
    )


def _cooling(_cli: Cli, _words: Words) -> str:
    return rows(
        "System cooling status is: Ok",
        "Ambient temperature: 22C",
        "Airflow: front-to-back",
        "Fan              Status          Configured Speed     Actual Speed",
        f"{'-' * 16} {'-' * 15} {'-' * 16} {'-' * 16}",
        *(f"{f'{fan}/1':<16} {'Ok':<15} {'40%':>16} {'40%':>16}" for fan in _FANS),
    )


def _cooling_model(cli: Cli, _words: Words) -> Model:
    since = cli.device.booted_at.timestamp()
    return {
        "systemStatus": "coolingOk",
        "ambientTemperature": 22.0,
        "airflowDirection": "frontToBackAirflow",
        "coolingMode": "automatic",
        "powerSupplySlots": [],
        "fanTraySlots": [
            {
                "label": fan,
                "status": "ok",
                "speed": 40,
                "fans": [
                    {"label": f"{fan}/1", "status": "ok", "uptime": since, "actualSpeed": 40, "configuredSpeed": 40}
                ],
            }
            for fan in _FANS
        ],
    }


def _temperature(_cli: Cli, _words: Words) -> str:
    lines = [
        "System temperature status is: Ok",
        "",
        f"{'Alert':>70}  Critical",
        f"{'Temp':>51}    Setpoint  Limit     Limit",
        f"Sensor  Description{'(C)':>32}         (C)    (C)       (C)",
        f"{'-' * 7} {'-' * 35} {'-' * 7} {'-' * 11} {'-' * 6} {'-' * 9}",
    ]
    for at, (_, what, now, alert, critical) in enumerate(_SENSORS, 1):
        goal = f"({alert - 25:.0f}) {alert - 26.2:.1f}"
        lines.append(f"{at:<7} {what:<35} {now:>7.1f} {goal:>11} {alert:>6.0f} {critical:>9.0f}")
    return rows(*lines)


def _temperature_model(_cli: Cli, _words: Words) -> Model:
    sensors: list[dict[str, Any]] = [
        {
            "name": name,
            "description": what,
            "currentTemperature": now,
            "maxTemperature": now + 4,
            "overheatThreshold": alert,
            "criticalThreshold": critical,
            "targetTemperature": alert - 25,
            "inAlertState": False,
            "hwStatus": "ok",
            "relPos": str(at),
        }
        for at, (name, what, now, alert, critical) in enumerate(_SENSORS, 1)
    ]
    return {"systemStatus": "temperatureOk", "tempSensors": sensors, "cardSlots": [], "powerSupplySlots": []}


def _watts(cli: Cli) -> float:
    return 62.0 + sum(look.watts for look in cli.device.view.poe())


def _power(cli: Cli, _words: Words) -> str:
    return rows(
        f"{'Power':<35} {'Input':>8} {'Output':>8} {'Output':>8}",
        f"{'Supply':<6} {'Model':<16} {'Capacity':>9} {'Current':>9} {'Current':>9} {'Power':>8} Status",
        f"{'-' * 6} {'-' * 16} {'-' * 9} {'-' * 9} {'-' * 9} {'-' * 8} {'-' * 6}",
        f"{1:<6} {_SUPPLY:<16} {_CAPACITY:>8.0f}W {_watts(cli) / 230:>8.2f}A {_watts(cli) / 54:>8.2f}A "
        f"{_watts(cli):>7.1f}W Ok",
        f"{'Total':<6} {'--':<16} {_CAPACITY:>8.0f}W {'--':>9} {'--':>9} {_watts(cli):>7.1f}W --",
    )


def _power_model(cli: Cli, _words: Words) -> Model:
    return {
        "powerSupplies": {
            "1": {
                "modelName": _SUPPLY,
                "capacity": _CAPACITY,
                "inputCurrent": _watts(cli) / 230,
                "outputCurrent": _watts(cli) / 54,
                "outputPower": _watts(cli),
                "uptime": cli.device.booted_at.timestamp(),
                "state": "ok",
                "managed": True,
                "fans": {},
                "tempSensors": {},
            }
        }
    }


def _associations(cli: Cli, _words: Words) -> str:
    rule = "=" * 78
    lines = ["     remote           refid      st t when poll reach   delay   offset  jitter", rule]
    for look in cli.device.view.services.times():
        met = look.answered_seconds is not None and look.reach
        when = f"{look.answered_seconds:.0f}" if look.answered_seconds is not None else "-"
        mark, source, stratum = ("*", ".GPS.", 1) if met else (" ", ".INIT.", 16)
        row = f"{mark}{look.server!s:<16}{source:<12} {stratum:>2} u {when:>4}   64 {look.reach:>4o}"
        lines.append(f"{row} {look.delay_ms:>7.3f} {look.offset_ms:>8.3f} {0.018 if met else 0:>7.3f}")
    return rows(*lines)


def _ntp(cli: Cli, _words: Words) -> str:
    looks = cli.device.view.services.times()
    if not looks:
        return "NTP is disabled.\n"
    best = next((look for look in looks if look.answered_seconds is not None and look.reach), None)
    if best is None:
        return rows("unsynchronised", "   polling server every 64 s")
    told = f"synchronised to NTP server ({best.server}) at stratum 2"
    return rows(told, f"   time correct to within {abs(best.offset_ms) + 12:.0f} ms", "   polling server every 64 s")


def _environment(cli: Cli, words: Words) -> str:
    return "\n".join((_temperature(cli, words), _cooling(cli, words), _power(cli, words)))


TABLE: list[Row] = [
    ("show processes top once", "any", show(_top)),
    ("show (system environment|environment) cooling", "any", show(_cooling, _cooling_model)),
    ("show (system environment|environment) temperature", "any", show(_temperature, _temperature_model)),
    ("show (system environment|environment) power", "any", show(_power, _power_model)),
    ("show (system environment|environment) all", "any", show(_environment)),
    ("show ntp associations", "any", show(_associations)),
    ("show ntp status", "any", show(_ntp)),
]
