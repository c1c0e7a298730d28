# SPDX-License-Identifier: GPL-2.0-only
#
# The builders that are no stdenv.mkDerivation at sight, and the fetchers, which fetch nothing.
{ lib, self }:
let
  run =
    name: env: command:
    self.stdenv.mkDerivation (
      {
        inherit name;
        buildCommand = command;
        passAsFile = [ "buildCommand" ] ++ env.passAsFile or [ ];
        enableParallelBuilding = true;
      }
      // removeAttrs env [ "passAsFile" ]
    );

  # A source that is pinned by its hash. Here there is no network: to build it is an error.
  pinned =
    kind: name: hash: args:
    if hash == null || hash == "" then
      throw "${kind}: ${name} has no hash"
    else
      self.stdenv.mkDerivation (
        {
          inherit name;
          outputHash = hash;
          outputHashMode = if kind == "fetchurl" then "flat" else "recursive";
          buildCommand = ''
            echo "${kind}: ${name} is not fetched by the tests, which have no network" >&2
            exit 1
          '';
          preferLocalBuild = true;
        }
        // args
      );
  checked =
    kind: wanted: args:
    let
      unknown = lib.subtractLists wanted (builtins.attrNames args);
    in
    if unknown != [ ] then
      throw "${kind} called with unexpected argument '${builtins.head unknown}'"
    else
      args;
  hashOf =
    args:
    if args ? hash then
      args.hash
    else if args ? sha256 then
      args.sha256
    else
      null;
  writeTextFile =
    {
      name,
      text,
      executable ? false,
      destination ? "",
      checkPhase ? "",
      meta ? { },
      ...
    }:
    run name
      {
        inherit text checkPhase;
        meta = lib.optionalAttrs (executable && destination == "/bin/${name}") { mainProgram = name; } // meta;
        passAsFile = [ "text" ];
        preferLocalBuild = true;
        allowSubstitutes = false;
      }
      ''
        target=$out${destination}
        mkdir -p "$(dirname "$target")"
        if [ -e "$textPath" ]; then mv "$textPath" "$target"; else printf %s "$text" > "$target"; fi
        ${lib.optionalString executable ''chmod +x "$target"''}
        eval "$checkPhase"
      '';
in
{
  # An environment for a shell: here it is enough that what is in it exists.
  mkShell =
    {
      name ? "nix-shell",
      packages ? [ ],
      inputsFrom ? [ ],
      ...
    }@args:
    self.stdenv.mkDerivation (
      removeAttrs args [
        "packages"
        "inputsFrom"
      ]
      // {
        inherit name;
        nativeBuildInputs = packages ++ lib.concatMap (package: package.nativeBuildInputs or [ ]) inputsFrom;
        buildCommand = "touch $out";
      }
    );

  runCommand = run;
  runCommandCC = run;
  runCommandLocal =
    name: env: run name ({
      preferLocalBuild = true;
      allowSubstitutes = false;
    } // env);
  runCommandNoCC = throw "runCommandNoCC is gone: it is runCommand";

  inherit writeTextFile;
  writeText = name: text: writeTextFile { inherit name text; };
  writeTextDir =
    path: text:
    writeTextFile {
      name = baseNameOf path;
      inherit text;
      destination = "/${path}";
    };
  writeScript =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
    };
  writeScriptBin =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
      destination = "/bin/${name}";
    };
  writeShellScript =
    name: text:
    writeTextFile {
      inherit name;
      executable = true;
      text = "#!/bin/bash\n${text}";
      checkPhase = "bash -n $target";
    };
  writeShellScriptBin =
    name: text:
    writeTextFile {
      inherit name;
      executable = true;
      destination = "/bin/${name}";
      text = "#!/bin/bash\n${text}";
      checkPhase = "bash -n $target";
    };
  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      runtimeEnv ? null,
      meta ? { },
      passthru ? { },
      derivationArgs ? { },
      checkPhase ? null,
      excludeShellChecks ? [ ],
      extraShellCheckFlags ? [ ],
      bashOptions ? [
        "errexit"
        "nounset"
        "pipefail"
      ],
      inheritPath ? true,
    }:
    writeTextFile {
      inherit name;
      executable = true;
      destination = "/bin/${name}";
      meta = {
        mainProgram = name;
      } // meta;
      text = ''
        #!/bin/bash
        ${lib.concatMapStrings (option: "set -o ${option}\n") bashOptions}
        export PATH="${lib.makeBinPath runtimeInputs}${lib.optionalString inheritPath ":$PATH"}"
        ${text}
      '';
      checkPhase =
        if checkPhase == null then "bash -n $target" else checkPhase;
    }
    // builtins.seq [ runtimeEnv passthru derivationArgs excludeShellChecks extraShellCheckFlags ] { };
  writers = {
    writeJSON = name: value: writeTextFile { inherit name; text = builtins.toJSON value; };
    writePython3Bin =
      name: _: text:
      writeTextFile {
        inherit name;
        executable = true;
        destination = "/bin/${name}";
        text = "#!/usr/bin/python3\n${text}";
      };
  };

  symlinkJoin =
    {
      name ? throw "symlinkJoin requires either a `name` OR `pname` and `version`",
      paths,
      postBuild ? "",
      ...
    }@args:
    run name
      (
        removeAttrs args [
          "name"
          "postBuild"
          "paths"
        ]
        // {
          paths = lib.concatStringsSep "\n" (map toString paths);
          passAsFile = [ "paths" ];
        }
      )
      ''
        mkdir -p $out
        while read -r path; do cp -rs --no-preserve=mode "$path"/. $out/; done < <(cat "$pathsPath"; echo)
        ${postBuild}
      '';
  buildEnv = lib.makeOverridable (
    {
      name ? throw "buildEnv: a name is needed",
      paths,
      pathsToLink ? [ "/" ],
      ignoreCollisions ? false,
      extraOutputsToInstall ? [ ],
      postBuild ? "",
      meta ? { },
      passthru ? { },
    }:
    run name
      {
        inherit paths meta passthru;
        inherit pathsToLink ignoreCollisions extraOutputsToInstall;
      }
      ''
        mkdir -p $out
        for path in $paths; do
          ( cd "$path"; find . -type d -o -print ) | while read -r file; do
            if [ -e "$out/$file" ] && [ -z "$ignoreCollisions" ] && ! cmp -s "$out/$file" "$path/$file"; then
              echo "collision between $path/$file and $(readlink "$out/$file")" >&2
              exit 1
            fi
            mkdir -p "$out/$(dirname "$file")"
            ln -sfn "$path/$file" "$out/$file"
          done
        done
        ${postBuild}
      ''
  );
  linkFarm =
    name: entries:
    let
      list = if builtins.isAttrs entries then lib.mapAttrsToList (name: path: { inherit name path; }) entries else entries;
    in
    run name { passthru.entries = lib.listToAttrs (map (e: lib.nameValuePair e.name e.path) list); } (
      "mkdir -p $out\n"
      + lib.concatMapStrings (entry: ''
        mkdir -p "$(dirname "$out/${entry.name}")"
        ln -s ${lib.escapeShellArg "${entry.path}"} "$out/${entry.name}"
      '') list
    );
  linkFarmFromDrvs =
    name: packages:
    self.linkFarm name (map (package: { inherit (package) name; path = package; }) packages);
  emptyDirectory = run "empty-directory" { } "mkdir $out";
  emptyFile = run "empty-file" { } "touch $out";
  makeSetupHook =
    { name ? "hook", propagatedBuildInputs ? [ ], substitutions ? { }, meta ? { }, ... }:
    script:
    run name (substitutions // { inherit propagatedBuildInputs meta; }) ''
      mkdir -p $out/nix-support
      cp ${script} $out/nix-support/setup-hook
    '';
  closureInfo =
    { rootPaths }:
    run "closure-info"
      {
        exportReferencesGraph = lib.concatMap (path: [ "graph-${baseNameOf (toString path)}" path ]) (lib.toList rootPaths);
      }
      ''
        mkdir $out
        cat ../graph-* graph-* 2>/dev/null > $out/registration || true
        grep -h "^$NIX_STORE/" $out/registration | sort -u > $out/store-paths
      '';
  replaceVars =
    file: values:
    run (baseNameOf file) { inherit file; } (
      "cp $file $out; chmod u+w $out\n"
      + lib.concatStrings (
        lib.mapAttrsToList (
          name: value: "substituteInPlace $out --replace-fail '@${name}@' ${lib.escapeShellArg "${value}"}\n"
        ) values
      )
    );
  replaceVarsWith =
    {
      src,
      replacements,
      isExecutable ? false,
      name ? baseNameOf src,
    }:
    run name { } ''
      cp ${self.replaceVars src replacements} $out
      chmod ${if isExecutable then "755" else "644"} $out
    '';
  applyPatches =
    { src, patches ? [ ], name ? "${src.name or "source"}-patched", postPatch ? "", ... }:
    self.stdenv.mkDerivation {
      inherit name src patches postPatch;
      dontConfigure = true;
      dontBuild = true;
      dontFixup = true;
      installPhase = "cp -R ./ $out";
    };

  fetchurl =
    args:
    let
      given = checked "fetchurl" [ "url" "urls" "hash" "sha256" "name" "executable" "meta" "passthru" "postFetch" "recursiveHash" "curlOpts" ] args;
    in
    pinned "fetchurl" (given.name or (baseNameOf (given.url or (builtins.head given.urls)))) (hashOf given) {
      meta = given.meta or { };
      passthru = given.passthru or { } // { url = given.url or null; };
    };
  fetchpatch =
    args:
    let
      given = checked "fetchpatch" [ "url" "name" "hash" "sha256" "stripLen" "extraPrefix" "includes" "excludes" "relative" "revert" "postFetch" ] args;
    in
    pinned "fetchpatch" (given.name or (baseNameOf given.url)) (hashOf given) { };
  fetchzip =
    args:
    let
      given = checked "fetchzip" [ "url" "urls" "hash" "sha256" "name" "stripRoot" "extension" "postFetch" "meta" "passthru" ] args;
    in
    pinned "fetchzip" (given.name or "source") (hashOf given) { };
  fetchgit =
    args:
    let
      given = checked "fetchgit" [ "url" "rev" "tag" "hash" "sha256" "name" "fetchSubmodules" "deepClone" "leaveDotGit" "sparseCheckout" "fetchLFS" "postFetch" "branchName" "meta" "passthru" ] args;
    in
    if given ? rev == given ? tag then
      throw "fetchgit requires one of either `rev` or `tag` to be provided (not both)."
    else
      pinned "fetchgit" (given.name or "source") (hashOf given) { };
  fetchFromGitHub = lib.makeOverridable (
    args:
    let
      given = checked "fetchFromGitHub" [ "owner" "repo" "rev" "tag" "hash" "sha256" "name" "fetchSubmodules" "private" "githubBase" "leaveDotGit" "deepClone" "forceFetchGit" "sparseCheckout" "varPrefix" "postFetch" "passthru" "meta" "rootDir" "fetchLFS" ] args;
    in
    if given ? rev == given ? tag then
      throw "fetchFromGitHub requires one of either `rev` or `tag` to be provided (not both)."
    else
      pinned "fetchFromGitHub" (given.name or "source") (hashOf given) {
        passthru = {
          inherit (given) owner repo;
          rev = given.rev or "refs/tags/${given.tag}";
        } // given.passthru or { };
        meta.homepage = "https://github.com/${given.owner}/${given.repo}";
      }
  );
  fetchFromGitLab = args: self.fetchFromGitHub (removeAttrs args [ "domain" "group" ]);
  requireFile =
    args:
    let
      given = checked "requireFile" [ "name" "url" "message" "hash" "sha256" "hashMode" ] args;
    in
    pinned "fetchurl" (given.name or (baseNameOf given.url)) (hashOf given) { };
  nix-gitignore = throw "nix-gitignore is not in the tests' package set: name files by lib.fileset or builtins.path";
}
