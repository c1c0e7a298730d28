# SPDX-License-Identifier: GPL-2.0-only
"""All tests, part by part; the last line counts them all.

A part is a program of its own (make lint, check-host, check-dt, ...) whose last
line says "N passed, N failed, N skipped". A part that does not say it counts as
one failure.

Parts run two at a time, for what one does on one processor, or waits for: a download,
a guest that sleeps. They are shown in their order, each as a whole.
"""
import dataclasses
import fcntl
import os
import pathlib
import queue
import re
import resource
import signal
import subprocess
import sys
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parent
AT_ONCE = 2


@dataclasses.dataclass
class Part:
    """A program of tests. @after: parts that must have ended before it begins."""

    command: list
    after: tuple = ()


# In this order, as soon as there is room: what wants QEMU and the bench's kernel comes late.
PARTS = {
    "dt": Part(["tests.dt"]),
    "fuzz": Part(["tests.fuzz.run"]),
    "program": Part(["tests.program.run"]),
    "mutation": Part(["tests.mutation.check"]),
    "cover": Part(["tests.cover"]),
    "host": Part(["tests.host"]),
    # Without --build: a board's U-Boot takes two minutes.
    "firmware": Part(["tests.firmware"]),
    # Both compile the trees in build/dts.
    "schema": Part(["tests.schema"], after=("dt",)),
    "nix": Part(["tests.nix.run", "--short"]),
    "image": Part(["tests.image"]),
    "boot": Part(["tests.boot.run", "--kernel", "all", "--short"]),
    "lint": Part(["tests.lint", "--short"]),
    "models": Part(["tests.models.run"]),
    "patches": Part(["tests.patches"]),
    # Both build the register bench's modules.
    "kunit": Part(["tests.kunit.run"], after=("lint",)),
    # The suites whose drivers take code of include/compat there.
    "kunit-6.1": Part(["tests.kunit.run", "--kernel", "6.1", "--no-faults",
                       "--out", str(TESTS.parent / "build/kunit-6.1"),
                       *(word for name in ("aml_uart_test", "aml_s4_pwm", "aml_s4_clk", "usb2_phy",
                                           "rpi_") for word in ("--only", name))],
                      after=("kunit",)),
    # For all of them there is make check-twin. Guests beside guests would be slow ones.
    "twin": Part(["tests.twin.run", "--kernel", "all", "--short"], after=("boot",)),
}
# What the others have left, all of them.
PARTS["readme"] = Part(["tests.readme"], after=tuple(PARTS))

CLOSING = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


class Run:
    """A part as it runs: its lines as they come, its counts when it has ended."""

    def __init__(self, name):
        self.name = name
        self.lines = queue.SimpleQueue()
        self.counts = [0, 1, 0]
        self.process = None
        self.ended = threading.Event()

    def go(self):
        """Run it to its end."""
        part, start, counts = PARTS[self.name], time.monotonic(), None
        try:
            with subprocess.Popen(
                    [sys.executable, "-m", *part.command], cwd=TESTS.parent,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    text=True, errors="replace") as self.process:
                for line in self.process.stdout:
                    closing = CLOSING.match(line.rstrip("\n"))
                    if closing:
                        counts = [int(n) for n in closing.groups()]
                    else:
                        self.lines.put(line)
                _, status, used = os.wait4(self.process.pid, 0)
                self.process.returncode = os.waitstatus_to_exitcode(status)
            if counts is None or (self.process.returncode != 0 and not counts[1]):
                self.lines.put(f"  {self.name}: ended with status {self.process.returncode} and "
                               "no count of failures\n")
                counts = [sum(x) for x in zip(counts or [0, 0, 0], [0, 1, 0])]
            self.counts = counts
            self.lines.put(f"  -> {counts[0]} of {sum(counts)} passed, "
                           f"{time.monotonic() - start:.0f} s, of processors "
                           f"{used.ru_utime + used.ru_stime:.0f} s\n\n")
        finally:
            self.lines.put(None)
            self.ended.set()

    def show(self):
        """Print what it says, to its end."""
        print(f"{self.name}:", flush=True)
        for line in iter(self.lines.get, None):
            print(line, end="", flush=True)


def run_parts(runs):
    """Run the parts, as many at once as there may be, each when those before it have ended."""
    room = threading.Semaphore(AT_ONCE)
    waiting = dict(runs)

    def go(run):
        try:
            run.go()
        finally:
            room.release()

    while waiting:
        room.acquire()
        ready = [name for name in waiting
                 if all(runs[other].ended.is_set() for other in PARTS[name].after)]
        if not ready:
            room.release()
            time.sleep(0.2)
            continue
        threading.Thread(target=go, args=(waiting.pop(ready[0]),), daemon=True).start()


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


def build_programs():
    """Begin to build QEMU and the register bench's kernels, which take minutes the first time:
    parts that want them wait for them. What is wrong with them the parts will say."""
    log = TESTS.parent / "build" / "logs" / "check-programs.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    wanted = [] if os.environ.get("QEMU") else ["python qemu"]
    line = "; ".join(f'"$0" {words}' for words in [
        *wanted, "-m tests.kunit.uml", "-m tests.kunit.uml 6.1"])
    with open(log, "wb") as output:
        return subprocess.Popen(
            ["nice", "sh", "-c", line, sys.executable], cwd=TESTS.parent, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True)


def check():
    """Run all parts; returns the exit status."""
    start, building = time.monotonic(), build_programs()
    runs = {name: Run(name) for name in PARTS}
    threading.Thread(target=run_parts, args=(runs,), daemon=True).start()
    try:
        for run in runs.values():
            run.show()
    finally:
        if building.poll() is None:
            os.killpg(building.pid, signal.SIGTERM)
            building.wait()
        for run in runs.values():
            if run.process and run.process.poll() is None:
                run.process.terminate()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{time.monotonic() - start:.0f} s, of processors "
          f"{used.ru_utime + used.ru_stime:.0f} s", flush=True)
    total = [sum(column) for column in zip(*(run.counts for run in runs.values()))]
    print("{} passed, {} failed, {} skipped".format(*total), flush=True)
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
