# SPDX-License-Identifier: GPL-2.0-only
"""The search of a kernel's image: what is a table, who points at it, what is only a name."""
import json
import struct

from tests.program.common import compile_tree, nodes, run
from tests.program.made_up import BASE, ENTRY, Image, Kernel, entry


def ask(work, content, compatibles):
    """(verdict, driver, whether it is there as a name) of each compatible on a made-up image."""
    number = len(list(work.glob("scan-*")))
    kernel = Kernel(work / f"scan-{number}", bytes(content), aliases="")
    text = "".join(f"n{i} {{ compatible = \"{one}\"; }};" for i, one in enumerate(compatibles))
    tree = compile_tree(f"/dts-v1/; / {{ {text} }};", work / "scan.dtb")
    have = nodes("-k", kernel.root, tree)
    known = json.loads(run("-k", kernel.root, "--json", tree)[1])["kernel"]
    return known["image_drivers"], [
        (have[f"/n{i}"]["verdict"], have[f"/n{i}"]["driver"], "as a name" in have[f"/n{i}"]["why"])
        for i in range(len(compatibles))]


def driver(image, table, name, flags=0, at_name=None):
    """A struct device_driver of a table that is there already."""
    text = image.put(name + b"\0") if at_name is None else at_name
    place = image.put(bytes(120))
    image.point(place, text)
    struct.pack_into("<Q", image.bytes, place + 32, flags)
    image.point(place + 40, table)
    return place


FOUND, NOT = ("builtin", "its-driver", False), ("none", None, False)
LONGEST = "a," + "x" * 125


def entries(result, work):
    """What is an entry: a driver points at each, and shows that it is taken for one."""
    def raw(compatible, name=b"", kind=b""):
        return name.ljust(32, b"\0") + kind.ljust(32, b"\0") + compatible.ljust(128, b"\0") + bytes(8)

    cases = [
        ("each character", raw(b"aZ09,._+-/#b"), "aZ09,._+-/#b", FOUND),
        ("a digit at its begin", raw(b"0ab"), "0ab", FOUND),
        ("a capital at its begin", raw(b"Zab"), "Zab", FOUND),
        ("the last letters and digits", raw(b"z9Z"), "z9Z", FOUND),
        ("three characters", raw(b"abc"), "abc", FOUND),
        ("two characters", raw(b"de"), "de", NOT),
        ("one character", raw(b"f"), "f", NOT),
        ("127 characters", raw(LONGEST.encode()), LONGEST, FOUND),
        ("128 characters", raw(b"b" * 128), "b" * 128, NOT),
        ("a comma at its begin", raw(b",gh"), ",gh", NOT),
        ("a character that no compatible has", raw(b"ijk~l"), "ijk~l", NOT),
        ("something behind its end", raw(b"mno\0p"), "mno", NOT),
        ("a name with an at", raw(b"pqr", name=b"a@b"), "pqr", NOT),
        ("a name with a hash", raw(b"stu", name=b"a#b"), "stu", NOT),
        ("a name that fills its field", raw(b"vwx", name=b"n" * 32), "vwx", NOT),
        ("something behind a name", raw(b"yza", name=b"n\0n"), "yza", NOT),
        ("a type with a hash", raw(b"bcd", kind=b"a#b"), "bcd", NOT),
        ("a type that fills its field", raw(b"efg", kind=b"t" * 32), "efg", NOT),
        ("something behind a type", raw(b"hij", kind=b"t\0t"), "hij", NOT)]
    image = Image()
    for _, content, _, _ in cases:
        driver(image, image.table(content), b"its-driver")
    # Not at a multiple of 8: the compiler puts none there.
    image.put(b"\xff" * 12)
    image.bytes += raw(b"odd,place") + bytes(ENTRY)
    lone = image.put(b"\xff" * 256 + raw(b"lone,one") + b"\xff" * 256) + 256
    pair = image.put(b"\xff" * 256 + raw(b"pair,one") + raw(b"pair,two") + b"\xff" * 256) + 256
    almost = image.put(b"\xff" * 256 + raw(b"almost,one") + bytes(191) + b"\xff" * 256) + 256
    enough = image.put(b"\xff" * 256 + raw(b"enough,one") + bytes(192) + b"\xff" * 256) + 256
    for place in (lone, pair, almost, enough):
        driver(image, place, b"its-driver")
    image.bytes[64:64 + ENTRY] = raw(b"first,one")
    driver(image, 64, b"its-driver")
    cases += [("a place that is no multiple of 8", None, "odd,place", NOT),
              ("one entry without an end", None, "lone,one", NOT),
              ("two entries without an end", None, "pair,one", FOUND),
              ("the second of them", None, "pair,two", FOUND),
              ("an end that is too short", None, "almost,one", NOT),
              ("an end without a pointer", None, "enough,one", FOUND),
              ("an entry in the header", None, "first,one", FOUND)]
    _, got = ask(work, image.finish(), [name for _, _, name, _ in cases])
    for (title, _, name, want), have in zip(cases, got):
        with result.test("scan", f"an entry with {title}"):
            assert have[:2] == want[:2], f"{name[:20]}: {have}"

    image = Image()
    for number in range(24):
        image.driver(f"filler-{number}", entry(f"filler,device-{number}"))
    place = image.put(bytes(120))
    text = image.put(b"its-driver\0")
    image.put(b"\xff" * 24)
    last = image.put(raw(b"last,one"))
    image.point(place, text)
    image.point(place + 40, last)
    with result.test("scan", "an entry at the end of the image"):
        assert ask(work, image.bytes, ["last,one"])[1] == [FOUND]
    with result.test("scan", "an entry that is cut short"):
        assert ask(work, image.bytes[:-8], ["last,one", "filler,device-0"])[1][0][:2] == NOT[:2]


def users(result, work):
    """Who points at a table."""
    for rela in (False, True):
        image, cases = Image(rela=rela), [("the first table", "early,first", ("builtin", None, False))]
        image.early("early,first")

        def case(title, want, name=b"its-driver", flags=0, at_name=None, image=image, cases=cases):
            compatible = f"user,number-{len(cases)}"
            driver(image, image.table(entry(compatible)), name, flags, at_name)
            cases.append((title, compatible, want))

        listed = ("none", None, True)
        case("a driver", FOUND)
        case("suppress_bind_attrs", FOUND, flags=1)
        case("a synchronous probe", FOUND, flags=2 << 32 | 1)
        case("a flag that is no bool", listed, flags=2)
        case("a probe that there is not", listed, flags=3 << 32)
        case("an empty name", listed, name=b"")
        case("a name with a space", listed, name=b"a b")
        case("a name with 0x7f", listed, name=b"a\x7fb")
        case("a name of 63 characters", ("builtin", "n" * 63, False), name=b"n" * 63)
        case("a name of 64 characters", listed, name=b"n" * 64)
        case("a name of one character", ("builtin", "!", False), name=b"!")
        case("a name beyond the image", listed, at_name=1 << 24)
        case("a name before the image", listed, at_name=-4096)
        table = image.table(entry("twice,used"))
        word = image.put(b"\xff" * 64 + bytes(8) + b"\xff" * 8) + 64
        image.point(word, table)
        driver(image, table, b"its-driver")
        driver(image, table, b"another")
        cases.append(("what is no driver before the driver", "twice,used", FOUND))
        image.table(entry("dup,one"), entry("dup,other"))
        image.early("dup,one")
        cases.append(("a list before the code", "dup,one", ("builtin", None, False)))
        table = image.table(entry("three,one"), entry("three,two"), entry("three,three"))
        driver(image, table, b"its-driver")
        cases += [(f"the table of three: {name}", f"three,{name}", FOUND)
                  for name in ("one", "two", "three")]
        table = image.table(entry("data,one"), entry("data,two"))
        image.point(table + ENTRY + 192, 64)
        image.table(entry("plain,one"), entry("plain,two"))
        cases += [("data in the second entry", "data,one", ("builtin", None, False)),
                  ("the second itself", "data,two", ("builtin", None, False)),
                  ("a list that nobody uses", "plain,two", listed)]
        known, got = ask(work, image.finish(), [compatible for _, compatible, _ in cases])
        for (title, _, want), have in zip(cases, got):
            with result.test("scan", f"{title}{', relocated' if rela else ''}"):
                assert known and have == want, have


def bases(result, work):
    """The address that the image is linked at, found by how many words point at tables."""
    def image_with(pointed, alone, base=BASE):
        image = Image()
        for number in range(pointed):
            image.driver(f"driver-{number}", entry(f"pointed,at-{number}"))
        for number in range(alone):
            image.table(entry(f"alone,at-{number}"))
        content = bytes(image.bytes + bytes(4096))
        return content if base == BASE else content.replace(
            struct.pack("<Q", BASE)[4:], struct.pack("<Q", base)[4:])

    for title, content, found in (
            ("19 pointers are too few", image_with(19, 0), False),
            ("20 pointers are enough", image_with(20, 0), True),
            ("20 pointers for 160 tables", image_with(20, 140), True),
            ("20 pointers for 161 tables", image_with(20, 141), False),
            ("addresses of user space", image_with(24, 0, 0x7fff800080000000), False),
            ("another base", image_with(24, 0, 0xffff900080000000), True)):
        with result.test("scan", title):
            known, got = ask(work, content, ["pointed,at-3", "pointed,at-18"])
            names = ["driver-3", "driver-18"] if found else [None, None]
            assert known == found and [have[1] for have in got] == names, (known, got)
            assert {have[0] for have in got} == {"builtin"}, got
    with result.test("scan", "of two bases the one with more pointers"):
        image = Image()
        for number in range(40):
            image.driver(f"driver-{number}", entry(f"pointed,at-{number}"))
        table = image.table(entry("few,one"))
        for number in range(30):
            image.put(struct.pack("<Q", BASE + (64 << 20) + table))
        known, got = ask(work, bytes(image.bytes) + bytes(4096), ["pointed,at-39"])
        assert known and got == [("builtin", "driver-39", False)], got
    with result.test("scan", "more bases than are counted"):
        image = Image()
        for number in range(30):
            image.driver(f"driver-{number}", entry(f"pointed,at-{number}"))
        table = image.table(entry("few,one"))
        for number in range(1, 1200):
            image.put(struct.pack("<Q", BASE + (number << 21) + table))
        known, got = ask(work, bytes(image.bytes) + bytes(4096), ["pointed,at-29"])
        assert known and got == [("builtin", "driver-29", False)], got
    for title, place, between in (
            ("RELA entries in two places", 24, b"\xff" * 56),
            ("a RELA entry of another kind among them", 16, struct.pack("<QQQ", BASE, 0x101, 0)),
            ("RELA entries in no order", 0, b"")):
        with result.test("scan", title):
            image = Image(rela=True)
            for number in range(24):
                image.driver(f"driver-{number}", entry(f"pointed,at-{number}"))
            words = sorted(image.relocations, key=lambda word: word if place else word[::-1])
            halves = (words[:place], words[place:]) if place else (words[1::2], words[::2])
            image.put(between.join(b"".join(struct.pack("<QQQ", at, 0x403, target)
                                            for at, target in half) for half in halves))
            known, got = ask(work, image.bytes, [f"pointed,at-{number}" for number in range(24)])
            assert known and got == [("builtin", f"driver-{number}", False)
                                     for number in range(24)], got
    with result.test("scan", "a driver's name that the image's end cuts"):
        image = Image()
        for number in range(24):
            image.driver(f"driver-{number}", entry(f"pointed,at-{number}"))
        table = image.table(entry("cut,name"))
        place = image.put(bytes(120))
        image.point(place, image.put(b"its-driver"))
        image.point(place + 40, table)
        assert ask(work, image.bytes + b"\0", ["cut,name"])[1] == [FOUND]
        assert ask(work, image.bytes, ["cut,name"])[1] == [("none", None, True)]
    with result.test("scan", "the RELA table at the image's end"):
        image = Image(rela=True)
        for number in range(30):
            image.driver(f"driver-{number}", entry(f"pointed,at-{number}"))
        image.put(b"".join(struct.pack("<QQQ", place, 0x403, target)
                           for place, target in sorted(image.relocations)))
        known, got = ask(work, image.bytes, [f"pointed,at-{number}" for number in range(30)])
        assert known and got == [("builtin", f"driver-{number}", False) for number in range(30)], got


def names(result, work):
    """A string that is a name: code may look for such a node."""
    cases = [("a name", b"\0plain,name\0", "plain,name", True),
             ("each character", b"\0aZ0._+-/9,b\0", "aZ0._+-/9,b", True),
             ("two commas", b"\0two,commas,here\0", "two,commas,here", True),
             ("a capital at its begin", b"\0Big,name\0", "Big,name", False),
             ("a digit at its begin", b"\x000big,name\0", "0big,name", False),
             ("something before it", b"\xffbefore,name\0", "before,name", False),
             ("something behind it", b"\0behind,name\xff", "behind,name", False),
             ("nothing before its comma", b"\0,nothing\0", ",nothing", False),
             ("nothing behind its comma", b"\0nothing,\0", "nothing,", False),
             ("a vendor of 64 characters", b"\0" + b"v" * 64 + b",x\0", "v" * 64 + ",x", True),
             ("a vendor of 65 characters", b"\0" + b"w" * 65 + b",x\0", "w" * 65 + ",x", False),
             ("127 characters", b"\0y," + b"y" * 125 + b"\0", "y," + "y" * 125, True),
             ("128 characters", b"\0z," + b"z" * 126 + b"\0", "z," + "z" * 126, False)]
    image = Image()
    for _, content, _, _ in cases:
        image.put(b"\xff" * 8 + content + b"\xff" * 8)
    content = image.finish()
    _, got = ask(work, content, [name for _, _, name, _ in cases])
    for (title, _, _, want), have in zip(cases, got):
        with result.test("scan", f"a string with {title}"):
            assert have == ("none", None, want), have
    with result.test("scan", "a string at the end of the image"):
        assert ask(work, content + b"\0at,end", ["at,end"])[1] == [("none", None, False)]
        assert ask(work, content + b"\0at,end\0", ["at,end"])[1] == [("none", None, True)]
        assert ask(work, content + b"\0at,", ["at,"])[1] == [("none", None, False)]


def suites(result, work):
    """All of them."""
    for part in (entries, users, bases, names):
        part(result, work)
