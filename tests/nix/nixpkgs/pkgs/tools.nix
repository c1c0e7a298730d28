# SPDX-License-Identifier: GPL-2.0-only
#
# Programs and libraries: this machine's, each in a package of its own, so that a package that
# does not name what it uses fails here as it would in nixpkgs.
{ lib, self }:
let
  inherit (self) machine;
  inherit (self.stdenv) hostPlatform buildPlatform;
  prefix = lib.optionalString (hostPlatform.system != buildPlatform.system) "${hostPlatform.config}-";
  # Debian's cross compilers have another name.
  theirs = lib.optionalString (hostPlatform.system != machine.system) "${hostPlatform.parsed.cpu.name}-linux-gnu-";

  bootstrap =
    name: command: extra:
    derivation {
      inherit name command;
      inherit (buildPlatform) system;
      builder = "/bin/bash";
      args = [
        "-euc"
        "export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; eval \"$command\""
      ];
      machine = builtins.toJSON machine.compilers;
    }
    // extra;

  # Programs of Debian packages, by links.
  programs =
    name:
    {
      packages ? [ ],
      also ? [ ],
    }:
    bootstrap name
      ''
        mkdir -p "$out/bin"
        for package in ${toString packages}; do
          dpkg -L "$package" 2>/dev/null | grep -E '^(/usr)?/s?bin/[^/]+$' | while read -r file; do
            ln -sf "$file" "$out/bin/"
          done
        done
        for program in ${toString also}; do
          where=$(command -v "$program") || { echo "this machine has no $program" >&2; exit 1; }
          ln -sf "$where" "$out/bin/"
        done
      ''
      {
        pname = name;
        version = "0";
        meta = {
          mainProgram = builtins.head (also ++ packages);
          platforms = lib.platforms.linux;
        };
      };

  # A library of this machine: headers, what to link and its .pc.
  library =
    name:
    {
      pc,
      headers,
      libs,
    }:
    bootstrap name
      ''
        mkdir -p "$out/lib/pkgconfig" "$out/include"
        triplet=$(gcc -dumpmachine)
        for pc in ${toString pc}; do
          sed "s,^libdir=.*,libdir=$out/lib,;s,^includedir=.*,includedir=$out/include," \
            "/usr/lib/$triplet/pkgconfig/$pc.pc" >"$out/lib/pkgconfig/$pc.pc"
        done
        for header in ${toString headers}; do
          for where in /usr/include "/usr/include/$triplet"; do
            [ ! -e "$where/$header" ] || ln -sf "$where/$header" "$out/include/"
          done
        done
        for lib in ${toString libs}; do
          for file in /usr/lib/"$triplet"/"$lib".so* /lib/"$triplet"/"$lib".so* /usr/lib/"$triplet"/"$lib".a; do
            [ ! -e "$file" ] || ln -sf "$file" "$out/lib/"
          done
        done
      ''
      {
        pname = name;
        version = "0";
        meta.platforms = lib.platforms.linux;
      };

  # A package that is a name and no more: a system may hold it, and nothing in it can be run.
  only =
    name: text:
    self.stdenv.mkDerivation {
      inherit name;
      buildCommand = ''
        mkdir -p "$out"
        echo "${name}: ${text}" >"$out/only-a-name"
      '';
      meta.mainProgram = name;
    };
  native = package: if hostPlatform.system == machine.system then package else only package.name "the tests have it for their own machine only";
  tool = name: programs: native' (programs' name programs);
  programs' = programs;
  native' = native;
  pythonPackage = name: only "python3-${name}" "a package of Python that the tests have by name only";
  pythonPackages = lib.genAttrs [
    "cryptography"
    "distlib"
    "jsonschema"
    "libfdt"
    "pycryptodome"
    "pyelftools"
    "pyyaml"
    "setuptools"
  ] pythonPackage;
in
{
  cc = bootstrap "${prefix}gcc-wrapper"
    ''
      mkdir -p "$out/bin"
      cd "$out/bin"
      for program in addr2line ar as c++filt elfedit gprof ld ld.bfd nm objcopy objdump ranlib readelf size strings strip cpp gcov gcc-ar gcc-nm gcc-ranlib; do
        [ ! -e "/usr/bin/${theirs}$program" ] || ln -s "/usr/bin/${theirs}$program" "${prefix}$program"
      done
      for program in gcc g++; do
        {
          echo '#!/bin/bash'
          echo 'link=1'
          echo 'for word in "$@"; do case $word in -c|-S|-E|-M|-MM|-print-*|-dump*|--version|--help*|-nostdlib|-r) link= ;; esac; done'
          echo "exec /usr/bin/${theirs}$program \"\$@\" \$NIX_CFLAGS_COMPILE \''${link:+\$NIX_LDFLAGS}"
        } >"${prefix}$program"
        chmod +x "${prefix}$program"
      done
      ln -s "${prefix}gcc" "${prefix}cc"
      ln -s "${prefix}g++" "${prefix}c++"
    ''
    {
      pname = "gcc-wrapper";
      version = machine.compilers.gcc;
      targetPrefix = prefix;
      isGNU = true;
      isClang = false;
      cc = self.cc // {
        isGNU = true;
      };
      bintools = self.cc;
      meta.platforms = lib.platforms.linux;
    };
  gcc = self.cc;
  binutils = self.cc;
  binutils-unwrapped = self.cc;

  # What stdenv always has.
  standardTools = programs "standard-tools" {
    packages = [
      "bash"
      "bzip2"
      "coreutils"
      "diffutils"
      "findutils"
      "grep"
      "gzip"
      "make"
      "patch"
      "sed"
      "tar"
      "xz-utils"
    ];
    also = [
      "awk"
      "bash"
      "cmp"
      "diff"
      "find"
      "grep"
      "gzip"
      "make"
      "patch"
      "sed"
      "sh"
      "tar"
      "xargs"
      "xz"
    ];
  };

  bash = tool "bash" { also = [ "bash" ]; };
  bashInteractive = self.bash;
  runtimeShell = "/bin/bash";
  coreutils = tool "coreutils" { packages = [ "coreutils" ]; };
  findutils = tool "findutils" { also = [ "find" "xargs" ]; };
  gnugrep = tool "gnugrep" { also = [ "grep" ]; };
  gnused = tool "gnused" { also = [ "sed" ]; };
  gawk = tool "gawk" { also = [ "awk" ]; };
  gnutar = tool "gnutar" { also = [ "tar" ]; };
  gzip = tool "gzip" { also = [ "gzip" ]; };
  gnumake = tool "gnumake" { also = [ "make" ]; };
  bc = tool "bc" { also = [ "bc" ]; };
  bison = tool "bison" { also = [ "bison" ]; };
  flex = tool "flex" { also = [ "flex" ]; };
  git = tool "git" { also = [ "git" ]; };
  gitMinimal = self.git;
  groff = tool "groff" { also = [ "groff" ]; };
  perl = tool "perl" { also = [ "perl" ]; };
  ninja = tool "ninja" { also = [ "ninja" ]; };
  which = tool "which" { also = [ "which" ]; };
  cpio = tool "cpio" { also = [ "cpio" ]; };
  rsync = tool "rsync" { also = [ "rsync" ]; };
  shellcheck = tool "shellcheck" { also = [ "shellcheck" ]; };
  sparse = tool "sparse" { also = [ "sparse" ]; };
  fakeroot = tool "fakeroot" { also = [ "fakeroot" ]; };
  fakechroot = tool "fakechroot" { also = [ "fakechroot" ]; };
  mtools = tool "mtools" { packages = [ "mtools" ]; also = [ "mcopy" ]; };
  dosfstools = tool "dosfstools" { also = [ "mkfs.vfat" ]; };
  e2fsprogs = tool "e2fsprogs" { packages = [ "e2fsprogs" ]; also = [ "mke2fs" ]; };
  btrfs-progs = tool "btrfs-progs" { also = [ "mkfs.btrfs" ]; };
  gptfdisk = tool "gptfdisk" { also = [ "sgdisk" ]; };
  util-linux = tool "util-linux" { packages = [ "util-linux" "fdisk" ]; also = [ "sfdisk" ]; };
  util-linuxMinimal = self.util-linux;
  openssl = tool "openssl" { also = [ "openssl" ]; };
  socat = tool "socat" { also = [ "socat" ]; };
  nixfmt-tree = only "nixfmt-tree" "no Debian has it";
  nixfmt = only "nixfmt" "no Debian has it";
  nixfmt-rfc-style = lib.warn "nixfmt-rfc-style is now nixfmt" self.nixfmt;
  deadnix = only "deadnix" "no Debian has it";
  statix = only "statix" "no Debian has it";
  qemu = only "qemu" "the tests do not build it by Nix" // {
    src = self.fetchurl {
      url = "https://download.qemu.org/qemu-10.0.0.tar.xz";
      hash = lib.concatStrings [ "sha256-" (lib.strings.replicate 43 "A") "=" ];
    };
  };
  qemu_kvm = self.qemu;
  swig = only "swig" "by name only";
  meson = only "meson" "by name only";
  gnutls = only "gnutls" "by name only";
  ncurses = only "ncurses" "by name only";
  libuuid = only "libuuid" "by name only";
  glib = only "glib" "by name only";
  pixman = only "pixman" "by name only";
  elfutils = only "elfutils" "by name only";
  bluez = only "bluez" "by name only";
  libgpiod = only "libgpiod" "by name only";
  alsa-utils = only "alsa-utils" "by name only";
  i2c-tools = only "i2c-tools" "by name only";
  nix = only "nix" "by name only" // { out = self.nix; };
  cloud-utils = only "cloud-utils" "by name only";
  systemd = only "systemd" "by name only";
  systemdMinimal = self.systemd;
  iw = only "iw" "by name only";
  dt-schema = only "dt-schema" "by name only";

  # A newer one than Debian 12's, whose merges are wrong: from the sources that make tools has.
  dtc = self.stdenv.mkDerivation {
    pname = "dtc";
    inherit (machine.dtc) version;
    nativeBuildInputs = [
      self.bison
      self.flex
      self.pkg-config
    ];
    buildCommand = ''
      cp -r --no-preserve=mode ${machine.dtc.source} source
      cd source
      flags=(NO_PYTHON=1 NO_YAML=1 NO_VALGRIND=1 "PREFIX=$out" "CC=$CC" "AR=$AR" "CFLAGS=-O1 -DNO_YAML")
      mkdir -p "$out/bin" "$out/lib/pkgconfig" "$out/include"
      make -j"$NIX_BUILD_CORES" "''${flags[@]}" dtc fdtget fdtoverlay libfdt >/dev/null
      install dtc fdtget fdtoverlay "$out/bin"
      cp libfdt/libfdt.a "$out/lib"
      cp libfdt/fdt.h libfdt/libfdt.h libfdt/libfdt_env.h "$out/include"
      cat >"$out/lib/pkgconfig/libfdt.pc" <<END
      Name: libfdt
      Description: flattened device trees
      Version: ${machine.dtc.version}
      Libs: -L$out/lib -lfdt
      Cflags: -I$out/include
      END
    '';
    meta = {
      mainProgram = "dtc";
      platforms = lib.platforms.linux;
    };
  };
  libfdt = throw "libfdt is no package of nixpkgs: it is in dtc";

  kmod = native (bootstrap "kmod"
    ''
      mkdir -p "$out/bin" "$out/lib/pkgconfig" "$out/include"
      triplet=$(gcc -dumpmachine)
      for program in kmod depmod modinfo modprobe insmod rmmod lsmod; do
        ln -s "$(command -v $program)" "$out/bin/"
      done
      ln -s /usr/include/libkmod.h "$out/include/"
      ln -s /usr/lib/"$triplet"/libkmod.so* "$out/lib/"
      ln -s "/usr/lib/$triplet/pkgconfig/libkmod.pc" "$out/lib/pkgconfig/"
    ''
    {
      pname = "kmod";
      version = "0";
      meta.platforms = lib.platforms.linux;
    });
  xz = native (programs "xz" { also = [ "xz" ]; } // {
    dev = library "xz-dev" {
      pc = [ "liblzma" ];
      headers = [ "lzma.h" "lzma" ];
      libs = [ "liblzma" ];
    };
  });
  zlib = native (library "zlib" {
    pc = [ "zlib" ];
    headers = [ "zlib.h" "zconf.h" ];
    libs = [ "libz" ];
  });
  zstd = native (programs "zstd" { also = [ "zstd" ]; } // {
    dev = library "zstd-dev" {
      pc = [ "libzstd" ];
      headers = [ "zstd.h" "zstd_errors.h" "zdict.h" ];
      libs = [ "libzstd" ];
    };
  });

  pkg-config = bootstrap "pkg-config-wrapper"
    ''
      mkdir -p "$out/bin" "$out/nix-support"
      {
        echo '#!/bin/bash'
        echo "PKG_CONFIG_LIBDIR= exec $(command -v pkg-config) \"\$@\""
      } >"$out/bin/${prefix}pkg-config"
      chmod +x "$out/bin/${prefix}pkg-config"
      echo 'export PKG_CONFIG=''${targetPrefix}pkg-config; [ -e "'"$out"'/bin/$PKG_CONFIG" ] || { mkdir -p "$NIX_BUILD_TOP/.pkg-config"; ln -sf "'"$out"'"/bin/*pkg-config "$NIX_BUILD_TOP/.pkg-config/$PKG_CONFIG"; PATH=$NIX_BUILD_TOP/.pkg-config:$PATH; }' >"$out/nix-support/setup-hook"
    ''
    {
      pname = "pkg-config-wrapper";
      version = "0";
      meta = {
        mainProgram = "pkg-config";
        platforms = lib.platforms.linux;
      };
    };
  installShellFiles = bootstrap "install-shell-files"
    ''
      mkdir -p "$out/nix-support"
      cat >"$out/nix-support/setup-hook" <<'END'
      installManPage() {
        local page
        for page in "$@"; do
          install -D -m 644 -t "$out/share/man/man''${page##*.}" "$page"
        done
      }
      END
    ''
    { pname = "install-shell-files"; };
  makeWrapper = bootstrap "make-wrapper"
    ''
      mkdir -p "$out/nix-support"
      cat >"$out/nix-support/setup-hook" <<'END'
      makeWrapper() {
        local original=$1 wrapper=$2
        shift 2
        mkdir -p "$(dirname "$wrapper")"
        {
          echo '#!/bin/bash'
          while [ $# -gt 0 ]; do
            case $1 in
            --prefix) echo "export $2=$4\''${$2:+$3}\$$2"; shift 4 ;;
            --suffix) echo "export $2=\$$2\''${$2:+$3}$4"; shift 4 ;;
            --set) echo "export $2='$3'"; shift 3 ;;
            --add-flags) flags="$flags $2"; shift 2 ;;
            *) echo "makeWrapper doesn't understand the arg $1" >&2; exit 1 ;;
            esac
          done
          echo "exec $original$flags \"\$@\""
        } >"$wrapper"
        chmod +x "$wrapper"
      }
      wrapProgram() {
        local program=$1
        shift
        mv "$program" "''${program%/*}/.''${program##*/}-wrapped"
        makeWrapper "''${program%/*}/.''${program##*/}-wrapped" "$program" "$@"
      }
      END
    ''
    { pname = "make-wrapper"; };
  makeBinaryWrapper = self.makeWrapper;

  python3 = tool "python3" { also = [ "python3" ]; } // {
    pythonVersion = machine.compilers.python;
    interpreter = "${self.python3}/bin/python3";
    pythonOnBuildForHost = self.buildPackages.python3;
    withPackages = choose: builtins.deepSeq (map (package: package.name) (choose pythonPackages)) self.python3;
    pkgs = pythonPackages;
  };
  python3Packages = pythonPackages // {
    python = self.python3;
  };
  python3Minimal = self.python3;
}
