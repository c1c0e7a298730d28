# SPDX-License-Identifier: GPL-2.0-only
"""The modules that a guest needs for its tree, by what 'outboard cover' says of it."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from outboard.modules import tools
from outboard.steps import Fault

# Seconds: what the kernel waits for suppliers that do not come, and what the guest then does.
TIMEOUT = 4
WAITING = TIMEOUT + 2.5
# What devices that drivers create ask for: other devices may wait for it. Tests add to it.
ALIASES = {"auxiliary:reset.gpio", "platform:cpufreq-dt", "platform:psci-cpuidle"}
# Modules that a tree asks for and that are left out of the guest, with what they did there.
SKIPPED = {}


def predict(kernel, tree, ours=()):
    """What cover says of each enabled node, by path. @ours: files of modules that count too."""
    with tempfile.TemporaryDirectory() as folder:
        for path in ours:
            shutil.copy(path, folder)
        done = subprocess.run(
            [tools.outboard(), "cover", "--json", "--kernel", kernel.root,
             *(["--modules", folder] if ours else []), tree],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise Fault(f"outboard cover: {done.stderr.strip()}", 1)
    return {node["path"]: node for node in json.loads(done.stdout)["trees"][0]["nodes"]
            if node["status"] == "okay"}


def _modprobe(kernel, *words):
    """Lines that kmod answers with for @kernel; what is unknown to it is left out."""
    done = subprocess.run(["/sbin/modprobe", "-C", "/dev/null", "-d", kernel.root, "-S",
                           kernel.release, "-a", *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    return done.stdout.splitlines()


def asked_for(kernel, aliases):
    """The modules that kmod, by the kernel's whole index, finds for @aliases."""
    found = _modprobe(kernel, "-R", *sorted(aliases))
    # It knows of what is built in, too.
    files = re.findall(r"([^/]+)\.ko[.\w]*:", (kernel.modules / "modules.dep").read_text())
    return {name.replace("-", "_") for name in found} & {
        name.replace("-", "_") for name in files} - set(SKIPPED)


def needs(ours):
    """Names of the modules that ours, files, depend on."""
    done = subprocess.run(["/sbin/modinfo", "-F", "depends", *ours], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, check=False) if ours else None
    return [name for name in re.split(r"[,\s]+", done.stdout) if name] if done else []


def modules(kernel, predicted, more=()):
    """Files of the kernel's modules for a tree: those that cover names, all that kmod finds, @more.

    What cover leaves out has to be there as well: else it could not be seen to be wrong.
    """
    names = {name for node in predicted.values() for name in node["modules"]
             if node["verdict"] == "module"} - set(SKIPPED)
    names |= asked_for(kernel, {
        f"of:N{path.rpartition('/')[2].partition('@')[0]}T(null)" +
        "".join(f"C{compatible}" for compatible in node["compatible"])
        for path, node in predicted.items()} | ALIASES | set(more))
    # With softdeps, in the order of loading.
    lines = _modprobe(kernel, "--show-depends", *sorted(names))
    return sorted({pathlib.Path(line.split()[1]) for line in lines
                   if line.startswith("insmod ")})
