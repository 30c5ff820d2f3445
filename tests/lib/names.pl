#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# What do documents name that is not there?
#
# usage: tests/lib/names.pl FILE.md...     (from the clone's top folder)
#
# Prints FILE:LINE: NAME: WHY for each of these, and ends with 1 if there is any:
#
#   function()     anywhere: no code of ours calls or defines it, nor has the kernel
#                  (build/linux) such a word
#   a path         between backquotes or in a block of code, if it begins with a
#                  folder of this clone or of the kernel that a patch changes. A word
#                  in capitals stands for anything: cmd_NAME.c
#   file.c         between backquotes: no file is called so
#   some_name      between backquotes: no code has such a word, the kernel neither
#   events.align   between backquotes: ppa-trace has no such check
#   [text](path)   no such file
#
# A row of a table that begins with functions and has a file: each of them is defined
# there, or stands in what a patch changes there.
use strict;
use warnings;

# --- what there is

my (%tracked, %base, %word, %function, %text);
chomp(my @files = qx(git ls-files -co --exclude-standard));
for my $file (grep { -f } @files) {
	$tracked{$file} = 1;
	while ($file =~ m{/}g) { $tracked{substr $file, 0, pos($file) - 1} = 1 }
	$base{$file =~ s{.*/}{}r} = 1;
}

sub read_file {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	local $/;
	return <$in>;
}

# Code without comments. What a patch takes away is not there any more; the test of
# this names what never was.
for my $file (grep { -f } @files) {
	next if $file =~ m{\A(?:docs|examples)/|\Atests/docs\.t\z|/(?:mutants|fixtures|golden|fuzz)/|\.(?:md|rst)\z};
	next unless $file =~ m{\A(?:kernel|include|tools|ci|tests|Makefile)};
	my $text = read_file($file);
	if ($file =~ /\.[ch]\z/) {
		$text =~ s{/\*.*?\*/}{ }gs;
		$text =~ s{//.*}{}g;
		$text{$file} = $text;
	} elsif ($file =~ /\.patch\z/) {
		$text =~ s/\A.*?^(?=diff )//ms;
		for my $part (split /^(?=diff )/m, $text) {
			my ($to) = $part =~ m{^\+\+\+ b/(\S+)}m or next;
			$part =~ s/^-.*\n//gm;
			$text{$to} .= $part;
			$tracked{$to} = 1;
			while ($to =~ m{/}g) { $tracked{substr $to, 0, pos($to) - 1} = 1 }
			$base{$to =~ s{.*/}{}r} = 1;
		}
	} else {
		$text =~ s/^\s*#.*//gm;
		$word{$_} = 1 for $text =~ /\w+/g;
		$function{$_} = 1 for $text =~ /^\s*(?:sub (?=\w+ ))?(\w+)(?:\(\))? \{/gm;
		next;
	}
	$word{$_} = 1 for $text =~ /\w+/g;
	$function{$_} = 1 for $text =~ /\b(\w+)\s*\(/g, $text =~ /\bBPF_PROG\((\w+)/g;
}
my %check = map { $_ => 1 } map { /"((?:events|walk|all|probe)\.[a-z-]+)"/g } values %text;

# --- what is wrong with a name

# Each of the alternatives in braces; a word in capitals or a star is anything.
sub there {
	my ($name, $among) = @_;
	return 1 if $among->{$name};
	if ($name =~ /\{([^{}]*)\}/) {
		my ($before, $after) = ($`, $');
		return !grep { !there("$before$_$after", $among) } split /,/, $1;
	}
	my $pattern = quotemeta($name) =~ s{\\\*|[A-Z]{2,}}{[^/]*}gr;
	return $pattern ne quotemeta($name) && grep { /\A$pattern\z/ } keys %$among;
}

# New files of the kernel are kept under kernel/.
sub place { my ($path) = @_; return exists $text{"kernel/$path"} ? "kernel/$path" : $path }

sub defined_in {
	my ($name, $path) = @_;
	my $text = $text{place($path)};
	return 0 unless defined $text;
	return $text =~ /\b$name\s*\(/ unless -e place($path);
	return $text =~ /^(?![ \t])[^\n;=]*\b(?:BPF_PROG\($name\b|$name\s*\()/m;
}

my $folders = join '|', map { quotemeta } '.ci', grep { !m{/} && -d } keys %tracked;
my $path = qr{(?<![\w./\$=~-])(?:$folders|arch|mm|Documentation)/[\w.*/\{\},-]*[\w*\}]};
my $bare = qr{\A[\w.-]+\.(?:c|h|sh|t|pl|md|rst|patch|config|css|js)\z};

my @wrong;
sub wrong { my ($where, $name, $why) = @_; push @wrong, [$where, $name, $why] }
# Unless it is one of the kernel's.
sub unknown { my ($where, $name, $why) = @_; push @wrong, [$where, $name, $why, $name =~ s/\(\)//r] }

for my $file (@ARGV) {
	my $block = 0;
	my $n = 0;
	for (split /\n/, read_file($file)) {
		$n++;
		if (/^```/) { $block = !$block; next }
		my $where = "$file:$n";
		my @spans = $block ? $_ : /`([^`]+)`/g;
		my @functions = /\b([a-z_]\w*)\(\)/g;
		my @paths = map { /$path/g } @spans;

		for (@functions) { unknown($where, "$_()", 'no code defines or calls it') unless there($_, \%function) }
		for (@paths) {
			next if there(s{/\z}{}r, \%tracked) || there("kernel/$_", \%tracked);
			wrong($where, $_, 'no such file');
		}
		if (!$block) {
			for my $span (@spans) {
				if ($span =~ $bare) {
					wrong($where, $span, 'no file is called so') unless there($span, \%base);
				} elsif ($span =~ /\A(?:events|walk|all|probe)\.[a-z-]+\z/) {
					wrong($where, $span, 'no such check') unless $check{$span};
				}
				my $rest = $span =~ s/$path//gr;
				for ($rest =~ /$bare/ ? () : $rest =~ /(?<![\w.-])([A-Za-z]\w*_\w+)\b(?!\()/g) {
					unknown($where, $_, 'no code has such a word') unless $word{$_} || $word{s/\ACONFIG_//r};
				}
			}
			for my $to (/\]\(([^)#:]+)[)#]/g) {
				wrong($where, $to, 'no such file') unless -e $file =~ s{[^/]*\z}{}r . $to;
			}
			if (/^\|([^|]*)/ && (my @code = grep { /\.[ch]\z/ } @paths)) {
				for my $name ($1 =~ /\b([a-z_]\w*)\(\)/g) {
					wrong($where, "$name()", "is not in @code") unless grep { defined_in($name, $_) } @code;
				}
			}
		}
	}
}

my %unknown = map { $_->[3] => 1 } grep { $_->[3] } @wrong;
my %kernel;
if (%unknown) {
	my @where = grep { -d } map { "build/linux/$_" } qw(arch/arm64 include kernel mm security);
	open my $grep, '-|', 'grep', '-rhowE', join('|', sort keys %unknown), @where or die "grep: $!\n";
	while (<$grep>) { chomp; $kernel{$_} = 1 }
}
@wrong = grep { !$_->[3] || !$kernel{$_->[3]} } @wrong;
print map { "$_->[0]: $_->[1]: $_->[2]\n" } @wrong;
exit(@wrong ? 1 : 0);
