# SPDX-License-Identifier: GPL-2.0-only
# How does a test look at a page in a real browser?
#
# Chromium without a window, driven by chromedriver over HTTP. Nothing of it
# reaches the network. It ends with the object, by its own id.
package Browser;
use strict;
use warnings;
use File::Temp qw(tempdir);
use HTTP::Tiny;
use JSON::PP;
use MIME::Base64 qw(decode_base64);
use POSIX qw(dup2);

my $json = JSON::PP->new->utf8->allow_nonref;

# new(NAME => VALUE...): script => 0 is a browser with JavaScript off.
sub new {
	my ($class, %want) = @_;
	my $dir = tempdir(CLEANUP => 1);
	my $self = bless { http => HTTP::Tiny->new(timeout => 120), dir => $dir }, $class;
	pipe my $read, my $write or die "pipe: $!\n";
	$self->{pid} = fork() // die "fork: $!\n";
	if (!$self->{pid}) {
		open STDERR, '>', "$dir/log" or die "$dir/log: $!\n";
		dup2(fileno $write, 1);
		$ENV{HOME} = $dir;
		exec 'chromedriver', '--port=0' or POSIX::_exit(127);
	}
	close $write;
	while (<$read>) {
		next unless /started successfully on port (\d+)/;
		$self->{at} = "http://127.0.0.1:$1";
		last;
	}
	$self->{pipe} = $read;
	die "chromedriver does not start\n" if !$self->{at};
	my @args = qw(--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu
		--hide-scrollbars --force-color-profile=srgb);
	push @args, "--user-data-dir=$dir/profile";
	push @args, '--blink-settings=scriptEnabled=false' if exists $want{script} && !$want{script};
	my $session = $self->call(POST => '/session', { capabilities => { alwaysMatch => {
		browserName => 'chrome',
		'goog:chromeOptions' => { args => \@args, binary => '/usr/bin/chromium' },
		'goog:loggingPrefs' => { browser => 'ALL', performance => 'ALL' },
	} } });
	$self->{session} = "/session/$session->{sessionId}";
	return $self;
}

sub call {
	my ($self, $method, $path, $body) = @_;
	my $r = $self->{http}->request($method, $self->{at} . $path, {
		headers => { 'Content-Type' => 'application/json' },
		defined $body ? (content => $json->encode($body)) : () });
	my $answer = eval { $json->decode($r->{content})->{value} };
	return $answer if $r->{success};
	my $why = ref $answer ? "$answer->{error}: $answer->{message}" : $r->{content};
	die "$method $path: " . substr($why, 0, 600) . "\n";
}

sub DESTROY {
	my ($self) = @_;
	local ($?, $@);
	eval { $self->call(DELETE => $self->{session}) } if $self->{session};
	return if !$self->{pid};
	kill TERM => $self->{pid};
	waitpid $self->{pid}, 0;
	# A browser that it did not end is known by its folder, which is ours alone.
	for my $file (glob '/proc/[0-9]*/cmdline') {
		open my $in, '<', $file or next;
		my $line = <$in> // '';
		kill KILL => $1 if index($line, "$self->{dir}/profile") >= 0 && $file =~ /(\d+)/;
	}
}

sub go { my ($self, $url) = @_; $self->call(POST => "$self->{session}/url", { url => $url }) }
sub cdp {
	my ($self, $cmd, $params) = @_;
	return $self->call(POST => "$self->{session}/goog/cdp/execute", { cmd => $cmd, params => $params // {} });
}
# The value of an expression in the page.
sub eval_js {
	my ($self, $code) = @_;
	my $r = $self->cdp('Runtime.evaluate', { expression => $code, returnByValue => JSON::PP::true });
	die "in the page: $r->{exceptionDetails}{exception}{description}\n" if $r->{exceptionDetails};
	return $r->{result}{value};
}
# One press of a key, by its name as in KeyboardEvent.key, and a character if it has one.
sub key {
	my ($self, $key) = @_;
	my %code = (Tab => 9, Enter => 13, ArrowLeft => 37, ArrowRight => 39);
	my %event = (key => $key, windowsVirtualKeyCode => $code{$key} // ord uc $key);
	$event{text} = $key if length $key == 1;
	$event{text} = "\r" if $key eq 'Enter';
	$self->cdp('Input.dispatchKeyEvent', { type => 'keyDown', %event });
	$self->cdp('Input.dispatchKeyEvent', { type => 'keyUp', %event });
}
sub width {
	my ($self, $width, $height) = @_;
	$self->cdp('Emulation.setDeviceMetricsOverride', {
		width => $width, height => $height // 900, deviceScaleFactor => 1, mobile => JSON::PP::false });
}
# MEDIA is screen or print, SCHEME light or dark.
sub media {
	my ($self, $media, $scheme) = @_;
	$self->cdp('Emulation.setEmulatedMedia', { media => $media,
		features => [{ name => 'prefers-color-scheme', value => $scheme }] });
}
sub log_of { my ($self, $type) = @_; @{ $self->call(POST => "$self->{session}/se/log", { type => $type }) } }

sub save {
	my ($file, $base64) = @_;
	open my $out, '>:raw', $file or die "$file: $!\n";
	print $out decode_base64($base64) or die "$file: $!\n";
	close $out or die "$file: $!\n";
}
# The whole page, however long.
sub screenshot {
	my ($self, $file) = @_;
	my $r = $self->cdp('Page.captureScreenshot', { captureBeyondViewport => JSON::PP::true });
	save($file, $r->{data});
}
sub print_to {
	my ($self, $file) = @_;
	my $r = $self->cdp('Page.printToPDF', { paperWidth => 8.27, paperHeight => 11.69 });
	save($file, $r->{data});
}

1;
