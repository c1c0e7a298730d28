#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""outboard cover: on made-up kernels, where each answer is known, and on the real ones.

The made-up kernels have an Image with match tables and drivers, modules that are
ELF files with just what is read of them, and their lists. On the real kernels
the search of the image is compared with a second one that is written another
way, and with what the kernel itself lists.
"""
import contextlib
import gzip
import json
import lzma
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "scripts")]

import dtmerge  # noqa: E402
import kernels  # noqa: E402
import report  # noqa: E402
import steps  # noqa: E402
import tools  # noqa: E402
from steps import BUILD, Step  # noqa: E402

ENTRY = 200
BASE = 0xffff800080000000
RELEASE = "6.1.0-made-up"
MEGABYTES_ONE_TREE = 100


def entry(compatible, name="", node_type="", data=0):
    return struct.pack("<32s32s128sQ", name.encode(), node_type.encode(), compatible.encode(),
                       data)


class Image:
    """An arm64 Image in the making: blocks at addresses, pointers in place or relocated."""

    def __init__(self, rela=False, pointers=True):
        self.bytes = bytearray(b"MZ" + bytes(54) + b"ARM\x64" + bytes(4032))
        self.rela, self.pointers, self.relocations = rela, pointers, []

    def put(self, content):
        """Append at the next multiple of 8; returns the offset."""
        self.bytes += bytes(-len(self.bytes) % 8)
        offset = len(self.bytes)
        self.bytes += content
        return offset

    def point(self, offset, target):
        if not self.pointers:
            return
        if self.rela:
            self.relocations.append((BASE + offset, BASE + target))
        else:
            struct.pack_into("<Q", self.bytes, offset, BASE + target)

    def table(self, *entries, end=True):
        self.put(b"\xff" * 24)          # what no table can grow over
        return self.put(b"".join(entries) + bytes(ENTRY if end else 0) + b"\xff" * 8)

    def driver(self, name, *entries):
        """A struct device_driver with its match table."""
        table = self.table(*entries)
        text = self.put(name.encode() + b"\0")
        place = self.put(bytes(120))
        self.point(place, text)
        self.point(place + 40, table)

    def early(self, compatible):
        """An OF_DECLARE entry: nobody points at it, it points at an init function."""
        offset = self.table(entry(compatible))
        self.point(offset + 192, 64)

    def finish(self):
        for number in range(24):        # a kernel has hundreds of drivers
            self.driver(f"filler-{number}", entry(f"filler,device-{number}"))
        if self.rela:
            self.put(b"".join(struct.pack("<QQQ", place, 0x403, target)
                              for place, target in sorted(self.relocations)))
        return bytes(self.bytes + bytes(4096))


def make_image(**options):
    image = Image(**options)
    image.driver("acme-uart", entry("acme,uart"), entry("acme,uart-v2"))
    image.driver("acme-dma", entry("acme,dma"))
    image.driver("typed", entry("acme,typed", node_type="engine"))
    image.driver("named", entry("acme,named", name="only-this"))
    image.early("acme,timer")
    image.table(entry("acme,board"), entry("acme,listed"))
    image.put(b"\0acme,looked-up\0")
    return image.finish()


def module(modinfo, tables=b""):
    """A relocatable ELF file with a .modinfo and a .rodata section."""
    names = b"\0.modinfo\0.rodata\0.shstrtab\0"
    info = b"".join(f"{key}={value}".encode() + b"\0" for key, value in modinfo)
    contents, place = [], 64
    for content in (info, tables, names):
        place += -place % 8
        contents.append((place, content))
        place += len(content)
    headers = place + -place % 8
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 1, 183, 1, 0, 0, headers, 0, 64,
                         0, 0, 64, 4, 3)
    out = bytearray(header)
    for offset, content in contents:
        out += bytes(offset - len(out)) + content
    out += bytes(headers - len(out)) + bytes(64)
    for name, kind, (offset, content) in zip((1, 10, 18), (1, 1, 3), contents):
        out += struct.pack("<IIQQQQIIQQ", name, kind, 2, 0, offset, len(content), 0, 0, 8, 0)
    return bytes(out)


ALIASES = """\
# Aliases extracted from modules themselves.
alias of:N*T*Cacme,netC* acme_net
alias of:N*T*Cacme,net acme_net
alias of:N*T*Cacme,both other_both
alias of:N*T*Cacme,both acme_both
alias of:N*T*Cacme,uart late_uart
alias of:NfanT*Cacme,coolC* acme_fan
alias of:N*Tengine*Cacme,engine acme_engine
alias of:N*T*Cacme,of-clock rtc_of
alias of:N*T*Cacme,flash flash
alias of:N*T*Cacme,flash-old flash
alias spi:flash flash
alias i2c:old-clock rtc_old
alias spi:old-adc adc_old
alias platform:cell-keys cell_keys
alias mdio:000000011000000000110011???????? phy_acme
alias amba:d???41123 prime
alias of:N*T*Cacme,display display
alias of:N*T*Cacme,dma-new dma_new
"""

MODULES = {
    "acme_net": module([("alias", "of:N*T*Cacme,net")]),
    "display": module([("alias", "of:N*T*Cacme,display")],
                      entry("acme,plane") + entry("acme,pipe") + bytes(ENTRY)),
}


class Kernel:
    """A directory that looks like an unpacked kernel package."""

    def __init__(self, root, image=None, aliases=ALIASES, builtin="", release=RELEASE):
        self.root, self.release = root, release
        self.modules = root / "lib/modules" / release
        (root / "boot").mkdir(parents=True)
        (self.modules / "kernel").mkdir(parents=True)
        self.image = root / "boot" / f"vmlinuz-{release}"
        self.image.write_bytes(make_image() if image is None else image)
        (self.modules / "modules.builtin").touch()
        if aliases is not None:
            (self.modules / "modules.alias").write_text(aliases)
            (self.modules / "modules.dep").write_text(
                "".join(f"kernel/{name}.ko:\n" for name in MODULES))
        (self.modules / "modules.builtin.modinfo").write_bytes(builtin.encode())
        for name, content in MODULES.items():
            (self.modules / "kernel" / f"{name}.ko").write_bytes(content)


TREE = """
/dts-v1/;
/ {
	model = "ACME \\"Board\\""; compatible = "acme,board", "acme,soc";
	#address-cells = <1>; #size-cells = <1>;
	cpus { #address-cells = <1>; #size-cells = <0>;
		cpu@0 { device_type = "cpu"; reg = <0>; compatible = "arm,cortex-a53"; };
	};
	soc {
		compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
		uart: serial@1000 { reg = <0x1000 4>; compatible = "acme,uart"; };
		net@2000 { reg = <0x2000 4>; compatible = "acme,net-new", "acme,net"; };
		both@3000 { reg = <0x3000 4>; compatible = "acme,both"; };
		timer@4000 { reg = <0x4000 4>; compatible = "acme,timer"; };
		listed@5000 { reg = <0x5000 4>; compatible = "acme,listed"; };
		gap@6000 { reg = <0x6000 4>; compatible = "acme,gap", "acme,gap-old"; };
		fan { compatible = "acme,cool"; };
		blower { compatible = "acme,cool"; };
		engine { device_type = "engine"; compatible = "acme,engine"; };
		motor { compatible = "acme,engine"; };
		only-this { compatible = "acme,named"; };
		not-this { compatible = "acme,named"; };
		typed { device_type = "engine"; compatible = "acme,typed"; };
		untyped { compatible = "acme,typed"; };
		lookup { compatible = "acme,looked-up"; };
		regs@7000 { reg = <0x7000 4>; compatible = "acme,regs", "syscon"; };
		prime@8000 { reg = <0x8000 4>; compatible = "arm,pl123", "arm,primecell"; };
		prime@9000 { reg = <0x9000 4>; compatible = "acme,prime", "arm,primecell"; };
		prime@a000 { reg = <0xa000 4>; compatible = "acme,prime", "arm,primecell";
			arm,primecell-periphid = <0x00241123>; };
		off: off@b000 { reg = <0xb000 4>; compatible = "acme,dma"; status = "disabled";
			#address-cells = <1>; #size-cells = <0>;
			child@0 { reg = <0>; compatible = "acme,gap"; };
		};
		i2c@c000 { reg = <0xc000 4>; compatible = "acme,gap";
			#address-cells = <1>; #size-cells = <0>;
			clock@1 { reg = <1>; compatible = "acme,of-clock"; };
			clock@2 { reg = <2>; compatible = "acme,old-clock"; };
		};
		spi@d000 { reg = <0xd000 4>; compatible = "acme,gap";
			#address-cells = <1>; #size-cells = <0>;
			flash@0 { reg = <0>; compatible = "acme,flash"; };
			flash@1 { reg = <1>; compatible = "acme,flash-old"; };
			adc@2 { reg = <2>; compatible = "acme,old-adc"; };
		};
		pmic { compatible = "acme,gap"; keys { compatible = "acme,cell-keys"; }; };
		ethernet@e000 { reg = <0xe000 4>; compatible = "acme,net"; phy-mode = "rgmii";
			mdio { compatible = "acme,mdio"; #address-cells = <1>; #size-cells = <0>;
				phy@0 { reg = <0>; compatible = "ethernet-phy-id0180.3301"; };
				phy@1 { reg = <1>; compatible = "ethernet-phy-id1234.5678"; };
			};
		};
		mmc@f000 { reg = <0xf000 4>; compatible = "acme,gap";
			#address-cells = <1>; #size-cells = <0>;
			wifi@1 { reg = <1>; compatible = "acme,wifi"; };
		};
		display { compatible = "acme,display"; };
		dma { compatible = "acme,dma-new", "acme,dma"; };
		plane { compatible = "acme,plane"; };
	};
	reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
		pool@0 { reg = <0 4>; compatible = "acme,pool"; };
	};
};
"""

OVERLAY = """
/dts-v1/; /plugin/;
/ { compatible = "acme,board"; };
&off { status = "okay"; };
&uart { acme,speed = <1>; };
&{/soc} { added { compatible = "acme,net"; }; };
&{/soc/gap@6000} { status = "disabled"; };
"""

# Node -> verdict, module or driver, what it was matched by, confidence; None: not looked at.
EXPECTED = {
    "/cpus/cpu@0": ("class", "cpu", None, "C"),
    "/soc": ("class", "bus", None, "C"),
    "/soc/serial@1000": ("builtin", "acme-uart", "acme,uart", "B"),
    "/soc/net@2000": ("module", "acme_net", "acme,net", "A"),
    "/soc/both@3000": ("module", "acme_both other_both", "acme,both", "A"),
    "/soc/timer@4000": ("builtin", None, "acme,timer", "B"),
    "/soc/listed@5000": ("none", None, None, "D"),
    "/soc/gap@6000": ("none", None, None, "D"),
    "/soc/fan": ("module", "acme_fan", "acme,cool", "A"),
    "/soc/blower": ("none", None, None, "D"),
    "/soc/engine": ("module", "acme_engine", "acme,engine", "A"),
    "/soc/motor": ("none", None, None, "D"),
    "/soc/only-this": ("builtin", "named", "acme,named", "B"),
    "/soc/not-this": ("none", None, None, "D"),
    "/soc/typed": ("builtin", "typed", "acme,typed", "B"),
    "/soc/untyped": ("none", None, None, "D"),
    "/soc/lookup": ("none", None, None, "D"),
    "/soc/regs@7000": ("class", "syscon", None, "C"),
    "/soc/prime@8000": ("module", "prime", "arm,primecell", "A"),
    "/soc/prime@9000": ("class", "amba", None, "C"),
    "/soc/prime@a000": ("module", "prime", "arm,primecell", "A"),
    "/soc/i2c@c000/clock@1": ("module", "rtc_of", "acme,of-clock", "A"),
    "/soc/i2c@c000/clock@2": ("module", "rtc_old", "old-clock", "A"),
    "/soc/spi@d000/flash@0": ("module", "flash", "acme,flash", "A"),
    "/soc/spi@d000/flash@1": ("module", "flash", "acme,flash-old", "A"),
    "/soc/spi@d000/adc@2": ("module", "adc_old", "old-adc", "A"),
    "/soc/pmic/keys": ("module", "cell_keys", "cell-keys", "A"),
    "/soc/ethernet@e000/mdio": ("class", "mdio", None, "C"),
    "/soc/ethernet@e000/mdio/phy@0": ("module", "phy_acme", "ethernet-phy-id0180.3301", "A"),
    "/soc/ethernet@e000/mdio/phy@1": ("class", "phy", None, "C"),
    "/soc/mmc@f000/wifi@1": ("class", "sdio", None, "C"),
    "/soc/dma": ("module", "dma_new", "acme,dma-new", "A"),
    "/soc/display": ("module", "display", "acme,display", "A"),
    "/soc/plane": ("module", "display", "acme,plane", "B"),
    "/reserved-memory/pool@0": ("class", "memory", None, "C"),
}


def run(*arguments):
    done = subprocess.run([str(tools.outboard()), "cover", *map(str, arguments)],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode in (0, 1, 2), f"exit status {done.returncode}: {done.stderr[-800:]}"
    assert done.returncode != 2 or not done.stdout, "it prints something of a run that fails"
    return done.returncode, done.stdout, done.stderr


def nodes(*arguments):
    """The one tree's nodes by path."""
    status, out, err = run("--json", *arguments)
    assert status != 2, err
    tree, = json.loads(out)["trees"]
    gaps = [node for node in tree["nodes"]
            if node["verdict"] == "none" and node["status"] == "okay"]
    assert "--against" in map(str, arguments) or status == bool(gaps), \
        f"exit status {status} with {len(gaps)} gaps"
    return {node["path"]: node for node in tree["nodes"]}


def refused(words, *arguments):
    """Exit status 2 and one sentence with @words, a regular expression."""
    status, _, err = run(*arguments)
    assert status == 2, f"exit status {status}"
    line = err.splitlines()[0]
    assert re.search(words, line), f"it says: {line}"
    assert len(err.splitlines()) == 1 or "usage:" in err, err


def compile_tree(text, path):
    done = subprocess.run([*dtmerge.tool("dtc"), "-q", "-@", "-I", "dts", "-O", "dtb", "-o", path,
                           "-"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path


def check_expected(have):
    wrong = []
    for path, (verdict, who, by, confidence) in EXPECTED.items():
        node = have[path]
        names = node["class"] if verdict == "class" else \
            " ".join(sorted(node["modules"])) or node["driver"]
        got = (node["verdict"], names, node["by"], node["confidence"])
        if got != (verdict, who, by, confidence):
            wrong.append(f"{path}: {got} instead of {(verdict, who, by, confidence)}")
    assert not wrong, "\n".join(wrong)


def answers(result, work, tree):
    kernel = Kernel(work / "plain")
    with result.test("answers", "each node of the made-up board"):
        check_expected(nodes("-k", kernel.root, tree))
    with result.test("answers", "why"):
        have = nodes("-k", kernel.root, tree)
        for path, words in {
                "/soc/net@2000": "no driver for acme,net-new",
                "/soc/gap@6000": "no driver in this kernel for acme,gap, acme,gap-old$",
                "/soc/listed@5000": "acme,listed as a name",
                "/soc/lookup": "acme,looked-up as a name",
                "/soc/i2c@c000/clock@2": "nothing loads it by itself: the I2C core",
                "/soc/spi@d000/flash@1": "nothing loads it by itself: the SPI core",
                "/soc/dma": "built in for acme,dma may take it first",
                "/soc/plane": "no alias for it, but is loaded for acme,display"}.items():
            assert re.search(words, have[path]["why"]), f"{path}: {have[path]['why']}"
        assert not have["/soc/i2c@c000/clock@2"]["autoload"]
        assert have["/soc/i2c@c000/clock@1"]["autoload"]
        assert have["/soc/spi@d000/flash@0"]["autoload"]
        assert not have["/soc/spi@d000/flash@1"]["autoload"]
    with result.test("answers", "disabled nodes and their children only with --all"):
        assert "/soc/off@b000/child@0" not in nodes("-k", kernel.root, tree)
        have = nodes("-k", kernel.root, "--all", tree)
        assert have["/soc/off@b000/child@0"]["status"] == "disabled"
        assert have["/soc/off@b000"]["driver"] == "acme-dma"
    with result.test("answers", "--only"):
        have = nodes("-k", kernel.root, "--only", "/soc/spi@d000/", tree)
        assert len(have) == 3 and all(node["verdict"] == "module" for node in have.values())
    with result.test("answers", "built-in by the kernel's own list"):
        listed = Kernel(work / "listed", builtin="acme_gap.license=GPL\0"
                        "acme_gap.alias=of:N*T*Cacme,gapC*\0acme_gap.alias=of:N*T*Cacme,gap\0"
                        "acme_uart.alias=of:N*T*Cacme,uart\0")
        have = nodes("-k", listed.root, tree)
        assert have["/soc/gap@6000"]["modules"] == ["acme_gap"]
        assert have["/soc/gap@6000"]["verdict"] == "builtin"
        assert have["/soc/gap@6000"]["confidence"] == "A"
        assert have["/soc/serial@1000"]["modules"] == ["acme_uart"]
        assert have["/soc/serial@1000"]["driver"] == "acme-uart"
    with result.test("answers", "--against shows what differs"):
        have = nodes("-k", kernel.root, "--against", listed.root, tree)
        assert set(have) == {path for path, node in nodes("-k", kernel.root, tree).items()
                             if "acme,gap" in node["compatible"]}, sorted(have)
        assert have["/soc/gap@6000"]["verdict"] == "none"
        assert have["/soc/gap@6000"]["against"]["modules"] == ["acme_gap"]


def images(result, work, tree):
    raw = make_image()
    zboot = bytearray(b"MZ\0\0zimg" + struct.pack("<II", 64, 0) + bytes(8) + b"gzip".ljust(32, b"\0"))
    zboot += bytes(64 - len(zboot))
    packed = gzip.compress(raw)
    struct.pack_into("<I", zboot, 12, len(packed))
    for name, image in {"pointers in a RELA table": make_image(rela=True),
                        "gzip": packed, "EFI zboot": bytes(zboot) + packed + bytes(8)}.items():
        with result.test("images", name):
            check_expected(nodes("-k", Kernel(work / name.replace(" ", "-"), image).root, tree))
    with result.test("images", "no pointers"):
        have = nodes("-k", Kernel(work / "blind", make_image(pointers=False)).root, tree)
        assert have["/soc/serial@1000"]["verdict"] == "builtin"
        assert have["/soc/serial@1000"]["driver"] is None
    with result.test("images", "cut short at every length"):
        cut = work / "cut"
        for length in [*range(0, 200, 7), *range(4096, len(raw), 997)]:
            cut.write_bytes(raw[:length])
            status, _, err = run("-k", work / "blind", "--image", cut, tree)
            assert status == (1 if length >= 64 else 2), f"{length} bytes: {status} {err}"
    kernel = Kernel(work / "bad-image")
    for name, content, words in (
            ("gzip that is cut", packed[:-100], "gzip data is damaged, cut short"),
            ("zboot that is cut", bytes(zboot) + packed[:-9], "is cut short: its payload"),
            ("zboot with lzo", bytes(zboot[:24]) + b"lzo".ljust(40, b"\0") + b"\x89LZO" +
             packed, "compressed with lzo"),
            ("no image", bytes(5000), "is no arm64 kernel image"),
            ("ELF", b"\x7fELF" + bytes(5000), "is an ELF file"),
            ("empty", b"", "is no arm64 kernel image")):
        with result.test("images", name):
            kernel.image.write_bytes(content)
            refused(words, "-k", kernel.root, tree)


def modules(result, work, tree):
    kernel = Kernel(work / "unindexed", aliases=None)
    with result.test("modules", "without modules.alias the modules are read"):
        have = nodes("-k", kernel.root, tree)
        assert have["/soc/net@2000"]["modules"] == ["acme_net"]
        assert have["/soc/plane"]["modules"] == ["display"]
        assert "has no modules.alias" in run("-k", kernel.root, tree)[1]
    ours = work / "ours" / "deep" / "er"
    ours.mkdir(parents=True)
    (ours / "gap-filler.ko").write_bytes(module([("alias", "of:N*T*Cacme,gap-old"),
                                                 ("alias", "of:N*T*Cacme,uart")]))
    plain = work / "plain"
    with result.test("modules", "--modules fills a gap, and says so"):
        have = nodes("-k", plain, "--modules", work / "ours", tree)
        assert have["/soc/gap@6000"]["ours"] == ["gap_filler"]
        assert have["/soc/gap@6000"]["by"] == "acme,gap-old"
        assert have["/soc/gap@6000"]["position"] == 2
        assert have["/soc/serial@1000"]["verdict"] == "builtin"
        assert "a module of --modules" in run("-k", plain, "-m", work / "ours", tree)[1]
    with result.test("modules", "--modules with compressed ones"):
        packed = work / "packed"
        packed.mkdir()
        (packed / "gap-filler.ko.xz").write_bytes(
            lzma.compress((ours / "gap-filler.ko").read_bytes(), check=lzma.CHECK_CRC32))
        assert nodes("-k", plain, "-m", packed, tree)["/soc/gap@6000"]["ours"] == ["gap_filler"]
    with result.test("modules", "--modules without any"):
        refused("has no .ko file", "-k", plain, "--modules", plain / "boot", tree)
        refused("is no directory", "-k", plain, "--modules", work / "nowhere", tree)
    with result.test("modules", "--modules with what is none"):
        (packed / "broken.ko").write_text("no module")
        refused("broken.ko: cannot be read as a module", "-k", plain, "--modules", packed, tree)


def overlays(result, work, tree):
    kernel, overlay = work / "plain", compile_tree(OVERLAY, work / "o.dtbo")
    with result.test("overlays", "what they change"):
        have = nodes("-k", kernel, "--overlay", overlay, tree)
        for path, change, before in (
                ("/soc/off@b000", "enabled", None), ("/soc/off@b000/child@0", "enabled", None),
                ("/soc/serial@1000", "changed", "builtin"), ("/soc/added", "added", None),
                ("/soc/gap@6000", "disabled", "none"), ("/soc/net@2000", "none", "module")):
            node = have[path]
            assert node["change"] == change, f"{path}: {node['change']}"
            assert (node["before"] or {}).get("verdict") == before, f"{path}: {node['before']}"
    with result.test("overlays", "--overlay-nodes"):
        have = nodes("-k", kernel, "--overlay", overlay, "--overlay-nodes", tree)
        assert set(have) == {"/soc/off@b000", "/soc/off@b000/child@0", "/soc/serial@1000",
                             "/soc/added"}, sorted(have)
    with result.test("overlays", "one that does not fit"):
        other = compile_tree(OVERLAY.replace("acme,board", "other,board"), work / "other.dtbo")
        refused("other.dtbo", "-k", kernel, "--overlay", other, tree)
        refused("--overlay-nodes needs --overlay", "-k", kernel, "--overlay-nodes", tree)


def forms(result, work, tree):
    kernel = work / "plain"
    have = nodes("-k", kernel, tree)
    count = {verdict: sum(node["verdict"] == verdict for node in have.values())
             for verdict in ("module", "builtin", "class", "none")}
    with result.test("forms", "JSON has the sums"):
        _, out, _ = run("-k", kernel, "--json", tree, tree)
        said = json.loads(out)
        assert said["kernel"]["release"] == RELEASE and len(said["trees"]) == 2
        assert said["trees"][0]["model"] == 'ACME "Board"'
        assert said["trees"][0]["compatible"] == ["acme,board", "acme,soc"]
        assert {**said["trees"][1]["summary"], **count} == said["trees"][1]["summary"]
    with result.test("forms", "text: gaps first, then the sums"):
        _, out, _ = run("-k", kernel, tree)
        lines = out.splitlines()
        assert lines[0].endswith(f": ACME \"Board\", on {RELEASE}"), lines[0]
        marks = [line.split()[0] for line in lines[1:-1]]
        assert marks == ["NONE"] * count["none"] + ["module"] * count["module"] + \
            ["built-in"] * count["builtin"] + ["no"] * count["class"], marks
        assert lines[-1] == "  {module} module, {builtin} built-in, {class} need none, " \
            "{none} none (2 disabled)".format(**count), lines[-1]
    with result.test("forms", "KTAP"):
        _, out, _ = run("-k", kernel, "--ktap", tree, tree)
        lines = out.splitlines()
        assert lines[:2] == ["KTAP version 1", "1..2"], lines[:2]
        assert sum(line.startswith("not ok ") for line in lines) == 2
        assert f"    1..{len(have)}" in lines
        assert sum(line.startswith("    not ok ") for line in lines) == 2 * count["none"]
        assert sum("# SKIP" in line for line in lines) == 2 * count["class"]
    with result.test("forms", "nothing of a file reaches the terminal as it is"):
        odd = compile_tree(TREE.replace("ACME ", "\\x1b[31m"), work / "odd.dtb")
        assert "\x1b" not in run("-k", kernel, odd)[1]
        assert json.loads(run("-k", kernel, "--json", odd)[1])["trees"][0]["model"][0] == "\x1b"


def words(result, work, tree):
    plain = work / "plain"
    with result.test("errors", "where the kernel is not"):
        refused("no kernel is given", tree)
        refused("is no directory", "-k", work / "nowhere", tree)
        (work / "linux.deb").write_bytes(b"!<arch>\n")
        refused("dpkg-deb -x", "-k", work / "linux.deb", tree)
        refused("has no kernel modules", "-k", plain / "boot", tree)
    with result.test("errors", "two kernels, and how to choose"):
        Kernel(work / "two")
        (work / "two/lib/modules/6.2.0/kernel").mkdir(parents=True)
        refused(f"has 2 kernels: .*{RELEASE}", "-k", work / "two", tree)
        assert "/soc" in nodes("-k", work / "two/lib/modules" / RELEASE, tree)
    with result.test("errors", "no image, and one that is given"):
        kernel = Kernel(work / "no-image")
        kernel.image.rename(work / "elsewhere")
        refused("has no image for .*--image", "-k", kernel.root, tree)
        check_expected(nodes("-k", kernel.root, "--image", work / "elsewhere", tree))
        refused("cannot be opened", "-k", kernel.root, "--image", work / "nowhere", tree)
    with result.test("errors", "an image at the top, as nixpkgs has it"):
        (work / "elsewhere").rename(kernel.root / "Image")
        check_expected(nodes("-k", kernel.root, tree))
        check_expected(nodes("-k", kernel.modules, tree))
    with result.test("errors", "trees"):
        refused("no device tree is given", "-k", plain)
        refused("cannot be opened", "-k", plain, tree, work / "nowhere.dtb")
        refused("is not a device tree", "-k", plain, plain / "boot" / f"vmlinuz-{RELEASE}")
        refused("--against-image needs", "-k", plain, "--against-image", tree, tree)


# The second search: regular expressions over the image, as a check of the first.
COMPATIBLE = re.compile(rb"(?<=\0)[A-Za-z0-9][A-Za-z0-9,._+\-/#]{2,126}(?=\0)")
FIELD = re.compile(rb"[A-Za-z0-9,._+\-/]*\0+")


def search(image):
    """The compatibles of all tables in an image that are for any name and type."""
    found = {}
    for match in COMPATIBLE.finditer(image):
        base = match.start() - 64
        if base >= 0 and not base % 8 and not image[match.end():base + 192].strip(b"\0") and \
                all(FIELD.fullmatch(image[at:at + 32]) for at in (base, base + 32)):
            found[base] = match[0].decode()
    return {text for base, text in found.items()
            if not image[base:base + 64].strip(b"\0") and (base + ENTRY in found or base - ENTRY in found or
            not image[base + ENTRY:base + ENTRY + 192].strip(b"\0"))}


def builtin_compatibles(kernel):
    """What the kernel says that its built-in drivers are for, since 6.18."""
    text = (kernel.modules / "modules.builtin.modinfo").read_bytes().decode(errors="replace")
    return set(re.findall(r"\.alias=of:N\*T\*C([^\0*]+)\0", text))


def tree_of(compatibles, path):
    """A tree with a node for each."""
    text = "".join(f"n{number} {{ compatible = \"{name}\"; }};\n"
                   for number, name in enumerate(sorted(compatibles)))
    return compile_tree(f"/dts-v1/;\n/ {{\n{text}}};\n", path)


def by_compatible(have):
    return {node["compatible"][0]: node for node in have.values()}


def real_search(result, kernel, work):
    """All that the second search finds must be found, and all that the kernel lists."""
    bare = work / f"bare-{kernel.name}"
    (bare / "lib/modules" / kernel.release / "kernel").mkdir(parents=True)
    (bare / "lib/modules" / kernel.release / "modules.alias").touch()
    (bare / "Image").symlink_to(kernel.image.resolve())
    compatibles = search(kernel.image.read_bytes())
    with result.test(kernel.name, "what another search of the image finds"):
        assert len(compatibles) > 900, f"it finds {len(compatibles)}"
        # Names without a vendor are no strings that may be a node's; buses get a class.
        have = by_compatible(nodes("-k", bare, tree_of(compatibles, work / "found.dtb")))
        missed = [name for name, node in have.items()
                  if node["verdict"] == "none" and "as a name" not in node["why"]]
        assert not missed, f"{len(missed)} missed: {' '.join(missed[:20])}"
        drivers = sum(node["driver"] is not None for node in have.values())
        assert drivers > 500, f"only {drivers} have a driver's name"
    listed = builtin_compatibles(kernel)
    if not listed and not kernel.at_least("6.18"):    # the first whose list has them
        return
    with result.test(kernel.name, "what the kernel lists as built in"):
        have = by_compatible(nodes("-k", bare, tree_of(listed, work / "listed.dtb")))
        missed = [name for name, node in have.items() if node["verdict"] == "none"
                  and "as a name" not in node["why"]]
        assert not missed, f"{len(missed)} missed: {' '.join(missed[:20])}"


# A process of its own: a child's highest memory begins with that of its parent.
METER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
"""


def most_memory(*arguments):
    """The most MiB of memory of a run. How long one takes is make bench's to say."""
    done = subprocess.run([sys.executable, "-c", METER, tools.outboard(), "cover", *arguments],
                          capture_output=True, text=True, check=True)
    return int(done.stdout)


def real_trees(result, kernel):
    trees = sorted(kernel.root.rglob("*.dtb"))
    with result.test(kernel.name, f"all {len(trees)} trees"):
        status, out, err = run("-k", kernel.root, "--json", *trees)
        assert status == 1, err
        assert len(json.loads(out)["trees"]) == len(trees)
    with result.test(kernel.name, "one tree in little memory"):
        one = min(trees, key=lambda path: "khadas-vim3.dtb" not in path.name)
        megabytes = most_memory("-k", kernel.root, one)
        assert megabytes < MEGABYTES_ONE_TREE, f"took {megabytes} MiB"


def main():
    result = report.Report("cover")
    BUILD.mkdir(exist_ok=True)
    dtmerge.tool("dtc")
    tools.outboard()
    with tempfile.TemporaryDirectory(dir=BUILD) as work, contextlib.ExitStack() as stack:
        work = pathlib.Path(work)
        tree = compile_tree(TREE, work / "board.dtb")
        stack.enter_context(Step("made-up kernels"))
        for part in (answers, images, modules, overlays, forms, words):
            part(result, work, tree)
        stack.pop_all().close()
        for name in kernels.select("all"):
            kernel = kernels.get(name)
            with Step(f"kernel {name}"):
                real_search(result, kernel, work)
                real_trees(result, kernel)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
