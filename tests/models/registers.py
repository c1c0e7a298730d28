# SPDX-License-Identifier: GPL-2.0-only
"""Register RAM and pins: what the SoC's files can say, and trees that are refused."""
from tests.models.qtest import FRAME, RAM, Machine, refusal

BLOCK = """
	block@e0000000 { compatible = "test,block"; reg = <0 0xe0000000 0 0x1000>; };
	bus@e1000000 {
		compatible = "simple-bus";
		reg = <0 0xe1000000 0 0x10000>;
		#address-cells = <1>;
		#size-cells = <1>;
		ranges = <0x100 0 0xe1000100 0x1000>;
		inner@200 { compatible = "test,inner"; reg = <0x200 0x100>; };
	};
"""
BASE = 0xe0000000


def soc(**entry):
    return {"register": [{"node": "test,block", **entry}]}


def as_memory(t):
    with t.test("reads give what was written, of every width"), Machine(BLOCK) as m:
        m.write32(BASE + 8, 0x12345678)
        assert m.read32(BASE + 8) == 0x12345678
        assert m.read8(BASE + 9) == 0x56
        m.write8(BASE + 9, 0xaa)
        assert m.read32(BASE + 8) == 0x1234aa78
        m.ask(f"writeq {BASE + 16:#x} 0x1122334455667788")
        assert m.read32(BASE + 20) == 0x11223344
        assert int(m.ask(f"readq {BASE + 16:#x}"), 16) == 0x1122334455667788
    with t.test("a bus and a node inside it have the same registers"), Machine(BLOCK) as m:
        m.write32(0xe1000200 + 4, 0xcafe)
        m.write32(0xe1000000 + 0x10, 1)
        assert m.read32(0xe1000204) == 0xcafe
        assert m.read32(0xe1000010) == 1
    with t.test("memory is at the tree's address"), Machine(BLOCK) as m:
        m.write(RAM + 0x10000, b"twin")
        assert m.read(RAM + 0x10000, 4) == b"twin"


def from_files(t):
    with t.test("reset value, which a reset brings back"), \
            Machine(BLOCK, soc(offset=4, reset=0x55)) as m:
        assert m.read32(BASE + 4) == 0x55
        m.write32(BASE + 4, 0)
        m.write32(BASE + 8, 7)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert m.read32(BASE + 4) == 0x55
        assert m.read32(BASE + 8) == 0
    with t.test("bits that always read as one, or as zero"), \
            Machine(BLOCK, soc(offset=4, ones=0x8000, zeros=1)) as m:
        m.write32(BASE + 4, 3)
        assert m.read32(BASE + 4) == 0x8002
    with t.test("write mask in the upper half"), \
            Machine(BLOCK, {"block": [{"node": "test,block", "write": "hiword"}]}) as m:
        m.write32(BASE, 0x00ff0012)
        m.write32(BASE, 0xff003400)
        m.write32(BASE, 0x0000ffff)
        assert m.read32(BASE) == 0x3412
    with t.test("registers that set, clear and toggle another"), Machine(BLOCK, {"register": [
            {"node": "test,block", "offset": 4, "of": 0, "write": "set"},
            {"node": "test,block", "offset": 8, "of": 0, "write": "clear"},
            {"node": "test,block", "offset": 12, "of": 0, "write": "toggle"}]}) as m:
        m.write32(BASE, 0xf0)
        m.write32(BASE + 4, 0x0f)
        m.write32(BASE + 8, 0x81)
        m.write32(BASE + 12, 0x06)
        assert m.read32(BASE) == 0x78, hex(m.read32(BASE))
        assert m.read32(BASE + 4) == 0x78
    with t.test("ones that clear, and writes that do nothing"), Machine(BLOCK, {"register": [
            {"node": "test,block", "offset": 0, "reset": 0xf, "write": "one-clears"},
            {"node": "test,block", "offset": 4, "reset": 5, "write": "ignore"}]}) as m:
        m.write32(BASE, 0x3)
        m.write32(BASE + 4, 0xff)
        assert m.read32(BASE) == 0xc
        assert m.read32(BASE + 4) == 5
    with t.test("bits that follow another register"), Machine(BLOCK, soc(
            offset=8, follow=[{"register": 0, "mask": 1, "shift": 4, "invert": True},
                              {"register": 4, "mask": 0xf00, "shift": -8}])) as m:
        assert m.read32(BASE + 8) == 0x10
        m.write32(BASE, 1)
        m.write32(BASE + 4, 0x300)
        m.write32(BASE + 8, 0xffff0000)
        assert m.read32(BASE + 8) == 0xffff0003
    with t.test("an array of registers"), \
            Machine(BLOCK, soc(offset=0x100, count=3, stride=0x10, ones=1)) as m:
        assert [m.read32(BASE + 0x100 + i * 8) for i in range(6)] == [1, 0, 1, 0, 1, 0]
    with t.test("an entry for one of the file's SoCs only"), Machine(BLOCK, {"register": [
            {"node": "test,block", "offset": 0, "ones": 1, "only": "outboard,test"},
            {"node": "test,block", "offset": 4, "ones": 1, "only": "outboard,other"}]}) as m:
        assert m.read32(BASE) == 1 and m.read32(BASE + 4) == 0
    with t.test("a node that the tree lacks is passed over"), \
            Machine(BLOCK, {"register": [{"node": "test,absent", "offset": 0, "ones": 1}]}) as m:
        assert m.read32(BASE) == 0


def pins(t):
    files = {"pins": [{"node": "test,block", "name": "GPIOA", "count": 8, "direction": 0,
                       "output": 4, "input": 8, "output_when": 0},
                      {"node": "test,block", "name": "GPIOA", "first": 8, "count": 4,
                       "direction": 0x10, "output": 0x14, "input": 8, "input_bit": 16,
                       "output_when": 1}]}
    with t.test("an input shows what the outside drives"), Machine(BLOCK, files) as m:
        m.write32(BASE, 0xff)               # all eight are inputs
        with m.monitor() as monitor:
            monitor.set("/machine/pins/GPIOA", "driven", 0x5a5)
        assert m.read32(BASE + 8) == 0x000500a5, hex(m.read32(BASE + 8))
    with t.test("an output shows what the guest writes, inside and outside"), \
            Machine(BLOCK, files) as m, m.monitor() as monitor:
        m.write32(BASE, 0xf0)
        m.write32(BASE + 4, 0x3c)
        monitor.set("/machine/pins/GPIOA", "driven", 0xff)
        assert m.read32(BASE + 8) == 0xfc
        assert monitor.get("/machine/pins/GPIOA", "levels") == 0xfc
        assert monitor.get("/machine/pins/GPIOA", "outputs") == 0x3c
        assert monitor.get("/machine/pins/GPIOA", "directions") == 0x00f
        m.write32(BASE + 0x10, 0xf)
        assert monitor.get("/machine/pins/GPIOA", "directions") == 0xf0f


def polling(t):
    with t.test("the machine names the register that is polled"), Machine(BLOCK) as m, \
            m.monitor() as monitor:
        assert monitor.get("/machine", "polled-register") == ""
        for _ in range(1001):
            m.read32(BASE + 0x40)
        said = monitor.get("/machine", "polled-register")
        assert said == "block@e0000000+0x40 is 0x0, read 1001 times in a row", said
        m.write32(BASE, 1)
        assert monitor.get("/machine", "polled-register") == ""
    with t.test("accesses are traced by the node's name"), \
            Machine(BLOCK, log=["twin_register_*"]) as m:
        m.write32(BASE + 4, 0x77)
        m.read32(0xe1000204)
        assert "block@e0000000+0x4 write32: 0x77" in m.messages(), m.messages()
        assert "inner@200+0x4 read32: 0x0" in m.messages(), m.messages()
    with t.test("the machine lists the nodes that have a model"), Machine(BLOCK) as m, \
            m.monitor() as monitor:
        assert monitor.get("/machine", "modelled") == "/serial@f1000000\n"


def refused(t):
    tree = FRAME % ""
    for what, source, wanted in (
            ("no GIC", tree.replace("arm,gic-400", "test,gic"),
             "test.dtb: no GIC: no node is compatible with arm,gic-v3, arm,gic-400, "
             "arm,cortex-a15-gic or arm,cortex-a7-gic"),
            ("no CPU", tree.replace('device_type = "cpu"', 'device_type = "none"'),
             "test.dtb: no CPU below /cpus"),
            ("no console", tree.replace("serial0 =", "serial9 ="),
             "test.dtb: no console: there is neither /chosen/stdout-path nor an alias serial0"),
            ("a console without a model", tree.replace('"arm,pl011", "arm,primecell"',
                                                       '"test,uart"'),
             "test.dtb: no console: there is no model of /serial@f1000000 (test,uart), or it is "
             "not enabled"),
            ("an unknown CPU", tree.replace("arm,cortex-a53", "arm,cortex-m0"),
             "test.dtb: /cpus/cpu@0: there is no model of a 'arm,cortex-m0'"),
            ("all memory reserved",
             FRAME % "reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; "
                     "all@80000000 { reg = <0 0x80000000 0 0x18000000>; }; };",
             "test.dtb: no 256 MiB of memory in one piece that the tree does not reserve; "
             "more memory (-m) may help")):
        with t.test(f"a tree with {what}"):
            status, said = refusal(source)
            assert (status, said) == (1, wanted), (status, said)
    for what, data, wanted in (
            ("an offset outside the node", soc(offset=0x1000),
             "soc.json: register 1: an offset outside its node's registers"),
            ("an unknown way to write", soc(offset=0, write="twice"),
             "soc.json: register 1: an unknown way to write"),
            ("no node", {"block": [{"write": "hiword"}]},
             "soc.json: block 1: neither node nor path"),
            ("too many pins", {"pins": [{"node": "test,block", "name": "A", "count": 33,
                                         "direction": 0, "output": 4, "input": 8}]},
             "soc.json: pins 1: no name, or more pins than its registers have bits")):
        with t.test(f"a file of registers with {what}"):
            status, said = refusal(FRAME % BLOCK, data)
            assert (status, said) == (1, wanted), (status, said)


def run(t):
    as_memory(t)
    from_files(t)
    pins(t)
    polling(t)
    refused(t)
