# SPDX-License-Identifier: GPL-2.0-only
"""Made-up kernels and a made-up board, for which every answer of outboard cover is known.

The kernels have an Image with match tables and drivers, modules that are ELF files
with just what is read of them, and their lists.
"""
import struct

ENTRY = 200
BASE = 0xffff800080000000
RELEASE = "6.1.0-made-up"


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
