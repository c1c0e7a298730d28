# SPDX-License-Identifier: GPL-2.0-only
"""What outboard cover prints, from its first byte to its last."""
import json

from tests.program.common import compile_tree, run
from tests.program.made_up import RELEASE, Kernel, make_image, module

TREE = """
/dts-v1/;
/ {
	model = "A \\"B\\" \\\\C"; compatible = "acme,board", "acme,soc";
	uart: uart { compatible = "acme,uart"; };
	net { compatible = "acme,net-new", "acme,net"; };
	gap: gap { compatible = "acme,gap", "acme,gap-old"; };
	name { compatible = "acme,looked-up"; };
	timer { compatible = "acme,timer"; };
	both { compatible = "acme,both"; };
	dma { compatible = "acme,x", "acme,dma-new", "acme,dma"; };
	i2c@1 { #address-cells = <1>; #size-cells = <0>;
		clock@2 { reg = <2>; compatible = "acme,old-clock"; }; };
	spi@1 { #address-cells = <1>; #size-cells = <0>;
		flash@1 { reg = <1>; compatible = "acme,flash-old"; }; };
	soc { compatible = "simple-bus"; off: off { compatible = "acme,dma"; status = "disabled"; };
		offgap { compatible = "acme,gap"; status = "disabled"; }; };
	display { compatible = "acme,display"; };
	plane { compatible = "acme,plane"; };
	ours { compatible = "acme,ours"; };
};
"""
OVERLAY = """
/dts-v1/; /plugin/;
&off { status = "okay"; };
&uart { acme,speed = <1>; };
&gap { status = "disabled"; };
&{/} { added { compatible = "acme,net"; }; };
"""

NO = "no driver in this kernel for "
BY_HAND = "nothing loads it by itself: the {} core asks for {}: aliases, and it has none for this"
BUS = "a bus or block of devices: the core makes devices of its children"
FIRST = "no driver for acme,x: matched by a fallback; what is built in for acme,dma may take it first"
FALLBACK = "no driver for acme,net-new: matched by a fallback"
NAMED = f"{NO}acme,looked-up; the image has acme,looked-up as a name: its code may look for the node"
LOADED = "the module has no alias for it, but is loaded for acme,display"
OURS = "a module of --modules"

# Path, mark, verdict, confidence, driver, by, bus, position, why.
ANSWERS = [
    ("/uart", "built-in", "builtin", "B", "acme-uart", "acme,uart", "of", 1, ""),
    ("/net", "module", "module", "A", "acme_net", "acme,net", "of", 2, FALLBACK),
    ("/gap", "NONE", "none", "D", "", None, None, None, f"{NO}acme,gap, acme,gap-old"),
    ("/name", "NONE", "none", "D", "", None, None, None, NAMED),
    ("/timer", "built-in", "builtin", "B", "(set up by core code)", "acme,timer", "of", 1, ""),
    ("/both", "module", "module", "A", "acme_both, other_both", "acme,both", "of", 1, ""),
    ("/dma", "module", "module", "A", "dma_new", "acme,dma-new", "of", 2, FIRST),
    ("/i2c@1/clock@2", "module", "module", "A", "rtc_old", "old-clock", "i2c", None,
     BY_HAND.format("I2C", "of")),
    ("/spi@1/flash@1", "module", "module", "A", "flash", "acme,flash-old", "of", 1,
     BY_HAND.format("SPI", "spi")),
    ("/soc", "no need", "class", "C", "", None, None, None, BUS),
    ("/soc/off", "disabled", "builtin", "B", "acme-dma", "acme,dma", "of", 1, ""),
    ("/soc/offgap", "disabled", "none", "D", "", None, None, None, f"{NO}acme,gap"),
    ("/display", "module", "module", "A", "display", "acme,display", "of", 1, ""),
    ("/plane", "module", "module", "B", "display", "acme,plane", "of", 1, LOADED),
    ("/ours", "module", "module", "A", "ours_too", "acme,ours", "of", 1, OURS),
]
ORDER = ["none", "module", "builtin", "class"]
SUMS = {"module": 8, "builtin": 2, "class": 1, "none": 2, "disabled": 2}


def sentence(answer):
    """An answer as text has it."""
    _, _, verdict, _, driver, by, bus, _, why = answer
    if verdict == "class":
        return f"bus: {why}"
    if not by:
        return why
    return f"{driver} by {'' if bus == 'of' else bus + ':'}{by}" + (f" ({why})" if why else "")


def line(answer, column=14):
    """An answer's line."""
    return f"  {answer[1]:8}  {answer[3]}  {answer[0]:{column}}  {sentence(answer)}"


def ordered(answers):
    """As text has them: enabled ones first, by their verdict."""
    return sorted(answers, key=lambda entry: (entry[1] == "disabled", ORDER.index(entry[2])))


def as_json(answer):
    """An answer as JSON has it."""
    _, _, verdict, confidence, driver, by, bus, position, why = answer
    modules = driver.split(", ") if verdict == "module" else []
    return {"verdict": verdict, "modules": modules, "ours": modules if why == OURS else [],
            "driver": driver if verdict == "builtin" and driver[0] != "(" else None, "by": by,
            "bus": bus, "position": position, "autoload": "by itself" not in why,
            "confidence": confidence, "class": "bus" if verdict == "class" else None, "why": why}


def setting(work):
    """A kernel, modules of ours, and the tree: (the options, the tree, the kernel)."""
    kernel = Kernel(work / "reports")
    (work / "reports-ours").mkdir()
    (work / "reports-ours" / "ours-too.ko").write_bytes(
        module([("alias", "of:N*T*Cacme,ours")]))
    options = ["-k", kernel.root, "-m", work / "reports-ours"]
    return options, compile_tree(TREE, work / "reports.dtb"), kernel


def text(result, options, tree):
    sums = "  8 module, 2 built-in, 1 need none, 2 none (2 disabled)\n"
    head = f"{tree}: A \"B\" \\\\C, on {RELEASE}\n"
    with result.test("reports", "text"):
        status, out, err = run(*options, tree)
        shown = [answer for answer in ordered(ANSWERS) if answer[1] != "disabled"]
        want = head + "".join(f"{line(answer)}\n" for answer in shown) + sums
        assert (status, err) == (1, "") and out == want, out
        assert run(*options, tree, tree)[1] == f"{want}\n{want}"
    with result.test("reports", "text with disabled nodes"):
        want = head + "".join(f"{line(answer)}\n" for answer in ordered(ANSWERS)) + sums
        assert run(*options, "--all", tree)[1] == want
    with result.test("reports", "text of a part"):
        status, out, _ = run(*options, "--only", "/uart", tree)
        assert status == 0 and out == \
            f"{head}{line(ANSWERS[0], 5)}\n  0 module, 1 built-in, 0 need none, 0 none (0 disabled)\n"


def structured(result, options, tree, kernel):
    known = {"release": RELEASE, "modules": str(kernel.modules), "image": str(kernel.image),
             "modules_alias": True, "builtin_aliases": False, "image_drivers": True}
    nodes = [{"path": answer[0], "status": "disabled" if answer[1] == "disabled" else "okay",
              **as_json(answer)} for answer in ANSWERS]

    def wanted(names):
        chosen = [node for node in nodes if node["path"] in names]
        return {"kernel": known, "against": None, "modules_read": True, "trees": [{
            "file": str(tree), "model": 'A "B" \\C', "compatible": ["acme,board", "acme,soc"],
            "overlays": [], "summary": SUMS, "nodes": chosen}]}

    def said(*arguments):
        out = json.loads(run(*options, "--json", *arguments)[1])
        compatibles = {node["path"]: node.pop("compatible")
                       for one in out["trees"] for node in one["nodes"]}
        assert compatibles["/dma"] == ["acme,x", "acme,dma-new", "acme,dma"]
        assert compatibles["/uart"] == ["acme,uart"]
        return out

    with result.test("reports", "JSON"):
        enabled = [answer[0] for answer in ANSWERS if answer[1] != "disabled"]
        assert said(tree) == wanted(enabled), said(tree)
        assert said("--all", tree) == wanted([answer[0] for answer in ANSWERS])
        two = said(tree, tree)
        assert two["trees"] == 2 * wanted(enabled)["trees"]
    with result.test("reports", "KTAP"):
        enabled = [answer for answer in ANSWERS if answer[1] != "disabled"]
        want = [f"    KTAP version 1\n    # Subtest: {tree}\n    1..{len(enabled)}\n"]
        for number, answer in enumerate(enabled, 1):
            word = "not ok" if answer[2] == "none" else "ok"
            note = f"SKIP bus: {BUS}" if answer[2] == "class" else \
                f"{answer[1]} {answer[8] if answer[2] == 'none' else answer[4]}"
            want.append(f"    {word} {number} {answer[0]} # {note}\n")
        want.append("    # 8 module, 2 built-in, 1 need none, 2 none\n")
        one = "".join(want)
        status, out, _ = run(*options, "--ktap", tree, tree)
        assert status == 1 and out == \
            f"KTAP version 1\n1..2\n{one}not ok 1 {tree}\n{one}not ok 2 {tree}\n", out
        status, out, _ = run(*options, "--ktap", "--all", "--only", "/soc/off", tree)
        assert "    1..2\n    ok 1 /soc/off # SKIP disabled\n" \
            "    not ok 2 /soc/offgap # SKIP disabled\n" in out, out
        assert (status, out.splitlines()[-1]) == (0, f"ok 1 {tree}"), out


def compared(result, options, tree, work):
    overlay = compile_tree(OVERLAY, work / "reports.dtbo")
    with result.test("reports", "text with overlays"):
        out = run(*options, "--any-board", "--overlay", overlay, tree)[1].splitlines()
        for before, after in (
                ("  built-in  B  /uart ", "changed by the overlays; before: built-in"),
                ("  built-in  B  /soc/off ", "enabled by the overlays; before: disabled"),
                ("  disabled  D  /gap ", "disabled by the overlays; before: NONE"),
                ("  module    A  /added ", "added by the overlays; before: not there")):
            place, = [i for i, said in enumerate(out) if said.startswith(before)]
            assert out[place + 1] == " " * 15 + after, out[place + 1]
        assert sum("by the overlays" in said for said in out) == 4
    with result.test("reports", "JSON with overlays"):
        said = json.loads(run(*options, "--any-board", "--json", "--overlay", overlay,
                              "--overlay", overlay, tree)[1])["trees"][0]
        assert said["overlays"] == [str(overlay)] * 2
        have = {node["path"]: node for node in said["nodes"]}
        assert have["/added"]["before"] is None and have["/added"]["change"] == "added"
        assert have["/uart"]["before"] == as_json(ANSWERS[0]), have["/uart"]["before"]
        assert "/soc/offgap" not in have and "against" not in have["/uart"]
        assert "/gap" not in [node["path"] for node in json.loads(
            run(*options, "--any-board", "--json", "--overlay-nodes", "--overlay", overlay,
                tree)[1])["trees"][0]["nodes"]]
    listed = Kernel(work / "reports-listed", builtin="acme_gap.alias=of:N*T*Cacme,gap\0",
                    release="6.2.0-other")
    with result.test("reports", "text against another kernel"):
        status, out, _ = run(*options, "--against", listed.root, tree)
        lines = out.splitlines()
        place = lines.index(line(ANSWERS[2], 5))
        assert lines[place + 1] == "               on 6.2.0-other: built-in acme_gap by acme,gap"
        assert [said.split()[2] for said in lines if said[2:6] in ("NONE", "modu", "buil")] == \
            ["/gap", "/ours"], out
        assert status == 1
    with result.test("reports", "JSON against another kernel"):
        said = json.loads(run(*options, "--json", "--against", listed.root, tree)[1])
        assert said["against"]["release"] == "6.2.0-other"
        assert said["against"]["builtin_aliases"] and not said["kernel"]["builtin_aliases"]
        gap, = [node for node in said["trees"][0]["nodes"] if node["path"] == "/gap"]
        assert gap["against"]["verdict"] == "builtin" and gap["against"]["modules"] == ["acme_gap"]


def edges(result, options, work, kernel):
    """Long paths, names that are no text, kernels that lack something."""
    def tree_of(names, file="edges.dtb", **change):
        tree = compile_tree("/dts-v1/; / { " + "".join(
            f"{name} {{ compatible = \"acme,uart\"; }};" for name in names) + "};", work / file)
        data = tree.read_bytes()
        for old, new in change.items():
            data = data.replace(old.encode(), new)
        tree.write_bytes(data)
        return tree

    with result.test("reports", "a path of 72 characters makes the column, a longer one does not"):
        out = run(*options, tree_of(["a", "b" * 71, "c" * 72]))[1].splitlines()
        assert out[0].endswith(f": no model, on {RELEASE}"), out[0]
        rest = "acme-uart by acme,uart"
        assert out[1:4] == [f"  built-in  B  {'/a':72}  {rest}", f"  built-in  B  /{'b' * 71}  {rest}",
                            f"  built-in  B  /{'c' * 72}  {rest}"], out
    with result.test("reports", "what is no text"):
        tree = tree_of(["xxxx", "yyyy"], "e\x1b\x7f.dtb", xxxx=b"x\x1f\x7f ", yyyy=b"y#~\xe9")
        out = run(*options, tree)[1]
        assert "/e\\x1b\\x7f.dtb: no model" in out, out
        assert "  /x\\x1f\\x7f   " in out and "  /y#~\\xe9  " in out, out
        out = run(*options, "--json", tree)[1]
        assert '"/x\\u001f\\u007f "' in out, out
        assert json.loads(out)["trees"][0]["nodes"][1]["path"] == "/y#~\ufffd", out
        assert json.loads(out)["trees"][0]["model"] is None
        assert json.loads(out)["trees"][0]["compatible"] == []
    with result.test("reports", "a model that does not end"):
        tree = compile_tree("/dts-v1/; / { model = [41 42]; compatible; };", work / "unended.dtb")
        assert run(*options, tree)[1].startswith(f"{tree}: no model, on")
    tree = tree_of(["a"])
    blind = Kernel(work / "reports-blind", make_image(pointers=False), aliases=None,
                   release="6.3.0-blind")
    notes = "6.3.0-blind has no modules.alias: its modules themselves were read\n" \
        "6.3.0-blind: the image's pointers cannot be read: a list of names counts as a driver\n"
    with result.test("reports", "notes of a kernel that lacks something"):
        assert run("-k", blind.root, tree)[1].startswith(f"{notes}{tree}: ")
        assert run(*options, "--against", blind.root, tree)[1].startswith(f"{notes}{tree}: ")
        said = json.loads(run("-k", blind.root, "--json", tree)[1])["kernel"]
        assert not said["modules_alias"] and not said["image_drivers"]
        assert "6.3.0" not in run("-k", blind.root, "--ktap", tree)[1]
    packed = Kernel(work / "reports-packed", release="6.4.0-packed")
    (packed.modules / "kernel/display.ko").write_bytes(b"\x1f\x8b\x08" + bytes(40))
    note = "# not all modules could be unpacked: some of the gaps may be none\n"
    tree = compile_tree("/dts-v1/; / { d { compatible = \"acme,display\"; };"
                        "g { compatible = \"acme,gap\"; }; };", work / "packed.dtb")
    with result.test("reports", "a module that cannot be unpacked"):
        for arguments in (["-k", packed.root], ["-k", kernel.root, "--against", packed.root]):
            assert run(*arguments, tree)[1].endswith(f"\n{note}")
            assert run(*arguments, "--ktap", tree)[1].endswith(f"\n{note}")
            assert json.loads(run(*arguments, "--json", tree)[1])["modules_read"] is False
        assert note not in run("-k", kernel.root, tree)[1]


def suites(result, work):
    """All of them."""
    options, tree, kernel = setting(work)
    text(result, options, tree)
    structured(result, options, tree, kernel)
    compared(result, options, tree, work)
    edges(result, options, work, kernel)
