# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  id = value: value;
  const = value: _: value;
  pipe = builtins.foldl' (value: step: step value);
  flip =
    f: a: b:
    f b a;
  and = a: b: a && b;
  or = a: b: a || b;
  xor = a: b: a != b;
  boolToString = truth: if truth then "true" else "false";
  boolToYesNo = truth: if truth then "yes" else "no";
  mergeAttrs = a: b: a // b;
  defaultTo = fallback: value: if value == null then fallback else value;
  mapNullable = f: value: if value == null then null else f value;
  min = a: b: if b < a then b else a;
  max = a: b: if a < b then b else a;
  mod = a: b: a - b * (a / b);
  bitAnd = builtins.bitAnd;
  bitOr = builtins.bitOr;
  bitXor = builtins.bitXor;
  compare =
    a: b:
    if a < b then
      -1
    else if b < a then
      1
    else
      0;
  importJSON = file: builtins.fromJSON (builtins.readFile file);
  importTOML = file: builtins.fromTOML (builtins.readFile file);
  inPureEvalMode = !(builtins ? currentSystem);

  # A function with __functor is one too.
  isFunction = f: builtins.isFunction f || (f ? __functor && isFunction (f.__functor f));
  functionArgs =
    f:
    if f ? __functor then
      f.__functionArgs or (functionArgs (f.__functor f))
    else
      builtins.functionArgs f;
  setFunctionArgs = f: args: {
    __functor = _: f;
    __functionArgs = args;
  };
  toFunction = value: if isFunction value then value else _: value;
  mirrorFunctionArgs =
    f:
    let
      args = functionArgs f;
    in
    g: setFunctionArgs g args;

  warn = message: builtins.trace "evaluation warning: ${message}";
  warnIf = condition: message: if condition then warn message else id;
  warnIfNot = condition: warnIf (!condition);
  throwIf = condition: throwIfNot (!condition);
  throwIfNot = condition: message: if condition then id else throw message;
  info = message: builtins.trace "INFO: ${message}";
  checkListOfEnum =
    name: valid: given:
    let
      wrong = lib.subtractLists valid given;
    in
    throwIfNot (wrong == [ ]) "${name}: ${lib.concatStringsSep ", " wrong} of no use; valid: ${lib.concatStringsSep ", " valid}";

  # The version that this stands for: the newest that outboard says it serves.
  release = "26.11";
  version = "${release}pre-outboard";
  codeName = "stub";
  oldestSupportedRelease = 2511;
  isInOldestRelease = at: oldestSupportedRelease <= at;
  toHexString =
    n:
    if n < 16 then builtins.substring n 1 "0123456789ABCDEF" else toHexString (n / 16) + toHexString (mod n 16);
  nixpkgsVersion = version;
}
