# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
let
  inherit (builtins)
    isAttrs
    ;
in
rec {
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    getAttr
    hasAttr
    intersectAttrs
    listToAttrs
    mapAttrs
    removeAttrs
    ;
  nameValuePair = name: value: { inherit name value; };
  attrByPath =
    path: fallback: set:
    if path == [ ] then
      set
    else if isAttrs set && set ? ${builtins.head path} then
      attrByPath (builtins.tail path) fallback set.${builtins.head path}
    else
      fallback;
  hasAttrByPath =
    path: set:
    path == [ ]
    || (
      isAttrs set && set ? ${builtins.head path} && hasAttrByPath (builtins.tail path) set.${builtins.head path}
    );
  getAttrFromPath =
    path: set:
    if hasAttrByPath path set then
      attrByPath path null set
    else
      abort "cannot find attribute '${lib.concatStringsSep "." path}'";
  setAttrByPath = path: value: lib.foldr (name: inner: { ${name} = inner; }) value path;
  attrVals = names: set: map (name: set.${name}) names;
  getAttrs = names: set: lib.genAttrs names (name: set.${name});
  filterAttrs = keep: set: removeAttrs set (builtins.filter (name: !keep name set.${name}) (attrNames set));
  filterAttrsRecursive =
    keep: set:
    mapAttrs (_: value: if isAttrs value then filterAttrsRecursive keep value else value) (filterAttrs keep set);
  foldlAttrs =
    f: nul: set:
    builtins.foldl' (sum: name: f sum name set.${name}) nul (attrNames set);
  mapAttrs' =
    f: set:
    listToAttrs (map (name: f name set.${name}) (attrNames set));
  mapAttrsToList =
    f: set:
    map (name: f name set.${name}) (attrNames set);
  mapAttrsRecursive = mapAttrsRecursiveCond (_: true);
  mapAttrsRecursiveCond =
    into: f: set:
    let
      go =
        path:
        mapAttrs (
          name: value: if isAttrs value && into value then go (path ++ [ name ]) value else f (path ++ [ name ]) value
        );
    in
    go [ ] set;
  mapAttrsToListRecursive = mapAttrsToListRecursiveCond (_: _: true);
  mapAttrsToListRecursiveCond =
    into: f: set:
    let
      go =
        path: value:
        if isAttrs value && (path == [ ] || into path value) then
          builtins.concatMap (name: go (path ++ [ name ]) value.${name}) (attrNames value)
        else
          [ (f path value) ];
    in
    go [ ] set;
  attrsToList = mapAttrsToList nameValuePair;
  collect =
    wanted: value:
    if wanted value then
      [ value ]
    else if isAttrs value then
      builtins.concatMap (collect wanted) (builtins.attrValues value)
    else
      [ ];
  concatMapAttrs = f: set: mergeAttrsList (mapAttrsToList f set);
  mergeAttrsList = builtins.foldl' (sum: set: sum // set) { };
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  genAttrs' = list: f: listToAttrs (map f list);
  optionalAttrs = condition: set: if condition then set else { };
  isDerivation = value: value.type or null == "derivation";
  toDerivation =
    path:
    let
      outPath = builtins.storePath path;
    in
    {
      type = "derivation";
      name = builtins.unsafeDiscardStringContext (builtins.substring 33 (-1) (baseNameOf path));
      inherit outPath;
      outputs = [ "out" ];
      out = { inherit outPath; };
      outputName = "out";
    };
  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };
  zipAttrsWith = builtins.zipAttrsWith;
  zipAttrs = builtins.zipAttrsWith (_: values: values);
  zipAttrsWithNames =
    names: f: sets:
    genAttrs names (name: f name (builtins.catAttrs name sets));
  recursiveUpdateUntil =
    stop: a: b:
    let
      go =
        path: a: b:
        a
        // mapAttrs (
          name: new:
          if !(a ? ${name}) || stop (path ++ [ name ]) a.${name} new then new else go (path ++ [ name ]) a.${name} new
        ) b;
    in
    go [ ] a b;
  recursiveUpdate = recursiveUpdateUntil (_: a: b: !(isAttrs a && isAttrs b));
  updateManyAttrsByPath =
    updates: set:
    builtins.foldl' (
      all: { path, update }: recursiveUpdateUntil (at: _: _: at == path) all (setAttrByPath path (update (getAttrFromPath path all)))
    ) set updates;
  overrideExisting = old: new: mapAttrs (name: value: new.${name} or value) old;
  cartesianProduct =
    sets:
    builtins.foldl' (rows: name: builtins.concatMap (row: map (value: row // { ${name} = value; }) sets.${name}) rows) [ { } ] (
      attrNames sets
    );
  mapCartesianProduct = f: sets: map f (cartesianProduct sets);
  matchAttrs =
    pattern: set:
    builtins.all (
      name:
      set ? ${name}
      && (if isAttrs pattern.${name} then isAttrs set.${name} && matchAttrs pattern.${name} set.${name} else pattern.${name} == set.${name})
    ) (attrNames pattern);
  unionOfDisjoint =
    a: b:
    let
      both = builtins.intersectAttrs a b;
    in
    a // b // mapAttrs (name: _: throw "unionOfDisjoint: collision on ${name}") both;
  showAttrPath = path: if path == [ ] then "<root attribute path>" else lib.concatMapStringsSep "." lib.strings.escapeNixIdentifier path;

  getOutput =
    output: package:
    if package.outputSpecified or false then package else package.${output} or package.out or package;
  getFirstOutput =
    outputs: package:
    if package.outputSpecified or false then
      package
    else
      package.${lib.findFirst (output: package ? ${output}) "out" outputs} or package;
  getBin = getOutput "bin";
  getLib = getOutput "lib";
  getStatic = getFirstOutput [
    "static"
    "lib"
    "out"
  ];
  getDev = getOutput "dev";
  getMan = getOutput "man";
  getInclude = getFirstOutput [
    "include"
    "dev"
    "out"
  ];
  chooseDevOutputs = map getDev;
}
