# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
let
  inherit (builtins)
    genList
    isString
    stringLength
    substring
    ;
  letters = {
    lower = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
    upper = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  };
  stringToCharacters = text: genList (n: substring n 1 text) (stringLength text);
in
rec {
  inherit stringToCharacters;
  inherit (builtins) concatStringsSep replaceStrings stringLength substring;
  concatStrings = concatStringsSep "";
  concatMapStrings = f: list: concatStrings (map f list);
  concatImapStrings = f: list: concatStrings (lib.imap1 f list);
  concatMapStringsSep =
    separator: f: list:
    concatStringsSep separator (map f list);
  concatImapStringsSep =
    separator: f: list:
    concatStringsSep separator (lib.imap1 f list);
  concatMapAttrsStringSep =
    separator: f: set:
    concatStringsSep separator (lib.mapAttrsToList f set);
  concatLines = concatMapStrings (line: "${line}\n");
  intersperse =
    separator: list:
    builtins.concatLists (lib.imap0 (n: value: lib.optional (n > 0) separator ++ [ value ]) list);
  join = concatStringsSep;
  replaceString = from: to: replaceStrings [ from ] [ to ];
  replicate = n: text: concatStrings (lib.lists.replicate n text);
  trim = trimWith {
    start = true;
    end = true;
  };
  trimWith =
    {
      start ? false,
      end ? false,
    }:
    text:
    let
      blank = "[ \t\r\n]*";
      after = if start then builtins.head (builtins.match "${blank}(.*)" text) else text;
      found = builtins.match "(.*[^ \t\r\n])${blank}" after;
    in
    if !end then
      after
    else if found == null then
      ""
    else
      builtins.head found;
  makeSearchPath =
    folder: paths:
    concatStringsSep ":" (map (path: "${path}/${folder}") (builtins.filter (path: path != null) paths));
  makeSearchPathOutput =
    output: folder: packages:
    makeSearchPath folder (map (lib.getOutput output) packages);
  makeLibraryPath = makeSearchPathOutput "lib" "lib";
  makeBinPath = makeSearchPathOutput "bin" "bin";
  optionalString = condition: text: if condition then text else "";
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      start = stringLength text - stringLength suffix;
    in
    start >= 0 && substring start (-1) text == suffix;
  hasInfix = infix: text: builtins.length (builtins.split (escapeRegex infix) "${text}") > 1;
  removePrefix =
    prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then
      substring 0 (stringLength text - stringLength suffix) text
    else
      text;
  escape = characters: replaceStrings characters (map (character: "\\${character}") characters);
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");
  escapeShellArg =
    value:
    let
      text = toString value;
    in
    if builtins.match "[[:alnum:],._+:@%/-]+" text != null then
      text
    else
      "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;
  escapeNixString = text: escape [ "$" ] (builtins.toJSON text);
  escapeNixIdentifier =
    name:
    if
      builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null
      && !builtins.elem name [
        "assert"
        "else"
        "if"
        "in"
        "inherit"
        "let"
        "or"
        "rec"
        "then"
        "with"
      ]
    then
      name
    else
      escapeNixString name;
  escapeXML = replaceStrings [ "\"" "'" "<" ">" "&" ] [ "&quot;" "&apos;" "&lt;" "&gt;" "&amp;" ];
  escapeC = list: replaceStrings list (map (c: "\\x${lib.toLower (lib.fixedWidthString 2 "0" (lib.toHexString (charToInt c)))}") list);
  isValidPosixName = name: builtins.match "[a-zA-Z_][a-zA-Z0-9_]*" name != null;
  toShellVar = name: value: "${name}=${escapeShellArg value}";
  toLower = replaceStrings letters.upper letters.lower;
  toUpper = replaceStrings letters.lower letters.upper;
  toSentenceCase = text: toUpper (substring 0 1 text) + toLower (substring 1 (-1) text);
  charToInt =
    let
      table = builtins.listToAttrs (
        lib.imap0 (n: name: {
          inherit name;
          value = n + 32;
        }) (stringToCharacters " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~")
      );
    in
    character: table.${character};
  splitString =
    separator: text:
    map (part: builtins.addErrorContext "splitString" part) (
      builtins.filter isString (builtins.split (escapeRegex (toString separator)) (toString text))
    );
  fixedWidthString =
    width: filler: text:
    if stringLength text > width then
      throw "fixedWidthString: \"${text}\" is longer than ${toString width}"
    else
      substring 0 (width - stringLength text) (replicate width filler) + text;
  fixedWidthNumber = width: n: fixedWidthString width "0" (toString n);
  toInt =
    text:
    let
      digits = builtins.match "[ \t]*(-?)(0|[1-9][0-9]*)[ \t]*" text;
    in
    if digits == null then
      throw "toInt: Could not convert ${escapeNixString text} to int."
    else
      builtins.fromJSON (concatStrings digits);
  toIntBase10 =
    text:
    let
      digits = builtins.match "[ \t]*(-?)0*([0-9]+)[ \t]*" text;
    in
    if digits == null then
      throw "toIntBase10: Could not convert ${escapeNixString text} to int."
    else
      builtins.fromJSON (concatStrings digits);
  versionOlder = a: b: builtins.compareVersions a b < 0;
  versionAtLeast = a: b: !versionOlder a b;
  getName = value: if isString value then (builtins.parseDrvName value).name else value.pname or (builtins.parseDrvName value.name).name;
  getVersion = value: if isString value then (builtins.parseDrvName value).version else value.version or (builtins.parseDrvName value.name).version;
  nameFromURL = url: separator: builtins.head (splitString separator (lib.last (splitString "/" url)));
  isStringLike = value: isString value || builtins.isPath value || value ? outPath || value ? __toString;
  isConvertibleWithToString =
    value:
    isStringLike value
    || builtins.elem (builtins.typeOf value) [
      "null"
      "int"
      "float"
      "bool"
    ]
    || (builtins.isList value && builtins.all isConvertibleWithToString value);
  isStorePath =
    value:
    isStringLike value
    && (
      let
        text = toString value;
      in
      substring 0 1 text == "/" && dirOf text == builtins.storeDir
    );
  sanitizeDerivationName =
    name:
    let
      plain = replaceStrings [ " " ] [ "-" ] (builtins.unsafeDiscardStringContext (toString name));
      kept = concatMapStrings (part: if isString part then part else "-") (
        builtins.split "[^[:alnum:]+._?=-]+" plain
      );
      without = builtins.head (builtins.match "\\.*(.*)" kept);
    in
    if without == "" then "unknown" else substring (lib.max 0 (stringLength without - 211)) (-1) without;
  cmakeBool = name: truth: "-D${name}:BOOL=${if truth then "TRUE" else "FALSE"}";
  cmakeFeature = name: value: "-D${name}:STRING=${value}";
  mesonBool = name: truth: "-D${name}=${lib.boolToString truth}";
  mesonEnable = name: truth: "-D${name}=${if truth then "enabled" else "disabled"}";
  mesonOption = name: value: "-D${name}=${value}";
  enableFeature = truth: name: "--${if truth then "enable" else "disable"}-${name}";
  withFeature = truth: name: "--${if truth then "with" else "without"}-${name}";
  fileContents = file: removeSuffix "\n" (builtins.readFile file);
}
