# SPDX-License-Identifier: GPL-2.0-only
"""Runs one emulated machine: bounded in time, and gone whatever happens.

The console, which has the kernel's log, and the results go to a file each. The
machine is a process group of its own, killed as such, and dies with the thread
that started it.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time
import tomllib

from outboard.machine import twin
from outboard.steps import Fault

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED_FILE = HERE / "expected.toml"

# What a kernel says when something is wrong with it.
REPORT = re.compile(
    r"WARNING: |BUG: |kernel BUG at|Oops|Internal error|Unable to handle|Call trace|"
    r"Kernel panic|cannot create duplicate|kobject_add_internal failed|refcount_t: |"
    r"lockdep|possible (?:circular|recursive) locking|inconsistent lock state|"
    r"held lock freed|rcu.*(?:stall|detected expedited)|soft lockup|hard LOCKUP|"
    r"blocked for more than|hung_task|list_(?:add|del) corruption|page allocation failure|"
    r"scheduling while atomic|sleeping function called|memory leak will occur|"
    r"Trying to (?:free|vfree)|Bad page|double free|use-after-free|KASAN|UBSAN|"
    r"(?:class|bus|device) '.*' does not have a release|Driver .* is already registered|"
    r"disagrees about version|Unknown symbol|unexpected .*kobject")
# A line of the kernel's own: it has a time stamp.
KERNEL_LINE = re.compile(r"^(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?(.*)")

_processes = set()
_lock = threading.Lock()

MACHINES = {
    "raspi3b": {
        "args": ["-M", "raspi3b"],
        # First serial port: the PL011, console. Second: the mini UART, for results.
        "channel": "/dev/ttyS1",
        "append": "iomem=relaxed", "console": "console=ttyAMA0,115200",
        # Without the watchdog's driver the machine halts, but does not go away.
        "stock": ["bcm2835_wdt"],
    },
    "raspi4b": {
        "args": ["-M", "raspi4b"],
        "channel": "/dev/ttyS1",
        "append": "iomem=relaxed", "console": "console=ttyAMA0,115200",
        "stock": ["bcm2835_wdt"],
    },
    "virt": {
        "args": ["-M", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", "512", "-net", "none"],
        "channel": "/dev/ttyS0",
        "append": "", "console": "console=ttyAMA0",
        "stock": [],
    },
}


def command(machine, image, initrd, dtb, append, console, results):
    """QEMU's command line.

    @console: the first serial port, @results: the second, as QEMU's -chardev has it.
    A console= in @append replaces the machine's.
    """
    about = MACHINES[machine]
    line = [twin.program(), *about["args"], "-accel", "tcg,thread=single", "-display", "none",
            "-monitor", "none", "-no-reboot", "-kernel", image, "-initrd", initrd,
            "-append", " ".join(filter(None, [
                "" if "console=" in append else about["console"], about["append"], "panic=-1",
                append])), "-serial", console]
    if dtb:
        line += ["-dtb", dtb]
    if results:
        if machine == "virt":
            line += ["-chardev", f"{results},id=results", "-device",
                     "pci-serial,chardev=results"]
        else:
            line += ["-chardev", f"{results},id=results", "-serial", "chardev:results"]
    if shutil.which("setpriv"):
        # Also when this process is killed and cannot clean up.
        line = ["setpriv", "--pdeathsig", "KILL", *line]
    return [str(word) for word in line]


def final_tree(machine, image, tree, out):
    """The tree as the machine passes it on: it disables nodes that it has nothing behind."""
    done = subprocess.run([twin.program(), *MACHINES[machine]["args"], "-machine", f"dumpdtb={out}",
                           "-display", "none", "-serial", "null", "-monitor", "none",
                           "-kernel", image, "-dtb", tree], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)
    if done.returncode or not out.exists():
        raise Fault(f"QEMU does not say the machine's tree: {done.stderr.strip()[-300:]}", 1)
    return out


@contextlib.contextmanager
def started(line, **options):
    """The machine as a process that is gone when the block ends."""
    process = subprocess.Popen(line, start_new_session=True, **options)
    with _lock:
        _processes.add(process)
    try:
        yield process
    finally:
        _kill(process)
        process.wait()
        with _lock:
            _processes.discard(process)


def _kill(process):
    """End just this machine: it leads a process group of its own."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def kill_all():
    """End the machines that other threads wait for, which then go on and find out."""
    with _lock:
        for process in _processes:
            _kill(process)


def boot(line, results, seconds, log):
    """Run the machine to its end. Returns "" or what was wrong with how it ended."""
    deadline = time.monotonic() + seconds
    ended = None
    with open(log, "ab") as output:
        output.write((" ".join(line) + "\n").encode())
        output.flush()
        with started(line, stdin=subprocess.DEVNULL, stdout=output,
                     stderr=subprocess.STDOUT) as process:
            while process.poll() is None:
                if time.monotonic() > deadline:
                    return f"not finished after {seconds} s"
                if ended is None and text(results).rstrip().endswith("# end"):
                    ended = time.monotonic()
                if ended and time.monotonic() > ended + 30:
                    return "the tests ended, but the machine did not power off"
                time.sleep(0.1)
            if process.returncode:
                return f"QEMU ended with status {process.returncode}"
    return ""


def text(path):
    """A file's contents, also of one that is not there yet."""
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def reports(console):
    """The kernel's lines on a console that say that something is wrong with it."""
    found = []
    for line in console.splitlines():
        match = KERNEL_LINE.match(line)
        # Power goes a moment later, in which the last process returns from its own
        # switching it off, with interrupts off: some kernels warn of that, some times.
        if match and match[1].startswith("reboot: Power down"):
            break
        if match and REPORT.search(match[1]):
            found.append(match[1].strip())
    return found


class Expected:
    """The reports that stock kernels make without our modules, and which were seen."""

    def __init__(self):
        entries = tomllib.loads(EXPECTED_FILE.read_text(encoding="utf-8")).get("report", [])
        self.entries = [{**entry, "pattern": re.compile(entry["regex"]), "seen": False}
                        for entry in entries]

    def unexpected(self, console, kernel, board):
        """The console's lines that are a report and on no list."""
        found = []
        for line in reports(console):
            for entry in self.entries:
                if entry["kernel"] == kernel and board in entry.get("boards", [board]) and \
                        entry["pattern"].search(line):
                    entry["seen"] = True
                    break
            else:
                found.append(line)
        return found

    def unused(self, kernels):
        """Entries for these kernels that nothing matched."""
        return [entry for entry in self.entries
                if entry["kernel"] in kernels and not entry["seen"]]
