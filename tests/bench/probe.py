#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the S4's modules take of a boot: their probes, as the kernel times them, in the twin.

    bench/probe.py

The VIM1S boots 5.10, the kernel that takes all of them, with initcall_debug, and the times
that the kernel notes of each device that one of them drives are added up; with those of
probes that were put off and came again. Twice: by the clock, several boots, of which each
has the host's load in it; and with a clock of one instruction a nanosecond, which is the
same each time. Neither is a board's time: registers cost nothing here that is like there.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "twin"), str(TESTS.parent / "scripts"), str(TESTS / "boot"), str(TESTS)]

# pylint: disable=wrong-import-position
import bound  # noqa: E402
import kernels  # noqa: E402
import qemu  # noqa: E402
import run as boots  # noqa: E402
import steps  # noqa: E402
import twin  # noqa: E402
from steps import Fault, Step  # noqa: E402

KERNEL, BOARD = "5.10", "khadas-vim1s"
RUNS = 5
TARGET_MS = 50
TIME = re.compile(r"probe of (\S+) returned (-?\d+) after (\d+) usecs")


def times(console):
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
        by_clock = [times(boot(machine, step.log)) for _ in range(RUNS)]
        counted = times(boot(machine, step.log, "-icount", "shift=0"))
    if not counted:
        raise Fault("the kernel timed no probe of ours", 1)
    middle = {driver: statistics.median(run[driver] for run in by_clock) for driver in counted}
    totals = [sum(run.values()) / 1000 for run in by_clock]
    total = statistics.median(totals)
    print(f"probes of the S4's modules on {case.kernel.release}, {len(counted)} drivers, {RUNS} "
          f"boots: {total:.1f} ms in all ({min(totals):.1f} to {max(totals):.1f}): {shown(middle)}; "
          f"target {TARGET_MS} ms: {'met' if total <= TARGET_MS else 'MISSED'}")
    print(f"  at one instruction a nanosecond, one boot: {sum(counted.values()) / 1000:.1f} ms: "
          f"{shown(counted)}", flush=True)
    return 0 if total <= TARGET_MS else 1


if __name__ == "__main__":
    steps.main_guard(main)
