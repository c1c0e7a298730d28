# SPDX-License-Identifier: GPL-2.0-only
"""Mutation testing of one C file: which of its changes do its tests find?

    mutation/run.py FILE [--count N] [--seed N] [--jobs N]

FILE is a driver or a file of tools/. One operator, constant or statement is changed at a
time (mutants.py), and the file's tests are run until one fails. All is done in copies of
the tree, in build/mutate/: the checkout is not touched.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import dataclasses
import fcntl
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent

from outboard import steps
from outboard.sources import libfdt
from outboard.steps import BUILD, Fault
from tests.kunit import uml
from tests.mutation import mutants

OUT = BUILD / "mutate"
COUNT, SEED = 25, 1
# What a test may take of the processor's time: what it takes of the file as it is, so many
# times, and some seconds.
TIMES, SECONDS = 3, 10
# By the clock, for what sleeps; and of memory, for what says the same without an end.
CLOCK_S = 600
MEMORY = 2 << 30

# The tests of a file of the outboard program, the shortest first; and of the other program.
MADE_UP = ("tests.program.run",)
PROGRAM = {"grow": ((*MADE_UP, "--only", "roots"), ("tests.image", "--growth")),
           **{name: (MADE_UP, ("tests.host", "--only", "trees"))
              for name in ("cmd-merge", "merge", "tree")}}

FAILED = re.compile(r"^ +not ok (?:\d+ )?(.*)")
NOT_BUILT = re.compile(r"^ +(?:not ok \d+ \w+ compiles|# \w+ does not compile)")


def suites(path):
    """The suites of the register bench that test a driver: its own, and those of others that
    ask for it."""
    stem = path.stem.removesuffix("_table")
    own, others = [], []
    for suite in sorted(TOP.glob("drivers/**/*_test.c")):
        driver = next((part for part in suite.parent.glob("*.c") if part != suite
                       and suite.stem.startswith(f"{part.stem}_")), None)
        asked = re.findall(r'MODULE_SOFTDEP\("pre: ([^"]*)"\)', "".join(
            part.read_text(encoding="utf-8") for part in (suite, driver) if part))
        if driver and driver.stem == stem:
            own.append(suite.stem)
        elif any(stem in names.split() for names in asked):
            others.append(suite.stem)
    return own, others


def tests_of(path):
    """The commands that test a file, below tests/, in the order of their length."""
    name = path.relative_to(TOP)
    if name.parts[0] == "tools" and path.suffix == ".c":
        return PROGRAM.get(path.stem, (MADE_UP,))
    if name.parts[0] == "drivers" and path.suffix in (".c", ".h") \
            and not path.stem.endswith("_test"):
        found = [group for group in suites(path) if group]
        if not found:
            raise Fault(f"{name}: no suite of the register bench tests it")
        return tuple(("tests.kunit.run", "--no-faults", "--jobs", "1",
                      *(word for suite in group for word in ("--only", suite)))
                     for group in found)
    raise Fault(f"{name}: FILE= is a driver (drivers/**/*.c) or a file of tools/")


class Copy:
    """A copy of the tree, in which one file is changed."""

    def __init__(self, name):
        self.root = OUT / name
        self.root.mkdir(parents=True, exist_ok=True)
        self.lock = open(self.root / ".lock", "w", encoding="ascii")

    def taken(self):
        """Whether it is free, and now this run's."""
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def renew(self):
        """Make it like the tree. What is as it was keeps its time: it is not compiled again."""
        listed = subprocess.run(["git", "-C", TOP, "ls-files", "-coz", "--exclude-standard"],
                                capture_output=True, text=True, check=True).stdout
        wanted = {name for name in listed.split("\0") if name and (TOP / name).is_file()}
        for name in wanted:
            self.write(name, (TOP / name).read_bytes())
            (self.root / name).chmod((TOP / name).stat().st_mode)
        for folder, folders, names in os.walk(self.root):
            if pathlib.Path(folder) == self.root:
                folders[:] = [name for name in folders if name != "build"]
                names.remove(".lock")
            for name in names:
                path = pathlib.Path(folder, name)
                if str(path.relative_to(self.root)) not in wanted and name[-4:] != ".pyc":
                    path.unlink()

    def write(self, name, data):
        """A file's content; it is new for make if it is another."""
        path = self.root / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


@contextlib.contextmanager
def copies(count):
    """So many copies of the tree that no other run uses."""
    found, number = [], 0
    try:
        while len(found) < count:
            copy = Copy(f"tree-{number}")
            number += 1
            if copy.taken():
                copy.renew()
                found.append(copy)
            else:
                copy.lock.close()
        yield found
    finally:
        for copy in found:
            copy.lock.close()


@dataclasses.dataclass
class Outcome:
    """@verdict: killed, survived, or rejected: it does not compile, or to the same code."""

    mutant: mutants.Mutant
    verdict: str
    by: str = ""
    seconds: float = 0


def memory(session):
    """What the processes of a session have in memory, in bytes."""
    pages = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = path.read_text(errors="replace").rpartition(")")[2].split()
            pages += int(words[21]) if int(words[3]) == session else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


class Watch(threading.Thread):
    """End a session that takes too long or too much. @why: what it was ended for."""

    def __init__(self, session):
        super().__init__(daemon=True)
        self.session, self.why = session, ""
        self.over = threading.Event()

    def run(self):
        end = time.monotonic() + CLOCK_S
        while not self.over.wait(0.5):
            if time.monotonic() > end:
                self.why = f"{CLOCK_S} s by the clock"
            elif memory(self.session) > MEMORY:
                self.why = f"{MEMORY >> 20} MiB of memory"
            else:
                continue
            kill(self.session)
            return

    def stop(self):
        """The session has ended by itself."""
        self.over.set()
        self.join()


def kill(session):
    """End all processes of a session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


def run_test(copy, command, limit):
    """Run one test to its end or its first failure: (verdict, by what, processor's time)."""
    def bound():
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))

    bench = command[0] == "tests.kunit.run"
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "OUTBOARD_LOGS")}
    environment["PYTHONPATH"] = str(copy.root / "python")
    said, by, rejected = [], "", False
    with subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True, cwd=copy.root,
            env=environment, preexec_fn=bound) as process:
        watch = Watch(process.pid)
        watch.start()
        for line in process.stdout:
            said = [*said[-19:], line.rstrip("\n")]
            failed = FAILED.match(line)
            rejected = rejected or NOT_BUILT.match(line)
            by = by or failed and failed[1]
            # The bench says at its end, and may yet say that there is no such module.
            if by and not bench:
                kill(process.pid)
                break
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
    # Nothing that a test has begun outlives it.
    kill(process.pid)
    spent = used.ru_utime + used.ru_stime
    if rejected:
        return "rejected", "", spent
    if not by and not process.returncode:
        return "survived", "", spent
    # The bench says "not ok" of whatever a driver does.
    if bench and not by and not watch.why and process.returncode > 0:
        raise Fault(f"tests/{' '.join(command)} does not run:\n" + "\n".join(said[-8:]), 1)
    last = next((line for line in reversed(said) if line.strip()), "")
    return "killed", by or watch.why or last, spent


def compiled(copy, name):
    """The code of a file of tools/, or None if there is a warning."""
    made = copy.root / "build/mutant.o"
    # What tools/Makefile gives to the program, and not to the one in tools/grow/.
    flags = () if "grow" in name else (
        "-D_GNU_SOURCE", '-DOUTBOARD_VERSION="x"', "-isystem", libfdt.source(),
        "-D__printf(a,b)=__attribute__((format(printf,a,b)))")
    done = subprocess.run(
        ["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-parentheses", *flags,
         "-c", "-o", made, copy.root / name],
        capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return made.read_bytes() if done.returncode == 0 else None


def bench_code(copy, name):
    """The code of a driver as the register bench has built it; None of a header."""
    if name.endswith(".h"):
        return None
    made = copy.root / "build/mutant.o"
    built = (copy.root / "build/kunit" / uml.RELEASE / "modules" / name).with_suffix(".o")
    subprocess.run(["objcopy", "--strip-debug", built, made], check=True)
    return made.read_bytes()


class Run:
    """The mutants of one file, and what became of them."""

    def __init__(self, path, count, seed):
        self.path, self.seed = path, seed
        self.name = str(path.relative_to(TOP))
        self.text = path.read_text(encoding="utf-8")
        self.tests = tests_of(path)
        try:
            self.lists = mutants.choose(self.text, count, seed)
        except ValueError as fault:
            raise Fault(f"{self.name}: {fault}") from None
        self.limits = []
        self.code = None
        self.rejected = 0

    @property
    def in_program(self):
        """Whether it is a file of tools/."""
        return self.name.startswith("tools/")

    def baseline(self, copy):
        """The tests pass on the file as it is; how long they take is a mutant's limit."""
        (copy.root / "build").mkdir(exist_ok=True)
        for command in self.tests:
            # A second time, as nothing is built any more.
            for _ in range(2):
                verdict, by, spent = run_test(copy, command, CLOCK_S)
                if verdict != "survived":
                    raise Fault(f"{self.name}: tests/{' '.join(command)} fails without any "
                                f"mutant: {by or 'it does not compile'}", 1)
            self.limits.append(TIMES * spent + SECONDS)
        self.code = (compiled if self.in_program else bench_code)(copy, self.name)

    def judge(self, copy, mutant):
        """Run the tests on one mutant."""
        start = time.monotonic()
        copy.write(self.name, mutant.apply(self.text).encode())
        if self.in_program and compiled(copy, self.name) in (None, self.code):
            return Outcome(mutant, "rejected")
        verdict, by = "survived", ""
        for command, limit in zip(self.tests, self.limits):
            verdict, by, _ = run_test(copy, command, limit)
            if verdict != "survived":
                break
        if verdict == "survived" and not self.in_program and self.code is not None \
                and bench_code(copy, self.name) == self.code:
            verdict = "rejected"
        return Outcome(mutant, verdict, by, time.monotonic() - start)

    def first(self, copy, some):
        """The first mutant of a list that is of use, or None."""
        for mutant in some:
            outcome = self.judge(copy, mutant)
            if outcome.verdict != "rejected":
                return outcome
            self.rejected += 1
        return None

    def all(self, jobs):
        """What became of the mutants, one for each list."""
        free = collections.deque()

        def one(some):
            copy = free.popleft()
            try:
                return self.first(copy, some)
            finally:
                free.append(copy)

        with copies(jobs) as found:
            for copy in found:
                (copy.root / "build").mkdir(exist_ok=True)
            self.baseline(found[0])
            free.extend(found)
            with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
                for outcome in pool.map(one, self.lists):
                    if outcome:
                        self.show(outcome)
                        yield outcome

    def show(self, outcome):
        """One line of a mutant."""
        before, after = outcome.mutant.shown(self.text)
        end = f"killed by {outcome.by}" if outcome.verdict == "killed" else "SURVIVED"
        steps.say(f"{self.name}:{outcome.mutant.line(self.text)}: {outcome.mutant.kind}: "
                  f"{before} → {after or '(nothing)'}: {end}")

    def context(self, outcome):
        """The lines around a survivor."""
        lines, number = self.text.splitlines(), outcome.mutant.line(self.text)
        _, after = outcome.mutant.shown(self.text)
        yield f"\n{self.name}:{number}: {outcome.mutant.kind}"
        last = number + self.text.count("\n", outcome.mutant.start, outcome.mutant.end)
        for at in range(max(1, number - 3), min(len(lines), last + 3) + 1):
            yield f"  {'-' if number <= at <= last else ' '} {lines[at - 1]}"
            if at == last:
                yield f"  + {after}"

    def record(self, outcomes):
        """The results as JSON."""
        path = OUT / f"{self.name.replace('/', '-')}.json"
        path.write_text(json.dumps({
            "file": self.name, "seed": self.seed, "killed": count(outcomes),
            "total": len(outcomes), "rejected": self.rejected,
            "mutants": [{"line": outcome.mutant.line(self.text), "kind": outcome.mutant.kind,
                         "before": outcome.mutant.shown(self.text)[0],
                         "after": outcome.mutant.shown(self.text)[1],
                         "verdict": outcome.verdict, "by": outcome.by,
                         "seconds": round(outcome.seconds, 1)} for outcome in outcomes],
        }, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def count(outcomes):
    """How many were killed."""
    return sum(outcome.verdict == "killed" for outcome in outcomes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=COUNT, help=f"mutants (default: {COUNT})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another choice (default: {SEED})")
    parser.add_argument("--jobs", type=int, default=1, help="at once (default: 1)")
    args = parser.parse_args()
    if not str(args.file).strip("."):
        raise Fault("FILE= is missing: a driver (drivers/**/*.c) or a file of tools/")
    path = args.file.resolve()
    if not path.is_file() or not path.is_relative_to(TOP):
        raise Fault(f"{args.file}: no such file of this tree")
    if args.count < 1 or args.jobs < 1:
        raise Fault("COUNT= and JOBS= are at least 1")
    run = Run(path, args.count, args.seed)
    steps.say(f"{run.name}: {len(run.lists)} mutants, SEED={args.seed}; tested by "
              + ", ".join(" ".join(command) for command in run.tests))
    outcomes = list(run.all(args.jobs))
    if not outcomes:
        raise Fault(f"{run.name}: no mutant of it compiles", 1)
    run.record(outcomes)
    for outcome in outcomes:
        if outcome.verdict == "survived":
            for line in run.context(outcome):
                steps.say(line)
    killed = count(outcomes)
    steps.say(f"{killed} of {len(outcomes)} killed ({100 * killed // len(outcomes)} %), "
              f"{run.rejected} others did not compile or to the same code")


if __name__ == "__main__":
    steps.main_guard(main)
