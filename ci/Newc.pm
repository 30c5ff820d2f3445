# SPDX-License-Identifier: GPL-2.0-only
# How is an initramfs written? An archive in cpio's "newc" format, uncompressed.
#
# Own code rather than cpio(1): names inside differ from those outside, device
# nodes need no privilege, and the result depends on nothing but the files.
# The kernel skips an uncompressed archive that follows a compressed one of odd
# size; archives written here are padded to 512 bytes and so can be joined.
package Newc;
use strict;
use warnings;
use Fcntl ':mode';

sub new {
	my ($class, $handle) = @_;
	binmode $handle;
	return bless { out => $handle, written => 0, inode => 0, dirs => {} }, $class;
}

sub _put {
	my ($self, $data) = @_;
	print { $self->{out} } $data or die "cannot write the initramfs: $!\n";
	$self->{written} += length $data;
}

sub _pad {
	my ($self, $to) = @_;
	my $over = $self->{written} % $to;
	$self->_put("\0" x ($to - $over)) if $over;
}

sub _header {
	my ($self, $name, $mode, $size, %more) = @_;
	die "$name is larger than the 4 GiB that an initramfs can hold\n" if $size > 0xffffffff;
	$self->_put(sprintf '070701' . '%08X' x 13,
		++$self->{inode}, $mode, 0, 0, 1, $more{mtime} // 0, $size,
		0, 0, $more{major} // 0, $more{minor} // 0, length($name) + 1, 0);
	$self->_put("$name\0");
	$self->_pad(4);
}

# The folders above NAME, once each.
sub _parents {
	my ($self, $name) = @_;
	my @parts = split m{/}, $name;
	pop @parts;
	my $path = '';
	for my $part (@parts) {
		$path = $path eq '' ? $part : "$path/$part";
		$self->_header($path, S_IFDIR | 0755, 0) unless $self->{dirs}{$path}++;
	}
}

sub dir {
	my ($self, $name, $mode) = @_;
	$self->_parents($name);
	$self->_header($name, S_IFDIR | ($mode // 0755), 0) unless $self->{dirs}{$name}++;
}

sub data {
	my ($self, $name, $data, $mode) = @_;
	$self->_parents($name);
	$self->_header($name, S_IFREG | ($mode // 0644), length $data);
	$self->_put($data);
	$self->_pad(4);
}

sub symlink {
	my ($self, $name, $target) = @_;
	$self->_parents($name);
	$self->_header($name, S_IFLNK | 0777, length $target);
	$self->_put($target);
	$self->_pad(4);
}

sub char_device {
	my ($self, $name, $mode, $major, $minor) = @_;
	$self->_parents($name);
	$self->_header($name, S_IFCHR | $mode, 0, major => $major, minor => $minor);
}

# A regular file of this machine. MODE overrides its own.
sub file {
	my ($self, $name, $from, $mode) = @_;
	open my $in, '<:raw', $from or die "cannot read $from: $!\n";
	my @stat = stat $in;
	$self->_parents($name);
	$self->_header($name, S_IFREG | ($mode // ($stat[2] & 07777)), $stat[7], mtime => $stat[9]);
	my $left = $stat[7];
	while ($left) {
		my $got = read $in, my $data, $left < 1 << 20 ? $left : 1 << 20;
		die "cannot read $from: " . (defined $got ? "it became shorter\n" : "$!\n") unless $got;
		$self->_put($data);
		$left -= $got;
	}
	$self->_pad(4);
}

# A file or a folder with all that is in it. A symbolic link that is named
# itself is followed; those inside of a folder stay links.
sub tree {
	my ($self, $name, $from) = @_;
	my @stat = stat $from or die "cannot read $from: $!\n";
	return $self->file($name, $from) if S_ISREG($stat[2]);
	S_ISDIR($stat[2]) or die "$from is neither a file nor a folder\n";
	$self->dir($name, $stat[2] & 07777);
	opendir my $dir, $from or die "cannot read $from: $!\n";
	for my $entry (sort grep { !/\A\.\.?\z/ } readdir $dir) {
		if (-l "$from/$entry") {
			$self->symlink("$name/$entry", readlink "$from/$entry");
		} else {
			$self->tree("$name/$entry", "$from/$entry");
		}
	}
}

sub finish {
	my ($self) = @_;
	$self->_header('TRAILER!!!', 0, 0);
	$self->_pad(512);
}

1;
