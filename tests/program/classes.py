# SPDX-License-Identifier: GPL-2.0-only
"""Nodes that need no driver of their own: each rule, and what just fails to be one.

No kernel has a driver for acme,gap; acme,uart has one.
"""
from tests.program.common import compile_tree, nodes
from tests.program.made_up import Kernel

TREE = """
/dts-v1/;
/ {
	compatible = "acme,board"; #address-cells = <1>; #size-cells = <1>;
	cpus { #address-cells = <1>; #size-cells = <0>;
		cpu@0 { reg = <0>; compatible = "arm,cortex-a53"; };
		cpu0 { compatible = "acme,uart"; };
		core@1 { reg = <1>; device_type = "cpu"; compatible = "acme,gap"; };
		core@2 { reg = <2>; device_type = "cpus"; compatible = "acme,gap"; };
		cpux@3 { reg = <3>; compatible = "acme,gap"; };
		idle-states { sleep { compatible = "arm,idle-state"; };
			bare { compatible = "idle-state"; }; x { compatible = "xidle-state"; };
			state { compatible = "arm,idle-stats"; }; };
	};
	cpu@0 { reg = <0 1>; compatible = "acme,gap"; };
	l2 { compatible = "acme,uart", "cache"; };
	l3 { compatible = "caches"; };
	battery { compatible = "simple-battery"; };
	opps { compatible = "operating-points-v2"; };
	opps2 { compatible = "acme,gap", "operating-points-v2-acme"; };
	opps1 { compatible = "acme,gap", "operating-points"; };

	phy0 { compatible = "ethernet-phy-id1234.5678"; };
	phy1 { compatible = "acme,gap", "ethernet-phy-ieee802.3-c22"; };
	phy2 { compatible = "ethernet-phy-other"; };
	prime { compatible = "acme,gap", "arm,primecell"; };
	usb-device { compatible = "usbabc,12"; };
	usb-x { compatible = "usbx,12"; };
	usb-dot { compatible = "usbabc.12"; };
	pci-device { compatible = "pci10ec,8168"; };
	pci-x { compatible = "pcix10ec,8168"; };
	pcie { device_type = "pci"; port { compatible = "acme,gap"; }; };
	pcix { device_type = "pcix"; port { compatible = "acme,gap"; }; };
	slim { compatible = "slim217,250"; };
	slim-x { compatible = "slimbus"; };
	sdw { compatible = "sdw10217010d00"; };
	sdw-x { compatible = "sdwx"; };
	bus0 { compatible = "fsl,qoriq-mc"; dpmacs { dpmac { compatible = "acme,gap"; }; }; };
	bus1 { compatible = "fsl,qoriq"; dpmacs { dpmac { compatible = "acme,gap"; }; }; };

	mmc@1 { reg = <1 1>; card { compatible = "acme,gap"; }; };
	mmcx@1 { reg = <1 1>; card { compatible = "acme,gap"; }; };
	sd0 { mmc-pwrseq = <1>; card { compatible = "acme,gap"; }; };
	sd1 { cap-sdio-irq; card { compatible = "acme,gap"; }; };
	sd2 { cap-sd-highspeed; card { compatible = "acme,gap"; }; };
	sd3 { cap-mmc-highspeed; card { compatible = "acme,gap"; }; };

	ethernet@2 { reg = <2 1>; mdio { compatible = "acme,gap"; };
		mdiox { compatible = "acme,gap"; }; other { reg = <0 1>; compatible = "acme,gap"; };
		mac@1 { reg = <1 1>; compatible = "acme,gap"; };
		port@2 { reg = <2 1>; compatible = "acme,gap"; };
		port-3 { compatible = "acme,gap"; };
		portal@4 { reg = <4 1>; compatible = "acme,gap"; }; };
	nic0 { phy-mode = "mii"; mdio { compatible = "acme,gap"; }; };
	nic1 { phy-handle = <1>; mdio { compatible = "acme,gap"; }; };
	nic2 { phy-connection-type = "mii"; mdio { compatible = "acme,gap"; }; };
	nic3 { mdio { compatible = "acme,gap"; }; port@5 { reg = <5 1>; compatible = "acme,gap"; }; };

	connector-c { compatible = "usb-c-connector"; };
	connector-a { compatible = "usb-a-connector"; };
	connector-b { compatible = "usb-b-connector"; };
	connector-h { compatible = "acme,gap"; };
	plug { compatible = "usb-c-connector"; };

	gic { interrupt-controller; its { msi-controller; compatible = "acme,gap"; };
		v2m { compatible = "acme,gap"; }; };
	soc { its { msi-controller; compatible = "acme,gap"; }; };

	flash0 { partitions { compatible = "fixed-partitions"; }; };
	flash1 { partition { compatible = "nvmem-cells"; }; };
	flash2 { nvmem { compatible = "fixed-layout"; cell { compatible = "acme,gap"; }; }; };
	flash3 { nvmem-layout { cell { compatible = "acme,gap"; }; }; };
	flash4 { partitions { compatible = "acme,gap"; cell { compatible = "acme,gap"; }; }; };

	sram@3 { reg = <3 1>; piece { compatible = "acme,gap"; }; };
	sramx@3 { reg = <3 1>; piece { compatible = "acme,gap"; }; };
	ocram { compatible = "mmio-sram"; piece { compatible = "acme,gap"; }; };
	options { first { compatible = "acme,gap"; deep { compatible = "acme,gap"; }; }; };
	other { options { third { compatible = "acme,gap"; }; }; };
	reserved-memory { pool { compatible = "acme,gap"; }; };

	bus-simple { compatible = "simple-bus"; };
	bus-mfd { compatible = "acme,gap", "simple-mfd"; };
	bus-isa { compatible = "isa"; };
	bus-amba { compatible = "arm,amba-bus"; };
	regs { compatible = "acme,gap", "syscon"; };
	taken { compatible = "acme,uart", "syscon"; };
	unended { compatible = [73 79 73 63 6f 6e]; };
	bare { compatible; };
};
"""

NONE = None
CLASSES = {
    "/cpus/cpu@0": "cpu", "/cpus/cpu0": "cpu", "/cpus/core@1": "cpu", "/cpus/core@2": NONE,
    "/cpus/cpux@3": NONE, "/cpu@0": NONE, "/cpus/idle-states/sleep": "idle-state",
    "/cpus/idle-states/bare": NONE, "/cpus/idle-states/x": "idle-state",
    "/cpus/idle-states/state": NONE, "/l2": "cache", "/l3": NONE, "/battery": "battery",
    "/opps": "opp-table", "/opps2": "opp-table", "/opps1": NONE,
    "/phy0": "phy", "/phy1": "phy", "/phy2": NONE, "/prime": "amba",
    "/usb-device": "usb-pci", "/usb-x": NONE, "/usb-dot": NONE, "/pci-device": "usb-pci",
    "/pci-x": NONE, "/pcie/port": "usb-pci", "/pcix/port": NONE,
    "/slim": "id-bus", "/slim-x": NONE, "/sdw": "id-bus", "/sdw-x": NONE,
    "/bus0": NONE, "/bus0/dpmacs/dpmac": "id-bus", "/bus1": NONE, "/bus1/dpmacs/dpmac": NONE,
    "/mmc@1/card": "sdio", "/mmcx@1/card": NONE, "/sd0/card": "sdio", "/sd1/card": "sdio",
    "/sd2/card": "sdio", "/sd3/card": "sdio",
    "/ethernet@2/mdio": "mdio", "/ethernet@2/mdiox": NONE, "/ethernet@2/other": NONE,
    "/ethernet@2/mac@1": "port", "/ethernet@2/port@2": "port", "/ethernet@2/port-3": NONE,
    "/ethernet@2/portal@4": NONE, "/nic0/mdio": "mdio", "/nic1/mdio": "mdio",
    "/nic2/mdio": "mdio", "/nic3/mdio": NONE, "/nic3/port@5": NONE,
    "/connector-c": "connector", "/connector-a": "connector", "/connector-b": "connector",
    "/connector-h": NONE, "/plug": NONE,
    "/gic/its": "msi", "/gic/v2m": NONE, "/soc/its": NONE,
    "/flash0/partitions": "partitions", "/flash1/partition": "partitions",
    "/flash2/nvmem": "partitions", "/flash2/nvmem/cell": "partitions",
    "/flash3/nvmem-layout/cell": "partitions", "/flash4/partitions": NONE,
    "/flash4/partitions/cell": NONE,
    "/sram@3/piece": "memory", "/sramx@3/piece": NONE, "/ocram": NONE, "/ocram/piece": "memory",
    "/options/first": "firmware", "/options/first/deep": "firmware",
    "/other/options/third": NONE, "/reserved-memory/pool": "memory",
    "/bus-simple": "bus", "/bus-mfd": "bus", "/bus-isa": "bus", "/bus-amba": "bus",
    "/regs": "syscon",
}
# A driver for what any device of a kind may be called tells nothing of the device.
GENERIC = ("simple-bus", "simple-mfd", "syscon", "isa", "arm,amba-bus")


def rules(result, work):
    kernel = Kernel(work / "classes").root
    have = nodes("-k", kernel, compile_tree(TREE, work / "classes.dtb"))
    for path, name in CLASSES.items():
        with result.test("classes", path):
            node = have[path]
            assert (node["verdict"], node["class"], node["confidence"]) == (
                ("class", name, "C") if name else ("none", None, "D")), node
    with result.test("classes", "a driver comes first, where it is not a processor's or data's"):
        assert have["/taken"]["driver"] == "acme-uart" and not have["/taken"]["class"]
    with result.test("classes", "a compatible that is no list of strings"):
        assert "/unended" not in have and "/bare" not in have
        assert set(have) == {*CLASSES, "/taken"}, set(have) ^ set(CLASSES)


def generic(result, work):
    kernel = Kernel(work / "generic", aliases="".join(
        f"alias of:N*T*C{name} wrong\n" for name in GENERIC)).root
    text = "".join(f"n{i} {{ compatible = \"acme,gap\", \"{name}\"; }};\n"
                   for i, name in enumerate(GENERIC))
    have = nodes("-k", kernel, compile_tree(f"/dts-v1/; / {{ {text} }};", work / "generic.dtb"))
    for i, name in enumerate(GENERIC):
        with result.test("classes", f"{name} names no device"):
            assert have[f"/n{i}"]["verdict"] == "class", have[f"/n{i}"]
            assert not have[f"/n{i}"]["modules"]


def roots(result, work):
    """The first node, and what is the root's and no bus's."""
    kernel = Kernel(work / "roots").root
    tree = compile_tree("""/dts-v1/; / { compatible = "fsl,qoriq-mc";
        options { first { compatible = "acme,gap"; }; }; second { compatible = "acme,gap"; };
        };""", work / "roots.dtb")
    have = nodes("-k", kernel, tree)
    with result.test("classes", "the options as the first node"):
        assert have["/options/first"]["class"] == "firmware", have["/options/first"]
    with result.test("classes", "the root is no bus"):
        assert have["/second"]["verdict"] == "none", have["/second"]


def suites(result, work):
    """All of them."""
    rules(result, work)
    generic(result, work)
    roots(result, work)
