// Puts the packets of a capture on an interface at a steady rate, over and over: the sender of script/bench-live.
//
//   replay CAPTURE.pcap INTERFACE PACKETS_PER_SECOND SECONDS
//
// Prints how many packets it sent and how many a second that were. Little-endian pcap, Ethernet; packets above the
// interface's MTU are left out. Needs the right to open a packet socket; run it in a network namespace of your own.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { burst = 32, largest = 1514 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int count, char **arguments) {
  if (count != 5) {
    fprintf(stderr, "usage: %s CAPTURE.pcap INTERFACE PACKETS_PER_SECOND SECONDS\n", arguments[0]);
    return 64;
  }
  double rate = atof(arguments[3]), seconds = atof(arguments[4]);

  FILE *file = fopen(arguments[1], "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) fail(arguments[1]);
  size_t size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(size);
  if (!bytes || fread(bytes, 1, size, file) != size) fail(arguments[1]);

  size_t packets = 0, room = size / 32 + 1;
  struct iovec *vectors = malloc(room * sizeof *vectors);
  if (!vectors) fail("memory");
  for (size_t at = 24; at + 16 <= size && packets < room;) {
    uint32_t kept;
    memcpy(&kept, bytes + at + 8, 4);
    if (at + 16 + kept > size) break;
    if (kept <= largest) vectors[packets++] = (struct iovec){bytes + at + 16, kept};
    at += 16 + kept;
  }
  if (packets < burst) fail("no packets");

  int wire = socket(AF_PACKET, SOCK_RAW, 0), on = 1;
  struct sockaddr_ll end = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(arguments[2])};
  if (wire < 0 || bind(wire, (struct sockaddr *)&end, sizeof end) != 0) fail(arguments[2]);
  setsockopt(wire, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);

  struct mmsghdr messages[burst] = {0};
  for (int i = 0; i < burst; i++) messages[i].msg_hdr.msg_iovlen = 1;
  uint64_t sent = 0;
  size_t next = 0;
  double began = now(), time;
  while ((time = now()) < began + seconds) {
    if ((double)sent > (time - began) * rate) continue;
    for (int i = 0; i < burst; i++) {
      messages[i].msg_hdr.msg_iov = vectors + next;
      next = next + 1 < packets ? next + 1 : 0;
    }
    int done = 0;
    while (done < burst) {
      int step = sendmmsg(wire, messages + done, (unsigned)(burst - done), 0);
      if (step > 0) done += step;
      else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) fail("send");
    }
    sent += burst;
  }
  printf("%llu %.0f\n", (unsigned long long)sent, (double)sent / (now() - began));
  return 0;
}
