# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How does a test run something outside of the root that tests run in, as whoever
# calls the lab does? Sourced by tests/*.t that need another root.

# outside COMMAND...: on the host's file system; with OUTSIDE_CACHE as the cache
# folder, if that is set.
outside() {
	if [[ -e /etc/kpkeys-ppa-layer ]]; then
		chroot /host /usr/bin/env "XDG_CACHE_HOME=${OUTSIDE_CACHE:-${KPKEYS_HOST_CACHE%/*}}" \
			/bin/sh -c 'cd "$0" && exec "$@"' "$KPKEYS_HOST_TOP" "$@"
	else
		XDG_CACHE_HOME=${OUTSIDE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}} "$@"
	fi
}
