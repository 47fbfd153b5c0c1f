#!/usr/bin/perl
# The delay line for kernels without netem: a process that moves frames between two tap devices, one on each site's
# bridge, and holds each for half the round trip. In Perl, because that can make tap devices without a native module and
# is on every Debian machine; the devices carry segmentation-offload headers, so that one read moves up to 64 KB of a
# TCP stream. The devices end with the process: a killed one cuts the WAN.
#
# Arguments: the two device names and the delay of one direction in microseconds. It writes `ready` once both devices
# exist.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_NONBLOCK);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use constant {
    TUNSETIFF     => 0x400454ca,
    TUNSETOFFLOAD => 0x400454d0,
    IFF           => 0x0002 | 0x1000 | 0x4000,    # IFF_TAP | IFF_NO_PI | IFF_VNET_HDR
    OFFLOAD       => 0x01 | 0x02 | 0x04 | 0x08,   # checksum, TSO for IPv4 and IPv6, ECN
    FRAME_LIMIT   => 80_000,
    QUEUE_LIMIT   => 64 * 1024 * 1024,            # bytes in flight in one direction; then it drops, as a router does
    BURST         => 64,                          # frames taken from one side before the other has its turn
};

my ($left, $right, $delay_us) = @ARGV;
my $delay = $delay_us / 1e6;

sub tap {
    my ($name) = @_;
    sysopen(my $device, '/dev/net/tun', O_RDWR | O_NONBLOCK) or die "/dev/net/tun: $!\n";
    my $request = pack('a16 S x22', $name, IFF);
    ioctl($device, TUNSETIFF, $request) or die "$name: $!\n";
    my $offload = OFFLOAD;
    ioctl($device, TUNSETOFFLOAD, $offload) or die "$name: $!\n";
    return $device;
}

my @device = (tap($left), tap($right));
my @queue  = ([], []);
my @size   = (0, 0);
my $bits   = '';
vec($bits, fileno($_), 1) = 1 for @device;
$| = 1;
print "ready\n";
open(STDOUT, '>', '/dev/null');

my $frame;
while (1) {
    my $due;
    for my $queue (@queue) {
        next unless @$queue;
        $due = $queue->[0][0] if !defined $due || $queue->[0][0] < $due;
    }
    my $wait = defined $due ? $due - clock_gettime(CLOCK_MONOTONIC) : undef;
    $wait = 0 if defined $wait && $wait < 0;
    select(my $readable = $bits, undef, undef, $wait);
    for my $from (0, 1) {
        for (1 .. BURST) {
            my $length = sysread($device[$from], $frame, FRAME_LIMIT);
            last unless $length;
            next if $size[$from] + $length > QUEUE_LIMIT;
            $size[$from] += $length;
            # The time of each frame by itself: this process may have waited for its turn since the last one.
            push @{ $queue[$from] }, [clock_gettime(CLOCK_MONOTONIC) + $delay, $frame];
        }
        my $queue = $queue[$from];
        my $now   = clock_gettime(CLOCK_MONOTONIC);
        while (@$queue && $queue->[0][0] <= $now) {
            my $held = (shift @$queue)->[1];
            $size[$from] -= length $held;
            # A frame that the other side cannot take is lost, as on any wire.
            syswrite($device[1 - $from], $held);
        }
    }
}
