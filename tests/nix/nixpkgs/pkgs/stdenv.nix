# SPDX-License-Identifier: GPL-2.0-only
#
# stdenv.mkDerivation with this machine's tools, as strict as the real one with what it is given.
{
  lib,
  config,
  buildPlatform,
  hostPlatform,
  self,
}:
let
  isCross = buildPlatform.system != hostPlatform.system;
  machine = builtins.fromJSON (builtins.readFile ../machine.json);

  dependencyLists = [
    "depsBuildBuild"
    "nativeBuildInputs"
    "buildInputs"
    "propagatedBuildInputs"
    "propagatedNativeBuildInputs"
    "nativeCheckInputs"
    "checkInputs"
    "nativeInstallCheckInputs"
    "installCheckInputs"
  ];
  hardening = [
    "all"
    "bindnow"
    "format"
    "fortify"
    "fortify3"
    "glibcxxassertions"
    "libcxxhardeningextensive"
    "libcxxhardeningfast"
    "nostrictaliasing"
    "pacret"
    "pic"
    "pie"
    "relro"
    "shadowstack"
    "stackclashprotection"
    "stackprotector"
    "strictflexarrays1"
    "strictflexarrays3"
    "strictoverflow"
    "trivialautovarinit"
    "zerocallusedregs"
  ];
  isBool = builtins.isBool;
  isString = builtins.isString;
  licence = value: isString value || builtins.isAttrs value;
  strings = value: builtins.isList value && builtins.all isString value;
  metaTypes = {
    description = isString;
    longDescription = isString;
    homepage = value: isString value || strings value;
    downloadPage = isString;
    changelog = isString;
    branch = isString;
    license = value: licence value || builtins.isList value && builtins.all licence value;
    maintainers = builtins.isList;
    teams = builtins.isList;
    mainProgram = isString;
    platforms = builtins.isList;
    badPlatforms = builtins.isList;
    hydraPlatforms = builtins.isList;
    sourceProvenance = builtins.isList;
    knownVulnerabilities = strings;
    outputsToInstall = strings;
    priority = builtins.isInt;
    timeout = builtins.isInt;
    maxSilent = builtins.isInt;
    broken = isBool;
    unfree = isBool;
    insecure = isBool;
    isBuildPythonPackage = builtins.isList;
    schedulingPriority = builtins.isInt;
    available = isBool;
    position = isString;
    name = isString;
  };

  mkDerivation = f: build (if builtins.isFunction f then f else _: f);

  build =
    rattrs:
    let
      attrs = rattrs (
        attrs
        // {
          inherit finalPackage;
          overrideAttrs = overrideAttrs;
        }
      );
      overrideAttrs =
        change:
        build (
          final:
          let
            prev = rattrs final;
            once = if builtins.isFunction change then change prev else change;
          in
          prev // (if builtins.isFunction once then change final prev else once)
        );
      plainName =
        attrs.name
          or (if attrs ? pname && attrs ? version then "${attrs.pname}-${attrs.version}" else throw "mkDerivation: a package needs a name, or pname and version");
      name = plainName + lib.optionalString (isCross && !(attrs ? outputHash)) "-${hostPlatform.config}";
      outputs = attrs.outputs or [ "out" ];
      meta = attrs.meta or { };
      structured = attrs.__structuredAttrs or false;

      dependency =
        list: n: value:
        if value == null || lib.isDerivation value || isString value || builtins.isPath value then
          (
            if
              builtins.elem list [
                "nativeBuildInputs"
                "depsBuildBuild"
                "nativeCheckInputs"
                "propagatedNativeBuildInputs"
              ]
            then
              value.__spliced.buildHost or value
            else
              value
          )
        else if builtins.isList value then
          lib.imap1 (dependency list) value
        else
          throw "Dependency is not of a valid type: element ${toString n} of ${list} for ${name}";
      dependencies = lib.genAttrs (builtins.filter (list: attrs ? ${list}) dependencyLists) (
        list: lib.remove null (lib.flatten (lib.imap1 (dependency list) attrs.${list}))
      );
      outputOf = want: package: if lib.isDerivation package then want package else package;

      env = attrs.env or { };
      twice = builtins.attrNames (builtins.intersectAttrs env attrs);
      wrongEnv = lib.filterAttrs (
        _: value: !(isString value || isBool value || builtins.isInt value || lib.isDerivation value)
      ) env;
      wrongHardening = lib.subtractLists hardening (attrs.hardeningDisable or [ ] ++ attrs.hardeningEnable or [ ]);
      wrongMeta = lib.filterAttrs (key: value: !(metaTypes.${key} or (_: false) value)) meta;
      position = builtins.unsafeGetAttrPos "description" meta;
      where = lib.optionalString (position != null) " in ${position.file}:${toString position.line}";
      licences = lib.toList (meta.license or [ ]);
      unfree = builtins.filter (one: builtins.isAttrs one && !(one.free or true)) licences;
      refuse = why: throw "Package ‘${name}’${where} ${why}, refusing to evaluate.";
      allowed =
        if wrongMeta != { } then
          refuse "has an invalid meta attrset: ${lib.concatStringsSep ", " (builtins.attrNames wrongMeta)}"
        else if (meta.broken or false) && !(config.allowBroken or false) then
          refuse "is marked as broken"
        else if !lib.meta.availableOn hostPlatform { inherit meta; } && !(config.allowUnsupportedSystem or false) then
          refuse "is not available on the requested hostPlatform:\n  hostPlatform.system = \"${hostPlatform.system}\""
        else if
          unfree != [ ]
          && !(config.allowUnfree or false)
          && !((config.allowUnfreePredicate or (_: false)) (attrs // { inherit name; }))
        then
          refuse "has an unfree license (‘${(builtins.head unfree).shortName}’)"
        else if twice != [ ] then
          throw "The `env` attribute set cannot contain any attributes passed to derivation. The following attributes are overlapping: ${toString twice}"
        else if wrongEnv != { } then
          throw "The `env` attribute set can only contain derivation, string, boolean or integer attributes. Wrong: ${toString (builtins.attrNames wrongEnv)}"
        else if wrongHardening != [ ] then
          throw "mkDerivation was called with unsupported hardening flags: ${toString wrongHardening}"
        else
          true;

      canRun = buildPlatform.canExecute hostPlatform;
      given = removeAttrs attrs (
        [
          "meta"
          "passthru"
          "pos"
          "env"
          "hardeningDisable"
          "hardeningEnable"
          "checkInputs"
          "installCheckInputs"
          "nativeCheckInputs"
          "nativeInstallCheckInputs"
        ]
        ++ dependencyLists
      );
      builder = attrs.builder or self.stdenv.shell;
      drv = derivation (
        given
        // (if structured then { inherit env; } else env)
        // {
          inherit name outputs builder;
          inherit (buildPlatform) system;
          args = attrs.args or [
            "-e"
            ./builder.sh
          ];
          stdenvSetup = ./setup.sh;
          stdenvPath = "${stdenv.cc}/bin:${stdenv.tools}/bin";
          # Host tools are not hashed: what they are is said here.
          hostTools = builtins.toJSON machine.compilers;
          strictDeps = attrs.strictDeps or false;
          targetPrefix = stdenv.cc.targetPrefix;
          nativeBuildInputs =
            map (outputOf lib.getBin) (
              dependencies.nativeBuildInputs or [ ]
              ++ dependencies.depsBuildBuild or [ ]
              ++ dependencies.propagatedNativeBuildInputs or [ ]
              ++ lib.optionals (attrs.doCheck or false && canRun) dependencies.nativeCheckInputs or [ ]
            )
            ++ [ ];
          buildInputs = dependencies.buildInputs or [ ] ++ dependencies.propagatedBuildInputs or [ ];
          buildInputsDev = map (outputOf lib.getDev) (
            dependencies.buildInputs or [ ] ++ dependencies.propagatedBuildInputs or [ ]
          );
          buildInputsLib = map (outputOf lib.getLib) (
            dependencies.buildInputs or [ ] ++ dependencies.propagatedBuildInputs or [ ]
          );
          doCheck = (attrs.doCheck or false) && canRun;
          doInstallCheck = (attrs.doInstallCheck or false) && canRun;
        }
        // lib.optionalAttrs structured { __structuredAttrs = true; }
      );

      finalPackage =
        lib.extendDerivation (builtins.addErrorContext "while evaluating the package ‘${name}’" allowed) (
          {
            inherit name overrideAttrs;
            pname = attrs.pname or (builtins.parseDrvName name).name;
            version = attrs.version or "";
            passthru = attrs.passthru or { };
            inherit (buildPlatform) system;
            meta =
              {
                inherit name;
                available = (builtins.tryEval allowed).success;
                outputsToInstall = [ (if builtins.elem "bin" outputs then "bin" else builtins.head outputs) ];
              }
              // meta;
            inputDerivation = throw "inputDerivation is not in the tests' stdenv";
          }
          // attrs.passthru or { }
        ) drv;
    in
    finalPackage;

  stdenv = {
    inherit
      mkDerivation
      buildPlatform
      hostPlatform
      ;
    targetPlatform = hostPlatform;
    name = "stdenv-linux";
    shell = "/bin/bash";
    inherit (hostPlatform)
      isLinux
      isAarch64
      isx86_64
      isDarwin
      system
      ;
    cc = self.cc;
    tools = (if isCross then self.buildPackages else self).standardTools;
    bintools = self.cc;
    override = _: stdenv;
    hasCC = true;
    # The machine that runs the tests has one compiler.
    type = "derivation";
    outPath = throw "the tests' stdenv is no path";
    drvPath = throw "the tests' stdenv is no path";
  };
in
{
  stdenv = removeAttrs stdenv [
    "type"
    "outPath"
    "drvPath"
  ];
  stdenvNoCC = removeAttrs stdenv [
    "type"
    "outPath"
    "drvPath"
  ] // { hasCC = false; };
  gccStdenv = self.stdenv;
  gcc13Stdenv = self.stdenv;
  gcc14Stdenv = self.stdenv;
  clangStdenv = self.stdenv;
  inherit machine;
  system = hostPlatform.system;
  inherit hostPlatform buildPlatform;
  targetPlatform = hostPlatform;
}
