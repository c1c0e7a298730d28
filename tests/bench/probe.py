# SPDX-License-Identifier: GPL-2.0-only
"""What the S4's modules take of a boot: their probes, as the kernel times them, in the twin.

    bench/probe.py

The VIM1S boots 5.10, the kernel that takes all of them, with initcall_debug, and the times
that the kernel notes of each device that one of them drives are added up; with those of
probes that were put off and came again. Twice: with a clock of one instruction a nanosecond,
which is nearly the same each time, and by which the target is judged; and by the host's
clock, several boots, which says how fast QEMU is and how busy the host. Neither is a
board's time: an access to a register costs here what an instruction does.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import tempfile

from outboard import steps
from tests.twin import bound
from outboard.machine import twin
from outboard.sources import kernels
from outboard.steps import Fault, Step
from tests.boot import qemu
from tests.twin import run as boots

KERNEL, BOARD = "5.10", "khadas-vim1s"
RUNS = 3
TARGET_MS = 50
TIME = re.compile(r"probe of (\S+) returned (-?\d+) after (\d+) usecs")


def times_of(console):
    """Microseconds of each of our drivers in a boot's log."""
    seen = bound.read(boots.results_of(console), console)
    driver_of = {device["name"]: device["driver"] for device in seen.devices
                 if str(device.get("driver", "")).startswith("aml_s4_")}
    found = dict.fromkeys(sorted(set(driver_of.values())), 0)
    for device, _, usecs in TIME.findall(console):
        if device in driver_of:
            found[driver_of[device]] += int(usecs)
    return found


def boot(machine, log, *more):
    """Boot to where all devices have settled; the console's text."""
    with open(log, "ab") as errors, open(log.with_suffix(".console"), "wb") as output, \
            qemu.started([*machine.command(), *more], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=errors) as process:
        console = boots.Console(process, output)
        why = console.wait(boots.PROMPT, 240)
        if not why:
            # Nothing is asked while there may be probes: the shell's own work would be in them.
            console.type("bound; dmesg | grep 'probe of'; echo settled, $((1900+84))")
            why = console.wait("settled, 1984", 240)
        process.kill()
    if why:
        raise Fault(f"{why}\n" + "\n".join(console.text.splitlines()[-15:]), 1)
    return console.text


def shown(found):
    return ", ".join(f"{driver.removeprefix('aml_s4_')} {usecs / 1000:.1f}"
                     for driver, usecs in found.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", action="store_true", help="always so")
    parser.add_argument("--kernel", help=f"not asked: only {KERNEL} takes all of them")
    parser.parse_args()
    case = boots.Boot(kernels.get(KERNEL), BOARD, twin.emulated(BOARD), "own", "-probe")
    with tempfile.TemporaryDirectory(prefix="outboard-probe.") as folder, \
            Step("bench of probes", log="bench-probe") as step:
        step.silent = True
        machine, _, _, _ = boots.machine_of(case, step, pathlib.Path(folder))
        machine.qmp = machine.stick = None
        machine.append += " initcall_debug"
        counted = times_of(boot(machine, step.log, "-icount", "shift=0"))
        by_clock = [times_of(boot(machine, step.log)) for _ in range(RUNS)]
    if not counted:
        raise Fault("the kernel timed no probe of ours", 1)
    total = sum(counted.values()) / 1000
    print(f"probes of the S4's modules on {case.kernel.release}, {len(counted)} drivers, at one "
          f"instruction a nanosecond: {total:.1f} ms: {shown(counted)}; target {TARGET_MS} ms: "
          f"{'met' if total <= TARGET_MS else 'MISSED'}")
    middle = {driver: statistics.median(times[driver] for times in by_clock) for driver in counted}
    totals = [sum(times.values()) / 1000 for times in by_clock]
    print(f"  by this host's clock, {RUNS} boots: {statistics.median(totals):.1f} ms "
          f"({min(totals):.1f} to {max(totals):.1f}): {shown(middle)}", flush=True)
    return 0 if total <= TARGET_MS else 1


if __name__ == "__main__":
    steps.main_guard(main)
