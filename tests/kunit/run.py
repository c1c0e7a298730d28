#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the drivers' KUnit suites on models of their registers, in User Mode Linux.

    run.py [--only NAME]... [--coverage] [--jobs N] [--no-faults]

A suite is a file *_test.c in drivers/; each has a kernel of its own to itself, with
the tree *_test.dts beside it. docs/register-bench.md says how models and suites are written.

Besides what the suites say, a boot fails when a model is not treated as its hardware
wants to be, when the kernel reports anything, when memory leaks, when a module does
not load or unload, and when it does not come to its end.

That each of these is found is a test, too: the sample driver in sample/ is run with
one fault after the other planted in it.
"""
import argparse
import concurrent.futures
import contextlib
import dataclasses
import fcntl
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests"), str(TOP / "tests/boot")]

# pylint: disable=wrong-import-position
import coverage
import dtmerge
import faults
import linux_source
import report
import steps
import uml
from steps import BUILD, Fault, Step

HERE = TOP / "tests/kunit"
OUT = BUILD / "kunit"
SAMPLE = "sample_test"

# What the project's Kbuild asks of a kernel and User Mode Linux cannot have. No source
# sees them: they are variables of make.
ASSERTED = ("ARM64", "ARCH_MESON")

# Wall time of one boot; a boot takes a second or two of it.
LIMIT_S = 120

# What a kernel says when it is unwell, at the beginning of a report.
HEADLINE = re.compile(
    r"WARNING: |BUG: |BUG at|KASAN: |UBSAN: |INFO: |Oops|Kernel panic|ODEBUG: |refcount_t: |"
    r"list_(add|del) corruption|kmemleak: \d|irq \d+: nobody cared|genirq: Flags mismatch|"
    r"Call Trace:|segfault at|kernel stack overflow|"
    r"bench: violation: |bench: fault: ")
# Lines that belong to the report before them.
REPORT_LINES = 80
REPORT_END = re.compile(r"---\[ end trace|^ *(not )?ok \d|^ *# |^bench: ")
EXPECTED = "bench: expected report: "
STAMP = re.compile(r"^\[ *\d+\.\d+\](?:\[ *[CT]\d+\])? ?")

# Taint by modules that are from outside the tree, unsigned, and tests.
TAINT_ALLOWED = 1 << 12 | 1 << 13 | 1 << 18


@dataclasses.dataclass
class Boot:
    """One kernel's life. @parameters: module name -> parameters. @tests: KUnit's glob."""

    name: str
    suite: str
    tree: pathlib.Path
    parameters: dict = dataclasses.field(default_factory=dict)
    tests: str = "*"
    log: str = ""
    took: float = 0
    status: int = 0

    @property
    def arguments(self):
        """The tree's bootargs, which User Mode Linux does not look at."""
        return dtmerge.get(self.tree, "/chosen", "bootargs")

    @property
    def folder(self):
        return OUT / "boots" / self.name

    @property
    def out(self):
        return self.folder / "root/out"


def suites():
    """Name -> source of each suite."""
    found = sorted([*TOP.glob("drivers/**/*_test.c"), *HERE.glob("sample/*_test.c")])
    names = {path.stem: path for path in found}
    if len(names) != len(found):
        raise Fault("two suites have the same name: a module's name is its file's")
    return names


def link_sources(out):
    """A directory for the kernel's build, of links to the sources."""
    wanted = {"Kbuild": HERE / "Kbuild", "Kbuild.project": TOP / "Kbuild"}
    for place in ("drivers", "include", "tests/kunit"):
        for path in sorted((TOP / place).rglob("*")):
            name = path.relative_to(TOP)
            if path.suffix in (".c", ".h") or path.name == "Kbuild" and place == "include":
                if "generated" not in name.parts and path != HERE / "init.c":
                    wanted[str(name)] = path
    for name, path in wanted.items():
        link = out / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink() or link.readlink() != path:
            link.unlink(missing_ok=True)
            link.symlink_to(path)
    for link in [path for path in out.rglob("*") if path.is_symlink()]:
        if str(link.relative_to(out)) not in wanted:
            link.unlink()
            for made in (".o", ".ko", ".mod", ".mod.c", ".mod.o", ".gcno"):
                link.with_suffix(made).unlink(missing_ok=True)


def build_modules(kernel, cover):
    """Build all; returns module name -> path."""
    out = OUT / ("modules-coverage" if cover else "modules")
    # Another kernel's objects are of no use, and make would not see it.
    stamp = out / "kernel"
    if stamp.exists() and stamp.read_text(encoding="utf-8") != str(kernel.build):
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    stamp.write_text(str(kernel.build), encoding="utf-8")
    with Step("modules, models and suites", log="kunit-modules") as step:
        link_sources(out)
        step.run([*uml.make(kernel, "modules"), f"M={out}",
                  *(f"CONFIG_{option}=y" for option in ASSERTED),
                  *(["BENCH_COVERAGE=y"] if cover else [])], env=uml.environ())
        text = step.log.read_text(errors="replace")
        warnings = [line for line in text.splitlines() if re.search(r"\bwarning:", line, re.I)]
        if warnings:
            raise Fault("a warning of the compiler's:\n" + "\n".join(warnings[:20]), 1)
        order = (out / "modules.order").read_text(encoding="utf-8").split()
        made = {}
        for name in order:
            path = out / pathlib.Path(name).with_suffix(".ko")
            path = path if path.exists() else pathlib.Path(name).with_suffix(".ko")
            made[path.stem] = path
        step.note = f"{len(made)} modules"
    return made


def module_info(path):
    """(modules that its symbols are from, modules that it asks for first)."""
    data = path.read_bytes()
    depends = re.search(rb"\0depends=([^\0]*)\0", data)
    soft = re.findall(rb"\0softdep=pre: ([^\0]*)\0", data)
    return (depends[1].decode().split(",") if depends and depends[1] else [],
            [name for names in soft for name in names.decode().split() if name != "post:"])


def load_order(suite, modules):
    """What to load for a suite: the bench, then models, then drivers as they ask for it."""
    order = []

    def visit(name, asked_by):
        name = name.replace("-", "_")
        if name in order:
            return
        if name not in modules:
            raise Fault(f"{asked_by} asks for the module {name}, which is not built", 1)
        depends, soft = module_info(modules[name])
        for other in depends + soft:
            visit(other, name)
        order.append(name)

    visit(suite, "the bench")
    order = [name for name in order if name != "bench"]
    models = [name for name in order if name.endswith("_model")]
    return (["bench"], models, [name for name in order if name not in models])


def prepare(boot, modules, program):
    """The directory that is the boot's root."""
    shutil.rmtree(boot.folder, ignore_errors=True)
    root = boot.folder / "root"
    for name in ("dev", "proc", "sys", "modules", "out"):
        (root / name).mkdir(parents=True)
    bench, models, drivers = load_order(boot.suite, modules)
    job = []
    # Timers are coarse until the first tick has passed.
    job.append("wait 1")
    for name in (*bench, *models, *drivers):
        shutil.copyfile(modules[name], root / "modules" / f"{name}.ko")
        job.append(f"load {name} {boot.parameters.get(name, '')}".rstrip())
    job += [f"unload {name}" for name in reversed(drivers)]
    (root / "job").write_text("\n".join(job) + "\n", encoding="ascii")
    shutil.copy(program, root / "init")


def ask_for_stack(scratch):
    """Let a kernel that hangs say where, if it still takes interrupts."""
    request = b"sysrq l"
    with contextlib.suppress(OSError), \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as console:
        console.bind(str(scratch / "answer"))
        console.sendto(struct.pack("=III512s", 0xcafebabe, 2, len(request), request),
                       str(scratch / "bench/mconsole"))
        time.sleep(2)


def run(boot, kernel, modules, program):
    """Boot once; the log is all that came."""
    prepare(boot, modules, program)
    start = time.monotonic()
    # A socket's path is short: not below the build directory.
    with tempfile.TemporaryDirectory(prefix="outboard-uml.") as scratch:
        command = [kernel.program, "mem=384M", "rootfstype=hostfs",
                   f"rootflags={boot.folder / 'root'}", "rw", "init=/init", f"dtb={boot.tree}",
                   "con=null", "con0=null,fd:1", *boot.arguments, "console=tty",
                   "time-travel=inf-cpu", "time-travel-start=1700000000000000000",
                   "kunit.enable=1", f"kunit.filter_glob={boot.tests}", "panic=-1",
                   "loglevel=7", f"uml_dir={scratch}/", "umid=bench"]
        with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "TMPDIR": scratch},
                              start_new_session=True) as process:
            try:
                data, _ = process.communicate(timeout=LIMIT_S)
                ended = ""
            except subprocess.TimeoutExpired:
                ask_for_stack(pathlib.Path(scratch))
                os.killpg(process.pid, 9)
                data, _ = process.communicate()
                ended = f"\nbench: fault: not at its end after {LIMIT_S} s\n"
            boot.status = process.returncode
    boot.took = time.monotonic() - start
    boot.log = data.decode(errors="replace").replace("\r", "") + ended
    (boot.folder / "console").write_text(boot.log, encoding="utf-8")
    return boot


def reports(log):
    """What the kernel and the bench report on a console: (reports, expected in vain)."""
    lines = [STAMP.sub("", line) for line in log.splitlines()]
    begin = next((i for i, line in enumerate(lines) if "Run /init as init" in line), 0)
    wanted, found, inside = [], [], False
    for line in lines[begin:]:
        if line.startswith(EXPECTED):
            wanted.append(line.removeprefix(EXPECTED))
            inside = False
        elif HEADLINE.search(line) and (not inside or line.startswith("bench: ")):
            found.append([line])
            inside = True
        elif inside:
            found[-1].append(line)
            inside = not REPORT_END.search(line) and len(found[-1]) < REPORT_LINES
    left = []
    for entry in found:
        text = next((text for text in wanted if any(text in line for line in entry[:4])), None)
        if text is None:
            left.append("\n".join(entry[:24]))
        else:
            wanted.remove(text)
    return left, wanted


def read(path):
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def results(suite, text):
    """[(name, verdict, detail)] of what KUnit keeps of a suite.

    Its tests are one level in, the instances of a test with parameters two. There is a
    plan of the tests and none of the instances.
    """
    found, inner, said, planned, ended = [], [], [], None, 0
    for line in text.splitlines():
        plan = re.fullmatch(r" {4}1\.\.(\d+)", line)
        match = re.fullmatch(r"( +)(not ok|ok) \d+(?: -)? ([^#]*?)(?: # SKIP ?(.*))?", line)
        if plan:
            planned = int(plan[1])
        elif not match:
            said.append(line.strip())
        else:
            indent, word, name, skipped = match.groups()
            verdict = "fail" if word == "not ok" else "pass" if skipped is None else "skip"
            detail = "\n".join(said) if verdict == "fail" else skipped or "no reason given"
            said = []
            if len(indent) == 8:
                inner.append((name, verdict, detail))
                continue
            ended += 1
            # The test itself fails with an instance; without one it has failed by itself.
            if not inner or verdict == "fail" and all(entry[1] != "fail" for entry in inner):
                found.append((f"{suite}/{name}", verdict, detail))
            found += [(f"{suite}/{name}/{entry[0]}", *entry[1:]) for entry in inner]
            inner = []
    if planned is None or ended != planned:
        found.append((f"{suite}/(plan)", "fail", f"{planned} tests are planned, {ended} ended"))
    return found


def verdicts(boot):
    """[(name, verdict, detail)] of a boot."""
    found, in_vain = reports(boot.log)
    result = []
    for path in sorted(boot.out.glob("kunit/*/results")):
        result += results(path.parent.name, read(path))
    if not result:
        result.append(("results", "fail", "the suite left none\n" + boot.log[-2000:]))

    failed = [f"expected, and did not come: {text}" for text in in_vain] + found
    result.append(("no report, no violation", "fail" if failed else "pass", "\n\n".join(failed)))

    leaks = read(boot.out / "kmemleak")
    result.append(("no leak", "fail" if leaks else "pass", leaks))

    troubles = []
    if not (boot.out / "done").exists():
        troubles.append(f"the boot ended early, with status {boot.status}\n{boot.log[-1500:]}")
    elif boot.status:
        troubles.append(f"User Mode Linux ended with status {boot.status}")
    taint = read(boot.out / "tainted").strip()
    warned = 1 << 9 if EXPECTED in boot.log else 0
    if taint and int(taint) & ~(TAINT_ALLOWED | warned):
        troubles.append(f"the kernel is tainted: {taint}")
    result.append(("comes to its end", "fail" if troubles else "pass", "\n".join(troubles)))
    return result


def compile_tree(suite, source):
    """The tree of a suite: its own or the bench's."""
    own = source.with_suffix(".dts")
    dts = own if own.exists() else HERE / "bench.dts"
    out = OUT / "trees" / f"{suite}.dtb"
    out.parent.mkdir(parents=True, exist_ok=True)
    tree = linux_source.whole(uml.RELEASE)
    linux_source.compile_dts(tree, dts, out, includes=(
        HERE, TOP / "dts", TOP / "include", tree / "arch/arm64/boot/dts"))
    return out


def build_init():
    source, program = HERE / "init.c", OUT / "init"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        OUT.mkdir(parents=True, exist_ok=True)
        with Step("the guest's only program") as step:
            step.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", program,
                      source])
    return program


def show(boots, result):
    """The verdicts as KTAP."""
    print(f"KTAP version 1\n1..{len(boots)}")
    for number, (name, tests) in enumerate(boots.items(), 1):
        print(f"  KTAP version 1\n  # Subtest: {name}\n  1..{len(tests)}")
        for i, (test, verdict, detail) in enumerate(tests, 1):
            result.add(name, test, verdict, detail, show=False)
            if verdict == "fail":
                for line in detail.splitlines()[:60]:
                    print(f"  # {line}")
            print(f"  {'not ok' if verdict == 'fail' else 'ok'} {i} {test}"
                  + (f" # SKIP {detail}" if verdict == "skip" else ""))
        bad = any(verdict == "fail" for _, verdict, _ in tests)
        print(f"{'not ok' if bad else 'ok'} {number} {name}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="suites whose name contains it")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--no-faults", action="store_true",
                        help="without the sample driver's planted faults")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()

    wanted = {name: source for name, source in suites().items()
              if not args.only or any(part in name for part in args.only)}
    if not wanted:
        raise Fault(f"no suite has {' or '.join(args.only)} in its name; there are "
                    + ", ".join(suites()))
    with alone():
        return check(args, wanted)


@contextlib.contextmanager
def alone():
    """One run at a time in a tree: they share a build directory."""
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / ".lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("  ...    waiting for another run in this tree")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check(args, wanted):
    """Build, boot, show; returns the exit status."""
    kernel = uml.kernel()
    program = build_init()
    modules = build_modules(kernel, args.coverage)
    boots = [Boot(name, name, compile_tree(name, source)) for name, source in wanted.items()]
    if SAMPLE in wanted and not args.no_faults:
        tree = next(boot.tree for boot in boots if boot.suite == SAMPLE)
        boots += [Boot(f"fault-{fault}", SAMPLE, tree, {"sample": f"fault={fault}"},
                       faults.test(fault))
                  for fault in faults.PLANTED]
    with Step(f"{len(boots)} boots", log="kunit-boots") as step, \
            concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        list(pool.map(lambda boot: run(boot, kernel, modules, program), boots))
        step.note = f"{sum(boot.took for boot in boots):.1f} s of boots"

    found = {boot.name: verdicts(boot) for boot in boots if not boot.name.startswith("fault-")}
    eyes = [(boot.name, *faults.judge(boot.name.removeprefix("fault-"), verdicts(boot)))
            for boot in boots if boot.name.startswith("fault-")]
    if eyes:
        found["planted faults are found"] = eyes
    result = report.Report("kunit")
    if args.coverage:
        found["coverage"] = coverage.judge(boots, OUT / "coverage", whole=not args.only)
    show(found, result)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
