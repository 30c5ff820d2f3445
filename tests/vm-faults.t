#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What does each consumer say of each fault that the test kernel can make on
# purpose, and do all of them agree on it: live, from a recording and from what
# ftrace prints?

. tests/lib/tap.sh

image=build/test/arch/arm64/boot/Image
tool=build/host/ppa-trace
at=$TMP/out
good=$TMP/good.rec

# --- a boot, and all that is said of it

status_of() { cat "$at/$1.rc" 2>/dev/null || echo none; }
# The checks of that run that ended so, in their order.
ended() { awk -v status="$2" '$1 == status { printf "%s%s", sep, $(status == "NOT" ? 3 : 2); sep = " " }' "$at/$1.out"; }
# Only those of the events, which are all that a text holds.
events() { tr ' ' '\n' <<<"$1" | grep '^events\.' | paste -sd ' '; }

# here NAME COMMAND...: on this machine, with the guest's files.
here() {
	local name=$1
	shift
	"$tool" "$@" >"$at/$name.out" 2>"$at/$name.err" </dev/null
	echo $? >"$at/$name.rc"
}
boot_of() { sed -n '/^  "boot": {/,/^  },\{0,1\}$/p' "$at/$1.out"; }

# What of the events is unproven when some are missing, and what of the tables.
lost='events.complete events.numbers .*'
# That a table is in no range says nothing either where pages are not known.
cut="$lost walk.range-keyed walk.table-in-range"
# Where there was no log there is nothing to check the tables against.
none='events.* walk.range-keyed walk.table-in-range walk.unreferenced'

declare -A tried=()
# fault KNOBS STATUS FAILED UNPROVEN [WHERE REGEX]... [-- VM-OPTION...]
# STATUS: of summary, verify, record, boot, diff with a good boot, and verify of
# what ftrace prints. WHERE is log, the console, or a run.
fault() {
	local knobs=$1 wanted=$2 failed=$3 unproven=$4 arg=() live text run
	shift 4
	local where=()
	while (($#)) && [[ $1 != -- ]]; do where+=("$1"); shift; done
	shift || :
	tried[$knobs]=1
	if [[ $knobs != none ]]; then arg=(-a "kpkeys.test=$knobs"); fi
	rm -rf "$at"
	mkdir -p "$at"
	vm -m 512M -k "$image" "${arg[@]}" "$@" -i tests/guest/lib.sh -i tests/guest/faults.sh -o "$at" -- /in/faults.sh ${fault_all:+all}
	is "$rc$out$err" 0 "$knobs: it boots"

	for run in summary verify boot; do
		if [[ -e $at/boot.rec ]]; then here "$run-rec" "$run" "$at/boot.rec"; fi
		here "$run-text" "$run" "$at/boot.text"
	done
	if [[ -e $at/boot.rec ]]; then here diff diff "$good" "$at/boot.rec"; fi
	is "$(for run in summary verify record boot-rec diff verify-text; do status_of $run; done | paste -sd ' ')" \
		"$wanted" '... status of summary, verify, record, boot, diff, and verify of the text'
	is "$(ended verify FAILED)" "$failed" "... failed: ${failed:-nothing}"
	like "$(ended verify UNPROVEN)$(ended verify NOT)" "^$unproven\$" "... not proven: ${unproven:-nothing}"
	while ((${#where[@]})); do
		if [[ ${where[0]} == log ]]; then text=$(<"$vm_log")
		else text=$(cat "$at/${where[0]}".{out,err}); fi
		like "$text" "${where[1]}" "... ${where[0]}: ${where[1]}"
		where=("${where[@]:2}")
	done

	# One boot has one truth, whoever tells it.
	if [[ -e $at/boot.rec ]]; then
		live="$(status_of summary) $(status_of verify)"
		is "$(status_of summary-rec) $(status_of verify-rec)" "$live" '... a recording says the same'
		is "$(ended verify-rec FAILED)" "$failed" '... of each check'
		is "$(status_of summary-text)" "$(status_of summary)" '... so does summary of the text'
		here json-rec summary --json "$at/boot.rec"
		here json-text summary --json "$at/boot.text"
		ok '... and the boot is the same, byte for byte' test "$(boot_of json-rec)" = "$(boot_of json-text)" -a -n "$(boot_of json-rec)"
	fi
	is "$(ended verify-text FAILED)" "$(events "$failed")" '... the text tells what is wrong with the events'
	is "$(ended verify-text NOT | wc -w)" 6 '... and says that it has no walk'
}
# names CHECK TEXT: an offender of that check, its line joined with what follows.
names() {
	local block
	block=$(awk -v id="$1" '/^[a-zA-Z]/ { on = $2 == id } on { sub(/^ +/, ""); printf "%s ", $0 }' "$at/verify.out")
	like "$block" "$2" "... $1 names $2"
}
# The address that the kernel says it has spoiled.
spoiled() { sed -n "s/.*test knob $1: page at \(0x[0-9a-f]*\).*/\1/p" "$vm_log" | head -n 1; }

# --- without a fault

vm -m 512M -k "$image" -o "$TMP/good" -- ppa-trace record -o /out/good.rec
is "$rc" 0 'a recording of a good boot'
mv "$TMP/good/good.rec" "$good"

fault none '0 0 0 0 0 3' '' '' log 'kpkeys: 260 early page tables, 260 of them linked and keyed; 1 ranges'

# --- tables without their key, or with a wrong one

# A page that the allocator does not know: the walk at finalize keys it, and
# without that walk it stays open.
fault untracked=5 '1 1 0 1 1 1' 'events.walk-missed walk.table-in-range' '' \
	log 'kpkeys: 1 page tables were in no keyed range, 0 could not be keyed'
names walk.table-in-range "$(spoiled untracked) level pte"
fault untracked=5,nowalk '0 1 0 0 1 3' 'walk.table-in-range walk.table-keyed' ''
names walk.table-keyed "$(spoiled untracked) level pte .*key 0"

# A range that finalize forgets.
fault skip_range=0 '1 1 0 1 1 1' 'events.page-in-range events.finalize-once events.walk-missed' ''
fault skip_range=0,nowalk '1 1 0 1 1 1' \
	'events.page-in-range events.finalize-once walk.range-keyed walk.table-keyed' ''
names walk.table-keyed 'and 244 more, 260 in all'

# The wrong key, and no key, on one page.
fault wrong_key=9 '0 1 0 0 0 3' 'walk.range-keyed walk.table-keyed' ''
names walk.range-keyed "$(spoiled wrong_key) .*key 2"
fault clear_key=9 '0 1 0 0 0 3' 'walk.range-keyed walk.table-keyed' ''
names walk.range-keyed "$(spoiled clear_key) .*key 0"
names walk.table-keyed "$(spoiled clear_key) level pte"

# set_memory_pkey() says that all is well and does nothing: nothing may believe it.
fault noop '1 1 0 1 1 1' \
	'events.page-in-range events.finalize-once events.finalize-error events.walk-missed walk.range-keyed walk.table-keyed' '' \
	log 'kpkeys: 260 page tables were in no keyed range, 260 could not be keyed'
fault noop,nowalk '0 1 0 0 0 3' 'walk.range-keyed walk.table-keyed' ''

# What is not about early tables is seen by a look at all of them, and by no other.
fault_all=yes
fault unkeyed=0 '0 0 0 0 0 3' '' ''
is "$(status_of all) $(ended all FAILED)" '1 all.table-keyed' '... verify --scope=all finds it'
fault stray '0 0 0 0 0 3' '' ''
is "$(status_of all) $(ended all FAILED)" '1 all.stray-key' '... verify --scope=all finds it'
fault_all=

# --- a full table of ranges: the pages beyond it have their key all the same

fault ranges=0 '1 1 0 1 1 1' 'events.overflow events.walk-missed walk.table-in-range' '' \
	log 'kpkeys: range table of 0 is full: 260 pages are in no range' \
	verify 'ok +walk.table-keyed +260 early tables'
fault run=1,ranges=1 '1 1 0 1 1 1' 'events.overflow events.walk-missed walk.table-in-range' '' \
	log 'kpkeys: range table of 1 is full: [0-9]+ pages are in no range' \
	verify 'ok +events.capacity +1 range at most, of 1 possible'

# --- an incomplete log: nobody can say whether all was well

fault drop_event=9 '3 3 3 3 3 3' '' "$lost" record 'the recording is as incomplete as'
# With more memory than the good boot, which is a difference that is proven.
fault log_pages=1 '3 3 3 3 1 3' '' "$lost" \
	log 'kpkeys: 1029 early page tables, 1029 of them linked and keyed' \
	log 'kpkeys: event log: no room for [0-9]+ of [0-9]+ records' -- -m 2G
# None was wanted, and there is not so much memory.
for knobs in log_pages=0 log_pages=1000000; do
	fault $knobs '2 3 2 none none 3' '' "$none" \
		verify 'found no memory for the event log' \
		verify 'ok +walk.table-keyed +260 early tables' \
		log 'kpkeys: no memory for the event log of early page tables' \
		log 'kpkeys: 260 early page tables, 260 of them linked and keyed'
done
# A record that is none, and one whose time is absurd.
fault damage=0 '3 3 3 3 3 3' '' "$cut" \
	verify 'cannot read its own event log to the end' replay 'Input/output error'
fault damage=3 '3 3 3 3 3 3' '' "$lost" verify '1 events hold impossible values'
# A proven violation is one whatever else is missing.
fault drop_event=9,clear_key=20 '3 1 3 3 3 3' 'walk.range-keyed walk.table-keyed' "$lost"

# --- what is no fault

fault nocounter '0 0 0 3 0 3' '' '' boot-rec 'No time is known'
fault nowalk '0 0 0 0 0 3' '' ''
for knobs in scatter bottomup run=1 scatter,bottomup; do fault $knobs '0 0 0 0 1 3' '' ''; done

# --- a boot that ends

# dies KNOBS REGEX [OPTION...]: there is nobody left to tell of it but the console.
dies() {
	local knobs=$1 regex=$2
	shift 2
	tried[$knobs]=1
	vm -m 512M -k "$image" -a "kpkeys.test=$knobs" "$@" -- true
	is "$rc" 125 "$knobs ends the boot"
	like "$(<"$vm_log")" "$regex" "... $regex"
}
dies noguard 'Unable to handle kernel write without a guard to a page table' -a oops=panic
dies damage=1000000 'kpkeys.test: the log has no word 1000000'
# A knob that does not exist must not go unnoticed; so early nothing can reboot.
dies nosuch 'kpkeys.test: no such knob, or not a number: nosuch' -t 20

# --- is each knob tried?

knobs=$(sed -n 's/^\t{ "\([a-z_]*\)",.*/\1/p' kernel/mm/kpkeys_test.c | sort)
ok 'the knobs of the kernel are known' test "$(wc -w <<<"$knobs")" -ge 15
# By itself or with another one, which it may need.
is "$(comm -23 <(echo "$knobs") <(printf '%s\n' "${!tried[@]}" | tr ',' '\n' | sed 's/=.*//' | sort -u))" '' \
	'each of them has a row'

done_testing
