#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# Is FILE a trace that a viewer draws as it is meant?
#
# usage: check-perfetto.pl FILE [NAME=NUMBER]...
#
# What a schema of JSON cannot say: the times go up, the slices of a track lie
# one in the other or one behind the other, every track has a name, pid and tid
# are written as integers. NAME=NUMBER: so many events of that name;
# at-most-NAME=NUMBER: no more than that.
use strict;
use warnings;
use JSON::PP;

my $file = shift // die "usage: $0 FILE [NAME=NUMBER]...\n";
open my $in, '<:raw', $file or die "$file: $!\n";
my $text = do { local $/; <$in> };
my $json = JSON::PP->new->utf8;
# Slow, and only needed for times that no boot has.
$json->allow_bignum if $text =~ /\d{13,}\./;
my $trace = $json->decode($text);

# Behind the decoder a string and a number look alike.
die "pid or tid is no integer\n" if $text =~ /"[pt]id":(?!\d+[,}])/;
die "a time is not us with the ns behind the point\n" if $text =~ /"(?:ts|dur)":(?!(?:0|\d+\.\d{3})[,}])/;

# Times become whole ns, so that they can be added and compared.
sub ns { my $ns = $_[0] * 1000; ref $ns ? $ns->bround(25)->bfround(0) : int($ns + 0.5) }

my ($last, %open, %named, %used, %count) = (0);
for my $e (@{ $trace->{traceEvents} }) {
	my $at = "$e->{ph} $e->{name} at $e->{ts}";
	$count{ $e->{name} }++;
	if ($e->{ph} eq 'M') {
		$named{ $e->{tid} } = 1;
		next;
	}
	my $ts = ns($e->{ts});
	die "$at: behind $last ns\n" if $ts < $last;
	$last = $ts;
	next if $e->{ph} eq 'C';
	$used{ $e->{tid} } = 1;
	next if $e->{ph} ne 'X';
	my $stack = $open{ $e->{tid} } //= [];
	pop @$stack while @$stack && $stack->[-1] <= $ts;
	my $end = $ts + ns($e->{dur});
	die "$at: ends at $end ns, the slice around it at $stack->[-1] ns\n" if @$stack && $end > $stack->[-1];
	push @$stack, $end;
}
$named{$_} or die "track $_ has no name\n" for keys %used;

for my $wanted (@ARGV) {
	my ($name, $n) = $wanted =~ /^(.*)=(\d+)$/ or die "$wanted: not NAME=NUMBER\n";
	my $most = $name =~ s/^at-most-//;
	my $got = $count{$name} // 0;
	die "$got of \"$name\", not $n\n" if $most ? $got > $n : $got != $n;
}
