# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels: Debian's of the test matrix, under the names that nixpkgs has for such, with what a
# kernel of nixpkgs is asked for; and nixpkgs' builders, which take the same arguments and build
# nothing.
{ lib, self }:
let
  inherit (self) machine stdenv;
  inherit (stdenv) hostPlatform;
  arm = hostPlatform.isAarch64;

  # Questions to a configuration, as the builders' `config' answers them.
  configuration =
    text:
    let
      value =
        name:
        let
          at = builtins.match ".*\nCONFIG_${name}=([^\n]*)\n.*" "\n${text}\n";
        in
        if at == null then null else builtins.head at;
      upper = name: lib.toUpper name;
    in
    rec {
      getValue = name: value (upper name);
      isSet = name: getValue name != null;
      isYes = name: getValue name == "y";
      isNo = name: !isSet name;
      isModule = name: getValue name == "m";
      isEnabled = name: isYes name || isModule name;
      isDisabled = name: !isSet name || isNo name;
    };

  commonFlags =
    let
      build = self.buildPackages.stdenv.cc;
      prefix = stdenv.cc.targetPrefix;
    in
    [
      "ARCH=${hostPlatform.linuxArch}"
      "CROSS_COMPILE=${prefix}"
      "CC=${stdenv.cc}/bin/${prefix}cc"
      "HOSTCC=${build}/bin/${build.targetPrefix}cc"
      "HOSTLD=${build}/bin/${build.targetPrefix}ld"
    ];

  # What is the same for all kernels; `derivation' is that of one with these passthru.
  package =
    {
      version,
      modDirVersion ? version,
      pname ? "linux",
      features ? { },
      kernelPatches ? [ ],
      config,
      configfile ? self.emptyFile,
      target ? if arm then "Image" else "bzImage",
      buildDTBs ? arm,
      extraMeta ? { },
      extraMakeFlags ? [ ],
      isZen ? false,
      build,
      args ? { },
      passthru ? { },
    }:
    stdenv.mkDerivation (
      {
        inherit pname version;
        outputs = [
          "out"
          "dev"
          "modules"
        ];
        requiredSystemFeatures = [ ];
        buildCommand = build;
        passthru = {
          inherit
            version
            modDirVersion
            features
            kernelPatches
            config
            configfile
            target
            buildDTBs
            isZen
            stdenv
            ;
          withRust = false;
          baseVersion = lib.head (lib.splitString "-rc" version);
          commonMakeFlags = commonFlags ++ extraMakeFlags;
          makeFlags = throw "kernel.makeFlags is not for modules: use kernelModuleMakeFlags";
          moduleBuildDependencies = [
            self.buildPackages.perl
            self.buildPackages.kmod
            self.buildPackages.bc
          ];
          kernelOlder = lib.versionOlder version;
          kernelAtLeast = lib.versionAtLeast version;
          isLTS = throw "kernel.isLTS is gone";
          isHardened = throw "kernel.isHardened is gone";
          isLibre = throw "kernel.isLibre is gone";
        } // passthru;
        meta = {
          description = "The Linux kernel";
          license = lib.licenses.gpl2Only;
          platforms = lib.platforms.linux;
        } // extraMeta;
      }
      // args
    );

  nothing = kind: ''
    echo "${kind}: the tests evaluate this kernel and do not build it" >&2
    exit 1
  '';
  common = {
    efiBootStub = true;
    ia32Emulation = true;
    netfilterRPFilter = true;
  };

  # A kernel of the matrix. What of it a build could write to is copied.
  debian = lib.makeOverridable (
    {
      name,
      kernelPatches ? [ ],
      features ? { },
      randstructSeed ? "",
    }:
    let
      kernel = machine.kernels.${name} or (throw "the tests' matrix has no kernel ${name}");
    in
    package {
      pname = "linux-debian";
      inherit (kernel) version;
      modDirVersion = kernel.release;
      inherit kernelPatches;
      features = common // features;
      config = configuration (builtins.readFile ../configurations/${name});
      configfile = builtins.path {
        name = "linux-config-${kernel.version}";
        path = ../configurations + "/${name}";
      };
      args = {
        # What is copied is not hashed by its path.
        inherit (kernel) hash;
        inherit randstructSeed;
        patches = lib.remove null (map (patch: patch.patch) kernelPatches);
      };
      build =
        if !arm then
          nothing "linux-debian"
        else
          ''
            [ -z "$patches" ] || { echo "Debian's kernels are not patched by the tests" >&2; exit 1; }
            mkdir -p "$out" "$dev/lib/modules/${kernel.release}" "$modules/lib/modules"
            cp ${kernel.image} "$out/Image"
            ln -s ${kernel.dtbs} "$out/dtbs"
            mkdir "$modules/lib/modules/${kernel.release}"
            ln -s ${kernel.modules}/{kernel,modules.*} "$modules/lib/modules/${kernel.release}"
            build=$dev/lib/modules/${kernel.release}/build
            cp -r --no-preserve=ownership ${kernel.kdir} "$build"
            rm -f "$build/scripts" "$build/tools" "$build/vmlinux"
            cp -r --no-preserve=ownership ${kernel.kbuild}/scripts "$build/scripts"
            ln -s ${kernel.kbuild}/tools "$build/tools"
            ln -s ${kernel.common} "$dev/lib/modules/${kernel.release}/source"
            chmod -R u+w "$build"
            # It names Debian's compiler, which is not the one that builds, and the release that
            # older headers have nowhere else.
            rm -f "$build/.kernelvariables"
            echo ${kernel.release} >"$build/include/config/kernel.release"
          '';
    }
  );

  packagesFor =
    kernel:
    (lib.makeExtensible (set: {
      inherit kernel;
      inherit (set.kernel) stdenv kernelOlder kernelAtLeast isZen;
      isLTS = false;
      callPackage = self.newScope set;
      kernelModuleMakeFlags = set.kernel.commonMakeFlags ++ [
        "KBUILD_OUTPUT=${set.kernel.dev}/lib/modules/${set.kernel.modDirVersion}/build"
      ];
      # A module of a real set's many: its name is seen to be refused by nobody.
      cpupower = self.emptyDirectory;
    })).extend
      (lib.composeManyExtensions self.kernelPackagesExtensions);

  genericKernel =
    {
      version,
      src,
      pname ? "linux",
      modDirVersion ? null,
      kernelPatches ? [ ],
      structuredExtraConfig ? { },
      defconfig ? null,
      extraConfig ? "",
      enableCommonConfig ? true,
      autoModules ? true,
      preferBuiltin ? false,
      ignoreConfigErrors ? false,
      kernelArch ? hostPlatform.linuxArch,
      extraMakeFlags ? [ ],
      extraMeta ? { },
      extraPassthru ? { },
      features ? { },
      randstructSeed ? "",
      isZen ? false,
      isLTS ? false,
      buildDTBs ? arm,
      target ? null,
      stdenv ? self.stdenv,
      ...
    }:
    let
      wrong = builtins.filter (patch: patch ? extraStructuredConfig) kernelPatches;
      checkedTypes = builtins.deepSeq [
        defconfig
        extraConfig
        enableCommonConfig
        autoModules
        preferBuiltin
        ignoreConfigErrors
        kernelArch
        randstructSeed
        isLTS
        stdenv.hostPlatform.system
        (builtins.mapAttrs (
          name: answer:
          if answer ? tristate || answer ? freeform then
            true
          else
            throw "structuredExtraConfig.${name} is no answer of lib.kernel"
        ) structuredExtraConfig)
        (map (patch: [ patch.name (patch ? patch) ]) kernelPatches)
      ];
    in
    if wrong != [ ] then
      throw "kernelPatches: ${(builtins.head wrong).name}: extraStructuredConfig is now structuredExtraConfig"
    else
      checkedTypes (
        package {
          inherit
            version
            pname
            kernelPatches
            extraMeta
            extraMakeFlags
            isZen
            buildDTBs
            ;
          modDirVersion = if modDirVersion == null then lib.versions.pad 3 version else modDirVersion;
          features = lib.foldr (patch: sum: patch.features or { } // sum) features kernelPatches // common;
          target = if target == null then (if arm then "Image" else "bzImage") else target;
          config = configuration "CONFIG_MODULES=y";
          args = { inherit src; };
          passthru = extraPassthru;
          build = nothing "buildLinux";
        }
      );
in
{
  kernelPackagesExtensions = [ ];
  linuxPackagesFor = packagesFor;
  linuxKernel = {
    packagesFor = packagesFor;
    packages = throw "linuxKernel.packages is not in the tests' package set: use the linuxPackages_ names";
    customPackage = throw "linuxKernel.customPackage is not in the tests' package set";
    manualConfig = self.linuxManualConfig;
  };

  linux_5_10 = debian { name = "5.10"; };
  linux_6_1 = debian { name = "6.1"; };
  linux_6_12 = debian { name = "6.12"; };
  linux_latest = debian { name = "newest"; };
  linux_default = self.linux_6_12;
  linux = self.linux_6_12;
  linuxPackages_5_10 = packagesFor self.linux_5_10;
  linuxPackages_6_1 = packagesFor self.linux_6_1;
  linuxPackages_6_12 = packagesFor self.linux_6_12;
  linuxPackages_latest = packagesFor self.linux_latest;
  linuxPackages = packagesFor self.linux_default;
  # Sets that nixpkgs took away are errors there, and attributes all the same.
  linuxPackages_6_19 = throw "linux 6.19 was removed because it has reached its end of life upstream";
  linuxPackages_hardened = throw "linuxPackages_hardened has been removed";

  # The names of arguments are nixpkgs': an unknown one is an error in the second, not in the first.
  buildLinux = lib.makeOverridable genericKernel;
  linuxManualConfig = lib.makeOverridable (
    {
      version,
      src,
      pname ? "linux",
      pos ? null,
      modDirVersion ? null,
      configfile,
      config ? { },
      extraMakeFlags ? [ ],
      extraMeta ? { },
      kernelPatches ? [ ],
      randstructSeed ? "",
      features ? { },
      isZen ? false,
      target ? null,
      buildDTBs ? arm,
      allowImportFromDerivation ? false,
      lib ? self.lib,
      stdenv ? self.stdenv,
    }:
    builtins.deepSeq [ pos randstructSeed allowImportFromDerivation lib.version stdenv.hostPlatform.system ] (package {
      inherit
        version
        pname
        kernelPatches
        extraMeta
        extraMakeFlags
        isZen
        buildDTBs
        features
        configfile
        ;
      modDirVersion = if modDirVersion == null then lib.versions.pad 3 version else modDirVersion;
      target = if target == null then (if arm then "Image" else "bzImage") else target;
      config = configuration (
        lib.concatLines (lib.mapAttrsToList (name: value: "${name}=${value}") config)
      );
      args = { inherit src configfile; };
      build = nothing "linuxManualConfig";
    })
  );

  aggregateModules =
    modules:
    lib.makeOverridable (
      {
        name ? "kernel-modules",
      }:
      self.runCommand name
        {
          inherit modules;
          nativeBuildInputs = [ self.buildPackages.kmod ];
        }
        ''
          mkdir -p "$out"
          twice=$(for tree in $modules; do (cd "$tree" && find -L . -type f); done | sort | uniq -d)
          if [ -n "$twice" ]; then
            echo "collision between $modules:" $twice >&2
            exit 1
          fi
          for tree in $modules; do
            chmod -R u+w "$out"
            cp -rsL "$tree/." "$out"
          done
          chmod -R u+w "$out"
          versions=("$out"/lib/modules/*)
          if [ ''${#versions[@]} != 1 ]; then
            echo "inconsistent kernel versions: ''${versions[*]}" >&2
            exit 1
          fi
          version=''${versions[0]##*/}
          rm -f "$out/lib/modules/$version"/modules.{alias,dep,symbols,softdep,devname} \
            "$out/lib/modules/$version"/modules.*.bin
          depmod -b "$out" -a "$version"
        ''
    ) { };
  makeModulesClosure =
    {
      kernel,
      firmware,
      rootModules,
      allowMissing ? false,
      extraFirmwarePaths ? [ ],
    }:
    # With modprobe's own dependencies, as the real one: a module that is missing fails the build.
    self.runCommand "kernel-modules-shrunk"
      {
        inherit
          kernel
          firmware
          rootModules
          allowMissing
          extraFirmwarePaths
          ;
        nativeBuildInputs = [ self.buildPackages.kmod ];
      }
      ''
        version=$(ls "$kernel/lib/modules")
        mkdir -p "$out/lib/modules/$version"
        for module in $rootModules; do
          if ! modprobe -C /dev/null -d "$kernel" -S "$version" --show-depends "$module" >found 2>said; then
            cat said >&2
            [ -n "$allowMissing" ] || exit 1
            continue
          fi
          while read -r kind file _; do
            [ "$kind" = insmod ] || continue
            target=$out/lib/modules/$version/''${file#*"/lib/modules/$version/"}
            mkdir -p "$(dirname "$target")"
            [ -e "$target" ] || cp -L "$file" "$target"
          done <found
        done
        cp -L "$kernel/lib/modules/$version/"modules.{order,builtin,builtin.modinfo} \
          "$out/lib/modules/$version/" || true
        depmod -b "$out" -a "$version"
      '';

  deviceTree = {
    compileDTS =
      {
        name,
        dtsFile,
        includePaths ? [ ],
        extraPreprocessorFlags ? [ ],
      }:
      self.stdenv.mkDerivation {
        inherit name;
        nativeBuildInputs = [ self.buildPackages.dtc ];
        buildCommand = ''
          $CC -E -nostdinc ${
            lib.concatMapStringsSep " " (path: "-I${path}") includePaths
          } -undef -D__DTS__ -x assembler-with-cpp ${toString extraPreprocessorFlags} ${dtsFile} |
            dtc -I dts -O dtb -@ -o $out
        '';
      };
    applyOverlays =
      base: overlays:
      self.runCommand "device-tree-overlays" {
        inherit base;
        overlays = map (overlay: overlay.dtboFile) overlays;
      } (nothing "applyOverlays");
  };
}
