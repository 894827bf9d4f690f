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

/* A machine that is driven by hand, without a task. */
typedef struct driven {
    ac_coro *co;
    ac_future *future; /* what it waits for; NULL: nothing yet, or a bare yield */
} driven;

/* Resumes it: "waits", "yields", "returned", or what it raised. */
static inline const char *io_resume(driven *self, ac_how how, ac_ref in)
{
    ac_out out = {.value = ac_none()};
    ac_turn turn = ac_coro_resume(kit.loop, self->co, how, in, &out);

    self->future = NULL;
    if (turn == AC_AWAITING)
        self->future = out.future;
    if (turn == AC_AWAITING)
        return "waits";
    if (turn == AC_YIELDED)
        return "yields";
    if (turn == AC_RAISED)
        return kit_repr_of(out.value);
    ck_assert_int_eq(turn, AC_RETURNED);
    ac_drop(kit.loop, out.value);
    return "returned";
}

/* Begins it, or goes on with how what it waits for has ended; "waits" if that is not over. */
static inline const char *io_step(driven *self)
{
    ac_ref in = ac_none_ref();
    ac_how how = AC_SEND;

    if (self->future != NULL && !ac_future_done(self->future))
        return "waits";
    if (self->future != NULL)
        how = ac_future_outcome(self->future, &in);
    return io_resume(self, how, in);
}

/* Begins it and makes turns until it is over; at most so many. */
static inline const char *io_finish(ac_coro *co)
{
    driven self = {.co = co};
    const char *end = io_step(&self);

    for (int i = 0; i < 100 && (strcmp(end, "waits") == 0 || strcmp(end, "yields") == 0); i++) {
        io_turns(1);
        end = io_step(&self);
    }
    return end;
}

#endif
