# SPDX-License-Identifier: GPL-2.0-only
"""Run the drivers' KUnit suites on models of their registers, in User Mode Linux.

    run.py [--kernel RELEASE|all] [--only NAME]... [--coverage] [--jobs N]
           [--no-faults] [--out DIR] [--program FILE]

A suite is a file *_test.c in drivers/; each has a kernel of its own to itself, with
the tree *_test.dts beside it. docs/register-bench.md says how models and suites are written.
They run on the kernel that drivers are mostly written for and, through the compat layer, on
an older one. Mainline's drivers are those of the first.

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
import signal
import subprocess
import tempfile
import time

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.sources import linux_source
from outboard.steps import BUILD, TOP, Fault, Step
from tests import report
from tests.kunit import coverage, faults, mainline, uml

HERE = TOP / "tests/kunit"
OUT = BUILD / "kunit"
SAMPLE = "sample_test"
# Programs: the guest's only one, and the host's.
INIT, XSAVE = HERE / "init.c", HERE / "xsave.c"
# The FP registers of a processor with AMX, and more than any has, in bytes.
XSAVE_SIZES = (10752, 65536)

# What the project's Kbuild asks of a kernel and User Mode Linux cannot have. No source
# sees them: they are variables of make.
ASSERTED = ("ARM64", "ARM64_4K_PAGES", "ARCH_BCM2835", "ARCH_MESON", "RASPBERRYPI_FIRMWARE")

# What init says first.
STARTED = "bench: init"

# What a boot may take of the processor's time, which is a second or two for most; by the
# clock, on a machine that is busy with others, too; and by the clock without doing anything.
LIMIT_CPU_S, LIMIT_CLOCK_S, LIMIT_IDLE_S = 60, 1200, 60

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
    """One kernel's life. @parameters: module name -> parameters. @tests: KUnit's glob.
    @instead: module that is asked for -> the one that is loaded in its place. @host: what
    User Mode Linux is run by. @limit: of the processor's time. @problem: why it cannot be
    booted at all."""

    name: str
    suite: str
    release: str
    tree: pathlib.Path = None
    parameters: dict = dataclasses.field(default_factory=dict)
    tests: str = "*"
    instead: dict = dataclasses.field(default_factory=dict)
    host: tuple = ()
    limit: float = LIMIT_CPU_S
    problem: str = ""
    log: str = ""
    took: float = 0
    status: int = 0

    @property
    def arguments(self):
        """The tree's bootargs, which User Mode Linux does not look at."""
        return dtmerge.get(self.tree, "/chosen", "bootargs")

    @property
    def folder(self):
        return place(self.release) / "boots" / self.name

    @property
    def out(self):
        return self.folder / "root/out"


def place(release):
    """Where what is made for a kernel is."""
    return OUT / release


def suites(release=uml.RELEASE):
    """Name -> source of each suite for a kernel."""
    found = sorted([*TOP.glob("drivers/**/*_test.c"), *HERE.glob("sample/*_test.c"),
                    *(mainline.suites() if release == uml.RELEASE else [])])
    names = {path.stem: path for path in found}
    if len(names) != len(found):
        raise Fault("two suites have the same name: a module's name is its file's")
    return names


def link_sources(out, release):
    """A directory for the kernel's build, of links to the sources."""
    wanted = {"Kbuild": HERE / "Kbuild", "Kbuild.project": TOP / "Kbuild"}
    # An older kernel does not know each chip's numbers.
    if release != uml.RELEASE:
        wanted["newer/dt-bindings"] = linux_source.whole(uml.RELEASE) / "include/dt-bindings"
    for folder in ("drivers", "include", "tests/kunit"):
        for path in sorted((TOP / folder).rglob("*")):
            name = path.relative_to(TOP)
            if path.suffix in (".c", ".h") or path.name == "Kbuild" and folder == "include":
                if "generated" not in name.parts and path not in (INIT, XSAVE):
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


def build_modules(kernel, cover, only, sparse=False):
    """Build all, or the modules @only.

    Returns (module name -> path, source's name without suffix -> what the compiler has
    against it). A warning is an error. What does not compile is left out, and so is what
    lacks its symbols then: the others are built all the same. @sparse: what sparse has
    against a source counts, too.
    """
    out = place(kernel.release) / ("modules-coverage" if cover else "modules")
    # Another kernel's objects are of no use, and make would not see it.
    stamp = out / "kernel"
    if stamp.exists() and stamp.read_text(encoding="utf-8") != str(kernel.build):
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    stamp.write_text(str(kernel.build), encoding="utf-8")
    broken = {}
    with Step(f"modules, models and suites for {kernel.release}"
              + (", by sparse too" if sparse else ""),
              log=f"{OUT.name}-{kernel.release}-modules") as step:
        link_sources(out, kernel.release)
        while True:
            command = [*uml.make(kernel, "modules"), f"M={out}", "-k", "-Otarget", "W=1",
                       "KCFLAGS=-Werror", "KDOCFLAGS=-Werror",
                       *(["C=2", "CF=-D__CHECK_ENDIAN__"] if sparse else []),
                       *(f"CONFIG_{option}=y" for option in ASSERTED),
                       *([f"BENCH_ONLY={' '.join(only)}"] if only else []),
                       *([f"BENCH_WITHOUT={' '.join(broken)}"] if broken else []),
                       *(["BENCH_COVERAGE=y"] if cover else [])]
            try:
                step.run(command, env=uml.environ())
                break
            except subprocess.CalledProcessError:
                found = complaints(step.log.read_text(errors="replace"), out)
                if not found.keys() - broken.keys():
                    raise
                broken = found | broken
        made = {}
        for name in (out / "modules.order").read_text(encoding="utf-8").split():
            path = out / pathlib.Path(name).with_suffix(".ko")
            path = path if path.exists() else pathlib.Path(name).with_suffix(".ko")
            made[path.stem] = path
        step.note = f"{len(made)} modules" + (f", {len(broken)} do not compile" if broken else "")
        broken = {pathlib.Path(name).stem: said for name, said in broken.items()}
        if sparse:
            broken = warnings(step.log.read_text(errors="replace"), out) | broken
    return made, broken


def warnings(text, out):
    """Source's name without suffix -> the lines of make's output that are against it."""
    found = {}
    for line in text.splitlines():
        where = re.match(r"(\S+?\.[ch]):\d+:\d+: (warning|error):", line)
        if where:
            found.setdefault(pathlib.Path(where[1]).stem, []).append(line.replace(f"{out}/", ""))
    return {name: "\n".join(lines) for name, lines in found.items()}


def complaints(text, out):
    """Object that was not made -> what make's output says of it before it says so."""
    found, said = {}, []
    for line in text.splitlines():
        failed = re.search(r"\*\*\* \[[^\]]*: (\S+\.o)\] Error", line)
        lacking = re.match(r'ERROR: modpost: (".*") \[(\S+)\.ko\] undefined!', line)
        if failed:
            found[os.path.relpath(failed[1], out)] = "\n".join(said[:12])
            said = []
        elif lacking:
            name = os.path.relpath(f"{lacking[2]}.o", out)
            found.setdefault(name, f"it needs {lacking[1]}, which nothing has")
        elif re.search(r"\b(error|warning):", line, re.I):
            said.append(line.replace(f"{out}/", ""))
    return found


def needed(suites_wanted):
    """The modules of some suites, by their sources: the models that they include, and what
    they, or those, ask for."""
    sources = {path.stem: path for folder in ("drivers", "tests/kunit")
               for path in (TOP / folder).rglob("*.c")}
    found, left = {"bench"}, list(suites_wanted)
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        text = sources[name].read_text(encoding="utf-8") if name in sources else ""
        left += re.findall(r"#include <models/(\w+_model)\.h>", text)
        for names in re.findall(r'MODULE_SOFTDEP\("pre: ([^"]*)"\)', text):
            left += names.replace("-", "_").split()
    return sorted(found)


def module_info(path):
    """(modules that its symbols are from, modules that it asks for first, modules that must
    not unload after it)."""
    data = path.read_bytes()
    depends = re.search(rb"\0depends=([^\0]*)\0", data)
    soft = re.findall(rb"\0softdep=pre: ([^\0]*)\0", data)
    stays = re.findall(rb"\0bench_stays=([^\0]*)\0", data)
    return (depends[1].decode().split(",") if depends and depends[1] else [],
            [name for names in soft for name in names.decode().split() if name != "post:"],
            [name.decode() for name in stays])


def programs_of(path):
    """The programs of tests/kunit/programs that a suite's tests start."""
    return re.findall(r"\0bench_program=([^\0]*)\0", path.read_bytes().decode("latin-1"))


def load_order(boot, modules, broken):
    """What to load for a suite: the bench, then models, then drivers as they ask for it."""
    order = []

    def visit(name, asked_by):
        name = name.replace("-", "_")
        name = boot.instead.get(name, name)
        if name in order:
            return
        if name in broken:
            raise Fault(f"{name} does not compile:\n{broken[name]}", 1)
        if name not in modules:
            raise Fault(f"{asked_by} asks for the module {name}, which is not built", 1)
        depends, soft, _ = module_info(modules[name])
        for other in depends + soft:
            visit(other, name)
        order.append(name)

    visit(boot.suite, "the bench")
    order = [name for name in order if name != "bench"]
    models = [name for name in order if name.endswith("_model")]
    return (["bench"], models, [name for name in order if name not in models])


def make_root(boot, init, job):
    """The directory that is a boot's root."""
    shutil.rmtree(boot.folder, ignore_errors=True)
    root = boot.folder / "root"
    for name in ("dev", "proc", "sys", "modules", "out"):
        (root / name).mkdir(parents=True)
    (root / "job").write_text("".join(f"{line}\n" for line in job), encoding="ascii")
    shutil.copy(init, root / "init")
    return root


def prepare(boot, modules, broken, init):
    """What a suite's boot starts from."""
    bench, models, drivers = load_order(boot, modules, broken)
    # Timers are coarse until the first tick has passed.
    job = ["wait 1"]
    order = (*bench, *models, *drivers)
    job += [f"load {name} {boot.parameters.get(name, '')}".rstrip() for name in order]
    stays = module_info(modules[boot.suite])[2]
    job += [f"{'keep' if name in stays else 'unload'} {name}" for name in reversed(drivers)
            if not mainline.stays(name)]
    root = make_root(boot, init, job)
    for name in order:
        shutil.copyfile(modules[name], root / "modules" / f"{name}.ko")
    for name in programs_of(modules[boot.suite]):
        shutil.copy(build_program(HERE / f"programs/{name}.c"), root / name)


def cpu_time(pid):
    """What a process has had of the processor's time, in seconds."""
    words = read(pathlib.Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK")


def listen(process, limit):
    """What a boot says, to its end or to where it is ended: (that, why it was ended)."""
    start = moved = time.monotonic()
    used = 0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=0.5)[0], ""
        now, cpu = time.monotonic(), cpu_time(process.pid)
        if cpu != used:
            moved, used = now, cpu
        if cpu > limit:
            why = f"{cpu:.0f} s of the processor's time"
        elif now - moved > LIMIT_IDLE_S:
            why = f"{LIMIT_IDLE_S} s without doing anything"
        elif now - start > LIMIT_CLOCK_S:
            why = f"{LIMIT_CLOCK_S} s"
        else:
            continue
        # It says where it is, and ends.
        process.send_signal(signal.SIGUSR2)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0], f"\nbench: fault: not at its end after {why}\n"


def run(boot, linux):
    """Boot the program @linux once; the log is all that came."""
    start = time.monotonic()
    # A socket's path is short: not below the build directory.
    with tempfile.TemporaryDirectory(prefix="outboard-uml.") as scratch:
        # Memory in one piece: a heap at random would be behind a gap.
        command = [*boot.host, "setarch", "-R", linux, "mem=192M", "root=hostfs",
                   "rootfstype=hostfs",
                   f"rootflags={boot.folder / 'root'}", "rw", "init=/init", f"dtb={boot.tree}",
                   "con=null", "con0=null,fd:1", *boot.arguments, "console=tty",
                   "time-travel=inf-cpu", "time-travel-start=1700000000000000000",
                   f"kunit.filter_glob={boot.tests}", "panic=-1",
                   "sysctl.kernel.hung_task_panic=1",
                   "loglevel=7", f"uml_dir={scratch}/", "umid=bench"]
        # glibc's restartable sequences are in memory that User Mode Linux takes from the
        # processes that it makes.
        with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "TMPDIR": scratch,
                                   "GLIBC_TUNABLES": "glibc.pthread.rseq=0"},
                              start_new_session=True) as process:
            data, ended = listen(process, boot.limit)
            boot.status = process.returncode
    boot.took = time.monotonic() - start
    boot.log = data.decode(errors="replace").replace("\r", "") + ended
    (boot.folder / "console").write_text(boot.log, encoding="utf-8")


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
    if boot.problem:
        return [("can be booted", "fail", boot.problem)]
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
        troubles.append(f"the boot ended early, with status {boot.status}\n{boot.log[-4000:]}")
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


def build_program(source):
    """Compile a program of one file, if it is not there; returns its path."""
    program = OUT / source.stem
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        OUT.mkdir(parents=True, exist_ok=True)
        with Step(f"the program {source.stem}") as step:
            step.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-pthread", "-o",
                      program, source])
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
    global OUT
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", choices=[*uml.RELEASES, "all"], default=uml.RELEASE)
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="suites whose name contains it")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--no-faults", action="store_true",
                        help="without the sample driver's planted faults")
    parser.add_argument("--out", type=pathlib.Path, default=OUT, metavar="DIR",
                        help="build and run there, beside other runs")
    parser.add_argument("--program", type=pathlib.Path, metavar="FILE",
                        help="boot this in place of the bench's kernel")
    parser.add_argument("--parameter", action="append", default=[], metavar="MODULE=PARAMETERS",
                        help="parameters of a module")
    parser.add_argument("--limit", type=float, metavar="SECONDS",
                        help="of the processor's time, for each boot")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    OUT = args.out.resolve()
    args.program = args.program and args.program.resolve()

    releases = uml.RELEASES if args.kernel == "all" else [args.kernel]
    wanted = {release: {name: source for name, source in suites(release).items()
                        if not args.only or any(part in name for part in args.only)}
              for release in releases}
    wanted = {release: found for release, found in wanted.items() if found}
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


def boots_of(release, wanted, with_faults):
    """The boots of suites: each one's own, mainline's drivers patched, and the planted faults."""
    boots = []
    for name, source in wanted.items():
        boot = Boot(name, name, release)
        try:
            boot.tree = compile_tree(name, source)
        except Fault as fault:
            boot.problem = str(fault)
        boots.append(boot)
        if source in mainline.suites() and mainline.driver_of(name).series:
            boots.append(dataclasses.replace(boot, name=f"{name}-patched",
                                             instead=mainline.instead(name)))
        if name == SAMPLE and with_faults:
            boots += [dataclasses.replace(boot, name=f"{name}-xsave-{size}",
                                          host=(build_program(XSAVE), size))
                      for size in XSAVE_SIZES]
        if name == SAMPLE and with_faults and release == uml.RELEASE:
            boots += [dataclasses.replace(boot, name=f"fault-{fault}", tests=faults.test(fault),
                                          limit=faults.HANGS_S.get(fault, LIMIT_CPU_S),
                                          parameters={"sample": f"fault={fault}",
                                                      "bench": "endless=100000"})
                      for fault in faults.PLANTED]
    return boots


def start_problem(release, linux):
    """Why the program @linux is of no use on this host, in one sentence, or an empty string."""
    boot = Boot("start", SAMPLE, release, compile_tree(SAMPLE, suites()[SAMPLE]))
    make_root(boot, build_program(INIT), [])
    run(boot, linux)
    if any(line.endswith(STARTED) for line in boot.log.splitlines()):
        return ""
    lines = [STAMP.sub("", line) for line in boot.log.splitlines() if line.strip()]
    # A panic says less than the line before it.
    panic = next((i for i, line in enumerate(lines) if line.startswith("Kernel panic")), len(lines))
    return (f"User Mode Linux {release} does not reach its first process on this host: "
            f"status {boot.status}, and {boot.folder / 'console'} ends with: "
            f"{(lines[:panic] or ['nothing'])[-1]}")


def boot_all(boots, linux, modules, broken, jobs):
    """Prepare and run, some at a time."""
    init = build_program(INIT)

    def prepare_and_run(boot):
        try:
            if not boot.problem:
                prepare(boot, modules, broken, init)
        except Fault as fault:
            boot.problem = str(fault)
        if not boot.problem:
            run(boot, linux)

    release = boots[0].release
    with Step(f"{len(boots)} boots of {release}", log=f"{OUT.name}-{release}-boots") as step, \
            concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(prepare_and_run, boots))
        step.log.write_text("".join(f"{boot.took:6.1f} s {boot.name}\n" for boot in
                                    sorted(boots, key=lambda boot: -boot.took)))
        step.note = f"{sum(boot.took for boot in boots):.1f} s of boots"


def check_kernel(args, release, wanted):
    """Build and boot on one kernel: (name -> its tests, what the drivers' coverage is)."""
    linux = args.program or uml.kernel(release).program
    problem = start_problem(release, linux)
    found = {"start": [("the kernel starts on this host", "fail" if problem else "pass", problem)]}
    if problem:
        return found, {}
    kernel, main = uml.kernel(release), release == uml.RELEASE
    cover = args.coverage and main
    modules, broken = build_modules(kernel, cover, needed(wanted) if args.only or not main else [])
    modules |= mainline.build(kernel, mainline.asked(wanted.values()), place(kernel.release) / "mainline")
    boots = boots_of(release, wanted, not args.no_faults)
    for boot in boots:
        boot.parameters |= dict(words.split("=", 1) for words in args.parameter)
        boot.limit = args.limit or boot.limit
    boot_all(boots, linux, modules, broken, args.jobs)

    eyes = []
    for boot in boots:
        tests = verdicts(boot)
        if boot.name.startswith("fault-"):
            eyes.append((boot.name, *faults.judge(boot.name.removeprefix("fault-"), tests)))
        elif boot.name == boot.suite and wanted[boot.suite] in mainline.suites():
            found[boot.name] = mainline.judge(boot.suite, tests)
        else:
            found[boot.name] = tests
    if eyes:
        found["planted faults are found"] = eyes
    # What no suite asks for has to compile, too.
    found["modules"] = [(f"{name} compiles", "fail", said) for name, said in broken.items()] or \
        [("all compile, without a warning", "pass", "")]
    reached = coverage.measure(boots, OUT / "coverage") if cover else {}
    # A part of the suites may reach little.
    if cover and not args.only:
        found["coverage"] = coverage.judge(reached, OUT / "coverage")
    return found, reached


def check(args, wanted):
    """All on each kernel, and show it; returns the exit status."""
    result = report.Report("kunit" if OUT == BUILD / "kunit" else None)
    found, reached = {}, {}
    for release, sources in wanted.items():
        of_one, covered = check_kernel(args, release, sources)
        found |= {f"{release} {name}": tests for name, tests in of_one.items()}
        reached |= covered
    show(found, result)
    for line in coverage.table(reached):
        steps.say(f"# {line}")
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
