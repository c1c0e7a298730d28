# SPDX-License-Identifier: GPL-2.0-only
"""Work that must not grow with the square of the input: counted, not timed."""
import re
import struct
import subprocess

from tests.program.common import compile_tree, counted, start
from tests.program.made_up import BASE, ENTRY, Image, Kernel, entry, module

# Twice the input is twice the work, or a little more where something is sorted.
MOST = 2.5
PROGRAM = []


def work_of(*arguments, refused=None):
    """Basic blocks that a run takes. @refused: what it has to say instead of an answer."""
    done = subprocess.run([PROGRAM[0], *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False, timeout=120)
    said = re.fullmatch(r"(.*)blocks: (\d+)\n", done.stderr, re.S)
    assert said, done.stderr[-500:]
    if refused:
        assert done.returncode == 2 and re.search(refused, said[1]), said[1]
    else:
        assert done.returncode < 2 and not said[1], said[1]
    return int(said[2])


def grows(result, name, size, run):
    """@run does something of a size, and returns its work."""
    with result.test("growth", name):
        small, large = run(size), run(2 * size)
        assert small > 20 * size / 10, f"{small} blocks for {size}: it looks at nothing"
        assert large < MOST * small, f"{small} blocks for {size}, {large} for {2 * size}"


def blob(body, strings=b""):
    """A device tree of its structure block; names of properties are offsets in @strings."""
    body += struct.pack(">I", 9)
    strings_at = 56 + len(body)
    total = strings_at + len(strings)
    return struct.pack(">10I", 0xd00dfeed, total, 56, strings_at, 40, 17, 16, 0, len(strings),
                       len(body)) + bytes(16) + body + strings


def node(name, body=b""):
    name = name.encode() + b"\0"
    return struct.pack(">I", 1) + name + bytes(-len(name) % 4) + body + struct.pack(">I", 2)


def prop(offset, value):
    return struct.pack(">3I", 3, len(value), offset) + value + bytes(-len(value) % 4)


def images(result, work):
    tree = compile_tree('/dts-v1/; / { compatible = "a,b"; n { compatible = "acme,x"; }; };',
                        work / "one.dtb")
    kernel = Kernel(work / "images")

    def image(raw, **options):
        kernel.image.write_bytes(raw)
        return work_of("cover", "-k", kernel.root, tree, **options)

    def relocations(size):
        """Two RELA tables with the pointers of half of the drivers each."""
        whole = Image(rela=True)
        for number in range(size):
            whole.driver(f"d{number}", entry(f"acme,device-{number}"))
        cut = len(whole.relocations) // 2 // 2 * 2
        first, whole.relocations = whole.relocations[:cut + 2], whole.relocations[cut + 2:]
        for half in (first, whole.relocations):
            whole.put(b"".join(struct.pack("<QQQ", place, 0x403, target)
                               for place, target in half) + bytes(24))
        whole.relocations = []
        whole.rela = False
        return whole.finish()

    def tables(size):
        whole = Image()
        for number in range(size):
            whole.driver(f"d{number}", entry(f"acme,device-{number}"))
        return whole.finish()

    def bases(count):
        """Words that each mean one of @count bases of the image."""
        whole = Image()
        place = whole.table(entry("acme,device"))
        whole.put(b"".join(struct.pack("<Q", BASE + place + (number % count << 21))
                           for number in range(20000)))
        return whole.finish()

    def names(size):
        return Image().finish() + b"".join(b"\0acme,name-%d\0" % number for number in range(size))

    for name, make, size in (("tables of an image", tables, 1000),
                             ("relocations of an image", relocations, 1000),
                             ("names in an image", names, 8000)):
        grows(result, name, size, lambda count, make=make: image(make(count)))

    with result.test("growth", "bases of an image"):
        few, many = image(bases(2)), image(bases(1000))
        assert many < 2 * few, f"{few} blocks for 2, {many} for 1000"

    def one_key(size):
        return Image().finish() + b"".join(entry("acme,device", name=f"n{number}")
                                           for number in range(size)) + bytes(ENTRY)

    with result.test("growth", "an image with one compatible again and again is refused"):
        image(one_key(200))
        image(one_key(5000), refused="more than 256 drivers and names for acme,device")


def lists(result, work):
    def listed(name, aliases, nodes, **options):
        place = work / f"{name}-{len(aliases)}-{sum(map(len, nodes))}"
        kernel = Kernel(place, aliases=aliases)
        (place / "t.dtb").write_bytes(blob(node("", b"".join(nodes)), b"compatible\0"))
        return work_of("cover", "-k", kernel.root, place / "t.dtb", **options)

    grows(result, "lines of modules.alias", 4000, lambda size: listed(
        "lines", "".join(f"alias of:N*T*Cacme,n{n} m{n}\n" for n in range(size)), [node("a")]))
    phys = "".join(f"alias mdio:{n:032b} m\n" for n in range(300))
    grows(result, "PHYs", 300, lambda size: listed(
        "phys", phys, [node(f"a{n}", prop(0, b"ethernet-phy-id%04x.0000\0" % n))
                       for n in range(size)]))
    with result.test("growth", "patterns of PHYs without end are refused"):
        many = "".join(f"alias mdio:{n:032b} m\n" for n in range(4200))
        listed("many", many, [node("a")], refused="more than 4096 patterns of one bus")

    def loaded(size):
        """Nodes that load a module each, and as many that only the last one's table has."""
        place = work / f"loaded-{size}"
        kernel = Kernel(place, aliases="".join(f"alias of:N*T*Cacme,n{n} m{n}\n"
                                               for n in range(size)))
        (kernel.modules / "modules.dep").write_text(f"kernel/m{size - 1}.ko:\n")
        (kernel.modules / "kernel" / f"m{size - 1}.ko").write_bytes(
            module([], entry("acme,gap") + bytes(ENTRY)))
        (place / "t.dtb").write_bytes(blob(node("", b"".join(
            [node(f"a{n}", prop(0, b"acme,n%d\0" % n)) for n in range(size)] +
            [node(f"b{n}", prop(0, b"acme,gap\0")) for n in range(size)])), b"compatible\0"))
        return work_of("cover", "-k", kernel.root, place / "t.dtb")

    grows(result, "gaps beside loaded modules", 500, loaded)
    grows(result, "compatibles of one node", 2000, lambda size: listed(
        "strings", "", [node("a", prop(0, b"".join(b"acme,c%d\0" % n for n in range(size))))]))


def trees(result, work):
    overlay = compile_tree("""/dts-v1/; /plugin/; / { compatible = "a,b";
        fragment@0 { target-path = "/t"; __overlay__ { new = <1>; }; }; };""", work / "o.dtbo")

    def merged(name, body, strings, command=()):
        path = work / f"{name}-{len(body)}.dtb"
        path.write_bytes(blob(node("", prop(0, b"a,b\0") + body), b"compatible\0" + strings))
        if command:
            return work_of(*command, "--overlay", overlay, path)
        return work_of("merge", "-o", "/dev/null", path, overlay)

    def same(size):
        return node("t") + node("a") * size, b""

    def many(size):
        return node("t") + b"".join(node(f"a{n}") for n in range(size)), b""

    def properties(size):
        names = [f"p{n:05}".encode() for n in range(size)]
        return (node("t") + node("u", prop(0, b"x,y\0") + b"".join(
            prop(11 + 7 * n, b"") for n in range(size))),
                b"".join(name + b"\0" for name in names))

    kernel = Kernel(work / "kernel")
    for name, make, size in (("nodes of one name", same, 1000), ("nodes", many, 1000),
                             ("properties of one node", properties, 1000)):
        grows(result, f"merge: {name}", size, lambda count, make=make, name=name:
              merged(name.replace(" ", "-"), *make(count)))
        grows(result, f"cover with an overlay: {name}", size, lambda count, make=make, name=name:
              merged("c-" + name.replace(" ", "-"), *make(count),
                     command=("cover", "-k", kernel.root)))

    with result.test("growth", "references within an overlay without end are refused"):
        cells = " ".join(["&x"] * 4200)
        bad = compile_tree(f"""/dts-v1/; /plugin/; / {{ compatible = "a,b";
            fragment@0 {{ target-path = "/"; __overlay__ {{ x: x {{ p = <{cells}>; }}; }}; }}; }};
            """, work / "many.dtbo")
        base = compile_tree('/dts-v1/; / { compatible = "a,b"; };', work / "small.dtb")
        done = start("merge", "-o", work / "out.dtb", base, bad)
        assert done.returncode == 2 and "has more than 4096 nodes" in done.stderr, done.stderr


def suites(result, work):
    PROGRAM[:] = [counted()]
    for part in (images, lists, trees):
        part(result, work)
