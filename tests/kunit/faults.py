# SPDX-License-Identifier: GPL-2.0-only
"""Faults that the sample driver has on request, and by what each must be found."""
import re

RESULT = "result"
REPORT = "no report, no violation"
LEAK = "no leak"
END = "comes to its end"

# Of the processor's time, for the faults that take all of it.
HANGS_S = {"hang": 2, "hang_masked": 2}

# Name, as the sample driver's parameter -> (which check finds it, what that must say,
# and in which of the suite's tests if not in the one that does the driver's work).
PLANTED = {
    "width": (REPORT, r"violation: .*: width: read of 2 bytes at 0x0"),
    "unaligned": (REPORT, r"violation: .*: unaligned: read of 4 bytes at 0x2"),
    "outside": (REPORT, r"violation: .*: outside: read at 0x20, the block has 0x20 bytes"),
    "hole": (REPORT, r"violation: .*: outside: write at 0x18: there is no register"),
    "unmodelled": (REPORT, r"violation: bus: outside: mapping of 0x4 bytes at .*: no model"),
    "unclocked": (REPORT, r"violation: .*: unclocked: read at 0x0"),
    "in_reset": (REPORT, r"violation: .*: in reset: read at 0x0"),
    "unpowered": (REPORT, r"violation: .*: unpowered: read at 0x0"),
    "fatal": (REPORT, r"violation: .*: forbidden: write of 0x1 to FUSE: it stops the chip"),
    "read_only": (REPORT, r"violation: .*: forbidden: write of 0x1 to ID, which is read-only"),
    "write_only": (REPORT, r"violation: .*: forbidden: read of KEY, which is write-only"),
    "reserved": (REPORT, r"violation: .*: reserved: write of 0x80000001 to CTRL"),
    "model": (REPORT, r"violation: .*: model: DATA written while busy"),
    "storm": (REPORT, r"violation: bus: storm: line \d+"),
    "unmapped": (REPORT, r"Invalid readl at address"),
    "warn": (REPORT, r"WARNING: .*sample"),
    "use_after_free": (REPORT, r"KASAN: slab-use-after-free"),
    "overflow": (REPORT, r"KASAN: slab-out-of-bounds"),
    "null": (END, r"sample_invert.*Segfault with no mm.*sample_test_inverts"),
    "shift": (REPORT, r"UBSAN: shift-out-of-bounds"),
    "leak": (LEAK, r"unreferenced object .*\(size 96\)"),
    "deadlock": (REPORT, r"possible circular locking dependency"),
    "irq_lock": (REPORT, r"inconsistent lock state"),
    "sleep": (REPORT, r"sleeping function called from invalid context"),
    "endless": (END, r"sample_invert.*register 0x[0-9a-f]+ is read for ever"),
    "hang": (END, r"It hangs.*sample_test_inverts.*\d+ s of the processor's time"),
    "hang_masked": (END, r"It hangs.*sample_test_inverts.*\d+ s of the processor's time"),
    "wait": (END, r"task kunit_try_catch:\d+ blocked.*sample_invert"),
    "clock_kept": (RESULT, r"clocks after unbinding", "cycle"),
    "irq_kept": (RESULT, r"interrupts after unbinding", "cycle"),
    "mapping_kept": (RESULT, r"mappings after unbinding", "cycle"),
    "unwind": (RESULT, r"clocks after failed allocation", "each_allocation"),
    "no_unload": (REPORT, r"fault: module sample does not unload", "cycle"),
    "wrong": (RESULT, r"Expected out == ~in"),
}


def test(fault):
    """KUnit's glob of the one test that a fault is planted for."""
    return f"sample.sample_test_{(*PLANTED[fault], 'inverts')[2]}"


def judge(fault, verdicts):
    """(verdict, detail) of the boot with a fault: it must be found where it is said."""
    place, text = PLANTED[fault][:2]
    pattern = re.compile(text, re.S if place in (LEAK, END) else 0)
    checks = (REPORT, LEAK, END)
    for name, verdict, detail in verdicts:
        here = name == place or place == RESULT and name not in checks
        if here and verdict == "fail" and pattern.search(detail):
            return "pass", ""
    said = "\n".join(f"{name}: {detail[:600]}" for name, verdict, detail in verdicts
                     if verdict == "fail")
    return "fail", f"not found: {place}: {text}\n" + (said or "the boot is content")
