# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC1090,SC1091
#
# What each derivation runs: the phases of setup.sh, or its own command.
if [ -e "${NIX_ATTRS_SH:-}" ]; then
	. "$NIX_ATTRS_SH"
fi
. "$stdenvSetup"
genericBuild
