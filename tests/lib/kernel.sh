# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What is in the kernel $image that is tested? Sourced by tests/*.t after tap.sh.

sh build/linux/scripts/extract-ikconfig "$image" >"$TMP/config"
ok 'what is in the kernel is known' grep -qx CONFIG_KPKEYS_HARDENED_PGTABLES=y "$TMP/config"

# has OPTION
has() { grep -qx "CONFIG_$1=y" "$TMP/config"; }
