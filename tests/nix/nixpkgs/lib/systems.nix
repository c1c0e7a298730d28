# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  doubles = rec {
    linux = [
      "aarch64-linux"
      "x86_64-linux"
    ];
    darwin = [ "aarch64-darwin" ];
    all = linux ++ darwin;
    unix = all;
    aarch64 = [
      "aarch64-linux"
      "aarch64-darwin"
    ];
    x86_64 = [ "x86_64-linux" ];
  };
  platforms = doubles;
  flakeExposed = doubles.all;

  # What is known of a machine. Only those that outboard is built on, and for.
  elaborate =
    wanted:
    let
      system = if builtins.isString wanted then wanted else wanted.system or ofConfig.${wanted.config};
      ofConfig = {
        aarch64-unknown-linux-gnu = "aarch64-linux";
        x86_64-unknown-linux-gnu = "x86_64-linux";
      };
      cpus = {
        aarch64-linux = {
          config = "aarch64-unknown-linux-gnu";
          linuxArch = "arm64";
          ubootArch = "arm64";
          efiArch = "aa64";
          qemuArch = "aarch64";
          isAarch64 = true;
          isAarch = true;
          isx86 = false;
          isx86_64 = false;
        };
        x86_64-linux = {
          config = "x86_64-unknown-linux-gnu";
          linuxArch = "x86_64";
          ubootArch = "x86_64";
          efiArch = "x64";
          qemuArch = "x86_64";
          isAarch64 = false;
          isAarch = false;
          isx86 = true;
          isx86_64 = true;
        };
      };
      cpu =
        cpus.${system}
          or (throw "system '${system}' is not known: there are ${lib.concatStringsSep ", " (builtins.attrNames cpus)}");
      platform =
        cpu
        // {
          inherit system;
          isLinux = true;
          isDarwin = false;
          isUnix = true;
          isRiscV = false;
          isAarch32 = false;
          isMusl = false;
          isStatic = false;
          is64bit = true;
          isLittleEndian = true;
          libc = "glibc";
          extensions = {
            sharedLibrary = ".so";
            staticLibrary = ".a";
            library = ".so";
            executable = "";
          };
          canExecute = other: other.system == system;
          # It went with the targets, and says so to those who still ask.
          linux-kernel = throw "lib.systems: linux-kernel is gone since 26.11: ask the kernel for target and buildDTBs";
        };
    in
    platform
    // {
      parsed.cpu.name = builtins.head (lib.splitString "-" system);
      emulatorAvailable = _: false;
      __toString = _: system;
    };
  equals = a: b: a.system == b.system;
  parse.doubleFromSystem = { system, ... }: system;
  examples.aarch64-multiplatform.config = "aarch64-unknown-linux-gnu";
  examples.gnu64.config = "x86_64-unknown-linux-gnu";
}
