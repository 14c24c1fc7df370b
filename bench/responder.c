/*
 * A far network: answers ICMP echo requests that come over an interface, each address after a delay of its own.
 *
 *   responder INTERFACE LEAST MOST JITTER     (µs)
 *
 * An address's delay lies evenly between LEAST and MOST and never changes; each reply takes up to JITTER longer. Replies
 * leave one at a time as they fall due, as they would arrive from a network. Prints "ready", and at the end of its
 * input, or on SIGTERM, what it received, sent and could not send.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { ROOM = 256, MOST_PENDING = 1 << 16, BATCH = 64, ETHERNET = 14 };

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

struct pending {
  uint64_t due;
  uint32_t slot;
};

static uint8_t frames[MOST_PENDING][ROOM];
static uint16_t lengths[MOST_PENDING];
static uint32_t unused[MOST_PENDING];
static uint32_t unused_count;
static struct pending heap[MOST_PENDING];
static uint32_t heap_count;
static volatile sig_atomic_t ended;

static void end(int signal) {
  (void)signal;
  ended = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* ns */
static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void push(struct pending item) {
  uint32_t at = heap_count++;
  for (; at > 0 && heap[(at - 1) / 2].due > item.due; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  heap[at] = item;
}

static struct pending pop(void) {
  struct pending first = heap[0], last = heap[--heap_count];
  uint32_t at = 0;
  for (uint32_t child; (child = 2 * at + 1) < heap_count; at = child) {
    if (child + 1 < heap_count && heap[child + 1].due < heap[child].due) child++;
    if (heap[child].due >= last.due) break;
    heap[at] = heap[child];
  }
  heap[at] = last;
  return first;
}

/* The finalizer of MurmurHash3: neighbours have nothing in common. */
static uint32_t mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bu;
  x ^= x >> 13;
  x *= 0xc2b2ae35u;
  return x ^ (x >> 16);
}

/* xorshift32 */
static uint32_t chance(void) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

/* Makes the reply of a request, where it lies. Returns whether it is a request. */
static int answer(uint8_t *frame, size_t length) {
  uint8_t *ip = frame + ETHERNET, swapped[6];
  if (length < ETHERNET + 28 || ip[0] != 0x45 || ip[9] != IPPROTO_ICMP || ip[20] != 8) return 0;
  memcpy(swapped, frame, 6);
  memcpy(frame, frame + 6, 6);
  memcpy(frame + 6, swapped, 6);
  memcpy(swapped, ip + 12, 4);
  memcpy(ip + 12, ip + 16, 4);
  memcpy(ip + 16, swapped, 4);
  ip[20] = 0;
  /* RFC 1624: the type has become less by 8, the sum more. */
  uint32_t sum = ((uint32_t)ip[22] << 8 | ip[23]) + 0x0800u;
  sum += sum >> 16;
  ip[22] = (uint8_t)(sum >> 8);
  ip[23] = (uint8_t)sum;
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "responder INTERFACE LEAST MOST JITTER\n");
    return 2;
  }
  const uint64_t least = strtoull(argv[2], NULL, 10) * 1000, most = strtoull(argv[3], NULL, 10) * 1000;
  const uint64_t jitter = strtoull(argv[4], NULL, 10) * 1000;

  /* The kernel would let a wait take 50 µs longer otherwise. */
  prctl(PR_SET_TIMERSLACK, 1000);
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);

  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) fail("socket");
  const int one = 1, room = 64 << 20;
  setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  struct sockaddr_ll name = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
  name.sll_ifindex = (int)if_nametoindex(argv[1]);
  if (name.sll_ifindex == 0) fail(argv[1]);
  if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0) fail("bind");

  for (; unused_count < MOST_PENDING; unused_count++) unused[unused_count] = unused_count;
  uint64_t received = 0, sent = 0, failed = 0;
  puts("ready");
  fflush(stdout);

  while (!ended) {
    uint64_t at = now();
    while (heap_count > 0 && heap[0].due <= at) {
      const uint32_t slot = pop().slot;
      if (send(fd, frames[slot], lengths[slot], MSG_DONTWAIT) < 0) failed++;
      else sent++;
      unused[unused_count++] = slot;
      at = now();
    }
    struct timespec wait = {.tv_sec = 1};
    if (heap_count > 0 && heap[0].due - at < 1000000000u) {
      wait.tv_sec = 0;
      wait.tv_nsec = (long)(heap[0].due - at);
    }
    struct pollfd polled[] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    if (ppoll(polled, 2, &wait, NULL) <= 0) continue;
    if (polled[1].revents) break;

    struct mmsghdr messages[BATCH] = {0};
    struct iovec vectors[BATCH];
    uint32_t slots[BATCH];
    uint32_t count = unused_count < BATCH ? unused_count : BATCH;
    for (uint32_t n = 0; n < count; n++) {
      slots[n] = unused[unused_count - 1 - n];
      vectors[n] = (struct iovec){.iov_base = frames[slots[n]], .iov_len = ROOM};
      messages[n].msg_hdr = (struct msghdr){.msg_iov = &vectors[n], .msg_iovlen = 1};
    }
    const int got = recvmmsg(fd, messages, count, MSG_DONTWAIT, NULL);
    if (got <= 0) {
      /* With nowhere to put a packet, those that are due have to go first. */
      if (count > 0 && errno != EAGAIN && errno != EINTR) fail("recvmmsg");
      continue;
    }
    unused_count -= (uint32_t)got;
    at = now();
    for (int n = 0; n < got; n++) {
      uint8_t *frame = frames[slots[n]];
      uint32_t target;
      memcpy(&target, frame + ETHERNET + 16, 4);
      if (!answer(frame, messages[n].msg_len)) {
        unused[unused_count++] = slots[n];
        continue;
      }
      received++;
      lengths[slots[n]] = (uint16_t)(messages[n].msg_len < ROOM ? messages[n].msg_len : ROOM);
      const uint64_t delay = least + (uint64_t)mix(ntohl(target)) * (most - least) / UINT32_MAX;
      push((struct pending){.due = at + delay + chance() % (jitter + 1), .slot = slots[n]});
    }
  }
  printf("%llu received, %llu sent, %llu failed\n", (unsigned long long)received, (unsigned long long)sent,
         (unsigned long long)failed);
  return 0;
}
