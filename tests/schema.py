# SPDX-License-Identifier: GPL-2.0-only
"""The bindings: what dt-schema has against our overlays and trees.

    schema.py [--board NAME]

Each overlay is merged into its board's tree of the newest kernel, alone (behind those
that it needs) and in groups together with as many others as can be; the result is
validated with that kernel's bindings. What the tree has against itself does not count:
each message must be one that came with the overlay. Our own trees are compared with
the kernel's tree of the same board in the same way. Of overlays for a vendor's tree
only the compatibles are looked up. Bindings of our own, in docs/bindings, are checked as
the kernel's are, and their examples validated with them.
"""
import argparse
import concurrent.futures
import dataclasses
import pathlib
import tempfile


from outboard import steps
from outboard.devicetree import dtmerge, dts, schema as dtschema
from outboard.facts import boards
from outboard.modules import tools
from outboard.sources import kernels
from outboard.steps import BUILD, Fault, Step
from tests import dt, report

KERNEL = "newest"
# Kernels for which our own trees are compiled here: one with the SoC file of the kernel's
# sources, one with ours.
OWN_KERNELS = ("6.12", "5.10")

# Compatibles of ours that no binding has, and why they are used all the same.
UNDOCUMENTED = {
}

# The stock driver calls the port ttyAML by the first, is built for each kernel by one of the
# others: facts of the drivers, which the binding's shorter lists do not have.
AML_UART = "four compatibles, so that every kernel's stock driver makes it ttyAML"
RESCUE_MMC = "the rescue tree has neither a reset controller nor pin groups to name"
S4_USB = "behind the G12A's glue the S4 has an xHCI that is no DWC3: the driver takes any child"
S4_IR = "a fallback that drivers before the S4's know, with the same registers"
I2S = "simple-audio-card asks for it, the binding of this controller forgot it"
PIS = ("raspberry-pi-3b", "raspberry-pi-4", "raspberry-pi-zero-2-w")

# (board, node's path, schema): why what the schema has against the node is accepted.
ACCEPTED = {
    **{("khadas-vim1s", path, "serial/amlogic,meson-uart.yaml"): AML_UART
       for path in ("/soc/bus@fe000000/serial@7a000", "/soc/serial@fe078000",
                    "/soc/serial@fe07c000")},
    **{("khadas-vim1s", f"/soc/mmc@{address}", schema): RESCUE_MMC
       for address in ("fe08a000", "fe08c000")
       for schema in ("mmc/amlogic,meson-gx-mmc.yaml", "pinctrl/pinctrl-consumer.yaml")},
    ("khadas-vim1s", "/soc/usb@fe03a000", "usb/amlogic,meson-g12a-usb-ctrl.yaml"): S4_USB,
    ("khadas-vim1s", "/soc/bus@fe000000/ir@84040", "media/amlogic,meson6-ir.yaml"): S4_IR,
    **{(board, "/soc/i2s@7e203000", "sound/brcm,bcm2835-i2s.yaml"): I2S for board in PIS},
    **{(board, "/pcm5102a-codec", "sound/trivial-codec.yaml"):
       "the chip is on no bus that could address it: there is no reg" for board in PIS},
}


@dataclasses.dataclass
class Case:
    """A tree to validate; what @base has against itself does not count."""

    suite: str
    name: str
    tree: pathlib.Path
    base: pathlib.Path = None
    parts: tuple = ()    # of a group: the overlays; their own messages are told with each
    bare: bool = False   # an overlay by itself: nothing but its compatibles is looked at


class Bench:
    """The cases of all boards, and where their trees are made."""

    def __init__(self, result, work):
        self.result = result
        self.work = work
        self.overlays = dtmerge.compile_overlays()
        self.program = tools.outboard()
        self.cases = []

    def merge(self, tree, names, out):
        """Merge overlays by name; a Fault says why they cannot be."""
        return dtmerge.merge(tree, [self.overlays[name] for name in names], out)

    def board(self, board_name):
        """All cases of a board."""
        board, kernel = boards.load(board_name), kernels.get(KERNEL)
        work = self.work / board_name
        work.mkdir()
        mainline = None
        if "mainline" in board["dtb"] and kernel.at_least(board["kernel"]["floor"]):
            mainline = kernel.dtbs / board["dtb"]["mainline"]
            self._overlays(board_name, board, kernel, mainline, work)
        for overlay in board["overlays"].get("vendor", []):
            # The vendor's tree is not here, and it does not follow the bindings.
            self.cases.append(Case(board_name, f"{overlay}, its compatibles",
                                   self.overlays[overlay], bare=True))
        for name in OWN_KERNELS:
            for family in ("own", "rescue"):
                if family in board["dtb"] and dts.needs_own(name, board):
                    self.cases.append(Case(board_name, f"{family} tree for {name}",
                                           dts.own(name, board, family), mainline))

    def _overlays(self, board_name, board, kernel, tree, work):
        needs = board["overlays"].get("needs", {})
        below, alone = {(): tree}, []
        for overlay in boards.overlays(board):
            if any("error" in cannot for cannot in
                   dt.declared(board, overlay, kernel, "mainline")):
                continue
            before = tuple(needs.get(overlay, ()))
            try:
                if before not in below:
                    below[before] = self.merge(tree, before, work / f"below-{len(below)}.dtb")
                out = self.merge(tree, [*before, overlay], work / f"{overlay}.dtb")
            except Fault as fault:
                self.result.add(board_name, overlay, "fail", f"it cannot be merged: {fault}")
                continue
            self.cases.append(Case(board_name, overlay, out, below[before]))
            alone.append(overlay)
        for number, group in enumerate(self._groups(board, tree, alone, work), 1):
            if len(group) > 1:
                self.cases.append(Case(board_name, f"many together, group {number}",
                                       work / f"group-{number}.dtb", tree, tuple(group)))

    def _groups(self, board, tree, names, work):
        """Greedy: what is refused together with a group begins the next one."""
        exclusive = [set(group) for group in board["overlays"].get("exclusive", [])]
        needs = board["overlays"].get("needs", {})

        def agree(group, overlay):
            more = {overlay, *needs.get(overlay, ())}
            return all(len(others & (set(group) | more)) <= 1 for others in exclusive)

        def whole(names):
            return list(dict.fromkeys(part for name in names
                                      for part in (*needs.get(name, ()), name)))
        left, groups = list(names), []
        while left:
            out = work / f"group-{len(groups) + 1}.dtb"
            group = []
            for overlay in left:
                if agree(group, overlay):
                    group = whole([*group, overlay])
            try:
                self.merge(tree, group, out)
            except Fault:
                # Some are refused together though the board file does not say so.
                group = []
                for overlay in left:
                    try:
                        self.merge(tree, whole([*group, overlay]), out)
                    except Fault:
                        continue
                    group = whole([*group, overlay])
                self.merge(tree, group, out)
            groups.append(group)
            left = [overlay for overlay in left if overlay not in group]
        return groups


def excuse(case, message):
    """The table and the key that say that a message is expected, or None."""
    if message.schema == dtschema.UNDOCUMENTED:
        return ("UNDOCUMENTED", message.text) if message.text in UNDOCUMENTED else None
    key = (case.suite, message.path, dtschema.short(message.schema))
    return ("ACCEPTED", key) if key in ACCEPTED else None


def judge(result, cases, found):
    """One test a case; returns the excuses that were needed."""
    needed, own = set(), {}
    for case in cases:
        messages = found[case.tree]
        if case.bare:
            messages = [message for message in messages if message.path != "/"
                        and message.schema == dtschema.UNDOCUMENTED]
        needed |= {excuse(case, message) for message in messages}
        messages = [message for message in messages if not excuse(case, message)]
        if case.parts:
            told = {message[:2] for part in case.parts for message in own.get((case.suite, part), ())}
            messages = [message for message in messages if message[:2] not in told]
        own[case.suite, case.name] = messages
        with result.test(case.suite, case.name):
            assert not messages, "\n".join([*map(str, messages), " ".join(case.parts)]).strip()
    return needed


def check_bindings(result, work):
    """Our own bindings by the rules for bindings, their examples by the bindings."""
    examples = {}
    with Step("our own bindings"):
        for path in dtschema.ours():
            name = str(path.relative_to(dtschema.OURS))
            with result.test("bindings", name):
                out = work / f"{path.stem}.example.dtb"
                said = dtschema.check_binding(path, out)
                assert not said, said
                examples[name] = out
        found = dtschema.validate(examples.values())
    for name, out in examples.items():
        with result.test("bindings", f"{name}: its example"):
            assert not found[out], "\n".join(map(str, found[out]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", default="")
    args = parser.parse_args()
    names = [args.board] if args.board else boards.names()
    loaded = [boards.load(name) for name in names]
    result = report.Report("schema")
    BUILD.mkdir(exist_ok=True)
    dtmerge.tool("dtc")
    kernels.get(KERNEL)
    dtschema.processed()
    if any("own" in board["dtb"] for board in loaded):
        dts.prepare(OWN_KERNELS, symbols=False)
    with tempfile.TemporaryDirectory(prefix="schema.", dir=BUILD) as work:
        if not args.board:
            check_bindings(result, pathlib.Path(work))
        bench = Bench(result, pathlib.Path(work))
        with Step(f"{len(bench.overlays)} overlays merged into the trees of {len(names)} boards"), \
                concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(bench.board, names))
        with Step(f"{len(bench.cases)} trees against the bindings") as step:
            step.note = f"dt-schema {dtschema.version()}"
            found = dtschema.validate([case.tree for case in bench.cases],
                                      {case.tree: case.base for case in bench.cases})
        needed = judge(result, bench.cases, found)
    if not args.board:
        for table, entries in (("UNDOCUMENTED", UNDOCUMENTED), ("ACCEPTED", ACCEPTED)):
            for key, why in entries.items():
                with result.test("exceptions", f"{key} is needed"):
                    assert (table, key) in needed, f"nothing meets {table}'s {key} ({why})"
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
