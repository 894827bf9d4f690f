/* io_impl.h - what the files of the I/O library share.
 *
 * Files  system.c the calls to the system; poller.c which pollers there are, epoll.c, poll.c; io.c life and
 *        poll, wakeup.c how it ends early; watch.c descriptors; signals.c signals; pool.c threads,
 *        work.c what a loop lets them do, executor.c with futures, farewell.c their end, names.c names
 *        that they look up; sock.c awaits on
 *        sockets, address.c their addresses; transport*.c transports, server*.c, accept.c, listen.c
 *        servers; stream*.c streams on top; child*.c child processes, process*.c with streams, spawn.c how
 *        one is started, exec.c what it does before it is another program.
 * Holds  A watch is added (in the table, or of a signal), queued (until it has run), both, or neither;
 *        'removed' is called when it has become neither. */
#ifndef AIOCORE_IO_IMPL_H
#define AIOCORE_IO_IMPL_H

#include <stdatomic.h>

#include <aiocore/io.h>

#include "system.h"

enum {
    IO_EVENTS = 256,        /* most that one poll takes; the rest is still ready at the next */
    IO_SIGNALS = 128,       /* their numbers are below */
    IO_LONGEST = 24 * 3600, /* seconds that one poll may take */
    IO_SCRATCH = 256 * 1024 /* most that a transport receives at once: asyncio's max_size */
};

/* Who watches one descriptor. */
typedef struct io_entry {
    ac_watch *reader, *writer;
} io_entry;

struct ac_io {
    ac_selector selector; /* must come first */
    ac_loop *loop;
    ac_poller *poller;
    void (*waits)(ac_loop *loop, bool begins); /* the host's; NULL: none */
    ac_expects (*expects)(ac_loop *loop);      /* the host's; NULL: none */
    io_entry *entries;                         /* by descriptor */
    size_t room, watched;
    int wakeup[2];      /* read end, write end */
    atomic_bool woken;  /* since the last poll began to look */
    atomic_bool asleep; /* a poll waits, or is about to: wake must write */
    bool guest;         /* somebody waits for ac_io_descriptor, which is as if asleep */
    bool closing;
    int signal_pipe[2];     /* -1: no signal was ever asked for */
    size_t signals;         /* how many have a handler */
    ac_link works;          /* submitted and not released */
    atomic_int handing;     /* threads that hand over work, which may be over before they are */
    ac_pool *executor;      /* the default one; NULL: none yet */
    ac_pool *own_executor;  /* that which this io has made for it */
    bool executor_shutdown; /* nothing more goes to the default one */
    ac_watch signal_watch;
    ac_watch *handlers[IO_SIGNALS];
    struct sigaction before[IO_SIGNALS];
    ac_link children;            /* that have not been waited for */
    ac_link transports, servers; /* that are open */
    unsigned char *scratch;      /* what transports receive into; NULL: none was made yet */
    ac_poll_event events[IO_EVENTS];
};

/* As realloc, by the loop's host. */
static inline void *aci_io_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    return ac_loop_host(loop)->realloc(loop, memory, old, now);
}

/* Raises OSError: AC_E_RAISED. */
ac_status aci_io_raise(ac_loop *loop, int number);
/* The same with words of its own. */
ac_status aci_io_raise_text(ac_loop *loop, int number, const char *text);
/* The same with the system's words, about a file; NULL: none. */
ac_status aci_io_raise_file(ac_loop *loop, int number, const char *file);
/* New exceptions, owned: OSError, and one of another kind. */
ac_value aci_io_os_error(ac_loop *loop, int number);
ac_value aci_io_error(ac_loop *loop, ac_xkind kind, const char *text);
/* The exception of a status, owned, or AC_E_RAISED again for one that is to leave the loop. */
ac_status aci_io_exception(ac_loop *loop, ac_status status, ac_value *out);
/* A copy of the current context, owned; none if the host has none. */
ac_status aci_io_context(ac_loop *loop, ac_value *out);
/* errnos that Python has as BlockingIOError and InterruptedError. */
bool aci_io_would_block(int failure);
/* Raises ValueError or RuntimeError with words that name a number. */
ac_status aci_io_refuse(ac_loop *loop, ac_xkind kind, const char *before, int number, const char *after);

/* ---- Pollers (poller.c, epoll.c, poll.c) ---- */

/* NULL: *failure is an errno, 0 if there is none of this name. */
ac_poller *aci_poller_new(ac_loop *loop, const char *name, int *failure);
ac_poller *aci_epoll_new(ac_loop *loop, int *failure);
ac_poller *aci_poll_new(ac_loop *loop, int *failure);
/* As CPython's selectors: rounded up, so that no timer is polled for twice. */
int aci_milliseconds(double timeout);

/* ---- Waking (wakeup.c) ---- */

int aci_wakeup_open(ac_io *io);
void aci_wakeup_close(ac_io *io);
/* Before a wait: how long it may be. */
double aci_wakeup_begin(ac_io *io, double timeout);
void aci_wakeup_end(ac_io *io);
/* The wake-up descriptor is readable. */
void aci_wakeup_drain(ac_io *io);

/* ---- Watches (watch.c) ---- */

/* Queues it unless it is queued already. */
ac_status aci_watch_ready(ac_io *io, ac_watch *watch);
/* AC_OK, or why it cannot be added. */
ac_status aci_watch_check(ac_io *io, const ac_watch *watch);
void aci_watch_added(ac_io *io, ac_watch *watch);
/* Not added any more; cancelled, it does not even run if it is scheduled.  HOST. */
void aci_watch_off(ac_io *io, ac_watch *watch, bool cancel);
/* Queues who watches this descriptor for what it is ready for. */
ac_status aci_io_dispatch(ac_io *io, const ac_poll_event *event);
void aci_io_forget_all(ac_io *io);

/* ---- Signals (signals.c) ---- */

void aci_signals_close(ac_io *io);

/* ---- Transports and servers (transport.c, server.c) ---- */

/* Those that are still open lose io and descriptor, and are told nothing.  HOST. */
void aci_transports_close(ac_io *io);
void aci_servers_close(ac_io *io);

/* ---- Lists ---- */

static inline void aci_append(ac_link *head, ac_link *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

static inline void aci_unlink(ac_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = link->next = NULL;
}

/* ---- Jobs (pool.c) ---- */

typedef enum aci_job_state { JOB_IDLE, JOB_WAITING, JOB_RUNNING, JOB_RAN, JOB_CANCELLED } aci_job_state;

/* Until no thread is at it. */
void aci_job_wait(ac_job *job);
/* It waits for a thread, or one is at it. */
bool aci_job_is_the_pools(ac_job *job);

/* ---- Work (work.c) ---- */

/* Not listed any more, and released.  HOST. */
void aci_work_over(ac_work *work);

/* Waits for what runs, and releases all.  The loop is closed.  HOST. */
void aci_works_close(ac_io *io);
int aci_works_visit(ac_io *io, ac_visitor *visitor);

/* ---- The default executor (executor.c) ---- */

void aci_executor_close(ac_io *io);
/* ac_selector.shutdown_default_executor (farewell.c).  HOST. */
ac_status aci_executor_end(ac_io *io, double timeout);
/* All threads have ended: as if there never was one. */
void aci_executor_forget(ac_io *io);

/* ---- Children (child.c) ---- */

/* Kills those that still run, and waits for them.  The loop is closed. */
void aci_children_close(ac_io *io);

#endif
