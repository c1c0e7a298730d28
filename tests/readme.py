# SPDX-License-Identifier: GPL-2.0-only
"""The tables of boards, features and kernels, made from what the tests showed.

    python3 -m tests.readme            fail if those of README.md and docs/ do not match the results
    python3 -m tests.readme --write    write them

README.md has a line for each board; docs/support.md has a table for each.

Point releases and numbers of tests are not in it: the suites move on, and a table
that named them would be stale each week.
"""
import argparse
import json
import pathlib
import re


from outboard import steps
from outboard.facts import boards
from outboard.sources import kernels
from outboard.steps import BUILD, TOP, Fault
from tests import report

# What a user gets, and the suites of tests/boot that show it.
FEATURES = {
    "RPi.GPIO (Debian's, as root and in the group)": ["rpi-gpio"],
    "`/dev/gpiomem`": ["rpi_gpiomem"],
    "revision and serial number": ["rpi_boardid", "firmware's answers"],
    "`/dev/vcio`, `/dev/vcio_gencmd`": ["rpi_vcio", "firmware's answers", "lockdown"],
    "loads by itself, unloads": ["udev", "modules"],
}
# What the twin's boots show of a board, and the tests of tests/twin that do.
TWIN = {
    "boots to a shell on its console, `{device}`": ("boot", r"a shell on|what is typed|no shell"),
    "SD card (eMMC where there is no slot): 20 MB read and written, e2fsck clean":
        ("guest", r"the card"),
    "all CPUs, power off": ("", r"every processor|powers off|told to power off"),
}
BOOTS = next(iter(TWIN))
# Kinds of devices, by the names of their nodes: do their drivers bind?
CLASSES = {
    "ADC": r"adc|saradc",
    "clocks": r"clock-controller|clk.*|clocks|cprman|.*cru|ccm|anatop|infracfg|topckgen|apmixedsys",
    "display": r"hdmi.*|.*dsi|vop.*|display.*|hvs|pixelvalve|txp|vpu|lcdif|ldb.*|vc4",
    "Ethernet": r"ethernet|ethernet-phy",
    "GPIO and pins": r"pinctrl|gpio",
    "GPU": r"gpu|v3d",
    "I\u00b2C": r"i2c",
    "infrared": r"ir|ir-receiver",
    "PCIe": r"pcie|pcie-phy",
    "PWM": r"pwm",
    "random numbers": r"rng|trng",
    "resets": r"reset-controller",
    "sound": r"audio-controller.*|i2s|sai|spdif|micfil|.*sound.*",
    "SPI": r"spi",
    "thermal": r"thermal.*|tsadc|tmu|temperature-sensor",
    "USB": r"usb|usb2phy|.*usb.*phy|t-phy",
    "video codecs": r"video-codec|video-decoder|vpu.*",
    "watchdog": r"watchdog",
}
NOTE = """
works: every test of it passed on the booted board. binds: a driver of the kernel or of ours
took each such device of the tree, or all but those whose reason is listed in
`tests/twin/expected`. binds\u00b0: the same, but **on register RAM alone**, which answers
"yes" to anything ([what that shows](twin.md)); the Raspberry Pis run on QEMU's own
machines, where this is not told apart. twin cannot tell: the driver is there and was tried, but
the twin has register RAM or nothing in the device's place (a GPU, a PCIe link), so that the
driver gave up; only a board can show whether it works. does not bind: no device of the kind gets
its driver there, for a reason that lies in the kernel or its tree, and the reason is listed. On
the Khadas VIM1S all of this is with our modules; what they change [is here](khadas.md). merges: the overlay merges strictly
into the kernel's tree of the board (into ours where the kernel has none), and each node that
it enables or adds has a driver, in that kernel or here; what the hardware does then
was not seen. no driver: that kernel has no driver for a device of the kind, or for a node of an
overlay that merges. no: the tree lacks what it needs. For overlays the board file states the
reason of both, and the tests check it. no tree: neither the kernel nor outboard has one. -: the
tree has no such device.
"""
# What twin_rows() has of each board and kernel: make check boots only some of them.
SEEN_FILE = pathlib.Path(__file__).resolve().parent / "twin" / "seen.json"

# A board whose file has emulation.bare is booted with our modules and without: what became of
# its blocks, in another file than the README. By block: the nodes; a test that shows more, and
# what that is called.
BLOCKS = {
    "khadas-vim1s": ("docs/khadas.md", {
        "console": (r"serial@7a000", r"a shell on"),
        "clocks": (r"clock-controller@", None),
        "resets": (r"reset-controller@", None),
        "power domains": (r"power-controller", None),
        "pins": (r"pinctrl@4000", None),
        "interrupts of pins": (r"interrupt-controller@4080", r"a key has"),
        "PWM": (r"pwm@", None),
        "SD card": (r"mmc@fe08a000", r"the card is|finds on the card"),
        "eMMC's host": (r"mmc@fe08c000", None),
        "Ethernet": (r"ethernet@|mdio-multiplexer@28000|ethernet-phy@", r"eth0 is there", "eth0"),
        "USB PHYs": (r"phy@3[ce]000", None),
        "USB host": (r"usb@fe03a000|usb@fde00000", r"a USB stick|the USB stick"),
        "Wi-Fi's host and power": (r"mmc@fe088000|sdio-pwrseq|sdio-32k", None),
        "Bluetooth and its port": (r"serial@fe078000|bluetooth", None),
        "I\u00b2C": (r"i2c@68000", None),
        "clock chip on it": (r"rtc@51", None),
        "infrared": (r"ir@84040", None),
        "ADC and its key": (r"adc@fe026000|adc-keys", None),
        "LED": (r"pwm-leds", None),
        "CPU's regulator": (r"regulator-vddcpu", None),
        "power key": (r"gpio-keys|gpio-keys-polled", None),
        "random numbers": (r"rng@", None),
        "watchdog": (r"watchdog@", None),
    }),
}
BLOCKS_FILE = SEEN_FILE.with_name("blocks.json")
BLOCKS_NOTE = """
before \u2192 with our modules; one word where nothing changes. works: a test used it, the host
looked at what came of it. eth0: it is there; no cable is. binds: each of its drivers took its device. binds\u00b0: the same on
register RAM alone, which answers "yes" to anything. tried: the right driver gave up because
the twin has nothing there. waits: for a supplier that has no driver. partly: some of each.
-: nothing could be seen of it.
"""

BEGIN, END = "<!-- table -->\n", "<!-- end of table -->"


def load(name):
    path = BUILD / "results" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def module_cells(board, kernel):
    """What a board's boot with our modules showed, by feature; {} if there was none."""
    result = load(f"boot-{kernel}-{board}")
    cells = {}
    for feature, suites in FEATURES.items() if result else ():
        verdicts = [v for suite in suites
                    for v in result["suites"].get(suite, {"": "fail"}).values()]
        cells[feature] = "**fails**" if any(v.startswith("fail") for v in verdicts) else "works"
    return cells


def of_overlay(board, kernel, overlay):
    """What the merge matrix showed of one overlay, on all trees that the board has there."""
    found = []
    for family in ("", " symbols", " own"):
        tests = load("dt")["suites"].get(f"{board} {kernel}{family}", {})
        verdicts = {name.removeprefix(f"{overlay} "): verdict for name, verdict in tests.items()
                    if name.startswith(f"{overlay} ")}
        if any(verdict.startswith("fail") for verdict in verdicts.values()):
            return "**fails**"
        if "lacks the drivers that the board file says" in verdicts:
            found.append("no driver")
        elif "merges" in verdicts:
            found.append("merges")
        elif verdicts:
            found.append("no")
    if not found:
        return "no tree"
    return found[0]


def overlay_rows(board):
    """One row for all overlays of a board that fare alike: (names, cells)."""
    alike = {}
    overlays = boards.load(board)["overlays"]
    for overlay in sorted(overlays["default"] + overlays["optional"]):
        cells = tuple(of_overlay(board, kernel, overlay) for kernel in kernels.names())
        alike.setdefault(cells, []).append(overlay)
    return [(", ".join(f"`{name}`" for name in names), cells)
            for cells, names in sorted(alike.items(), key=lambda item: item[1])]


def has_tree(board, kernel):
    tests = {name for family in ("", " own")
             for name in load("dt")["suites"].get(f"{board} {kernel}{family}", {})}
    return any("the tree is the board's" in name for name in tests)


def twin_cells(board, kernel):
    """What a board's boot with a kernel showed, by feature; None if it was not booted."""
    result = load(f"twin-{kernel}-{board}")
    if not result:
        return None
    suites, nodes = result["suites"], result.get("cover", {}).get("nodes", [])
    cells = {feature: of_twin(suites, suite, pattern)
             for feature, (suite, pattern) in TWIN.items()}
    return cells | {what: of_class(nodes, pattern) for what, pattern in CLASSES.items()}


def has_our_modules(board):
    """Whether tests/boot is for the board; the others' modules show in what binds."""
    return "rpi_vcio" in boards.load(board)["modules"]


def seen():
    """What was seen of every boot: by board, kernel and feature. New results replace old ones."""
    old = json.loads(SEEN_FILE.read_text(encoding="utf-8")) if SEEN_FILE.exists() else {}
    found = {}
    for board in boards.names():
        for kernel in kernels.names():
            if "emulation" in boards.load(board) and has_tree(board, kernel):
                before = old.get(board, {}).get(kernel, {})
                cells = twin_cells(board, kernel) or \
                    {what: cell for what, cell in before.items() if what not in FEATURES}
                if not cells:
                    raise Fault(f"the twin of {board} was never booted with {kernel}: run "
                                f"make check-twin BOARD={board} KERNEL={kernel}", 1)
                if has_our_modules(board):
                    ours = {what: before[what] for what in FEATURES if what in before} \
                        | module_cells(board, kernel)
                    if not ours:
                        raise Fault(f"our modules were never booted on {board} with {kernel}: "
                                    f"run make check-boot KERNEL={kernel}", 1)
                    cells |= ours
                found.setdefault(board, {})[kernel] = cells
    return found


def of_block(result, pattern, test, word="works"):
    """What one boot showed of a block."""
    verdicts = {name: verdict for part in ("boot", "guest")
                for name, verdict in result["suites"].get(part, {}).items()
                if test and re.search(test, name)}
    if any(verdict.startswith("fail") for verdict in verdicts.values()):
        return "**fails**"
    if verdicts and not any(verdict.startswith("skip") for verdict in verdicts.values()):
        return word
    nodes = [node for node in result.get("cover", {}).get("nodes", [])
             if re.fullmatch(f".*/(?:{pattern}).*", node["node"])
             and re.match(pattern, node["node"].rpartition("/")[2])
             and node["kind"] != "cannot be seen"]
    words = {("binds\u00b0" if node.get("registers_only") else "binds") if node["kind"] == "agrees"
             else "no driver" if node["kind"] == "agrees: no driver"
             else "tried" if node["kind"] == "probe fails" and "-110" in node["seen"]
             and "i2c" in node["node"] else "waits" for node in nodes}
    if words == {"binds", "binds\u00b0"}:
        return "binds"
    return words.pop() if len(words) == 1 else "partly" if words else "-"


def blocks_of(board):
    """What was seen of a board's blocks: by kernel, "before" and "with". New results win."""
    old = json.loads(BLOCKS_FILE.read_text(encoding="utf-8")) if BLOCKS_FILE.exists() else {}
    found = {}
    for kernel in kernels.names():
        for when, name in (("before", f"twin-{kernel}-{board}-bare"),
                           ("with", f"twin-{kernel}-{board}")):
            result = load(name)
            words = {block: of_block(result, *how) for block, how in BLOCKS[board][1].items()} \
                if result else old.get(board, {}).get(kernel, {}).get(when)
            if not words:
                raise Fault(f"{name} was never booted: run make check-twin BOARD={board} "
                            f"KERNEL={kernel}", 1)
            found.setdefault(kernel, {})[when] = words
    return found


def blocks_table(board, of_kernels):
    head = ["", *of_kernels]
    rows = [head, ["---"] * len(head)]
    for block in BLOCKS[board][1]:
        row = [block]
        for seen_there in of_kernels.values():
            before, after = seen_there["before"][block], seen_there["with"][block]
            row.append(after if before == after else f"{before} \u2192 {after}")
        rows.append(row)
    return "".join("| " + " | ".join(row) + " |\n" for row in rows) + BLOCKS_NOTE


def of_twin(suites, suite, pattern):
    """What a board's boot showed of one of TWIN."""
    found = {name: verdict for part in ([suite] if suite else ("boot", "guest"))
             for name, verdict in suites.get(part, {}).items() if re.search(pattern, name)}
    if any(verdict.startswith("fail") for verdict in found.values()):
        return "**fails**"
    if not found or any(verdict.startswith("skip") for verdict in found.values()) or \
            any(name.startswith("no shell") for name in found):
        return "no"
    return "works"


def of_class(nodes, pattern):
    """Whether the drivers of a kind of devices were bound; "-" if the tree has none."""
    # Nodes that get no driver of their own anywhere say nothing.
    nodes = [node for node in nodes
             if re.fullmatch(pattern, re.sub("@.*", "", node["node"].rpartition("/")[2]))
             and not node["cover"].startswith("class ") and node["kind"] != "cannot be seen"]
    if not nodes:
        return "-"
    bound = [node for node in nodes
             if node["kind"] in ("agrees", "other driver", "not predicted", "leaves a trace")]
    if not bound:
        driven = [node for node in nodes if node["cover"] != "no driver"]
        if not driven:
            return "no driver"
        return "twin cannot tell" if all(node.get("twin_lacks") for node in driven) \
            else "does not bind"
    return "binds\u00b0" if all(node.get("registers_only") for node in bound) else "binds"


def twin_rows(board, of_kernels):
    """The rows that the twin's boots give; those of kinds of devices that fare alike are one."""
    if not of_kernels:
        return []
    device = boards.load(board)["console"]["device"]

    def cells(what):
        return [of_kernels[kernel][what] if kernel in of_kernels else "no tree"
                for kernel in kernels.names()]
    rows = [(feature.format(device=device), cells(feature)) for feature in TWIN]
    alike = {}
    for what in CLASSES:
        if any(cell not in ("-", "no tree") for cell in cells(what)):
            alike.setdefault(tuple(cells(what)), []).append(what)
    return rows + [(", ".join(names), list(values)) for values, names in
                   sorted(alike.items(), key=lambda item: item[1])]


def board_rows(board, of_kernels):
    """All rows of a board's table: its boots, what our modules give, its overlays."""
    rows = twin_rows(board, of_kernels)
    for feature in FEATURES if has_our_modules(board) else ():
        rows.append((feature, [of_kernels[kernel][feature] if kernel in of_kernels else "no tree"
                               for kernel in kernels.names()]))
    return rows + overlay_rows(board)


def as_table(rows):
    head, *rest = rows
    return "".join("| " + " | ".join(row) + " |\n" for row in [head, ["---"] * len(head), *rest])


def support_tables(twins):
    """docs/support.md: a section for each board, and what the words mean."""
    return "\n".join(f"## {boards.load(board)['name']}\n\n" + as_table(
        [["feature", *kernels.names()],
         *([what, *cells] for what, cells in board_rows(board, twins.get(board)))])
        for board in boards.names()) + "\n## The words\n" + NOTE


def anchor(title):
    """The anchor that a heading of Markdown gets."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def board_lines(twins):
    """README.md: a line for each board."""
    rows = [["board", "Linux", "boots in the twin", "SD image"]]
    for board in boards.names():
        facts, of_kernels = boards.load(board), twins.get(board, {})
        booted = [kernel for kernel in kernels.names()
                  if of_kernels.get(kernel, {}).get(BOOTS) == "works"]
        floor = facts["kernel"].get("dts_floor") or facts["kernel"]["floor"]
        rows.append([f"[{facts['name']}](docs/support.md#{anchor(facts['name'])})", f"{floor} on",
                     ", ".join(booted) or "no", "yes" if "image" in facts else "no"])
    return as_table(rows)


def with_table(path, table_of_it):
    """A file's text with that table between its marks."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{table_of_it}{END}{after}"


def as_json(data):
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    if not load("dt"):
        raise Fault("no results: run make check first", 1)
    blocks = {board: blocks_of(board) for board in BLOCKS}
    twins = seen()
    wanted = {TOP / name: with_table(TOP / name, text)
              for name, text in (("README.md", board_lines(twins)),
                                 ("docs/support.md", support_tables(twins)))}
    wanted |= {SEEN_FILE: as_json(twins), BLOCKS_FILE: as_json(blocks)}
    for board, (name, _) in BLOCKS.items():
        wanted[TOP / name] = with_table(TOP / name, blocks_table(board, blocks[board]))
    if args.write:
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    result = report.Report("readme")
    for path, text in wanted.items():
        with result.test(str(path.relative_to(TOP)), "it says what the tests showed"):
            assert path.exists() and path.read_text(encoding="utf-8") == text, \
                "it is not what the tests showed: run make readme"
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
