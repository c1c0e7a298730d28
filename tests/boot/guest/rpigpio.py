# SPDX-License-Identifier: GPL-2.0-only
"""Debian's RPi.GPIO as a client of our modules; runs in the guest.

    rpigpio.py before    with no module loaded: the library refuses the machine
    rpigpio.py after     with them: board information, and pins that move

The registers are looked at through /dev/mem, which RPi.GPIO has no part in.
"""
import importlib
import mmap
import os
import struct
import subprocess
import sys
import traceback

PIN = 23
GPFSEL2, GPLEV0 = 0x08, 0x34
GROUP_GPIO, USER_PI = 997, 1000

# What the library has to read from the revisions of QEMU's machines.
BOARDS = {
    "0xa02082": {"P1_REVISION": 3, "RAM": "1G", "REVISION": "a02082", "TYPE": "Pi 3 Model B",
                 "PROCESSOR": "BCM2837", "MANUFACTURER": "Sony UK"},
    "0xb03115": {"P1_REVISION": 3, "RAM": "2G", "REVISION": "b03115", "TYPE": "Pi 4 Model B",
                 "PROCESSOR": "BCM2711", "MANUFACTURER": "Sony UK"},
}


class Failure(Exception):
    """A test's sentence on what is wrong."""


def expect(condition, text):
    """Fail the test unless @condition."""
    if not condition:
        raise Failure(text)


def registers():
    """The GPIO registers as a function from an offset to a value."""
    with open("/dev/mem", "rb", buffering=0) as mem:
        page = mmap.mmap(mem.fileno(), 4096, mmap.MAP_SHARED, mmap.PROT_READ,
                         offset=int(os.environ["GPIO_BASE"], 0))
    return lambda offset: struct.unpack_from("<I", page, offset)[0]


def function(register):
    return register(GPFSEL2) >> (PIN % 10 * 3) & 7


def level(register):
    return register(GPLEV0) >> PIN & 1


def import_fails():
    """The library's own words, on its own line of them."""
    for name in ("rpi_gpiomem", "rpi_boardid", "rpi_vcio"):
        expect(not os.path.exists(f"/sys/module/{name}"), f"{name} is loaded")
    try:
        importlib.import_module("RPi.GPIO")
    except RuntimeError as error:
        expect(str(error) == "This module can only be run on a Raspberry Pi!",
               f"it says: {error}")
    else:
        raise Failure("the import works")


def import_works():
    import RPi.GPIO as GPIO
    expect(GPIO.VERSION, "no version")


def information():
    import RPi.GPIO as GPIO
    expect(GPIO.RPI_INFO == BOARDS[os.environ["REVISION"]], f"RPI_INFO is {GPIO.RPI_INFO}")
    expect(GPIO.RPI_REVISION == 3, f"RPI_REVISION is {GPIO.RPI_REVISION}")


def toggle(report):
    """Set a pin up as an output, move it, and give it back; @report after each step."""
    import RPi.GPIO as GPIO
    GPIO.setwarnings(False)
    GPIO.setmode(GPIO.BCM)
    GPIO.setup(PIN, GPIO.OUT, initial=GPIO.LOW)
    report("output", GPIO.input(PIN))
    for value in (1, 0, 1):
        GPIO.output(PIN, value)
        report("output", GPIO.input(PIN))
    GPIO.cleanup()
    report("input", None)


def check(register, state, value, expected):
    wanted = 1 if state == "output" else 0
    expect(function(register) == wanted, f"{state}: function {function(register)}")
    if value is not None:
        expect(value == expected, f"the library reads {value}, wrote {expected}")
        expect(level(register) == expected, f"{expected} was written, /dev/mem says "
                                            f"{level(register)}")


EXPECTED = [0, 1, 0, 1, None]


def toggle_as_root():
    register = registers()
    values = iter(EXPECTED)
    toggle(lambda state, value: check(register, state, value, next(values)))
    expect(next(values, "end") == "end", "the library stopped early")


def toggle_as_member():
    """In a process of the user pi, member of gpio and nothing else."""
    register = registers()
    there, back = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(there[0])
        try:
            os.setgroups([GROUP_GPIO])
            os.setresgid(USER_PI, USER_PI, USER_PI)
            os.setresuid(USER_PI, USER_PI, USER_PI)

            def report(state, value):
                os.write(there[1], f"{state} {value}\n".encode())
                os.read(back[0], 1)

            toggle(report)
        except BaseException:  # a child must not return
            os.write(there[1], ("error " + traceback.format_exc()
                                .strip().splitlines()[-1] + "\n").encode())
        os._exit(0)
    os.close(there[1])
    try:
        with os.fdopen(there[0]) as lines:
            for expected in EXPECTED:
                words = lines.readline().strip()
                state, _, value = words.partition(" ")
                expect(state in ("output", "input"), words or "the child ended")
                check(register, state, None if value == "None" else int(value), expected)
                os.write(back[1], b"g")
    finally:
        # Whatever went wrong, the child is not left waiting.
        os.close(back[1])
        os.close(back[0])
        os.waitpid(child, 0)


def outsider_is_refused():
    """A user who is in no group of ours: the library's message names no permission."""
    text = ("import os\nos.setgroups([])\nos.setresgid(1000,1000,1000)\n"
            "os.setresuid(1000,1000,1000)\nimport RPi.GPIO as G\nG.setmode(G.BCM)\n"
            f"G.setup({PIN},G.OUT)\n")
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True,
                          check=False)
    expect(done.returncode, "a user outside gpio moves pins")
    expect("RuntimeError: No access to /dev/mem" in done.stderr,
           f"it says: {done.stderr.strip().splitlines()[-1:]}")


SUITES = {
    "before": {"without modules the import says why": import_fails},
    "after": {
        # First, and in a child: the library keeps its mapping once it has one.
        "a member of gpio moves a pin": toggle_as_member,
        "another user does not": outsider_is_refused,
        "the import works": import_works,
        "board information is the machine's": information,
        "root moves a pin": toggle_as_root,
    },
}


def main():
    tests = SUITES[sys.argv[1]]
    failed = 0
    print(f"KTAP version 1\n1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests.items(), 1):
        print(f"# start: {name}", flush=True)
        verdict = "ok"
        try:
            test()
        except Exception as error:  # any is a failure
            if not isinstance(error, Failure):
                error = f"{type(error).__name__}: {error}"
            print("# " + str(error).replace("\n", " "))
            verdict = "not ok"
            failed += 1
        print(f"{verdict} {number} {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
