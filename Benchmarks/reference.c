/* The floor: what it costs to walk over a capture in plain C and to look at what Tunnelscope looks at.
 *
 *   cc -O3 -march=native -o reference Benchmarks/reference.c
 *   ./reference [--read] FILE.pcap
 *
 * Reads a little-endian microsecond pcap of Ethernet, mapped into memory or, with --read, through a buffer of
 * 256 KiB. Of each packet it takes apart Ethernet with VLAN tags, IPv4 or IPv6, and TCP with its MSS, UDP, or an
 * ICMP error with the packet it quotes; of TCP and UDP payload the TLS and DTLS records and the type of each
 * handshake message. Each flow has its counters in a hash table. Nothing is concluded, and no more is checked than
 * reading within bounds needs. Prints totals as JSON; script/bench compares packets and hellos with the program's. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TCP = 6, UDP = 17, ICMP = 1 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { ALERT = 21, HANDSHAKE = 22, CLIENT_HELLO = 1 };

/* Both directions of a flow have one key: the lesser end first. */
struct key {
  uint64_t address[4];
  uint16_t port[2];
  uint32_t protocol; /* 0 marks a free slot */
};

struct direction {
  uint64_t packets, bytes;
  uint16_t mss, largest_df;
};

struct flow {
  struct key key;
  struct direction sent[2];
  uint64_t first, last;
  uint32_t records, hellos, alerts, resets, errors, syn_sequence;
  uint16_t next_hop_mtu;
  bool saw_syn, saw_hello;
};

static struct flow *flows;
static size_t slots = 1024, used;
static uint64_t packets, records, hellos, errors;

static inline uint16_t be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t be32(const uint8_t *p) { return (uint32_t)be16(p) << 16 | be16(p + 2); }
static inline uint32_t le32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint64_t word(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return v; }

static inline size_t slot_of(const struct key *key) {
  uint64_t h = (uint64_t)key->protocol << 32 | (uint32_t)key->port[0] << 16 | key->port[1];
  for (int i = 0; i < 4; i++) {
    unsigned __int128 product = (unsigned __int128)(h ^ key->address[i] ^ 0x9E3779B97F4A7C15u) * 0xD1342543DE82EF95u;
    h = (uint64_t)product ^ (uint64_t)(product >> 64);
  }
  return (size_t)h & (slots - 1);
}

static struct flow *find(const struct key *key);

static void grow(void) {
  struct flow *old = flows;
  size_t count = slots;
  slots *= 2;
  used = 0;
  if (!(flows = calloc(slots, sizeof *flows))) exit(70);
  for (size_t i = 0; i < count; i++)
    if (old[i].key.protocol) *find(&old[i].key) = old[i];
  free(old);
}

static struct flow *find(const struct key *key) {
  for (size_t i = slot_of(key);; i = (i + 1) & (slots - 1)) {
    if (!memcmp(&flows[i].key, key, sizeof *key)) return &flows[i];
    if (flows[i].key.protocol) continue;
    if (2 * (used + 1) > slots) {
      grow();
      return find(key);
    }
    used++;
    flows[i].key = *key;
    return &flows[i];
  }
}

struct ip {
  const uint8_t *source, *destination;
  uint32_t length;
  bool is_v6, dont_fragment;
};

/* The flow of a packet, and which of its ends sent it. */
static struct flow *flow_of(const struct ip *ip, uint8_t protocol, uint16_t source, uint16_t destination, int *side) {
  struct key key = {.protocol = protocol};
  int size = ip->is_v6 ? 16 : 4, order = memcmp(ip->source, ip->destination, (size_t)size);
  bool swap = order > 0 || (order == 0 && source > destination);
  const uint8_t *a = swap ? ip->destination : ip->source, *b = swap ? ip->source : ip->destination;
  if (ip->is_v6) {
    key.address[0] = word(a), key.address[1] = word(a + 8), key.address[2] = word(b), key.address[3] = word(b + 8);
  } else {
    key.address[1] = le32(a), key.address[3] = le32(b);
  }
  key.port[0] = swap ? destination : source;
  key.port[1] = swap ? source : destination;
  *side = swap;
  return find(&key);
}

static void tls(struct flow *flow, const uint8_t *p, const uint8_t *end) {
  while (end - p >= 5 && p[0] >= 20 && p[0] <= 24 && p[1] == 3) {
    size_t length = 5u + be16(p + 3);
    flow->records++, records++;
    if (p[0] == ALERT) flow->alerts++;
    /* Encrypted messages begin with anything; a hello says how long it is, and comes once in a connection. */
    if (p[0] == HANDSHAKE && end - p >= 9 && p[5] == CLIENT_HELLO && !flow->saw_hello
        && (be32(p + 5) & 0xFFFFFF) + 9 == length) {
      flow->saw_hello = true;
      flow->hellos++, hellos++;
    }
    if ((size_t)(end - p) <= length) break;
    p += length;
  }
}

static void dtls(struct flow *flow, const uint8_t *p, const uint8_t *end) {
  while (end - p >= 13 && p[0] >= 20 && p[0] <= 26 && (p[1] == 0xFE || be16(p + 1) == 0x0100)) {
    size_t length = 13u + be16(p + 11);
    flow->records++, records++;
    if (p[0] == ALERT) flow->alerts++;
    if (p[0] == HANDSHAKE && be16(p + 3) == 0 && end - p >= 25 && p[13] == CLIENT_HELLO
        && (be32(p + 18) & 0xFFFFFF00) == 0)
      flow->hellos++, hellos++;
    if ((size_t)(end - p) <= length) break;
    p += length;
  }
}

static void tcp_options(struct direction *sent, const uint8_t *p, const uint8_t *end) {
  while (p < end && p[0] != 0) {
    if (p[0] == 1) {
      p++;
      continue;
    }
    if (end - p < 2 || p[1] < 2 || end - p < p[1]) return;
    if (p[0] == 2 && p[1] == 4) sent->mss = be16(p + 2);
    p += p[1];
  }
}

static void icmp(const uint8_t *p, const uint8_t *end) {
  if (end - p < 36 || p[0] != 3) return;
  const uint8_t *quoted = p + 8;
  int header = (quoted[0] & 15) * 4, side;
  if (header < 20 || end - quoted < header + 4) return;
  struct ip ip = {.source = quoted + 12, .destination = quoted + 16};
  struct flow *flow = flow_of(&ip, quoted[9], be16(quoted + header), be16(quoted + header + 2), &side);
  flow->errors++, errors++;
  if (p[1] == 4) flow->next_hop_mtu = be16(p + 6);
}

static void transport(const struct ip *ip, uint8_t protocol, const uint8_t *p, const uint8_t *end, uint64_t time) {
  struct flow *flow;
  int side;
  if (protocol == TCP) {
    if (end - p < 20) return;
    int header = (p[12] >> 4) * 4;
    if (header < 20 || end - p < header) return;
    flow = flow_of(ip, TCP, be16(p), be16(p + 2), &side);
    if (p[13] & RST) flow->resets++;
    if (p[13] & SYN) {
      uint32_t sequence = be32(p + 4);
      if (!(p[13] & ACK)) {
        if (!flow->saw_syn || flow->syn_sequence != sequence) flow->saw_hello = false;
        flow->saw_syn = true;
        flow->syn_sequence = sequence;
      }
      tcp_options(&flow->sent[side], p + 20, p + header);
    }
    tls(flow, p + header, end);
  } else if (protocol == UDP) {
    if (end - p < 8) return;
    flow = flow_of(ip, UDP, be16(p), be16(p + 2), &side);
    dtls(flow, p + 8, end);
  } else {
    if (protocol == ICMP && !ip->is_v6) icmp(p, end);
    return;
  }
  struct direction *sent = &flow->sent[side];
  if (!flow->first) flow->first = time;
  flow->last = time;
  sent->packets++;
  sent->bytes += ip->length;
  if (ip->dont_fragment && ip->length > sent->largest_df) sent->largest_df = (uint16_t)ip->length;
}

static void packet(const uint8_t *p, const uint8_t *end, uint64_t time) {
  if (end - p < 14) return;
  uint16_t type = be16(p + 12);
  p += 14;
  while ((type == 0x8100 || type == 0x88A8) && end - p >= 4) type = be16(p + 2), p += 4;
  struct ip ip;
  uint8_t protocol;
  if (type == 0x0800) {
    if (end - p < 20 || p[0] >> 4 != 4) return;
    int header = (p[0] & 15) * 4;
    if (header < 20 || end - p < header || be16(p + 6) & 0x1FFF) return;
    ip = (struct ip){p + 12, p + 16, be16(p + 2), false, p[6] & 0x40};
    protocol = p[9];
    if (ip.length >= (uint32_t)header && ip.length < (size_t)(end - p)) end = p + ip.length;
    p += header;
  } else if (type == 0x86DD) {
    if (end - p < 40) return;
    ip = (struct ip){p + 8, p + 24, be16(p + 4) + 40u, true, true};
    protocol = p[6];
    if (ip.length < (size_t)(end - p)) end = p + ip.length;
    p += 40;
    while ((protocol == 0 || protocol == 43 || protocol == 60) && end - p >= 8) {
      int length = (p[1] + 1) * 8;
      if (end - p < length) return;
      protocol = p[0];
      p += length;
    }
  } else {
    return;
  }
  transport(&ip, protocol, p, end, time);
}

/* Walks over whole records; returns where the first one begins that is not whole. */
static const uint8_t *walk(const uint8_t *p, const uint8_t *end) {
  while (end - p >= 16) {
    uint32_t captured = le32(p + 8);
    if (captured > (size_t)(end - p) - 16) break;
    packet(p + 16, p + 16 + captured, le32(p) * 1000000000ull + le32(p + 4) * 1000ull);
    packets++;
    p += 16 + captured;
  }
  return p;
}

static int mapped(int file) {
  struct stat status;
  if (fstat(file, &status) || status.st_size < 24) return 65;
  const uint8_t *map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (map == MAP_FAILED) return 74;
  walk(map + 24, map + status.st_size);
  return 0;
}

static int streamed(int file) {
  enum { BLOCK = 256 << 10 };
  static uint8_t buffer[2 * BLOCK];
  size_t kept = 0, skip = 24;
  for (;;) {
    ssize_t count = read(file, buffer + kept, BLOCK);
    if (count < 0) return 74;
    if (count == 0) return 0;
    const uint8_t *end = buffer + kept + count, *next = walk(buffer + skip, end);
    skip = 0;
    kept = (size_t)(end - next);
    if (kept > BLOCK) return 65; /* a record that no sane capture holds */
    memmove(buffer, next, kept);
  }
}

int main(int count, char **arguments) {
  bool reads = count == 3 && !strcmp(arguments[1], "--read");
  if (count != 2 + reads) return fputs("usage: reference [--read] FILE.pcap\n", stderr), 64;
  int file = open(arguments[1 + reads], O_RDONLY);
  if (file < 0) return perror(arguments[1 + reads]), 66;
  if (!(flows = calloc(slots, sizeof *flows))) return 70;
  int status = reads ? streamed(file) : mapped(file);
  if (status) return fprintf(stderr, "%s: not read to its end\n", arguments[1 + reads]), status;
  printf("{\"packets\": %llu, \"flows\": %zu, \"records\": %llu, \"hellos\": %llu, \"errors\": %llu}\n",
         (unsigned long long)packets, used, (unsigned long long)records, (unsigned long long)hellos,
         (unsigned long long)errors);
  return 0;
}
