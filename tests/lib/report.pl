#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# What must hold of the pages in a folder, in a browser?
#
# usage: report.pl FOLDER     of one.html, many.html, bad.html and large.html
#
# Prints "ok WHAT" and "not ok WHAT" for tests/browser-report.t, and leaves
# pictures beside the pages.
use strict;
use warnings;
use Browser;
use Cwd qw(abs_path);
use JSON::PP;

$| = 1;
my $dir = abs_path(shift);
my %verdict = (one => 'GOOD', many => 'UNPROVEN', bad => 'FAILED', large => 'GOOD');
my @names = qw(one many bad large);

sub check {
	my ($what, $good, $why) = @_;
	print $good ? '' : 'not ', "ok $what\n";
	print "$why\n" if !$good && defined $why;
}
sub same { my ($what, $got, $want) = @_; check($what, $got eq $want, "got $got, wanted $want") }

# Every text and what is behind it: a list of what has too little contrast.
my $contrast = <<'JS';
(() => {
	const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
	const light = (c) => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
	const colour = (s) => (s.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = colour(getComputedStyle(e).backgroundColor);
			if (c.length < 4 || c[3] > 0)
				return c;
		}
		return [255, 255, 255];
	};
	const bad = [], seen = new Set();
	let n = 0;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement, style = getComputedStyle(e);
		if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "title"].includes(e.tagName) ||
		    !e.getClientRects().length || seen.has(e))
			continue;
		seen.add(e);
		n++;
		const svg = e instanceof SVGElement;
		const a = light(colour(svg ? style.fill : style.color)), b = light(ground(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5)
			bad.push(e.tagName + "." + (e.getAttribute("class") || "") + " " + ratio.toFixed(2));
	}
	return n > 50 ? bad.join(", ") : "only " + n + " texts";
})()
JS
# What reaches out of the page, and is not clipped by what it is in.
my $outside = <<'JS';
[...document.querySelectorAll("body *")].filter((e) => !e.closest("svg, thead") && e.getClientRects().length &&
	e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
	.map((e) => e.tagName + "." + e.className).slice(0, 5).join(", ")
JS
# Texts of the map and the chart that lie over each other.
my $overlap = <<'JS';
[...document.querySelectorAll(".view, .chart")].flatMap((v) => {
	const t = [...v.querySelectorAll("text")].filter((e) => e.getClientRects().length);
	return t.flatMap((a, i) => t.slice(i + 1).filter((b) => {
		const x = a.getBoundingClientRect(), y = b.getBoundingClientRect();
		return x.left < y.right && y.left < x.right && x.top + 3 < y.bottom && y.top + 3 < x.bottom;
	}).map((b) => a.textContent + "/" + b.textContent));
}).join(", ")
JS

my $browser = eval { Browser->new };
if (!$browser) {
	print "not ok the browser starts\n$@";
	exit 1;
}

sub view_of { my ($b) = @_; $b->eval_js('[...["a","b"].map((n) => view.getAttribute("data-" + n))].join()') }
sub span_of { my ($from, $to) = split /,/, view_of(@_); $to - $from }

sub look {
	my ($b, $name) = @_;
	for my $width (1280, 360) {
		$b->width($width);
		same("$name: $width px: no horizontal scroll",
			$b->eval_js('document.documentElement.scrollWidth') <= $width ? 1 : 0, 1);
		same("$name: $width px: nothing reaches out", $b->eval_js($outside), '');
		same("$name: $width px: no text covers another", $b->eval_js($overlap), '');
	}
	$b->screenshot("$dir/$name.narrow.png");
	$b->width(1280);
	for my $scheme (qw(light dark)) {
		$b->media('screen', $scheme);
		same("$name: $scheme: contrast of all text", $b->eval_js($contrast), '');
		$b->screenshot("$dir/$name.$scheme.png");
	}
	my $ground = $b->eval_js('getComputedStyle(document.body).backgroundColor');
	$b->media('screen', 'light');
	check("$name: dark is another ground", $ground ne $b->eval_js('getComputedStyle(document.body).backgroundColor'));
}

sub structure {
	my ($b, $name) = @_;
	same("$name: the verdict in words", $b->eval_js('document.querySelector("h1").textContent'), $verdict{$name});
	same("$name: ... and as a shape", $b->eval_js('document.querySelector(".verdict > svg use") !== null'), 1);
	same("$name: every table has a caption and every heading a scope", $b->eval_js(
		'document.querySelectorAll("table:not(:has(caption)), th:not([scope])").length'), 0);
	# What a screen reader is told, of the narrow page as well.
	for my $width (1280, 360) {
		$b->width($width);
		my %role;
		for (@{ $b->cdp('Accessibility.getFullAXTree')->{nodes} }) {
			$role{ $_->{role}{value} }++ if !$_->{ignored};
		}
		check("$name: $width px: tables are tables, cells are cells",
			($role{table} // 0) >= 4 && ($role{row} // 0) > 30 && ($role{columnheader} // 0) > 15 &&
			($role{rowheader} // 0) > 25 && ($role{cell} // 0) > 80,
			join ' ', map { "$_=$role{$_}" } sort keys %role);
	}
	$b->width(1280);
}

# Keys, buttons, wheel and links of the map.
sub zooming {
	my ($b) = @_;
	$b->go("file://$dir/bad.html");
	my $whole = view_of($b);
	# With Tab alone to the map: it comes somewhere, and can be seen to have it.
	my $found = 0;
	for (1 .. 80) {
		$b->key('Tab');
		$found = $b->eval_js('document.activeElement === view') and last;
	}
	check('keys: Tab leads to the map', $found);
	check('keys: ... which shows that it has the keys',
		$b->eval_js('getComputedStyle(view).outlineStyle') ne 'none');
	my $before = span_of($b);
	$b->key('+');
	check('keys: + zooms in', span_of($b) < $before);
	my $at = view_of($b);
	$b->key('ArrowRight');
	check('keys: right moves', view_of($b) ne $at);
	$b->key('ArrowLeft');
	same('keys: left moves back', view_of($b), $at);
	my $rect = $b->eval_js('document.querySelector("#view .rng .u").getAttribute("width")');
	$b->key('-');
	check('keys: - draws a range narrower',
		$b->eval_js('document.querySelector("#view .rng .u").getAttribute("width")') lt $rect || span_of($b) == $before);
	$b->key('0');
	same('keys: 0 is all of memory', view_of($b), $b->eval_js('[over.getAttribute("data-a"), over.getAttribute("data-b")].join()'));
	check('the smallest range is still 2 px wide',
		$b->eval_js('Math.min(...[...document.querySelectorAll("#view .rng rect")].map((r) => r.getBoundingClientRect().width))') >= 2);
	$b->key('n');
	check('keys: n goes to a range', $b->eval_js('readout.textContent') =~ /^Range |^0x/ && span_of($b) < 1 << 25,
		$b->eval_js('readout.textContent'));
	$b->key('r');
	same('keys: r is the first view', view_of($b), $whole);
	$b->eval_js('document.activeElement.blur()');
	my $box = $b->eval_js('(() => { const r = view.getBoundingClientRect(); scrollTo(0, r.top + scrollY - 200); return { x: r.left + 300, y: 260 } })()');
	my %wheel = (type => 'mouseWheel', x => $box->{x}, y => $box->{y}, deltaX => 0, deltaY => -300);
	$b->cdp('Input.dispatchMouseEvent', \%wheel);
	same('wheel: the map of a page that is only read stays', view_of($b), $whole);
	$b->eval_js('view.focus({ preventScroll: true })');
	$b->eval_js('scrollTo(0, view.getBoundingClientRect().top + scrollY - 200)');
	$b->cdp('Input.dispatchMouseEvent', \%wheel);
	my $try = 0;
	select undef, undef, undef, 0.1 while view_of($b) eq $whole && $try++ < 20;
	check('wheel: zooms when the map has the focus', view_of($b) ne $whole);
	my $now = view_of($b);
	$b->eval_js('document.querySelector(".controls button:nth-child(2)").click()');
	check('buttons: zoom out', view_of($b) ne $now);
	$b->eval_js('document.querySelector("a[data-r=\"6\"]").click()');
	check('a number in the table shows its range', $b->eval_js('readout.textContent') =~ /^Range 6: .*not keyed/,
		$b->eval_js('readout.textContent'));
	check('... and the lens shows where', $b->eval_js('Number.parseFloat(lens.getAttribute("x"))') > 90);
	$b->screenshot("$dir/bad.zoomed.png");
	check('an offender in the map leads to its line', $b->eval_js(
		'(() => { const a = document.querySelector(".mark a"); return document.querySelector(a.getAttribute("href")) !== null })()'));
}

sub printed {
	my ($b, $name, $how) = @_;
	my $pdf = "$dir/$name.$how.pdf";
	$b->media('', 'dark');
	$b->print_to($pdf);
	my $text = `pdftotext -layout '$pdf' -`;
	for my $want ($verdict{$name}, 'Phases of boot', 'Pages by level', 'Between two pages', 'finalize',
		'first page at', 'events.complete', 'walk.table-keyed') {
		check("$name on paper ($how): $want", $text =~ /\Q$want\E/);
	}
	if ($name eq 'many') {
		my $rows = () = $text =~ /keyed, key 1/g;
		same("$name on paper ($how): all ranges", $rows, 82);
	}
	check("$name on paper ($how): no buttons", $text !~ /Zoom in/);
	# A first page on white: its corner.
	system "pdftoppm -r 20 -l 1 '$pdf' '$dir/$name.$how' 2>/dev/null";
	my ($ppm) = glob "$dir/$name.$how-*.ppm";
	open my $in, '<:raw', $ppm or die "$ppm: $!\n";
	my $image = do { local $/; <$in> };
	same("$name on paper ($how): the ground is white", substr($image, -3), "\xff\xff\xff");
	unlink $ppm;
}

eval {
	for my $name (@names) {
		$browser->go("file://$dir/$name.html");
		structure($browser, $name);
		look($browser, $name);
	}
	zooming($browser);
	for my $name (qw(many bad)) {
		$browser->go("file://$dir/$name.html");
		printed($browser, $name, 'script');
	}
	my @said = map { "$_->{level}: $_->{message}" } $browser->log_of('browser');
	same('the console says nothing', join("\n", @said), '');
	# The browser's own first page asks for things, too, at any time.
	my @asked = map { $_->{request}{url} } grep { $_->{documentURL} =~ m{^file:} }
		map { $_->{params} } grep { $_->{method} eq 'Network.requestWillBeSent' }
		map { JSON::PP->new->decode($_->{message})->{message} } $browser->log_of('performance');
	my @other = grep { !m{^file://\Q$dir\E/\w+\.html$} } @asked;
	same('nothing but the pages was asked for', join("\n", @other), '');
	check('... and they were', @asked >= @names, "@asked");
	# It is the policy that forbids it, not that nobody tries.
	$browser->go("file://$dir/one.html");
	$browser->eval_js('(() => { const s = document.createElement("script"); s.textContent = "window.hacked = 1";
		document.body.appendChild(s); document.body.setAttribute("style", "color: red");
		new Image().src = "http://127.0.0.1:9/x.png" })()');
	same('a script that is not the page\'s own does not run', $browser->eval_js('typeof window.hacked'), 'undefined');
	check('... and the console says why', grep { $_->{message} =~ /Content Security Policy/ } $browser->log_of('browser'));
	undef $browser;

	my $plain = Browser->new(script => 0);
	$plain->width(1280);
	for my $name (qw(many bad)) {
		$plain->go("file://$dir/$name.html");
		$plain->screenshot("$dir/$name.no-script.png");
		printed($plain, $name, 'no-script');
	}
};
if ($@) {
	print "not ok the browser does what it is told\n$@\n";
	exit 1;
}
