#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does report write its page as a whole or not at all, end as verify does, and
# keep it small for a machine of 1 TiB?
#
# Copied to the test directory as "cli_report"; speaks TAP.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$here/obj/tap.sh"

# says STATUS TEXT ARG...: as expect, and TEXT stands in the messages.
says() {
	local want=$1 text=$2
	shift 2
	expect "$want" "$@" && grep -qF -- "$text" "$tmp/err"
}

whole() { [[ $(tail -n 1 "$1") == '</html>' ]] && grep -qF "<h1>$2</h1>" "$1"; }
# Nothing lies around beside the page.
alone() { [[ $(ls "$tmp/dir") == "$*" ]]; }

mkdir "$tmp/dir"
"$gen" >"$tmp/good"
"$gen" pkey=5 >"$tmp/bad"
"$gen" drop=7 >"$tmp/cut"
page=$tmp/dir/page.html

# --- usage
ok 'no -o: 2, and says so' says 2 'where the page goes' report "$tmp/good"
ok '... and what to do' grep -q 'what to do: ppa-trace report -o' "$tmp/err"
ok '-o without a name: 2' says 2 'needs a value' report -o
ok '-o and an empty name: 2' says 2 'where the page goes' report --output= "$tmp/good"
ok 'help names -o' expect 0 help report
ok '... in its table of options' grep -q -- '-o, --output=FILE' "$tmp/out"
ok 'no such input: 2' says 2 'No such file' report -o "$page" "$tmp/absent"
ok '... and no page' alone ''

# --- the page and the status: those of verify
for run in good:0:GOOD:--events-only good:3:UNPROVEN: bad:1:FAILED:--events-only bad:1:FAILED: cut:3:UNPROVEN:--events-only; do
	IFS=: read -r input status word option <<<"$run"
	ok "$input ${option:-with all checks}: $status" expect "$status" report -o "$page" ${option:+"$option"} "$tmp/$input"
	ok '... the page says so' whole "$page" "$word"
	ok '... verify ends alike' expect "$status" verify ${option:+"$option"} "$tmp/$input"
done
ok 'nothing is left beside it' alone page.html
ok 'nothing is said' test ! -s "$tmp/err"
ok 'it may be read as any new file' test "$(stat -c %a "$page")" = "$(touch "$tmp/new" && stat -c %a "$tmp/new")"
ok 'to standard output' expect 0 report -o - --events-only "$tmp/good"
ok '... all of it' whole "$tmp/out" GOOD
"$tool" report -o "$page" --events-only "$tmp/good"
ok 'to a file it is the same' cmp "$page" "$tmp/out"
ok '--output=FILE' expect 0 report --output="$page" --events-only "$tmp/good"
from_stdin() { "$tool" report -o "$page" --events-only - <"$tmp/good" && grep -q 'standard input' "$page"; }
ok 'from standard input' from_stdin

# --- whole or not at all
echo before >"$page"
ok 'an input that is none: 2' expect 2 report -o "$page" "$tmp/dir"
ok '... the old page is still there' grep -qx before "$page"
ok 'a directory that is not there: 2' says 2 'cannot write' report -o "$tmp/none/page.html" "$tmp/good"
ok 'a directory: 2' says 2 'cannot write' report -o "$tmp/dir" "$tmp/good"
full() { (ulimit -f 8; "$tool" report -o "$page" --events-only "$tmp/good" 2>"$tmp/err"; [[ $? -eq 2 ]]) && grep -q 'cannot write' "$tmp/err"; }
ok 'no room: 2' full
ok '... the old page is still there' grep -qx before "$page"
ok '... and nothing beside it' alone page.html
ok '/dev/full: 2' says 2 'cannot write' report -o /dev/full "$tmp/good"
ok '... which is still a device' test -c /dev/full
ok 'a terminal: 2' bash -c "script -qec '$tool report -o - $tmp/good; echo status \$?' /dev/null </dev/null | grep -q 'status 2'"
ln -s page.html "$tmp/dir/link.html"
ok 'a symbolic link' expect 0 report -o "$tmp/dir/link.html" --events-only "$tmp/good"
ok '... stays one' test -L "$tmp/dir/link.html"
ok '... and leads to the page' whole "$page" GOOD
rm "$tmp/dir/link.html"

# --- names are text
name="$tmp/dir/<script>alert('1')&amp;.txt"
cp "$tmp/good" "$name"
ok 'a hostile name of the input' expect 0 report -o "$page" --events-only "$name"
ok '... is text' grep -qF '&lt;script&gt;alert(&#39;1&#39;)&amp;amp;.txt' "$page"
markup() { ! grep -F '<script>alert' "$page"; }
ok '... and no markup' markup

# --- 1 TiB
"$gen" pages=525000 gap=2100 top=0x14000000000 ram=$((1 << 40)) slow=1000 >"$tmp/large"
large() { (ulimit -v 73728 && exec "$plain" report -o "$page" --events-only "$tmp/large"); }
ok '1 TiB in 250 ranges, in 72 MiB of memory' large
ok '... the page is whole' whole "$page" GOOD
size() { wc -c <"$page"; [[ $(wc -c <"$page") -lt 1048576 ]]; }
ok '... and smaller than 1 MiB' size

echo "# $(wc -c <"$page") bytes for 1 TiB"
tap_end
