#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What device-tree-check.nix runs. base: the board's tree. cases: a line each, "yes|no|perhaps
# NAME FILE...", the last of the files being the overlay itself. strangers: overlays of others.
#
# shellcheck disable=SC2154 # these three are the derivation's
set -eu

failed=0
fault() {
	echo "outboard: $*" >&2
	failed=1
}

# Each property that the fragments of overlay $1 set must be in the tree $2. Only for fragments
# that say where by a path; a label's place is outboard merge's to find.
looked=0
look() {
	for fragment in $(fdtget -l "$1" /); do
		target=$(fdtget -t s "$1" "/$fragment" target-path 2>/dev/null) || continue
		case $target in
		/*) look_in "$1" "/$fragment/__overlay__" "$2" "${target%/}" ;;
		esac
	done
}

look_in() {
	for property in $(fdtget -p "$1" "$2"); do
		case $property in
		# The merge gives phandles numbers of its own, and drops what only it reads.
		phandle | linux,phandle) continue ;;
		esac
		looked=$((looked + 1))
		if ! fdtget -t bx "$3" "${4:-/}" "$property" >found 2>/dev/null; then
			fault "$(basename "$1"): ${4:-/}: $property is not in the result"
		elif [ "$property" = status ] && [ "$(fdtget -t bx "$1" "$2" status)" != "$(cat found)" ]; then
			fault "$(basename "$1"): ${4:-/}: status is another in the result"
		fi
	done
	for node in $(fdtget -l "$1" "$2"); do
		look_in "$1" "$2/$node" "$3" "$4/$node"
	done
}

printf '%s' "$cases" >list
while read -r expected name files; do
	# shellcheck disable=SC2086 # a list of files
	if outboard merge -o merged.dtb "$base" $files 2>said; then
		echo "$name: merges"
		[ "$expected" != no ] || fault "$name: the board file says that it is refused, and it is not"
		look "${files##* }" merged.dtb
	else
		echo "$name: refused: $(cat said)"
		[ "$expected" != yes ] || fault "$name: $(cat said)"
	fi
done <list

for overlay in $strangers; do
	if outboard merge -o stranger.dtb "$base" "$overlay" 2>said; then
		fault "$(basename "$overlay") is for another board and was merged"
	elif ! grep -q ' is for ' said; then
		fault "$(basename "$overlay") is refused, but for another reason: $(cat said)"
	else
		echo "$(basename "$overlay"): refused: $(cat said)"
	fi
done

echo "$looked properties looked up"
[ "$failed" = 0 ]
