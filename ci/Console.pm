# SPDX-License-Identifier: GPL-2.0-only
# What on a kernel console says that the kernel is not well?
#
# A splat is a list of lines: from a headline to its end marker if it is of a
# kind that has one, else the headline alone. A check that takes no notice of
# something must not look clean, so the list below is wide; what a test expects,
# it names with -e.
package Console;
use strict;
use warnings;

# Kinds with an end marker. What comes in between belongs to them.
my @long = (
	[qr/-+\[ cut here \]-+/,                     qr/---\[ end trace/],
	[qr/Unable to handle kernel/,                qr/---\[ end trace/],
	[qr/Internal error: /,                       qr/---\[ end trace/],
	[qr/Kernel panic - not syncing/,             qr/---\[ end Kernel panic/],
	[qr/(?:BUG|WARNING|INFO): .*(?:KASAN|KFENCE|KCSAN|KMSAN|UBSAN)|UBSAN: /, qr/={60}|---\[ end trace/],
);

my $short = qr/
	\bBUG:\s | kernel\sBUG\sat | \bWARNING:\s | \bOops\b | \bSError\b
	| Bad\smode\sin | Unhandled\sfault | Insufficient\sstack\sspace
	| rcu:?\sINFO: | rcu_\w+\s(?:detected|kthread\sstarved) | self-detected\sstall
	| INFO:\stask\s.*blocked | soft\slockup | hard\sLOCKUP | watchdog:\sBUG
	| INFO:\s(?:possible|inconsistent|suspicious|trying\sto\sregister)
	| suspicious\sRCU\susage | DEBUG_LOCKS_WARN_ON | possible\s(?:circular|recursive|irq)\slocking
	| refcount_t:\s | list_(?:add|del)\scorruption | usercopy:\sKernel\smemory
	| bad\spage\s(?:state|map) | Bad\s(?:page|rss|pagetable) | scheduling\swhile\satomic
	| sleeping\sfunction\scalled | sysfs:\scannot\screate\sduplicate
	| early\sioremap\sleak | page\stable\scheck | Out\sof\smemory: | page\sallocation\sfailure
	| Failed\sto\sexecute | Attempted\sto\skill\sinit | ^kpkeys-vm:\s
/x;

# The time stamp, and the caller if the kernel prints it.
my $stamp = qr/\A(?:\[\s*\d+\.\d+\](?:\[\s*[TC]\d+\])?\s)?/;

sub lines {
	my ($text) = @_;
	$text =~ s/\r//g;
	$text =~ s/\e\[[0-9;]*[A-Za-z]//g;
	return split /\n/, $text;
}

# splats(TEXT): a list of references to lists of lines.
sub splats {
	my ($text) = @_;
	my (@splats, $end);
	for my $line (lines($text)) {
		(my $bare = $line) =~ s/$stamp//;
		if ($end) {
			push @{ $splats[-1] }, $line;
			undef $end if $bare =~ $end;
			next;
		}
		for my $kind (@long) {
			next unless $bare =~ $kind->[0];
			push @splats, [$line];
			$end = $kind->[1];
			last;
		}
		push @splats, [$line] if !$end && $bare =~ $short;
	}
	return @splats;
}

# unexpected(TEXT, REGEX...): those of which no line matches one of REGEX.
sub unexpected {
	my ($text, @allowed) = @_;
	return grep {
		my $all = join "\n", @$_;
		!grep { $all =~ /$_/m } @allowed;
	} splats($text);
}

1;
