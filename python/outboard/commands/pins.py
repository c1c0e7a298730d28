# SPDX-License-Identifier: GPL-2.0-only
"""The GPIO pins of a board that 'make run' runs, from outside: read them, drive them.

    python pins [--board BOARD]                 every bank: a bit for each pin, from pin 0 on
    python pins [--board BOARD] BANK:N          one pin's level
    python pins [--board BOARD] BANK:N=0|1      drive it, as what is wired to the board would

levels: what the guest would read; directions: 1 where it drives the pin; outputs: what
it drives there; driven: what the outside puts on the others.
"""
import argparse
import re
import socket


from outboard.facts import boards
from outboard.machine import qmp
from outboard.steps import BUILD, Fault

ROOT = "/machine/pins"
PIN = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(\d+)(?:=([01]))?")


def answers(path):
    """Whether there is a machine behind a note: one that was killed leaves its note."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        try:
            link.connect(path.read_text().strip())
        except OSError:
            return False
    return True


def machine(name):
    """The path of the socket of a running board."""
    if name and name not in boards.names():
        boards.load(name)
    running = [path for path in sorted((BUILD / "run").glob("*.socket")) if answers(path)]
    found = [path for path in running if name in ("", path.stem)]
    if not found:
        raise Fault(f"{name or 'no board'} is not running here: start it with make run"
                    f"{f' BOARD={name}' if name else ''}")
    if len(found) > 1:
        raise Fault(f"{', '.join(path.stem for path in found)} are running: say which, BOARD=")
    return found[0].read_text().strip()


def banks(monitor):
    """Names of the machine's banks."""
    try:
        return sorted(entry["name"] for entry in monitor.ask("qom-list", path=ROOT)
                      if entry["name"] != "type")
    except qmp.Refused:
        return []


def bank_of(monitor, name):
    """A bank's object; a Fault says which there are."""
    have = banks(monitor)
    if not have:
        raise Fault("this machine has no pins that can be reached from outside: its SoC's file in "
                    "twin/soc names none")
    if name not in have:
        raise Fault(f"no bank {name}: there are {', '.join(have)}")
    return f"{ROOT}/{name}"


def pin(monitor, word):
    """Read or drive one pin; returns what to print."""
    match = PIN.fullmatch(word)
    if not match:
        raise Fault(f"{word}: a pin is BANK:N, or BANK:N=0 or BANK:N=1 to drive it")
    path, number = bank_of(monitor, match[1]), int(match[2])
    if number > 63:
        raise Fault(f"{word}: no bank has so many pins")
    if match[3]:
        driven = monitor.get(path, "driven")
        bit = 1 << number
        monitor.set(path, "driven", driven | bit if match[3] == "1" else driven & ~bit)
    level = monitor.get(path, "levels") >> number & 1
    is_output = monitor.get(path, "directions") >> number & 1
    return f"{match[1]}:{number} {level} {'output' if is_output else 'input'}"


def all_pins(monitor):
    """A line for each bank."""
    bank_of(monitor, (banks(monitor) or [""])[0])
    for name in banks(monitor):
        path = f"{ROOT}/{name}"
        values = {what: monitor.get(path, what) for what in
                  ("levels", "directions", "outputs", "driven")}
        yield name + "".join(f"  {what} {value:#x}" for what, value in values.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", default="")
    parser.add_argument("pins", nargs="*", metavar="BANK:N[=0|1]")
    args = parser.parse_args()
    with qmp.Monitor(machine(args.board)) as monitor:
        for line in [pin(monitor, word) for word in args.pins] or all_pins(monitor):
            print(line)
