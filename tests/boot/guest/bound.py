# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel binds to the nodes of its device tree; runs in the guest.

Loads modules as udev's coldplug does, by the alias of each device, until no new
device asks for one and none waits for its driver any more. Then says of each
device that has a node what drives it, one JSON object a line, for the host.
"""
import glob
import json
import os
import subprocess
import sys
import time

DEFERRED = "/sys/kernel/debug/devices_deferred"
CLOCKS = "/sys/kernel/debug/clk/*/"
CLOCK_SOURCES = "/sys/devices/system/clocksource/clocksource0/available_clocksource"
# Behind the last module the kernel gives suppliers some time to turn up, the host says how
# many seconds, then lets devices probe without them; what has not happened by then will not.
SETTLED, AT_MOST = 1.5, 90
WAITING = int(os.environ["TIMEOUT"]) + 2.5


def read(path):
    """A file's text; of one that is gone or cannot be read, none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def link_of(path):
    """What a symbolic link points to; of what is none, nothing."""
    try:
        return os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    except OSError:
        return ""


def node_of(directory):
    """The path in the tree of a device's node, or None."""
    return link_of(f"{directory}/of_node").partition("/devicetree/base")[2] or None


def alias_of(directory):
    for line in read(f"{directory}/uevent").splitlines():
        if line.startswith("MODALIAS="):
            return line[9:]
    return ""


def devices():
    """(bus, directory) of each device on a bus."""
    for link in sorted(glob.glob("/sys/bus/*/devices/*")):
        yield link.split("/")[3], link_of(link)


def is_waiting():
    return bool(read(DEFERRED).strip()) or any(
        read(path).strip() == "1"
        for path in glob.glob("/sys/bus/*/devices/*/waiting_for_supplier"))


def is_over():
    """Whether the kernel has stopped to wait for suppliers: it then says who still does."""
    log = subprocess.run(["/bin/dmesg"], stdin=subprocess.DEVNULL, capture_output=True,
                         check=False).stdout
    return b"deferred probe pending" in log


def load():
    """Load what each device asks for; returns the seconds that took, or None if too long."""
    begin = changed = time.monotonic()
    asked, before = set(), None
    while time.monotonic() < begin + AT_MOST:
        there = [directory for _, directory in devices()]
        aliases = set(map(alias_of, there)) - asked - {""}
        if aliases:
            asked |= aliases
            # One that no module of this tree is for is nothing to remark on.
            subprocess.run(["/sbin/modprobe", "-a", "-b", "-q", *sorted(aliases)],
                           stdin=subprocess.DEVNULL, check=False)
        now = [read(DEFERRED), *(link_of(f"{directory}/driver") for directory in there)]
        if now != before or aliases:
            before, changed = now, time.monotonic()
        elif time.monotonic() > changed + (
                WAITING if is_waiting() and not is_over() else SETTLED):
            return time.monotonic() - begin
        time.sleep(0.5)
    return None


def owner(driver):
    """(module that a driver is of, whether that was loaded), of what sysfs says of it."""
    module = link_of(f"{driver}/module")
    return os.path.basename(module) or None, os.path.exists(f"{module}/initstate")


def describe(bus, directory, node, reasons):
    """A device; @own: it was made of the node, not by the driver of one that was."""
    above, own = os.path.dirname(directory), True
    while own and above != "/sys/devices":
        above, own = os.path.dirname(above), node_of(above) != node
    about = {"node": node, "bus": bus, "name": os.path.basename(directory),
             "own": own}
    driver = link_of(f"{directory}/driver")
    if driver:
        module, loaded = owner(driver)
        about |= {"driver": os.path.basename(driver), "module": module, "loaded": loaded}
    else:
        waits = read(f"{directory}/waiting_for_supplier").strip() == "1"
        if about["name"] in reasons or waits:
            about["waits"] = reasons.get(about["name"]) or "for a supplier"
    return about


def report():
    reasons = {}
    for line in read(DEFERRED).splitlines():
        name, _, why = line.partition("\t")
        reasons[name] = why.strip() or "no reason given"
    for bus, directory in devices():
        node, alias = node_of(directory), alias_of(directory)
        if node:
            print("# device " + json.dumps(describe(bus, directory, node, reasons)))
        if alias:
            print("# alias " + json.dumps(alias))
    for driver in sorted(glob.glob("/sys/bus/*/drivers/*")):
        module, loaded = owner(driver)
        if loaded:
            print("# driver " + json.dumps({"bus": driver.split("/")[3], "module": module,
                                            "driver": driver.split("/")[-1]}))
    # Behind the number and the counts of each processor: the chip.
    head, *lines = [line.split() for line in read("/proc/interrupts").splitlines()]
    chips = {words[len(head) + 1] for words in lines
             if words[0][:-1].isdigit() and len(words) > len(head) + 1}
    print("# chips " + json.dumps(sorted(chips)))
    print("# timers " + json.dumps(read(CLOCK_SOURCES).split()))
    for clock in sorted(glob.glob(CLOCKS)):
        print("# clock " + json.dumps(clock.split("/")[-2]))


def main():
    print("KTAP version 1\n1..2\n# start: devices settle", flush=True)
    took = load()
    print(f"# after {took:.1f} s" if took else f"# some still change or wait after {AT_MOST} s")
    print(f"{'ok' if took else 'not ok'} 1 devices settle\n# start: what is bound", flush=True)
    report()
    print("ok 2 what is bound", flush=True)
    return 0 if took else 1


if __name__ == "__main__":
    sys.exit(main())
