#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""All tests, part by part; the last line counts them all.

A part is a program of its own (make lint, check-host, check-dt, ...) whose last
line says "N passed, N failed, N skipped". A part that does not say it counts as
one failure.
"""
import fcntl
import os
import pathlib
import re
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent
PARTS = {
    "dt": ["dt.py"],
    "cover": ["cover.py"],
    "schema": ["schema.py"],
    "lint": ["lint.py"],
    "host": ["host.py"],
    "fuzz": ["fuzz/run.py"],
    "kunit": ["kunit/run.py"],
    "boot": ["boot/run.py", "--kernel", "all"],
    "models": ["models/run.py"],
    # For all of them there is make check-twin.
    "twin": ["twin/run.py", "--kernel", "all", "--short"],
    "readme": ["readme.py"],
}
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


def run_part(name):
    """Run one part with its output shown; returns its three counts."""
    print(f"{name}:", flush=True)
    start, counts = time.monotonic(), None
    command = [sys.executable, str(TESTS / PARTS[name][0]), *PARTS[name][1:]]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, errors="replace") as process:
        for line in process.stdout:
            closing = CLOSING.match(line.rstrip("\n"))
            if closing:
                counts = [int(n) for n in closing.groups()]
            else:
                print(line, end="", flush=True)
    if counts is None or (process.returncode != 0 and not counts[1]):
        print(f"  {name}: ended with status {process.returncode} and no count of failures",
              flush=True)
        counts = [sum(x) for x in zip(counts or [0, 0, 0], [0, 1, 0])]
    print(f"  -> {counts[0]} of {sum(counts)} passed, {time.monotonic() - start:.0f} s\n",
          flush=True)
    return counts


def main():
    build = TESTS.parent / "build"
    build.mkdir(exist_ok=True)
    with open(build / ".check.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another make check in this tree", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        return check()


def build_qemu():
    """Begin to build QEMU, which takes minutes the first time: parts that want it wait for it."""
    log = TESTS.parent / "build" / "logs" / "check-qemu.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as output:
        # What is wrong with it the parts will say.
        return subprocess.Popen(  # pylint: disable=consider-using-with
            ["nice", sys.executable, str(TESTS.parent / "scripts/qemu_build.py")],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)


def check():
    """Run all parts; returns the exit status."""
    building = None if os.environ.get("QEMU") else build_qemu()
    try:
        return check_parts()
    finally:
        if building and building.poll() is None:
            building.terminate()


def check_parts():
    """Run all parts; returns the exit status."""
    total = [sum(column) for column in zip(*(run_part(name) for name in PARTS))]
    print("{} passed, {} failed, {} skipped".format(*total), flush=True)
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
