/* io.c - the io of a loop: its life, and the poll.
 *
 * Mirrors    BaseSelectorEventLoop.__init__, close; the part of _run_once that selects.
 * Re-enters  ac_io_free calls each watch's removed; a poll runs no code of programs.
 * Cost       A poll is one call to the system, or two after a wake.
 * Tests      tests/test_io.c, tests/test_io_faults.c */
#include "io_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- Failures ---- */

ac_status aci_io_raise_file(ac_loop *loop, int number, const char *file)
{
    char text[128] = "";
    ac_error error = {.kind = AC_X_OS, .text = text, .number = number, .file = file};

    if (strerror_r(number, text, sizeof text) != 0)
        (void)snprintf(text, sizeof text, "Unknown error %d", number);
    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
}

ac_status aci_io_raise(ac_loop *loop, int number)
{
    return aci_io_raise_file(loop, number, NULL);
}

ac_value aci_io_os_error(ac_loop *loop, int number)
{
    (void)aci_io_raise(loop, number); /* HOST */
    return ac_loop_take_raised(loop);
}

ac_value aci_io_error(ac_loop *loop, ac_xkind kind, const char *text)
{
    ac_error error = {.kind = kind, .text = text};

    return ac_loop_host(loop)->error(loop, &error); /* HOST */
}

ac_status aci_io_exception(ac_loop *loop, ac_status status, ac_value *out)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);

    *out = exception;
    if (exception.bits == 0 || (ac_loop_host(loop)->classify(loop, ac_lend(exception)) & AC_IS_EXIT) == 0)
        return AC_OK;
    *out = ac_none();
    return ac_loop_raise(loop, exception);
}

ac_status aci_io_context(ac_loop *loop, ac_value *out)
{
    const ac_host *host = ac_loop_host(loop);

    *out = ac_none();
    return host->copy_context != NULL ? host->copy_context(loop, out) : AC_OK;
}

bool aci_io_would_block(int failure)
{
    return failure == EAGAIN || failure == EWOULDBLOCK || failure == EINPROGRESS || failure == EALREADY ||
           failure == EINTR;
}

ac_status aci_io_raise_text(ac_loop *loop, int number, const char *text)
{
    ac_error error = {.kind = AC_X_OS, .text = text, .number = number};

    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
}

ac_status aci_io_refuse(ac_loop *loop, ac_xkind kind, const char *before, int number, const char *after)
{
    char text[128];
    ac_error error = {.kind = kind, .text = text};

    (void)snprintf(text, sizeof text, "%s%d%s", before, number, after);
    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
}

/* ---- The poll ---- */

static ac_io *io_of(ac_selector *selector)
{
    return (ac_io *)(void *)selector;
}

/* All events are queued even if one cannot be. */
static ac_status dispatch(ac_io *io, size_t count)
{
    ac_status status = AC_OK;

    for (size_t i = 0; i < count; i++) {
        ac_status queued = AC_OK;
        if (io->events[i].descriptor == io->wakeup[0])
            aci_wakeup_drain(io);
        else
            queued = aci_io_dispatch(io, &io->events[i]);
        status = status == AC_OK ? queued : status;
    }
    return status;
}

static ac_status selector_poll(ac_selector *selector, ac_loop *loop, double timeout)
{
    ac_io *io = io_of(selector);
    size_t count = 0;
    double longest = aci_wakeup_begin(io, timeout);
    bool tells = io->waits != NULL && longest != 0;
    if (tells)
        io->waits(loop, true); /* HOST */
    int failure = io->poller->ops->wait(io->poller, longest, io->events, IO_EVENTS, &count);
    if (tells)
        io->waits(loop, false); /* HOST */
    aci_wakeup_end(io);
    return failure == 0 ? dispatch(io, count) : aci_io_raise(loop, failure);
}

static void selector_wake(ac_selector *selector, ac_loop *loop)
{
    (void)loop;
    ac_io_wake(io_of(selector));
}

/* The pipe of the signals is watched by the io itself. */
static ac_expects selector_expects(ac_selector *selector)
{
    const ac_io *io = io_of(selector);
    size_t own = io->signal_pipe[0] >= 0 ? 1 : 0;

    if (io->works.next != &io->works || io->children.next != &io->children)
        return AC_EXPECTS_WORK;
    ac_expects host = io->expects != NULL ? io->expects(io->loop) : AC_EXPECTS_NOTHING; /* HOST */
    if (host != AC_EXPECTS_NOTHING)
        return host;
    return io->watched > own || io->signals > 0 ? AC_EXPECTS_EVENTS : AC_EXPECTS_NOTHING;
}

static ac_status selector_end_executor(ac_selector *selector, ac_loop *loop, double timeout)
{
    (void)loop;
    return aci_executor_end(io_of(selector), timeout);
}

ac_io *ac_io_of(const ac_loop *loop)
{
    ac_selector *selector = ac_loop_get_selector(loop);

    return selector != NULL && selector->poll == selector_poll ? io_of(selector) : NULL;
}

int ac_io_descriptor(ac_io *io)
{
    int descriptor = io->poller->ops->descriptor(io->poller);

    if (descriptor >= 0) {
        io->guest = true;
        atomic_store(&io->asleep, true);
    }
    return descriptor;
}

ac_loop *ac_io_loop(const ac_io *io)
{
    return io->loop;
}

const char *ac_io_poller_name(const ac_io *io)
{
    return io->poller->ops->name;
}

/* ---- Life ---- */

static ac_status check(ac_loop *loop)
{
    if (ac_loop_is_closed(loop))
        return ac_loop_refuse(loop, AC_E_CLOSED, "Event loop is closed");
    if (ac_loop_host(loop)->realloc == NULL)
        return ac_loop_refuse(loop, AC_E_TYPE, "the host has no realloc hook");
    if (ac_loop_get_selector(loop) != NULL)
        return ac_loop_refuse(loop, AC_E_RUNTIME, "the loop has a selector already");
    return AC_OK;
}

static ac_status fail(ac_loop *loop, int failure)
{
    if (failure == 0)
        return ac_loop_refuse(loop, AC_E_VALUE, "unknown poller");
    if (failure == ENOMEM)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory for the loop's I/O");
    return aci_io_raise(loop, failure);
}

static void init(ac_io *io, ac_loop *loop)
{
    memset(io, 0, sizeof *io);
    io->selector.poll = selector_poll;
    io->selector.wake = selector_wake;
    io->selector.expects = selector_expects;
    io->selector.shutdown_default_executor = selector_end_executor;
    io->loop = loop;
    io->works.prev = io->works.next = &io->works;
    io->children.prev = io->children.next = &io->children;
    io->transports.prev = io->transports.next = &io->transports;
    io->servers.prev = io->servers.next = &io->servers;
    io->signal_pipe[0] = io->signal_pipe[1] = -1;
    atomic_init(&io->woken, false);
    atomic_init(&io->asleep, false);
    atomic_init(&io->handing, 0);
}

ac_status ac_io_new(ac_loop *loop, const ac_io_options *options, ac_io **out)
{
    ac_status status = check(loop);
    ac_poller *own = options != NULL ? options->own : NULL;
    int failure = ENOMEM;
    ac_io *io;

    *out = NULL;
    if (status != AC_OK)
        return status;
    io = aci_io_realloc(loop, NULL, 0, sizeof *io);
    if (io == NULL)
        return fail(loop, ENOMEM);
    init(io, loop);
    io->waits = options != NULL ? options->waits : NULL;
    io->expects = options != NULL ? options->expects : NULL;
    io->poller = own;
    if (own == NULL)
        io->poller = aci_poller_new(loop, options != NULL ? options->poller : NULL, &failure);
    if (io->poller != NULL)
        failure = aci_wakeup_open(io);
    if (io->poller != NULL && failure == 0) {
        ac_loop_set_selector(loop, &io->selector);
        *out = io;
        return AC_OK;
    }
    if (io->poller != NULL && own == NULL)
        io->poller->ops->free(io->poller);
    aci_io_realloc(loop, io, sizeof *io, 0);
    return fail(loop, failure);
}

/* The poller goes last and is told of nothing: in a child after a fork it may be the parent's, too. */
ac_status ac_io_free(ac_io *io)
{
    if (io == NULL)
        return AC_OK;
    if (!ac_loop_is_closed(io->loop))
        return ac_loop_refuse(io->loop, AC_E_RUNTIME, "the loop must be closed first");
    io->closing = true;
    aci_works_close(io);    /* HOST */
    aci_children_close(io); /* from now on no thread wakes the loop through its selector */
    aci_executor_close(io);
    if (ac_loop_get_selector(io->loop) == &io->selector)
        ac_loop_set_selector(io->loop, NULL);
    aci_signals_close(io);
    aci_servers_close(io);    /* HOST */
    aci_transports_close(io); /* HOST */
    aci_io_forget_all(io);    /* HOST */
    aci_wakeup_close(io);
    io->poller->ops->free(io->poller);
    if (io->scratch != NULL)
        aci_io_realloc(io->loop, io->scratch, IO_SCRATCH, 0);
    aci_io_realloc(io->loop, io, sizeof *io, 0);
    return AC_OK;
}
