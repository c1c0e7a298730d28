# SPDX-License-Identifier: GPL-2.0-only
"""One line a step: what it is, how it ended, how long it took.

Everything that a step's commands print goes to a log below $OUTBOARD_LOGS
(default: build/logs); the log's path and its last lines are shown when the
step fails. A step that was up to date says so.
"""
import contextlib
import errno
import fcntl
import os
import pathlib
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
# expanduser leaves "~" where no home is known: aptroot.check_cache() refuses that.
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                     os.path.expanduser("~/.cache")) / "outboard"
BUILD = TOP / "build"
LOGS = pathlib.Path(os.environ.get("OUTBOARD_LOGS") or BUILD / "logs")

_print_lock = threading.Lock()


class Fault(Exception):
    """Something the user can mend: one sentence, shown without a traceback.

    @status is the exit status: 2 for bad input or a machine that lacks
    something, 1 for work that failed.
    """

    def __init__(self, message, status=2):
        super().__init__(message)
        self.status = status


def say(line):
    """Print one whole line, also when several threads do so at once."""
    with _print_lock:
        if sys.stdout.isatty():
            sys.stdout.write("\r\033[K")
        print(line, flush=True)


def progress(line):
    """Show a passing line on a terminal; nothing elsewhere."""
    if sys.stdout.isatty():
        with _print_lock:
            sys.stdout.write("\r\033[K" + line)
            sys.stdout.flush()


@contextlib.contextmanager
def alone(name):
    """Hold a lock of this tree: programs that run at once share what they build in it."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / f".{name}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Step:
    """Context manager that reports one step and collects its log.

    >>> with Step("build 6.12") as step:
    ...     step.run(["make", "modules"])
    """

    def __init__(self, title, log=None):
        self.title = title
        self.note = ""
        self.silent = False    # set inside: say nothing if it ends well
        name = log or "".join(c if c.isalnum() or c in ".-" else "-" for c in title)
        self.log = LOGS / f"{name}.log"

    def __enter__(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        self.start = time.monotonic()
        progress(f"  ...    {self.title}")
        return self

    def __exit__(self, kind, fault, _trace):
        took = time.monotonic() - self.start
        note = f" ({self.note})" if self.note else ""
        if kind is None and self.silent:
            progress("")
            return False
        if kind is None:
            say(f"  ok     {self.title}{note}  {took:.1f} s")
            return False
        say(f"  FAILED {self.title}{note}  {took:.1f} s")
        if issubclass(kind, subprocess.CalledProcessError):
            raise Fault(f"{self.title}: '{command_name(fault.cmd)}' ended with status "
                        f"{fault.returncode}\n{self.tail()}", 1) from None
        return False

    def tail(self, lines=15):
        """The log's last lines, indented, and where the whole log is."""
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(["    " + line for line in text] + [f"the whole log: {self.log}"])

    def run(self, command, **options):
        """Run a command with its output in the log; raises on failure."""
        with open(self.log, "ab") as log:
            log.write(("$ " + " ".join(map(str, command)) + "\n").encode())
            log.flush()
            subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL,
                           stdout=log, stderr=subprocess.STDOUT, check=True, **options)


def command_name(command):
    """The program of a command line, for messages."""
    return pathlib.Path(str(command[0] if isinstance(command, (list, tuple))
                            else command)).name


# What to do about an error of the system's that a path has.
WAYS_OUT = {
    errno.ENOSPC: "make room there",
    errno.EDQUOT: "make room there",
    errno.EACCES: "it belongs to another user, or its mode forbids it",
    errno.EPERM: "it belongs to another user, or its mode forbids it",
    errno.EROFS: "work in a copy that can be written to",
}
WHERE = {CACHE: "the cache, which XDG_CACHE_HOME= moves",
         BUILD: "where this checkout has what it builds"}


def system_fault(error):
    """A Fault for an OSError: the path, what is wrong, what the place is for."""
    path = pathlib.Path(os.fsdecode(error.filename)) if isinstance(
        error.filename, (str, bytes, os.PathLike)) else None
    words = [f"{path}: " if path else "", error.strerror or str(error)]
    words += [f"; {WAYS_OUT[error.errno]}"] if error.errno in WAYS_OUT else []
    words += [f" ({place} is {what})" for place, what in WHERE.items()
              if path and (path.is_relative_to(place) or place.is_relative_to(path))]
    return Fault("".join(words))


def main_guard(main):
    """Run @main, turn a Fault into a sentence on stderr and an exit status."""
    if sys.stdout is None:
        # Closed by the caller, who does not want to know.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    try:
        status = main() or 0
        sys.stdout.flush()
        sys.exit(status)
    except Fault as fault:
        print(f"outboard: {fault}", file=sys.stderr)
        sys.exit(fault.status)
    except KeyboardInterrupt:
        print("outboard: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except subprocess.CalledProcessError as error:
        said = error.stderr or b""
        said = (said if isinstance(said, str) else said.decode(errors="replace")).strip()
        print(f"outboard: '{' '.join(map(str, error.cmd[:4]))} ...' ended with status "
              f"{error.returncode}{': ' + said.splitlines()[-1] if said else ''}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        # What is left in the buffer of stdout cannot be written either.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"outboard: {system_fault(error)}", file=sys.stderr)
        sys.exit(2)
