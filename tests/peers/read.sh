#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What do other programs make of the files in DIR? Runs in the root `peers`,
# without network, for tests/peers.t: NAME.out, NAME.err and NAME.rc of each run
# are left in DIR.
#
# usage: read.sh DIR
here=${0%/*}
cd "$1" || exit
here=$OLDPWD/$here
schema=$OLDPWD/tools/ppa-trace/tests/perfetto.schema.json

# run NAME COMMAND...
run() {
	local name=$1
	shift
	"$@" >"$name.out" 2>"$name.err" </dev/null
	echo $? >"$name.rc"
}

# scrape FILE: what node_exporter says when FILE is in its folder.
scrape() {
	mkdir -p "$1.dir"
	cp "$1" "$1.dir/ppa.prom"
	port=$((20000 + RANDOM % 20000))
	prometheus-node-exporter --web.listen-address="127.0.0.1:$port" \
		--collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$1.dir" 2>"$1.log" &
	pid=$!
	for _ in {1..300}; do
		if { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; then
			printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
			tr -d '\r' <&3
			break
		fi
		sleep 0.1
	done
	kill "$pid"
	wait "$pid" 2>/dev/null
	return 0
}

# There is no "ip" in this root: SIOCSIFFLAGS, up.
python3 -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))'

for file in *.perfetto; do run "$file" python3 "$here/validate.py" "$schema" "$file"; done
for file in *.junit; do
	run "$file" python3 "$here/junit.py" "$file"
	run "$file.lint" xmllint --noout "$file"
done
for file in *.csv; do run "$file" python3 "$here/table.py" "$file"; done
for file in *.prometheus; do run "$file" scrape "$file"; done
