# SPDX-License-Identifier: GPL-2.0-only
"""Debian packages of any suite and architecture, without touching this machine's apt.

A private apt root (lists, state and cache of its own) is kept per set of
suites in the cache. Archive addresses come from this machine's own apt
sources, so a mirror or a proxy that is set up for the machine is used; apt
checks the archive's signatures and every file's hash as it always does.
"""
import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

from outboard import steps
from outboard.steps import CACHE, Fault

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Lists older than this are fetched again before a new download is resolved.
LISTS_MAX_AGE_S = 24 * 3600

# Where programs come from that Debian 12 has too old: a stable suite first, its files stay.
NEWER_SUITES = ("trixie", "forky", "sid")

NO_NETWORK = re.compile(r"Could not resolve|Temporary failure resolving|Could not connect|"
                        r"Network is unreachable|Connection (refused|timed out)|Unable to connect")


class Vanished(Fault):
    """The index lists a file that the archive no longer has."""


def check_cache():
    """A Fault where nothing can be built in the cache, wherever that is."""
    if not CACHE.is_absolute():
        raise Fault("no directory is known for the cache: set HOME=, or XDG_CACHE_HOME= to an "
                    "absolute path")
    if re.search(r"[\s:]", str(CACHE)):
        raise Fault(f"{CACHE}: the cache's path has a space or a colon, which the kernel's and "
                    "QEMU's builds do not take: set XDG_CACHE_HOME= to one without")


@contextlib.contextmanager
def lock(name):
    """Hold a lock that all runs on this cache share; says so when it has to wait."""
    check_cache()
    path = CACHE / "locks" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.progress(f"  ...    waiting for another run that prepares {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def publish(fresh, final):
    """Put a finished directory in its place in one move; an older one is replaced."""
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        old = final.with_name(final.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        final.rename(old)
        fresh.rename(final)
        shutil.rmtree(old)
    else:
        fresh.rename(final)


@contextlib.contextmanager
def workspace(prefix):
    """A directory on the cache's file system that is gone afterwards."""
    check_cache()
    base = CACHE / "tmp"
    base.mkdir(parents=True, exist_ok=True)
    path = pathlib.Path(tempfile.mkdtemp(prefix=prefix + ".", dir=base))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def archive_addresses():
    """(main archive, security archive) as this machine's apt has them.

    OUTBOARD_ARCHIVE and OUTBOARD_SECURITY_ARCHIVE override them.
    """
    main = os.environ.get("OUTBOARD_ARCHIVE")
    security = os.environ.get("OUTBOARD_SECURITY_ARCHIVE")
    if not (main and security):
        out = subprocess.run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)",
                              "Created-By: Packages"], capture_output=True, text=True,
                             check=False).stdout
        for line in sorted(set(out.splitlines())):
            release, _, uri = line.partition(" ")
            if re.fullmatch(r"(bookworm|trixie|forky|sid|stable|oldstable|testing|unstable)",
                            release):
                main = main or uri
            elif release.endswith("-security"):
                security = security or uri
    if not main or not security:
        raise Fault("this machine's apt has no Debian archive in its sources; set "
                    "OUTBOARD_ARCHIVE and OUTBOARD_SECURITY_ARCHIVE to the addresses of one")
    return main, security


class AptRoot:
    """A private apt root for @suites. @arch is the native one of the lists,
    which decides what a package without an architecture means. With @source
    it knows the suites' source packages, and only those."""

    def __init__(self, *suites, arch="amd64", source=False):
        self.suites = suites
        self.arch = arch
        self.source = source
        self.name = ("+".join(suites) + ("" if arch == "amd64" else f"@{arch}")
                     + ("@source" if source else ""))
        self.top = CACHE / "apt" / self.name

    def _environ(self):
        return {**os.environ, "APT_CONFIG": str(self.top / "apt.conf"), "LC_ALL": "C.UTF-8"}

    def _set_up(self):
        top = self.top
        for sub in ("etc/apt.conf.d", "etc/preferences.d", "etc/trusted.gpg.d",
                    "state/lists/partial", "cache/archives/partial", "log"):
            (top / sub).mkdir(parents=True, exist_ok=True)
        main, security = archive_addresses()
        (top / "state/status").touch()
        (top / "etc/sources.list").write_text("".join(
            f"{'deb-src' if self.source else 'deb'} [signed-by={KEYRING}] "
            f"{security if suite.endswith('-security') else main} {suite} main\n"
            for suite in self.suites))
        other = "arm64" if self.arch == "amd64" else "amd64"
        # Check-Valid-Until: an archive snapshot's Release file may be older than it says;
        # its signature is checked all the same. GzipIndexes: keep the lists compressed.
        (top / "apt.conf").write_text(f"""
Dir "{top}";
Dir::Etc "{top}/etc";
Dir::Etc::Main "/dev/null";
Dir::Etc::Parts "{top}/etc/apt.conf.d";
Dir::State "{top}/state";
Dir::State::Lists "{top}/state/lists";
Dir::State::status "{top}/state/status";
Dir::Cache "{top}/cache";
Dir::Cache::srcpkgcache "";
Dir::Log "{top}/log";
APT::Architecture "{self.arch}";
APT::Architectures {{ "{self.arch}"; "{other}"; }};
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Check-Valid-Until "false";
Debug::NoLocking "true";
""")

    def update(self, step, anew=False):
        """Fetch the lists when there are none or they are old, or in any case (@anew)."""
        stamp = self.top / "updated"
        with lock(f"apt-{self.name}"):
            if not anew and stamp.exists() and time.time() - stamp.stat().st_mtime < LISTS_MAX_AGE_S:
                return
            if not shutil.which("apt-get") or not os.path.exists(KEYRING):
                raise Fault("apt-get and debian-archive-keyring are needed to fetch Debian's "
                            "kernels; on another distribution build with KDIR=")
            self._set_up()
            step.note = "fetching lists"
            done = subprocess.run(["apt-get", "-q", "update", "-oAPT::Update::Error-Mode=any"],
                                  env=self._environ(), capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, check=False)
            with open(step.log, "a", encoding="utf-8") as log:
                log.write(done.stdout + done.stderr)
            if done.returncode:
                raise _download_fault(f"the package lists of {self.name}", done.stderr, step)
            step.note = ""
            stamp.touch()

    def _ask(self, *command):
        return subprocess.run(command, env=self._environ(), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False).stdout

    def names(self, prefix):
        """All package names that begin with @prefix."""
        return self._ask("apt-cache", "pkgnames", prefix).split()

    def show(self, package):
        """The index entries of a package, newest version first, as dictionaries."""
        entries = []
        for block in self._ask("apt-cache", "show", package).split("\n\n"):
            entry = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", block, re.M))
            if entry:
                entries.append(entry)
        return entries

    def download(self, packages, target, step):
        """Download just @packages (name[:arch][=version]) into @target."""
        return self._fetch(["apt-get", "-q", "download", *packages], packages, target, target,
                           step)

    def download_closure(self, packages, target, step):
        """Download @packages with all that they depend on into @target."""
        archives = target / "archives"
        (archives / "partial").mkdir(parents=True)
        return self._fetch(["apt-get", "-q", "-y", "install", "--download-only",
                            f"-oDir::Cache::archives={archives}", *packages],
                           packages, target, archives, step)

    def download_source(self, package, target, step):
        """Download a source package's upstream archive into @target; returns its path.

        Only that file is asked for: some archives lack the .dsc of a release's packages.
        apt checks its hash against the signed index.
        """
        command = ["apt-get", "-q", "source", "--download-only", "--tar-only", package]
        self._fetch(command, [package], target, target, step)
        (archive,) = target.glob("*.orig.tar.*")
        return archive

    def _fetch(self, command, packages, cwd, where, step):
        uris = self._ask(*command, "--print-uris")
        total = sum(int(size) for size in re.findall(r"^'\S+' \S+ (\d+)", uris, re.M))
        if not total:
            raise Vanished(f"{', '.join(packages)}: not in the lists of {self.name}")
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(where, total, step.title, done))
        watcher.start()
        try:
            result = subprocess.run(command, cwd=cwd, env=self._environ(), capture_output=True,
                                    text=True, stdin=subprocess.DEVNULL, check=False)
        finally:
            done.set()
            watcher.join()
        with open(step.log, "a", encoding="utf-8") as log:
            log.write(result.stdout + result.stderr)
        if result.returncode:
            raise _download_fault(", ".join(packages), result.stderr, step)
        return sorted(where.glob("*.deb"))


def _download_fault(what, errors, step):
    if re.search(r"No space left|enough free space|Disk quota", errors):
        return Fault(f"{CACHE}: the disk is full: make room there for {what}, or set "
                     f"XDG_CACHE_HOME= to another place\n{step.tail(5)}")
    if NO_NETWORK.search(errors):
        return Fault(f"no network: {what} cannot be fetched from the Debian archive.\n"
                     f"What is in the cache ({CACHE}) can still be used.\n{step.tail(5)}")
    if "404" in errors:
        return Vanished(f"{what}: listed, but gone from the archive")
    return Fault(f"{what} cannot be fetched\n{step.tail(5)}")


def _watch(where, total, title, done):
    """Show how far a download is: on a terminal each second, elsewhere every 15 s."""
    start = shown = time.monotonic()
    while not done.wait(1):
        have = 0
        for path in where.rglob("*"):
            with contextlib.suppress(OSError):
                have += path.stat().st_size if path.is_file() else 0
        line = f"  ...    {title}: {have / 1e6:.0f} of {total / 1e6:.0f} MB"
        steps.progress(line)
        if not os.isatty(1) and time.monotonic() - shown > 15:
            shown = time.monotonic()
            steps.say(f"{line}, {shown - start:.0f} s")


def unpack(debs, target, step):
    """Unpack .deb files over each other into @target."""
    target.mkdir(parents=True, exist_ok=True)
    for deb in debs:
        step.run(["dpkg-deb", "-x", deb, target])


def tree(name, packages, *, suites, arch, step):
    """A directory in the cache with @packages unpacked; @arch set: with all dependencies.

    Nothing is configured: maintainer scripts do not run. Built once; delete the
    directory to have it built anew.
    """
    final = CACHE / name
    with lock(name.replace("/", "-")):
        if final.is_dir():
            step.note = step.note or "cached"
            return final
        root = AptRoot(*suites, arch=arch or "amd64")
        root.update(step)
        with workspace(pathlib.Path(name).name) as work:
            (work / "debs").mkdir()
            fetch = root.download_closure if arch else root.download
            debs = fetch(packages, work / "debs", step)
            unpack(debs, work / "root", step)
            (work / "root/PACKAGES").write_text("".join(f"{deb.name}\n" for deb in debs))
            publish(work / "root", final)
    return final


def program(name, package, path):
    """Command line of a program that Debian 12 has too old, from a newer suite.

    The package is fetched once, with all that it depends on, into the cache as @name;
    the program at @path in it runs with its own suite's C library.
    """
    root = CACHE / name
    if not root.is_dir():
        with steps.Step(f"{package} of a newer Debian") as step:
            for suite in NEWER_SUITES:
                try:
                    tree(name, [package], suites=(suite,), arch="amd64", step=step)
                    step.note = suite
                    break
                except Vanished:
                    continue
            else:
                raise Fault(f"no suite of {', '.join(NEWER_SUITES)} has {package}")
    libraries = root / "usr/lib/x86_64-linux-gnu"
    return [str(libraries / "ld-linux-x86-64.so.2"), "--library-path", str(libraries),
            str(root / path)]
