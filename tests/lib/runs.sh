# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How is a script run in a guest that leaves NAME.out, NAME.err and NAME.rc of each
# of its runs, and what is said of them? Sourced by tests/*.t after tap.sh, with
# $runs_script, the script, and ${runs_vm[@]}, what ci/vm is told each time.

at=$TMP/out

# guest PART... [-- OPTION...]: boot, run these parts of the script.
guest() {
	local parts=()
	while (($#)) && [[ $1 != -- ]]; do parts+=("$1"); shift; done
	shift || :
	rm -rf "$at"
	mkdir -p "$at"
	vm "${runs_vm[@]}" "$@" -i tests/guest/lib.sh -i "$runs_script" -o "$at" -- "/in/${runs_script##*/}" "${parts[@]}"
	is "$rc$out$err" 0 "guest: ${parts[*]} ($*)"
}
# ended NAME STATUS [REGEX-IN-ERRORS]
ended() {
	is "$(cat "$at/$1.rc")" "$2" "$1: status $2"
	if (($# > 2)); then like "$(cat "$at/$1.err")" "$3" "$1: says why"; fi
}
said() { like "$(cat "$at/$1.out")" "$2" "$1: $3"; }
# Parsed by something that shares no code with the tool.
field() {
	perl -MJSON::PP -e '
		local $/;
		my $d = JSON::PP->new->utf8->decode(<STDIN>);
		for (split /\./, $ARGV[0]) {
			$d = ref $d eq "ARRAY" ? $d->[$_] : $d->{$_};
		}
		print defined $d ? ref $d ? JSON::PP->new->canonical->encode($d) : $d : "null"' \
		"$2" <"$at/$1.out"
}
