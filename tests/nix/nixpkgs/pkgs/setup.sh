# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC1090,SC2034
#
# The phases that a package for nixpkgs expects, with this machine's tools and no others than
# those that the package names.
set -eo pipefail
shopt -s nullglob

export PATH=
structured=
if [ -e "${NIX_ATTRS_SH:-}" ]; then
	structured=1
	for name in "${!env[@]}"; do
		export "$name=${env[$name]}"
	done
	for name in "${!outputs[@]}"; do
		export "$name=${outputs[$name]}"
	done
fi

# Words of a list, whether it came as a string or as an array: no globs, nothing expanded.
words() {
	local _name=$1
	local -n _into=$2
	local _value _split
	if [[ "$(declare -p "$_name" 2>/dev/null)" == "declare -a"* ]]; then
		local -n _array=$_name
		_into+=("${_array[@]}")
	elif [ -n "${!_name-}" ]; then
		_value=${!_name}
		read -r -d '' -a _split <<<"$_value" || true
		_into+=("${_split[@]}")
	fi
}

natives=() inputs=() devs=() libs=()
words nativeBuildInputs natives
words buildInputs inputs
words buildInputsDev devs
words buildInputsLib libs
for input in "${natives[@]}"; do
	PATH=$PATH${PATH:+:}$input/bin
done
if [ -z "${strictDeps-}" ]; then
	for input in "${inputs[@]}"; do
		PATH=$PATH${PATH:+:}$input/bin
	done
fi
PATH=$PATH${PATH:+:}$stdenvPath

export TMPDIR=$NIX_BUILD_TOP HOME=/homeless-shelter LC_ALL=C TZ=UTC CONFIG_SHELL=/bin/bash
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800}
export SHELL=/bin/bash
export CC=${targetPrefix}gcc CXX=${targetPrefix}g++ LD=${targetPrefix}ld AR=${targetPrefix}ar \
	NM=${targetPrefix}nm RANLIB=${targetPrefix}ranlib STRIP=${targetPrefix}strip \
	OBJCOPY=${targetPrefix}objcopy OBJDUMP=${targetPrefix}objdump READELF=${targetPrefix}readelf
export AS=${targetPrefix}as SIZE=${targetPrefix}size STRINGS=${targetPrefix}strings
umask 022
prefix=${prefix:-$out}
export prefix

# What the compiler finds without being told, as through nixpkgs' wrapper.
for input in "${devs[@]}"; do
	if [ -d "$input/include" ]; then
		NIX_CFLAGS_COMPILE="${NIX_CFLAGS_COMPILE-} -isystem $input/include"
	fi
	PKG_CONFIG_PATH=${PKG_CONFIG_PATH:+$PKG_CONFIG_PATH:}$input/lib/pkgconfig:$input/share/pkgconfig
done
for input in "${libs[@]}"; do
	if [ -d "$input/lib" ]; then
		NIX_LDFLAGS="${NIX_LDFLAGS-} -L$input/lib"
	fi
done
export NIX_CFLAGS_COMPILE=${NIX_CFLAGS_COMPILE-} NIX_LDFLAGS=${NIX_LDFLAGS-} \
	PKG_CONFIG_PATH=${PKG_CONFIG_PATH-}

for input in "${natives[@]}"; do
	if [ -f "$input/nix-support/setup-hook" ]; then
		. "$input/nix-support/setup-hook"
	fi
done

makeFlagsArray=()
# shellcheck disable=SC2191
buildFlagsArray=()
installFlagsArray=()

runHook() {
	if declare -F "$1" >/dev/null; then
		"$1"
	elif [ -n "${!1-}" ]; then
		eval "${!1}"
	fi
}

runPhase() {
	local hook=$1
	echo "Running phase: $hook"
	if [ -n "${!hook-}" ]; then
		eval "${!hook}"
	else
		"$hook"
	fi
	if [ "$hook" = unpackPhase ]; then
		cd -- "${sourceRoot:-.}"
	fi
}

_replace() {
	local must=$1 file=$2 from=$3 to=$4 text
	IFS= read -r -d '' text <"$file" || true
	if [[ "$text" != *"$from"* ]]; then
		if [ "$must" = --replace-fail ]; then
			echo "substituteInPlace(): ERROR: pattern $from doesn't match anything in file '$file'" >&2
			exit 1
		fi
		return 0
	fi
	printf %s "${text//"$from"/"$to"}" >"$file.fresh"
	chmod --reference="$file" "$file.fresh"
	mv "$file.fresh" "$file"
}

substituteInPlace() {
	local files=()
	while [ $# -gt 0 ] && [[ "$1" != --* ]]; do
		files+=("$1")
		shift
	done
	local options=("$@") file n
	for file in "${files[@]}"; do
		n=0
		while [ $n -lt ${#options[@]} ]; do
			case ${options[$n]} in
			--replace | --replace-fail | --replace-warn | --replace-quiet)
				_replace "${options[$n]}" "$file" "${options[$((n + 1))]}" "${options[$((n + 2))]}"
				n=$((n + 3))
				;;
			--subst-var-by)
				_replace --replace "$file" "@${options[$((n + 1))]}@" "${options[$((n + 2))]}"
				n=$((n + 3))
				;;
			--subst-var)
				local name=${options[$((n + 1))]}
				_replace --replace "$file" "@$name@" "${!name}"
				n=$((n + 2))
				;;
			*)
				echo "substituteInPlace(): ERROR: Invalid command line argument: ${options[$n]}" >&2
				exit 1
				;;
			esac
		done
	done
}

# Interpreters that the build has are written into scripts by their path.
patchShebangs() {
	local file line program
	while IFS= read -r -d '' file; do
		IFS= read -r line <"$file" 2>/dev/null || continue
		case $line in
		'#!/usr/bin/env '*) program=${line#'#!/usr/bin/env '} ;;
		'#!/bin/'* | '#!/usr/bin/'*) program=${line##*/} ;;
		*) continue ;;
		esac
		line=$(PATH=$PATH type -P "${program%% *}") || continue
		sed -i "1s|.*|#!$line${program#"${program%% *}"}|" "$file"
	done < <(find "${@:-.}" -type f -perm -0100 -print0 2>/dev/null)
}

unpackFile() {
	local name
	if [ -d "$1" ]; then
		name=${1##*/}
		cp -r --no-preserve=ownership,timestamps -- "$1" "${name#*-}"
	else
		case $1 in
		*.tar | *.tar.* | *.tgz) tar -xf "$1" ;;
		*)
			echo "do not know how to unpack source archive $1" >&2
			exit 1
			;;
		esac
	fi
}

unpackPhase() {
	local sources=() before=" " entry
	words srcs sources
	words src sources
	if [ ${#sources[@]} = 0 ]; then
		# shellcheck disable=SC2016
		echo 'variable $src or $srcs should point to the source' >&2
		exit 1
	fi
	runHook preUnpack
	for entry in *; do
		before="$before$entry "
	done
	for entry in "${sources[@]}"; do
		unpackFile "$entry"
	done
	if [ -z "${sourceRoot-}" ]; then
		for entry in */; do
			entry=${entry%/}
			if [[ "$before" != *" $entry "* ]]; then
				[ -z "${sourceRoot-}" ] || {
					echo "unpacker produced multiple directories" >&2
					exit 1
				}
				sourceRoot=$entry
			fi
		done
	fi
	[ -n "${sourceRoot-}" ] || {
		echo "unpacker appears to have produced no directories" >&2
		exit 1
	}
	chmod -R u+w -- "$sourceRoot"
	runHook postUnpack
}

patchPhase() {
	local list=() one
	runHook prePatch
	words patches list
	for one in "${list[@]}"; do
		echo "applying patch $one"
		patch -p1 <"$one"
	done
	runHook postPatch
}

configurePhase() {
	runHook preConfigure
	if [ -x ./configure ] && [ -z "${dontConfigure-}" ]; then
		local flags=()
		words configureFlags flags
		./configure "--prefix=$prefix" "${flags[@]}"
	fi
	runHook postConfigure
}

_make() {
	local flags=() name
	[ -z "${makefile-}" ] || flags+=(-f "$makefile")
	[ -z "${enableParallelBuilding-}" ] || flags+=("-j$NIX_BUILD_CORES")
	flags+=("SHELL=/bin/bash")
	for name in makeFlags "$@"; do
		words "$name" flags
	done
	flags+=("${makeFlagsArray[@]}" "${extra[@]}")
	echo "make flags: ${flags[*]}"
	make "${flags[@]}"
}

buildPhase() {
	local extra=()
	runHook preBuild
	if [ -n "${makeFlags-}${makefile-}" ] || [ -e Makefile ] || [ -e makefile ] || [ -e GNUmakefile ]; then
		extra=("${buildFlagsArray[@]}")
		_make buildFlags
	else
		echo "no Makefile or custom buildPhase, doing nothing"
	fi
	runHook postBuild
}

checkPhase() {
	local extra=()
	runHook preCheck
	if [ -z "${checkTarget-}" ]; then
		checkTarget=check
	fi
	_make checkFlags checkTarget
	runHook postCheck
}

installPhase() {
	local extra=()
	runHook preInstall
	if [ -z "${installTargets-}" ]; then
		installTargets=install
	fi
	extra=("${installFlagsArray[@]}")
	_make installFlags installTargets
	runHook postInstall
}

fixupPhase() {
	local output name folder file
	runHook preFixup
	if [ -n "$structured" ]; then
		names=("${!outputs[@]}")
	else
		read -r -a names <<<"${outputs:-out}"
	fi
	for name in "${names[@]}"; do
		output=${!name}
		[ -e "$output" ] || {
			echo "builder for '$output' failed to produce output path for output '$name'" >&2
			exit 1
		}
		[ -d "$output" ] || continue
		[ -n "${dontPatchShebangs-}" ] || patchShebangs "$output"
		if [ -z "${dontStrip-}" ]; then
			for folder in lib lib32 lib64 libexec bin sbin; do
				[ -d "$output/$folder" ] || continue
				while IFS= read -r -d '' file; do
					$STRIP -S -p "$file" 2>/dev/null || true
				done < <(find "$output/$folder" -type f -print0)
			done
		fi
		if [ -d "$output/share/man" ] && [ -z "${dontGzipMan-}" ]; then
			find "$output/share/man" -type f -name '*.[1-9]' -exec gzip -n -f {} +
		fi
	done
	runHook postFixup
}

installCheckPhase() {
	runHook preInstallCheck
	runHook postInstallCheck
}

genericBuild() {
	local name
	if [ -n "${buildCommandPath-}" ]; then
		. "$buildCommandPath"
		return
	fi
	if [ -n "${buildCommand-}" ]; then
		eval "$buildCommand"
		return
	fi
	if [ -n "${phases-}" ]; then
		list=()
		words phases list
	else
		list=()
		words prePhases list
		list+=(unpackPhase patchPhase)
		words preConfigurePhases list
		list+=(configurePhase)
		words preBuildPhases list
		list+=(buildPhase checkPhase)
		words preInstallPhases list
		list+=(installPhase)
		words preFixupPhases list
		list+=(fixupPhase installCheckPhase)
		words postPhases list
	fi
	for name in "${list[@]}"; do
		case $name in
		unpackPhase) [ -z "${dontUnpack-}" ] || continue ;;
		patchPhase) [ -z "${dontPatch-}" ] || continue ;;
		configurePhase) [ -z "${dontConfigure-}" ] || continue ;;
		buildPhase) [ -z "${dontBuild-}" ] || continue ;;
		checkPhase) [ -n "${doCheck-}" ] || continue ;;
		installPhase) [ -z "${dontInstall-}" ] || continue ;;
		fixupPhase) [ -z "${dontFixup-}" ] || continue ;;
		installCheckPhase) [ -n "${doInstallCheck-}" ] || continue ;;
		esac
		runPhase "$name"
	done
}
