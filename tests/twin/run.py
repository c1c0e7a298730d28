# SPDX-License-Identifier: GPL-2.0-only
"""Boot Debian's kernels on the boards' twins, with the boards' own trees.

    run.py [--board BOARD] [--kernel NAME|all] [--tree FAMILY] [--jobs N] [--keep]
    run.py --only refused|boots|terminal
    run.py --bench [--kernel NAME]        seconds from QEMU's start to the shell

Each board with an [emulation] table is booted with every kernel that has a tree for
it, or that ours serves. On the console that the board file names there must be a
shell; it is typed at; and from there everything else is started: the processors, the
devices and what binds to them, the SD card, our modules, power off. What a board
lacks on a kernel its file says, and that it is so is a test.

Beside the boots: what is refused (refused.py), and what a user does at a terminal, such
as booting an image, or moving a pin (imaged.py).
"""
import argparse
import concurrent.futures
import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from outboard import steps
from outboard.devicetree import fdt
from outboard.facts import boards
from outboard.guest import needed, twin as guest
from outboard.machine import qmp, twin
from outboard.modules import build
from outboard.sources import kernels
from outboard.steps import BUILD, TOP, Fault, Step
from tests import report
from tests.boot import ktap, qemu
from tests.twin import bound, disks, imaged, refused

PROMPT = "outboard # "
QUESTION, ANSWER = "echo it is $((1900+84))", "it is 1984"
# Without a word on the console for so long a guest hangs. These seconds, as those that a
# boot may take, are of its processor's time, so that a busy host is no fault of the guest's;
# of a guest that sleeps, PATIENCE times as many by the clock.
SILENCE = 75
PATIENCE = 4
# A guest that sees no console gives up after so many of its seconds.
GIVE_UP = 15


@dataclasses.dataclass
class Boot:
    """One boot: a kernel, a board, a tree of a family."""

    kernel: kernels.Kernel
    board_name: str
    board: dict
    family: str
    label: str = ""     # for files, of a boot that is not one of the table's
    bare: bool = False  # without our modules

    @property
    def name(self):
        """What files of it are called."""
        extra = self.label or ("" if self.family in ("mainline", "own") else f"-{self.family}")
        extra += "-bare" if self.bare and self.family != "rescue" else ""
        return f"{self.kernel.name}-{self.board_name}{extra}"

    @property
    def key(self):
        """The board file's word on the key that is tried on this boot, or {}."""
        key = self.board["emulation"].get("key", {})
        return key if self.family in key.get("trees", ()) and not self.lacks("key") else {}

    def file(self, kind):
        return guest.OUT / "boots" / f"{self.name}.{kind}"

    def lacks(self, what):
        """Why something does not come on this boot, or None."""
        for entry in self.board["emulation"].get("lacks", []):
            if entry["what"] == what and self.kernel.name in entry.get(
                    "kernels", [self.kernel.name]) and \
                    self.family in entry.get("trees", [self.family]) and \
                    self.bare == entry.get("bare", self.bare):
                return entry["why"]
        return None


class Console:
    """A running machine's console: what it says, with a clock; what is typed."""

    def __init__(self, process, log, silence=SILENCE):
        self._process, self._log, self._silence = process, log, silence
        self._begin = time.monotonic()
        self._heard = 0.0
        self.text = ""
        self._read = 0      # up to where it was waited for
        os.set_blocking(process.stdout.fileno(), False)

    @property
    def seconds(self):
        return time.monotonic() - self._begin

    @property
    def cpu(self):
        """Seconds of the processor's time that the machine has used."""
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2]
            return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")
        return 0

    def spent(self):
        """Seconds that count for the guest's bounds."""
        return max(self.cpu, self.seconds / PATIENCE)

    def type(self, line):
        """Type a line."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()

    def wait(self, wanted, deadline):
        """Read on until @wanted is in the text (or, if None, to the end). "", or what is wrong."""
        while True:
            found = self.text.find(wanted, self._read) if wanted else -1
            if found >= 0:
                self._read = found + len(wanted)
                return ""
            if self.spent() > deadline:
                return f"not there after {deadline} s"
            ready, _, _ = select.select([self._process.stdout], [], [], 0.5)
            if ready:
                data = os.read(self._process.stdout.fileno(), 65536)
                if not data:
                    self._process.wait()
                    return f"the machine has ended, with status {self._process.returncode}" \
                        if wanted else ""
                self._log.write(data)
                self._log.flush()
                self.text += data.decode("utf-8", "replace")
                self._heard = self.spent()
            elif self.spent() > self._heard + self._silence:
                return f"not a word for {self._silence} s"


def results_of(console):
    """What the guest has said, out of the lines of the kernel's log."""
    return "\n".join(re.findall(r"^(?:<\d>)?\[[^\]]*\](?:\[[^\]]*\])? outboard: (.*?)\r?$",
                                console, re.M))


def hang(boot, why, text, monitor):
    """What to say of a guest that hangs: its last lines, and what it waits for."""
    lines = [why]
    with contextlib.suppress(Fault, OSError), qmp.Monitor(monitor, 5) as machine:
        polled = machine.get("/machine", "polled-register")
        if polled:
            lines.append(f"the register that it reads over and over: {polled}")
    last = ktap.running(results_of(text))
    if last:
        lines.append(f"it was at: {last}")
    return "\n".join([*lines, "the console's last lines:", *text.splitlines()[-15:]])


def machine_of(boot, step, work):
    """(the machine, with its files made; what cover says of its tree; names of its modules)."""
    boot.file("dtb").parent.mkdir(parents=True, exist_ok=True)
    tree = twin.make_tree(boot.kernel, boot.board_name, boot.board, boot.family, boot.file("dtb"))
    machine = twin.Machine(
        boot.board, boot.kernel.image, tree, work=guest.OUT / "boots", qmp=work / "qmp",
        append=f"printk.devkmsg=on log_buf_len=4M {bound.APPEND}")
    seen = tree
    if machine.name != twin.TWIN:
        seen = qemu.final_tree(machine.name, boot.kernel.image, tree, boot.file("final.dtb"))
    ours = {} if boot.bare else build.of_board(boot.kernel.name, boot.board)
    first = build.for_initrd(boot.kernel.name, boot.board, ours)
    predicted = needed.predict(boot.kernel, seen, ours.values())
    files = needed.modules(boot.kernel, predicted, (
        "ext4", "usb-storage", "uas", "sd_mod", *twin.POWER_OFF_MODULES[machine.name], *first,
        *needed.needs(ours.values())))
    read = fdt.Tree(seen)
    source, digest = disks.card(step)
    machine.card = work / "card"
    shutil.copyfile(source, machine.card)
    stick = {}
    if read.having("generic-xhci") and not boot.lacks("usb"):
        machine.stick = work / "stick"
        stick = {"STICK_SUM": disks.make_stick(machine.stick),
                 "STICK_SECTORS": disks.STICK_SIZE // 512,
                 "STICK_WRITES": disks.STICK_WRITTEN >> 20}
    machine.initrd = work / "initrd"
    machine.initrd.write_bytes(guest.archive(step, boot.kernel, files, ours, {
        "CONSOLE": machine.console, "LOG": machine.log, "GIVE_UP": GIVE_UP,
        "WAITING": needed.WAITING, "INITRD_MODULES": " ".join(first),
        "CONSOLE_MODULES": " ".join(guest.console_modules(read, predicted)),
        "POWER_OFF": " ".join(twin.POWER_OFF_MODULES[machine.name]),
        "CPUS": len(read.processors()),
        "CARD_SECTORS": disks.CARD_SIZE // 512 if not boot.lacks("card") else "",
        "CARD_SUM": digest, "CARD_WRITES": disks.WRITTEN_SIZE >> 20, "MODULES": " ".join(ours),
        "NET": boot.board["emulation"].get("net", "") if not boot.lacks("net") else "",
        "KEY": boot.key.get("label", ""), **stick,
    }))
    had = {path.name.partition(".")[0].replace("-", "_") for path in files}
    return machine, seen, predicted, had | set(ours)


@dataclasses.dataclass
class Talk:
    """What a boot has shown."""

    text: str = ""
    to_shell: float = None
    cpu_to_shell: float = None
    cpu: float = None       # all of the boot's
    seconds: float = 0
    status: int = None
    why: str = ""           # what was wrong, if the boot did not get to its end
    modelled: list = None   # paths of nodes with a model, where the machine says it
    verdicts: dict = dataclasses.field(default_factory=dict)


def run_machine(boot, machine, seconds, log, silence=SILENCE):
    """Boot, talk to it on its console, wait for its end; a Talk."""
    talk = Talk()
    line = machine.command()
    if shutil.which("setpriv"):
        line = ["setpriv", "--pdeathsig", "KILL", *line]
    with open(log, "ab") as errors, open(boot.file("console"), "wb") as output:
        errors.write((" ".join(line) + "\n").encode())
        errors.flush()
        with qemu.started(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=errors) as process:
            console = Console(process, output, silence)
            converse(boot, console, talk, machine, seconds)
            talk.cpu = round(console.cpu, 1) or talk.cpu
            if talk.why and process.poll() is None:
                talk.why = hang(boot, talk.why, console.text, machine.qmp)
            elif talk.why:
                talk.why += "\n" + "\n".join(
                    qemu.text(log).splitlines()[-3:] + console.text.splitlines()[-15:])
            talk.status = process.poll()
            talk.text, talk.seconds = console.text, console.seconds
    return talk


def move_key(boot, talk, machine):
    """Look at the pins that the board file names, then press and release the key."""
    def pin(name):
        bank, _, number = name.partition(":")
        return f"/machine/pins/{bank}", 1 << int(number)
    with qmp.Monitor(machine.qmp) as monitor:
        for entry in boot.board["emulation"].get("output", []):
            if boot.bare or boot.kernel.name not in entry.get("kernels", [boot.kernel.name]):
                continue
            bank, bit = pin(entry["pin"])
            if monitor.get(bank, "directions") & bit:
                level = int(bool(monitor.get(bank, "levels") & bit))
                verdict = "pass" if level == entry["level"] else f"fail: it is {level}"
            else:
                verdict = "fail: it is an input"
            talk.verdicts[f"{entry['pin']} is {entry['level']}: {entry['what']}"] = verdict
        bank, bit = pin(boot.key["pin"])
        for level in (1, 0, 1, 0, 1):
            driven = monitor.get(bank, "driven")
            monitor.set(bank, "driven", driven | bit if level else driven & ~bit)
            time.sleep(0.2)


def converse(boot, console, talk, machine, seconds):
    """The talk itself. @talk.verdicts gets what is asked of the console."""
    verdicts = talk.verdicts
    why = console.wait(PROMPT, seconds)
    if boot.lacks("console"):
        verdicts["no shell comes, as the board file says"] = \
            "pass" if why.endswith("ended, with status 0") and PROMPT not in console.text else \
            f"fail: {why or 'there is a shell: the entry can go'}"
        talk.why = "" if verdicts["no shell comes, as the board file says"] == "pass" else why
        return
    talk.why = why
    verdicts[f"a shell on {machine.console}"] = f"fail: {why}" if why else "pass"
    if why:
        return
    talk.to_shell, talk.cpu_to_shell = round(console.seconds, 1), round(console.cpu, 1)
    with contextlib.suppress(Fault, OSError), qmp.Monitor(machine.qmp) as monitor:
        modelled = monitor.get("/machine", "modelled")
        talk.modelled = modelled.split() if modelled is not None else None
    console.type(QUESTION)
    talk.why = console.wait(ANSWER, seconds)
    verdicts["what is typed is echoed and run"] = (
        f"fail: {talk.why}" if talk.why else
        "pass" if QUESTION in console.text else "fail: it is run, and not echoed")
    if talk.why:
        return
    console.type("go")
    if boot.key:
        talk.why = console.wait("outboard: # move the key", seconds)
        if talk.why:
            return
        move_key(boot, talk, machine)
    talk.why = console.wait("outboard: # end", seconds)
    talk.cpu = round(console.cpu, 1)
    if not talk.why and not boot.lacks("power off"):
        talk.why = console.wait(None, seconds)


def judge(boot, talk, machine, expected):
    """Suites of verdicts."""
    suites = {"boot": talk.verdicts}
    results = results_of(talk.text)
    if talk.to_shell is not None:
        suites["guest"] = {name: outcome if outcome == ktap.PASS else f"{outcome}: {why}"
                           for name, outcome, why in ktap.parse(results).leaves()}
    reason = boot.lacks("card")
    if reason and talk.to_shell is not None:
        suites["guest"]["the card"] = f"skip: {reason}"
    elif talk.to_shell is not None:
        written = re.search(r"^# written ([0-9a-f]{32})", results, re.M)
        faults = disks.check_card(machine.card, written[1]) if written else ["nothing was written"]
        talk.verdicts["the host finds on the card what was written, and no damage"] = \
            f"fail: {'; '.join(faults)}" if faults else "pass"
    if machine.stick and talk.to_shell is not None:
        written = re.search(r"^# to the stick ([0-9a-f]{32})", results, re.M)
        fault = disks.check_stick(machine.stick, written[1]) if written else "nothing was written"
        talk.verdicts["the host finds on the USB stick what was written"] = \
            f"fail: {fault}" if fault else "pass"
    for what, test in (("usb", "a USB stick is read and written"), ("net", "the network interface"),
                       ("key", "a key has its interrupts")):
        reason = boot.lacks(what)
        if reason and talk.to_shell is not None:
            suites["guest"][test] = f"skip: {reason}"
    reason = boot.lacks("cpus")
    if reason and talk.to_shell is not None:
        suites["guest"]["every processor is online"] = f"skip: {reason}"
    reason = boot.lacks("power off")
    talk.verdicts["powers off, and QEMU ends with status 0"] = \
        f"skip: {reason}" if reason else \
        "pass" if talk.status == 0 and not talk.why else \
        f"fail: status {talk.status}; {talk.why}".rstrip("; ")
    reports = expected.unexpected(talk.text, boot)
    talk.verdicts["the kernel reports nothing that is not listed"] = \
        "fail: " + "\n".join(reports[:12]) if reports else "pass"
    return suites


class Expected:
    """The reports of stock kernels that the board files list, and which were seen."""

    def __init__(self):
        self._seen = set()

    def unexpected(self, console, boot):
        """The console's lines that are a report and on no list."""
        entries = [entry for entry in boot.board["emulation"].get("report", [])
                   if boot.kernel.name in entry["kernels"] and
                   boot.family in entry.get("trees", [boot.family])]
        found, excused = [], False
        for line in qemu.reports(console):
            if excused and line.startswith("Call trace:"):
                continue
            excused = False
            for entry in entries:
                if re.search(entry["regex"], line):
                    self._seen.add((boot.name, entry["regex"]))
                    excused = True
                    break
            else:
                found.append(line)
        return found

    def unused(self, boots):
        """(board, regex) of entries that no boot of these showed."""
        seen = {(name, regex) for name, regex in self._seen}
        return sorted({(boot.board_name, entry["regex"]) for boot in boots
                       for entry in boot.board["emulation"].get("report", [])
                       if boot.kernel.name in entry["kernels"]} -
                      {(boot.board_name, regex) for boot in boots for name, regex in seen
                       if name == boot.name})


class _Unwell(Exception):
    """Makes a step with failures one that says FAILED."""


def run_boot(boot, expected, differences, args):
    """Boot, judge, store; returns the suites of verdicts."""
    talk, numbers = Talk(), {}
    with contextlib.suppress(_Unwell), \
            tempfile.TemporaryDirectory(prefix="outboard-twin.") as folder, \
            Step(f"twin {boot.kernel.name} {boot.board_name} ({boot.family}"
                 f"{', without our modules' if boot.bare else ''})",
                 log=f"twin-{boot.name}") as step:
        work = pathlib.Path(folder)
        machine, tree, predicted, had = machine_of(boot, step, work)
        talk = run_machine(boot, machine, args.timeout, step.log)
        suites = judge(boot, talk, machine, expected)
        if suites.get("guest", {}).get("devices settle") == "pass":
            seen = bound.read(results_of(talk.text), talk.text)
            result = bound.compare(boot, predicted, seen, had, tree, differences, talk.modelled)
            suites["cover"] = result.verdicts
            numbers = {"cover": {**result.numbers, "nodes": result.details}}
        passed, failed, skipped = count([suites])
        step.note = ", ".join([
            f"shell in {talk.to_shell} s" if talk.to_shell is not None else "no shell",
            f"{passed} passed", *([f"{failed} failed"] if failed else []),
            *([f"{skipped} skipped"] if skipped else []), *([result.note] if numbers else [])])
        if args.keep:
            shutil.copyfile(machine.initrd, boot.file("cpio"))
        if failed:
            raise _Unwell
    path = BUILD / "results" / f"twin-{boot.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({
        "kernel": boot.kernel.name, "release": boot.kernel.release, "board": boot.board_name,
        "tree": boot.family, "seconds_to_shell": talk.to_shell,
        "cpu_to_shell": talk.cpu_to_shell,
        "seconds": round(talk.seconds, 1), "cpu": talk.cpu,
        "modelled": talk.modelled, "suites": suites, **numbers,
    }, indent=1) + "\n")
    show(boot, suites)
    return suites


def show(boot, suites):
    """What failed and what was skipped, and where to look."""
    for suite, tests in suites.items():
        for test, verdict in tests.items():
            if verdict.startswith("fail"):
                steps.say(f"  not ok {boot.name}, {suite}: {test}")
                for line in verdict[6:].splitlines():
                    steps.say(f"         {line[:300]}")
            elif verdict.startswith("skip"):
                steps.say(f"  skip   {boot.name}, {suite}: {test} ({verdict[6:]})")
    if any(verdict.startswith("fail") for tests in suites.values() for verdict in tests.values()):
        steps.say(f"         {boot.file('console').relative_to(TOP)} has it all")


def count(results):
    words = [verdict.partition(":")[0] for suites in results for tests in suites.values()
             for verdict in tests.values()]
    return words.count("pass"), words.count("fail"), words.count("skip")


# With --short: one board for each SoC with the newest kernel, these with this one (the i.MX8MP
# has a boot from an image with it), and all trees of ours, with our modules.
SHORT = {"6.12": ("bananapi-bpi-r3", "khadas-vim3", "orangepi-5")}
# Their SoCs have the registers of another board's here, and more or fewer of the same blocks.
NOT_SHORT = ("khadas-vim3l", "orangepi-5-plus")


@functools.cache
def first_of_soc(soc):
    """The first board that has it, of those that are booted."""
    return next(name for name in boards.names()
                if boards.load(name)["soc"] == soc and "emulation" in boards.load(name))


def is_short(boot):
    """Whether a boot is among the few that make check has time for."""
    if boot.bare or boot.family not in ("mainline", "own"):
        return False
    return boot.family == "own" or boot.board_name in SHORT.get(boot.kernel.name, ()) or \
        boot.kernel.name == "newest" and boot.board_name not in NOT_SHORT and \
        boot.board_name == first_of_soc(boot.board["soc"])


def boots_of(args):
    """(boots; those that a board file says are not tried, with why)."""
    found, not_tried = [], []
    for kernel in (kernels.get(name) for name in kernels.select(args.kernel)):
        for name in [args.board] if args.board else boards.names():
            if not args.board and "emulation" not in boards.load(name):
                continue
            board = twin.emulated(name)
            boots = [Boot(kernel, name, board, family, bare=family == "rescue")
                     for family in twin.families(kernel, board)]
            boots += [Boot(kernel, name, board, boot.family, bare=True) for boot in boots
                      if kernel.name in board["emulation"].get("bare", {}).get(boot.family, [])]
            for boot in boots:
                if not (args.short and not is_short(boot)) and args.tree in (None, boot.family):
                    (not_tried if boot.lacks("boot") else found).append(boot)
    return found, not_tried


def run_boots(args, result):
    """The boots, two at a time; returns the suites of each."""
    expected, differences = Expected(), bound.Differences()
    chosen, not_tried = boots_of(args) if is_wanted(args, "boots") else ([], [])
    results = [{"boot": {"is tried": f"skip: {boot.lacks('boot')}"}} for boot in not_tried]
    for boot, suites in zip(not_tried, results):
        show(boot, suites)
    if not chosen and not results and args.only is None:
        raise Fault("there is no such boot")
    twin.program()
    with Step("guest of the twins") as step:
        guest.base(step)
        disks.card(step)
        step.silent = True
    for name in sorted({boot.kernel.name for boot in chosen if boot.board["modules"]}):
        build.modules(name, quiet=True)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        running = [pool.submit(run_boot, boot, expected, differences, args) for boot in chosen]
        if is_wanted(args, "terminal"):
            running.append(pool.submit(imaged.run, result, sys.modules[__name__]))
        try:
            for future in concurrent.futures.as_completed(running):
                if future.result():
                    results.append(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            qemu.kill_all()
            imaged.end_all()
            raise
    for board, regex in expected.unused(chosen):
        steps.say(f"  note   boards/{board}.toml: emulation.report: '{regex}' was not seen; "
                  "take it out")
    if args.kernel == "all" and not (args.board or args.tree or args.short) and \
            args.only in (None, "boots"):
        for entry in differences.unused():
            steps.say(f"  note   expected/{entry['file']}: {entry['node']}: '{entry['kind']}' was "
                      "not seen; take it out")
    return results


BENCHED = ("khadas-vim1s", "imx8mp-evk", "bananapi-bpi-r3", "orangepi-5", "raspberry-pi-3b")
BENCH_RUNS = 5
VIRT_CONSOLE = "ttyAMA0"


def to_shell(line, log):
    """Seconds until a machine has its shell: by the clock, and of the processor."""
    with open(log, "ab") as errors, open(os.devnull, "wb") as null, \
            qemu.started(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=errors) as process:
        console = Console(process, null)
        why = console.wait(PROMPT, 240)
        if why:
            raise Fault(f"no shell: {why}\n" + "\n".join(console.text.splitlines()[-15:]), 1)
        return console.seconds, console.cpu


def middle(times):
    """The medians of what several runs took: by the clock, and of the processor."""
    return [statistics.median(column) for column in zip(*times)]


def shown_times(times):
    """What several runs took, in words."""
    clock = [seconds for seconds, _ in times]
    return (f"{middle(times)[0]:.1f} s ({min(clock):.1f} to {max(clock):.1f}), CPU "
            f"{middle(times)[1]:.1f} s")


def bench(args):
    """Boots to the shell, one machine at a time: the twins, and virt with the same initrd."""
    (name,) = kernels.select(args.kernel if args.kernel != "all" else "")
    kernel = kernels.get(name)
    twin.program()
    for board_name in BENCHED:
        board = twin.emulated(board_name)
        boot = Boot(kernel, board_name, board, twin.families(kernel, board)[0], "-bench")
        with tempfile.TemporaryDirectory(prefix="outboard-twin.") as folder, \
                Step(f"bench of {board_name}", log="bench-boot") as step:
            step.silent = True
            work = pathlib.Path(folder)
            machine, tree, _, _ = machine_of(boot, step, work)
            machine.qmp = None
            times = [to_shell(machine.command(), step.log) for _ in range(BENCH_RUNS)]
            cpus = len(fdt.Tree(tree).processors())
            # The same archive, with another console behind it.
            initrd = work / "initrd"
            initrd.write_bytes(initrd.read_bytes() + guest.environment(
                {"CONSOLE": VIRT_CONSOLE, "LOG": VIRT_CONSOLE, "GIVE_UP": 60}))
            line = [str(word) for word in (
                twin.program(), "-M", "virt", "-cpu", "cortex-a53", "-smp", cpus, "-m", "1G",
                "-net", "none", "-accel", "tcg,thread=single", "-display", "none", "-monitor",
                "none", "-no-reboot", "-kernel", kernel.image, "-initrd", initrd, "-append",
                f"console={VIRT_CONSOLE} earlycon panic=-1 {machine.append}", "-serial", "stdio")]
            virt = [to_shell(line, step.log) for _ in range(BENCH_RUNS)]
        print(f"{board_name}, {cpus} processors, {kernel.release}, to the shell, {BENCH_RUNS} "
              f"runs: {shown_times(times)}; virt {shown_times(virt)}: ratio of the medians "
              f"{middle(times)[0] / middle(virt)[0]:.2f}, of the CPU's "
              f"{middle(times)[1] / middle(virt)[1]:.2f}", flush=True)
    return 0


def is_wanted(args, part):
    """Whether a part is asked for; with a board it is the boots alone."""
    return args.only == part or args.only is None and (part == "boots" or not (
        args.board or args.tree or args.kernel != "all"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", help="only the boots of this board")
    parser.add_argument("--kernel", default="all", help="a kernel of the matrix, or all")
    parser.add_argument("--tree", metavar="FAMILY", help="mainline, own, or an extra of the board")
    parser.add_argument("--only", choices=["refused", "boots", "terminal"])
    parser.add_argument("--short", action="store_true",
                        help="the newest kernel's boots, and few of the others")
    parser.add_argument("--bench", action="store_true")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count()))
    parser.add_argument("--timeout", type=int, default=240,
                        help="seconds for a boot, of the processor's time")
    parser.add_argument("--keep", action="store_true", help="keep the initramfs of each boot")
    args = parser.parse_args()
    # Ended from outside, the machines have to go as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if args.bench:
        return bench(args)
    result = report.Report("twin")
    if is_wanted(args, "refused"):
        with Step("what is refused"):
            refused.run(result)
    # The verdicts of the boots are in files of their own; the report's are counted with them.
    boots = run_boots(args, result) if args.only != "refused" else []
    result.save()
    passed, failed, skipped = map(sum, zip(count(boots), result.counts()))
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    steps.main_guard(main)
