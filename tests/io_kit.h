/* io_kit.h - what the tests of transports and streams share: a loop with an io of either poller, a pair of
 * sockets, and turns. */
#ifndef AIOCORE_TESTS_IO_KIT_H
#define AIOCORE_TESTS_IO_KIT_H

#include "chost_kit.h"

#include <aiocore/stream.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const io_pollers[] = {"epoll", "poll"};
enum { IO_POLLERS = sizeof io_pollers / sizeof *io_pollers };

static ac_io *io;

static inline void io_open(int poller)
{
    kit_loop_with(NULL);
    kit_ok(ac_io_new(kit.loop, &(ac_io_options){.poller = io_pollers[poller]}, &io));
}

static inline void io_close(void)
{
    kit_ok(ac_loop_close(kit.loop));
    kit_ok(ac_io_free(io));
}

static inline void io_pair(int ends[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
}

/* Polls, without a wait, and runs what is ready, so many times. */
static inline void io_turns(int count)
{
    for (int i = 0; i < count; i++) {
        kit_ok(ac_loop_poll(kit.loop, 0));
        kit_ok(ac_loop_turn(kit.loop));
    }
}

static inline void io_say(int descriptor, const char *text)
{
    ck_assert_int_eq(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
}

/* Reads, and drops, all that is there; how much. */
static inline size_t io_swallow(int descriptor)
{
    static char buffer[65536];
    size_t total = 0;
    ssize_t count;

    while ((count = read(descriptor, buffer, sizeof buffer)) > 0)
        total += (size_t)count;
    return total;
}

static inline bool io_is_open(int descriptor)
{
    char byte;

    return recv(descriptor, &byte, 1, MSG_PEEK) != 0;
}

#endif
