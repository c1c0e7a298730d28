# SPDX-License-Identifier: GPL-2.0-only
"""Compares what 'outboard cover' says of a tree with what a booted kernel bound.

Each enabled node is asked two things: which driver cover says it gets, and what
sysfs had of it in the guest. Where the two differ, a file in expected/ has to say
why. Nodes that core code sets up before there are devices cannot be seen so; the
few traces that they leave elsewhere are looked for, and counted apart.
"""
import dataclasses
import fnmatch
import json
import pathlib
import re
import tomllib

from outboard.devicetree import dtmerge, fdt
from outboard.guest import needed
from outboard.steps import Fault

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"

# For the kernel's command line: it then says which driver it tries on which device, also
# where that fails; and waits for suppliers that do not come for less than its ten seconds.
# The tests of the ciphers, which Bluetooth needs, want more modules than the guest has.
APPEND = ('dyndbg="func *driver_probe_device +p" cryptomgr.notests=1 '
          f"deferred_probe_timeout={needed.TIMEOUT}")
FAILED = re.compile(r"(\S+): probe (?:of (\S+) failed|with driver \S+ failed) with error (-\d+)")

# Devices that look as if they were made of a node, but only stand for it.
STAND_INS = ("genpd_provider",)

# Traces of nodes without a device: by a compatible, the list that the guest printed and the
# word in it. @clock: the name that the node has in the clock framework.
TRACES = {
    "fixed-clock": ("clock", None),
    "fixed-factor-clock": ("clock", None),
    "brcm,bcm2836-l1-intc": ("chips", "bcm2836-timer"),
    "brcm,bcm2836-armctrl-ic": ("chips", "ARMCTRL-level"),
    "arm,gic-400": ("chips", "GICv2"),
    "arm,armv7-timer": ("timers", "arch_sys_counter"),
    "arm,armv8-timer": ("timers", "arch_sys_counter"),
}
# The memory's node is named in the kernel's log.
MEMORY_TRACE = re.compile(r"initialized node ([^\s,]+(?:,\w+)?)")


@dataclasses.dataclass
class Seen:
    """What the guest said, and its kernel's log."""

    devices: list
    aliases: list   # of all devices, also those without a node
    lists: dict
    drivers: dict   # (bus, driver) -> module, of those that are no built-in ones
    tried: dict     # (bus, name of the device) -> drivers
    failed: dict    # name of the device -> error
    memory: set

    def of(self, path):
        """The devices that were made of a node."""
        return [device for device in self.devices if device["node"] == path and
                device["own"] and device["bus"] not in STAND_INS]


def read(results, console):
    """What the guest's lines say; and the kernel's, which are on the console as well."""
    devices, aliases, drivers, tried = [], [], {}, {}
    lists = {"clock": [], "chips": [], "timers": []}
    for kind, text in re.findall(r"^# (device|alias|driver|tried|chips|timers|clock) (.*)$",
                                 results, re.M):
        about = json.loads(text)
        if kind == "device":
            devices.append(about)
        elif kind == "alias":
            aliases.append(about)
        elif kind == "driver":
            drivers[about["bus"], about["driver"]] = about["module"]
        elif kind == "tried":
            bus, device, driver = about
            tried.setdefault((bus, device), []).append(driver)
        else:
            lists[kind] += about
    failed = {match[2] or match[1].split()[-1]: match[3]
              for match in map(FAILED.search, console.splitlines()) if match}
    return Seen(devices, aliases, lists, drivers, tried, failed, set(MEMORY_TRACE.findall(console)))


def trace(seen, node, tree):
    """Whether a node without a device left a trace; None if it is not known what it would be."""
    name = node["path"].rpartition("/")[2]
    if "shared-dma-pool" in node["compatible"]:
        return name in seen.memory
    for compatible in node["compatible"]:
        if compatible in TRACES:
            kind, word = TRACES[compatible]
            if kind == "clock":
                word = (dtmerge.get(tree, node["path"], "clock-output-names") or
                        [name.partition("@")[0]])[0]
            return word in seen.lists.get(kind, [])
    return None


def words_of(node):
    """What cover says, in a few words."""
    if node is None:
        return "nothing: no compatible"
    if node["verdict"] == "module":
        return f"module {' or '.join(node['modules'])}"
    if node["verdict"] == "builtin":
        return f"built-in {node['driver'] or ' or '.join(node['modules']) or 'code'}"
    return f"class {node['class']}" if node["verdict"] == "class" else "no driver"


def is_driven(node):
    """Whether cover says that a node gets a driver, without anybody's help."""
    return node is not None and node["verdict"] in ("module", "builtin") and node["autoload"]


def is_right(node, driver, module):
    """Whether a driver is the one that cover names; @module: None if it is built in."""
    if node["verdict"] == "module":
        return (module or "").replace("-", "_") in \
            [name.replace("-", "_") for name in node["modules"]]
    return not module and node["driver"] in (None, driver)


# Kinds of verdicts that are no difference; all others need an entry.
AGREE, NO_DRIVER, TRACED, UNSEEN = "agrees", "agrees: no driver", "leaves a trace", "cannot be seen"
# Kinds in which a driver is bound.
BOUND = (AGREE, "other driver", "class is bound", "not predicted", "not covered")


def is_mapped(node):
    """Whether a node's registers have addresses that a processor can use."""
    above = node.parent
    while above and above.parent:
        if "ranges" not in above.props:
            return False
        above = above.parent
    return "reg" in node.props


def is_register_ram(node, modelled):
    """Whether what a node's driver works on is register RAM: its own, or that of what it is in."""
    while node and not is_mapped(node):
        node = node.parent
    return node is not None and node.parent is not None and node.path not in modelled


def compare_node(node, seen, path, tree):
    """(kind, what was seen) of one node; @node: None if cover says nothing of it."""
    own = seen.of(path)
    bound = [device for device in own if "driver" in device]
    if bound:
        return compare_bound(node, bound[0])
    if not is_driven(node):
        return (NO_DRIVER if own or node and node["verdict"] == "none" else UNSEEN), "no driver"
    if not own or node["verdict"] == "builtin" and not node["driver"]:
        device = "a device without driver" if own else "no device"
        found = trace(seen, node, tree)
        if found:
            return TRACED, f"{device}; set up by core code"
        # What nobody uses leaves no trace.
        if node["verdict"] == "builtin" and not node["driver"]:
            return UNSEEN, device
        return "no device", device
    return compare_unbound(node, seen, own[0])


def compare_bound(node, device):
    module = device["module"] if device["loaded"] else None
    what = f"{device['driver']}, {f'module {module}' if module else 'built in'}, on {device['bus']}"
    if node is None:
        return "not covered", what
    if is_driven(node):
        return (AGREE if is_right(node, device["driver"], module) else "other driver"), what
    return ("class is bound" if node["verdict"] == "class" else "not predicted"), what


def compare_unbound(node, seen, device):
    """A device that has no driver, though cover says that it gets one."""
    bus = device["bus"]
    tried = sorted(set(seen.tried.get((bus, device["name"]), [])))
    what = f"tried: {', '.join(tried) or 'nothing'}"
    if device["name"] in seen.failed:
        what += f"; error {seen.failed[device['name']]}"
    if "waits" in device:
        what += f"; waits: {device['waits']}"
    if not tried:
        return ("waits" if "waits" in device else "no driver"), what
    if not any(is_right(node, driver, seen.drivers.get((bus, driver))) for driver in tried):
        return "other driver is tried", what
    return ("probe waits" if "waits" in device else "probe fails"), what


class Differences:
    """The differences that have a reason, and which were seen."""

    def __init__(self):
        self.entries = []
        for path in sorted(EXPECTED.glob("*.toml")):
            try:
                file = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise Fault(f"{path}: not TOML: {error}") from None
            default = {"boards": file["boards"]} if "boards" in file else {}
            self.entries += [{**default, **entry, "file": path.name}
                             for entry in file.get("difference", [])]
            needed.ALIASES.update(file.get("ask", []))
        self._seen = set()

    def entry(self, boot, path, kind, what):
        """The entry that explains a difference, or None."""
        for number, entry in enumerate(self.entries):
            if entry["kind"] == kind and fnmatch.fnmatchcase(path, entry["node"]) and \
                    entry.get("seen", "") in what and \
                    boot.kernel.name in entry.get("kernels", [boot.kernel.name]) and \
                    boot.board_name in entry.get("boards", [boot.board_name]) and \
                    boot.family in entry.get("trees", [boot.family]) and \
                    boot.bare == entry.get("bare", boot.bare):
                self._seen.add(number)
                return entry
        return None

    def unused(self):
        return [entry for number, entry in enumerate(self.entries) if number not in self._seen]


@dataclasses.dataclass
class Result:
    """One boot: verdicts by node, and numbers."""

    verdicts: dict
    numbers: dict
    details: list

    @property
    def note(self):
        """The numbers in a few words."""
        n = self.numbers
        return (f"precision {n['right']}/{n['predicted']} bound and "
                f"{n['right'] + n['tried']}/{n['predicted']} tried, "
                f"recall {n['right']}/{n['bound']}")


def compare(boot, predicted, seen, had, tree, differences, modelled=None):
    """Verdicts on each node, as a Result. @had: names of the guest's modules.

    @modelled: paths of the nodes that have a model; what binds elsewhere binds to register
    RAM, which proves less. None if the machine does not say.
    """
    result = Result({}, dict.fromkeys(
        ("right", "tried", "predicted", "bound", "explained", "no driver", "traced", "unseen",
         "registers_only"), 0), [])
    numbers, nodes = result.numbers, fdt.Tree(tree).by_path
    paths = [*predicted, *sorted({device["node"] for device in seen.devices
                                  if device["own"] and "driver" in device} - set(predicted))]
    for path in paths:
        node = predicted.get(path)
        kind, what = compare_node(node, seen, path, tree)
        if kind not in (TRACED, UNSEEN):
            numbers["predicted"] += is_driven(node)
        numbers["right"] += kind == AGREE
        numbers["tried"] += kind in ("probe fails", "probe waits")
        numbers["bound"] += kind in BOUND
        for one, other in ((NO_DRIVER, "no driver"), (TRACED, "traced"), (UNSEEN, "unseen")):
            numbers[other] += kind == one
        entry = {"node": path, "cover": words_of(node), "kind": kind, "seen": what}
        if modelled is not None and kind in BOUND:
            entry["registers_only"] = is_register_ram(nodes.get(path), modelled)
            numbers["registers_only"] += entry["registers_only"]
        if kind in (AGREE, NO_DRIVER):
            result.verdicts[path] = "pass"
        elif kind not in (TRACED, UNSEEN):
            known = differences.entry(boot, path, kind, what)
            reason = known and known["reason"]
            numbers["explained"] += reason is not None
            entry["reason"] = reason
            entry["twin_lacks"] = bool(known and known.get("twin_lacks"))
            result.verdicts[path] = (
                f"known: {kind}: {reason}" if reason else
                f"fail: {kind}: cover says {words_of(node)}; {what}")
        result.details.append(entry)
    # Else a node could look as if it had no driver, because the guest lacks it. What
    # processors ask for are programs for their instructions, and nobody's driver.
    missing = needed.asked_for(boot.kernel, [alias for alias in seen.aliases
                                      if not alias.startswith("cpu:")]) - had
    result.verdicts["(every module that a device asks for)"] = (
        f"fail: not in the guest: {', '.join(sorted(missing))}" if missing else "pass")
    return result
