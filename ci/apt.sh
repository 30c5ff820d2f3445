# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How does this machine reach its Debian mirror? Everything comes from the apt
# configuration of the host, so that what works for its administrator works
# here, and no host name stands in this repository. Sourced, never run.

# kp_apt_options: the settings that decide how apt downloads, one "Name=value" a
# line. Those of the host in a root as well.
kp_apt_options() {
	local host='' line name value
	if [[ -e $KP_MARKER ]]; then host=$KP_INSIDE_HOST; fi
	APT_CONFIG=<(printf 'Dir "%s/";\n' "$host") apt-config dump --format '%F=%v%n' 2>/dev/null |
	while IFS= read -r line; do
		name=${line%%=*} value=${line#*=}
		[[ -n $value && $name != *:: ]] || continue
		case $name in
		Acquire::http::* | Acquire::https::* | Acquire::ftp::* | \
		Acquire::Check-Valid-Until | Acquire::Check-Date | \
		Acquire::Retries | Acquire::ForceIPv4 | Acquire::ForceIPv6 | \
		Acquire::AllowInsecureRepositories | APT::Get::AllowUnauthenticated)
			printf '%s=%s\n' "$name" "$value" ;;
		esac
	done
	# User names and passwords for the mirror.
	if [[ -r $host/etc/apt/auth.conf ]]; then
		printf 'Dir::Etc::netrc=%s/etc/apt/auth.conf\n' "$host"
	fi
	if compgen -G "$host/etc/apt/auth.conf.d/*" >/dev/null; then
		printf 'Dir::Etc::netrcparts=%s/etc/apt/auth.conf.d\n' "$host"
	fi
}

# kp_apt_keyrings: key files that the host's sources name with Signed-By.
kp_apt_keyrings() {
	local file
	{
		cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
			sed -n 's/^[Ss]igned-[Bb]y:[[:space:]]*//p' || :
		cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
			sed -n 's/^deb.*signed-by=\([^] ]*\).*/\1/p' || :
		printf '%s\n' /usr/share/keyrings/debian-archive-keyring.gpg
	} | tr ' ,' '\n\n' | sort -u | while IFS= read -r file; do
		if [[ $file == /* && -r $file ]]; then printf '%s\n' "$file"; fi
	done
}

# kp_apt_mirror SUITE...: the first mirror of the host that serves all SUITEs;
# nothing if there is none. --print-uris works with empty lists, with deb822
# sources and without privileges.
kp_apt_mirror() {
	local mirror suite tmp
	tmp=$(mktemp -d)
	while IFS= read -r mirror; do
		for suite; do
			/usr/lib/apt/apt-helper download-file \
				"$mirror/dists/$suite/InRelease" "$tmp/$suite" \
				>/dev/null 2>&1 || continue 2
		done
		rm -rf "$tmp"
		printf '%s\n' "$mirror"
		return
	done < <(apt-get update --print-uris 2>/dev/null |
		sed -n "s|^'\(.*\)/dists/.*/InRelease'.*|\1|p" | awk '!seen[$0]++')
	rm -rf "$tmp"
}
