# SPDX-License-Identifier: GPL-2.0-only
"""outboard merge: what is refused, and in which words."""
from tests.program.common import compile_tree, start

BASE = """/dts-v1/; / { compatible = "acme,board", "acme,soc"; #address-cells = <1>;
	#size-cells = <1>;
	aliases { net0 = &mac; dead = "/gone"; };
	soc: soc { #address-cells = <1>; #size-cells = <1>; ranges;
		mac: net@100 { reg = <0x100 4>; status = "disabled"; };
		uart0: serial@200 { reg = <0x200 4>; };
		bare@300 { };
		uart1: serial@400 { reg = <0x400 4>; status = "ok"; };
	};
	__symbols__ { lost = "/soc/lost"; bare = "/soc/bare@300"; odd = [2f 73 6f 63]; };
};
"""
BOARD = 'compatible = "acme,board";'


def fragment(body, target='target-path = "/soc";', number=0):
    return f"fragment@{number} {{ {target} __overlay__ {{ {body} }}; }};"


def at(path):
    return f'target-path = "{path}";'


FIXUPS = fragment("a = <0 0>; b { c = <0>; };") + " __fixups__ { mac = %s; };"
LOCALS = fragment("a = <7 9>; x { phandle = <7>; };") + \
    " __local_fixups__ { fragment@0 { %s }; };"

# What is refused: the overlay's root, and the words.
REFUSED = {
    "no compatible": (fragment("a;"), "o.dtbo: its root has no compatible"),
    "an empty compatible": ('compatible = "";' + fragment("a;"), "has no compatible"),
    "another board's": ('compatible = "a,b", "c,d";' + fragment("a;"),
                        "o.dtbo: is for a,b, c,d; base.dtb is the tree of acme,board, acme,soc\n"),
    "a compatible that begins as the board's": ('compatible = "acme";' + fragment("a;"),
                                                "is for acme; "),
    "no fragment": (BOARD, "o.dtbo: is no overlay"),
    "a node that is no fragment": (BOARD + fragment("a;") + "other { };",
                                   "/other is no fragment (it has no __overlay__)"),
    "two fragments of one name": (BOARD + fragment("a;") + fragment("b;", number=1),
                                  "has two nodes /fragment@0"),
    "no target": (BOARD + fragment("a;", ""), "fragment@0 has neither target nor target-path"),
    "two targets": (BOARD + fragment("a;", at("/") + "target = <&mac>;"),
                    "fragment@0 has both target and target-path"),
    "a bare number": (BOARD + fragment("a;", "target = <1>;"), "its target is a bare number"),
    "a target of two cells": (BOARD + fragment("a;", "target = <&mac 0>;"), "no single cell"),
    "a target of two bytes": (BOARD + fragment("a;", "target = [00 01];"), "no single cell"),
    "an empty path": (BOARD + fragment("a;", at("")), "its target-path is no string"),
    "a path that does not end": (BOARD + fragment("a;", "target-path = [2f 73 6f 63];"),
                                 "its target-path is no string"),
    "a path of two strings": (BOARD + fragment("a;", 'target-path = "/soc", "/";'),
                              "its target-path is no string"),
    "a path that is not there": (BOARD + fragment("a;", at("/soc/none")),
                                 "o.dtbo: fragment@0: base.dtb has no node /soc/none"),
    "an alias that is not there": (BOARD + fragment("a;", at("net9/x")),
                                   "fragment@0: base.dtb has no alias net9\n"),
    "an alias of a node that is not there": (BOARD + fragment("a;", at("dead")),
                                             "base.dtb has no node dead"),
    "a label that is not there": (
        BOARD + fragment("a = <&uart7>;"),
        "base.dtb has no label uart7 (needed by /fragment@0/__overlay__:a:0); "
        "it has uart0, uart1, bare\n"),
    "a label that nothing is near to": (BOARD + fragment("a = <&zzzzzzzzzz>;"),
                                        "zzzzzzzzzz (needed by /fragment@0/__overlay__:a:0)\n"),
    "a label that is a part of one": (BOARD + fragment("a = <&t0>;"), "it has uart0"),
    "a label of a node that is not there": (BOARD + fragment("a = <&lost>;"),
                                            "lost of base.dtb means '/soc/lost', and there is no"),
    "a label of a node without a phandle": (BOARD + fragment("a = <&bare>;"),
                                            "the node /soc/bare@300 of base.dtb, label bare, has no phandle"),
    "a label that does not end": (BOARD + fragment("a = <&odd>;"), "odd of base.dtb means '/soc'"),
    "fixups that do not end": (BOARD + FIXUPS % "[2f 61]", "/__fixups__ is damaged"),
    "fixups that are empty": (BOARD + fragment("a;") + "__fixups__ { mac; };",
                              "/__fixups__ is damaged"),
    "an enabled sibling at its address": (
        BOARD + fragment("new@200 { reg = <0x200 4>; };"),
        "o.dtbo: /soc/new@200 has the same address as its enabled sibling serial@200\n"),
    "an enabled sibling, by ok": (BOARD + fragment("new@400 { reg = <0x400 4>; };"),
                                  "same address as its enabled sibling serial@400"),
    "a label that it gives, damaged": (
        BOARD + fragment("a;") + "__symbols__ { x = [2f]; };", "cannot be merged into base.dtb"),
    "a reference to what is not merged": (
        BOARD + 'out: fragment@9 { target-path = "/"; __overlay__ { }; };' +
        fragment("a = <&out>;"),
        "/__local_fixups__/fragment@0/__overlay__: a: refers to a node that is not merged"),
}
for user in ("/fragment@0/__overlay__:a:8", "/fragment@0/__overlay__:a:5",
             "/fragment@0/__overlay__:none:0", "/fragment@0/none:a:0", "fragment@0:a:0",
             "/fragment@0/__overlay__:a", "/fragment@0/__overlay__:a:", "/fragment@0/__overlay__::0",
             "/fragment@0/__overlay__:a:0x", "/fragment@0/__overlay__:a:-0", ":a:0",
             "/fragment@0/__overlay__:a: 0", "/fragment@0/__overlay__:a:99999999999999999999",
             "/fragment@0/__overlay__/b:c:4", "/" + "x" * 1100 + ":a:0",
             "/fragment@0/__overlay__:" + "x" * 1100 + ":0"):
    REFUSED[f"a fixup {user[:60]}"] = (BOARD + FIXUPS % f'"/fragment@0/__overlay__:a:4", "{user}"',
                                       f"/__fixups__: mac: '{user[:300]}")
for body, said in (("__overlay__ { a = [00]; };", "is no list of offsets"),
                   ("__overlay__ { a = <8>; };", "an offset is outside of it"),
                   ("__overlay__ { a = <5>; };", "an offset is outside of it"),
                   ("__overlay__ { a = <4>; };", "refers to no node of the overlay"),
                   ("__overlay__ { b = <0>; };", "the node has no such property"),
                   ("__overlay__ { x { phandle = <0>; }; };", "is no list of offsets"),
                   ("__overlay__ { gone { }; };", "describes a node that the overlay lacks")):
    REFUSED[f"local fixups: {body}"] = (BOARD + LOCALS % body, said)

# What is not refused, though it looks like it.
TAKEN = {
    "any of its boards": 'compatible = "x,y", "acme,soc";' + fragment("a;"),
    "a disabled sibling at its address": BOARD + fragment("new@100 { reg = <0x100 4>; };"),
    "a disabled node at an address": BOARD + fragment('n@200 { reg = <1 4>; status = "disabled"; };'),
    "a sibling without reg": BOARD + fragment("new@300 { reg = <0x300 4>; };"),
    "a node without reg": BOARD + fragment("new@200 { };"),
    "its node at its address": BOARD + fragment("serial@200 { more; };"),
    "an offset up to the end": BOARD + FIXUPS % '"/fragment@0/__overlay__:a:4"',
    "an alias": BOARD + fragment("a;", at("net0")),
    "a path below an alias": BOARD + fragment("a;", at("/soc/net@100")),
    "a sleeping fragment": BOARD + fragment("a;") + "fragment@1 { __dormant__ { }; };",
    "parameters": BOARD + fragment("a;") + '__overrides__ { x = "y"; };',
    "a label that means no node of it": BOARD + fragment("a;") + '__symbols__ { y = "/none"; };',
}


def suites(result, work):
    base = compile_tree(BASE, work / "base.dtb")
    out = work / "out.dtb"

    def merge(body, *options, tree=base, name="o"):
        text = f"/dts-v1/; /plugin/; / {{ {body} }};"
        overlay = compile_tree(text, work / f"{name}.dtbo")
        if body == REFUSED["two fragments of one name"][0]:    # dtc would not make it
            overlay.write_bytes(overlay.read_bytes().replace(b"fragment@1\0", b"fragment@0\0"))
        return start("merge", "-o", out, *options, tree, overlay)

    for name, (body, words) in REFUSED.items():
        with result.test("refusals", name):
            done = merge(body)
            assert done.returncode == 2, f"exit status {done.returncode}: {done.stderr}"
            assert words in done.stderr, done.stderr
            assert done.stderr.count("\n") == 1 and not out.exists(), done.stderr
    for name, body in TAKEN.items():
        with result.test("refusals", f"taken: {name}"):
            done = merge(body)
            assert done.returncode == 0 and not done.stderr, done.stderr
            out.unlink()
    with result.test("refusals", "--any-board takes another board's, and none's"):
        for body in ("another board's", "no compatible"):
            assert merge(REFUSED[body][0], "--any-board").returncode == 0
        out.unlink()
    with result.test("refusals", "a base of no board"):
        none = compile_tree("/dts-v1/; / { soc { }; };", work / "none.dtb")
        done = merge(BOARD + fragment("a;"), tree=none)
        assert done.returncode == 2 and "none.dtb is the tree of an unnamed board" in done.stderr
    with result.test("refusals", "a base without labels"):
        plain = compile_tree("/dts-v1/; / { compatible = \"acme,board\"; };", work / "plain.dtb")
        done = merge(BOARD + fragment("a = <&mac>;"), tree=plain)
        assert done.returncode == 2 and "needs the label mac (/fragment@0/__overlay__:a:0), and " \
            "plain.dtb has no __symbols__" in done.stderr, done.stderr
    with result.test("refusals", "two overlays that disagree"):
        one = compile_tree(f"/dts-v1/; /plugin/; / {{ {BOARD} {fragment('x = <1>;')} }};",
                           work / "one.dtbo")
        two = compile_tree(f"/dts-v1/; /plugin/; / {{ {BOARD} {fragment('x = <2>;')} }};",
                           work / "two.dtbo")
        done = start("merge", "-o", out, base, one, two)
        assert done.returncode == 2 and "two.dtbo: replaces x of /soc, which one.dtbo has set: " \
            "the two cannot be used together" in done.stderr, done.stderr
        assert start("merge", "-o", out, base, one, one).returncode == 0
        out.unlink()
    with result.test("refusals", "more than an overlay has"):
        many = "".join(f"n{number};" for number in range(4085))
        assert merge(BOARD + fragment(many)).returncode == 0
        done = merge(BOARD + fragment(many + "".join(f"m{number};" for number in range(12))))
        assert done.returncode == 2 and "has more than 4096 nodes" in done.stderr, done.stderr
        done = merge(BOARD + fragment(f'a = "{"x" * (512 << 10)}";'))
        assert done.returncode == 2 and "bytes are no overlay" in done.stderr, done.stderr
        out.unlink()
    deep = "".join(f"d{level} {{ " for level in range(62)) + "};" * 62
    long = "".join(f"{'l' * 100}{level} {{ " for level in range(39)) + "};" * 39
    with result.test("refusals", "trees that only the merge makes too deep or their paths too long"):
        place = at("/soc" + "".join(f"/d{level}" for level in range(3)))
        for nested, words in ((deep, "base2.dtb: has nodes deeper than 64 levels"),
                              (long, "base2.dtb: has a node whose path is longer than 4095")):
            other = compile_tree(f"/dts-v1/; / {{ {BOARD} soc {{ d0 {{ d1 {{ d2 {{ "
                                 f"{'n' * 130} {{ }}; }}; }}; }}; }}; }};", work / "base2.dtb")
            target = place if nested == deep else at(f"/soc/d0/d1/d2/{'n' * 130}")
            for option in ([], ["--explain"]):
                done = merge(BOARD + fragment(nested, target), *option, tree=other)
                assert done.returncode == 2 and words in done.stderr, done.stderr
                assert not out.exists()
    with result.test("refusals", "a path of more than 1024 bytes is merged as any"):
        far = "".join(f"{'l' * 100}{level} {{ " for level in range(15))
        path = "".join(f"/{'l' * 100}{level}" for level in range(15))
        other = compile_tree(f"/dts-v1/; / {{ {BOARD} {far} x = <1>; {'};' * 15} }};",
                             work / "far.dtb")
        done = merge(BOARD + fragment("x = <2>; b { c; };", at(path)), "--explain", tree=other)
        assert done.returncode == 0, done.stderr
        assert f"    {path}\n    ~ x = <0x2> (was <0x1>)\n  + {path}/b\n" in done.stdout, done.stdout
        out.unlink()
    with result.test("refusals", "command lines"):
        for line, words in ((["-o", out], "no base tree is given"),
                            ([base], "give -o FILE, or --explain"),
                            (["-o", out, base], "no overlay is given"),
                            (["--none"], "usage: outboard merge"), (["-o"], "usage:")):
            done = start("merge", *line)
            assert done.returncode == 2 and words in done.stderr, (line, done.stderr)
        assert start("merge", "-h").stdout.startswith("usage: outboard merge")
        assert start().returncode == 2 and start("--help").returncode == 0
        assert start("--version").stdout.startswith("outboard ")
