/* watch.c - who watches which descriptor.
 *
 * Mirrors    BaseSelectorEventLoop._add_reader, _remove_reader, _add_writer, _remove_writer, _process_events.
 * Idea       A table by descriptor.  A watch is queued by the loop's own call_soon each time that it is
 *            ready.
 * Holds      The poller is asked for what the table has: a change that it refuses changes nothing.
 * Owns       The context of each watch that is added or queued.
 * Re-enters  aci_watch_off, and what calls it; the table is right before it does.
 * Tests      tests/test_io.c */
#include "io_impl.h"

#include <string.h>

/* ---- One watch ---- */

void ac_watch_init(ac_watch *watch, const ac_watch_ops *ops, ac_value context)
{
    memset(watch, 0, sizeof *watch);
    ac_callback_init(&watch->callback, NULL, ac_none());
    watch->ops = ops;
    watch->context = context;
}

void ac_watch_clear(ac_loop *loop, ac_watch *watch)
{
    if (watch->io == NULL)
        ac_drop(loop, ac_take(&watch->context)); /* HOST */
}

bool ac_watch_cancelled(const ac_watch *watch)
{
    return watch->cancelled;
}

static ac_watch *watch_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_watch, callback);
}

static int watch_visit(ac_watch *watch, ac_visitor *visitor)
{
    int stop = watch->context.bits != 0 ? visitor->value(visitor, ac_lend(watch->context)) : 0;

    return stop == 0 && watch->ops->visit != NULL ? watch->ops->visit(watch, visitor) : stop;
}

/* Neither added nor queued: it is its owner's again. */
static void watch_over(ac_watch *watch)
{
    ac_io *io = watch->io;
    ac_value context = ac_take(&watch->context);

    watch->io = NULL;
    if (watch->ops->removed != NULL)
        watch->ops->removed(io, watch); /* HOST */
    ac_drop(io->loop, context);         /* HOST */
}

static ac_status handle_run(ac_loop *loop, ac_callback *callback)
{
    ac_watch *watch = watch_of(callback);

    (void)loop;
    return watch->ops->run(watch->io, watch); /* HOST */
}

/* One that is added is shown by the io. */
static int handle_visit(ac_callback *callback, ac_visitor *visitor)
{
    ac_watch *watch = watch_of(callback);

    return watch->added ? 0 : watch_visit(watch, visitor);
}

static void handle_done(ac_loop *loop, ac_callback *callback)
{
    ac_watch *watch = watch_of(callback);

    (void)loop;
    watch->queued = false;
    if (!watch->added)
        watch_over(watch); /* HOST */
}

static const ac_handle_ops handle_ops = {.run = handle_run, .visit = handle_visit, .done = handle_done};

/* A poll may find ready what an exit exception has kept from running. */
ac_status aci_watch_ready(ac_io *io, ac_watch *watch)
{
    ac_value context = ac_none();
    ac_status status;

    if (watch->queued)
        return AC_OK;
    if (watch->context.bits != 0)
        context = ac_dup(io->loop, ac_lend(watch->context));
    ac_callback_init(&watch->callback, &handle_ops, context);
    status = ac_loop_call_soon(io->loop, &watch->callback);
    watch->queued = status == AC_OK;
    if (status != AC_OK)
        ac_callback_clear(io->loop, &watch->callback);
    return status;
}

ac_status aci_watch_check(ac_io *io, const ac_watch *watch)
{
    if (ac_loop_is_closed(io->loop))
        return ac_loop_refuse(io->loop, AC_E_CLOSED, "Event loop is closed");
    if (watch->io != NULL)
        return ac_loop_refuse(io->loop, AC_E_STATE, "the watch is in use");
    return AC_OK;
}

void aci_watch_added(ac_io *io, ac_watch *watch)
{
    watch->io = io;
    watch->added = true;
    watch->cancelled = false;
}

void aci_watch_off(ac_io *io, ac_watch *watch, bool cancel)
{
    watch->added = false;
    watch->cancelled = true;
    if (!watch->queued)
        watch_over(watch); /* HOST */
    else if (cancel && ac_handle_scheduled(&watch->callback.handle))
        ac_handle_cancel(io->loop, &watch->callback.handle);
}

/* ---- The table ---- */

static unsigned wanted_of(const io_entry *entry)
{
    return (entry->reader != NULL ? (unsigned)AC_READABLE : 0) |
           (entry->writer != NULL ? (unsigned)AC_WRITABLE : 0);
}

static ac_watch **slot_of(io_entry *entry, unsigned readiness)
{
    return readiness == AC_READABLE ? &entry->reader : &entry->writer;
}

static bool make_room(ac_io *io, size_t descriptor)
{
    size_t room = io->room > 0 ? io->room : 32;
    io_entry *more;

    while (room <= descriptor)
        room *= 2;
    if (room == io->room)
        return true;
    more = aci_io_realloc(io->loop, io->entries, io->room * sizeof *more, room * sizeof *more);
    if (more == NULL)
        return false;
    memset(more + io->room, 0, (room - io->room) * sizeof *more);
    io->entries = more;
    io->room = room;
    return true;
}

static ac_status add(ac_io *io, int descriptor, ac_watch *watch, unsigned readiness)
{
    ac_status status = aci_watch_check(io, watch);
    ac_watch **slot, *before;
    unsigned wanted;
    int failure = 0;

    if (status != AC_OK)
        return status;
    if (descriptor < 0)
        return aci_io_refuse(io->loop, AC_X_VALUE, "Invalid file descriptor: ", descriptor, "");
    if (!make_room(io, (size_t)descriptor))
        return ac_loop_refuse(io->loop, AC_E_MEMORY, "no memory for the table of descriptors");
    wanted = wanted_of(&io->entries[descriptor]);
    if ((wanted & readiness) == 0)
        failure = io->poller->ops->change(io->poller, descriptor, wanted, wanted | readiness);
    if (failure != 0)
        return aci_io_raise(io->loop, failure);
    slot = slot_of(&io->entries[descriptor], readiness);
    before = *slot;
    *slot = watch;
    aci_watch_added(io, watch);
    if (before != NULL)
        aci_watch_off(io, before, true); /* HOST */
    else
        io->watched++;
    return AC_OK;
}

static ac_watch *look_up(const ac_io *io, int descriptor, unsigned readiness)
{
    if (descriptor < 0 || (size_t)descriptor >= io->room)
        return NULL;
    return *slot_of(&io->entries[descriptor], readiness);
}

/* Of less than what is watched the poller may refuse the change: then it tells of more than is asked for. */
static bool take_off(ac_io *io, int descriptor, unsigned readiness)
{
    ac_watch *watch = look_up(io, descriptor, readiness);
    unsigned wanted;

    if (watch == NULL)
        return false;
    wanted = wanted_of(&io->entries[descriptor]);
    *slot_of(&io->entries[descriptor], readiness) = NULL;
    io->watched--;
    if (!io->closing)
        (void)io->poller->ops->change(io->poller, descriptor, wanted, wanted & ~readiness);
    aci_watch_off(io, watch, true); /* HOST */
    return true;
}

ac_status ac_io_add_reader(ac_io *io, int descriptor, ac_watch *watch)
{
    return add(io, descriptor, watch, AC_READABLE);
}

ac_status ac_io_add_writer(ac_io *io, int descriptor, ac_watch *watch)
{
    return add(io, descriptor, watch, AC_WRITABLE);
}

bool ac_io_remove_reader(ac_io *io, int descriptor)
{
    return take_off(io, descriptor, AC_READABLE);
}

bool ac_io_remove_writer(ac_io *io, int descriptor)
{
    return take_off(io, descriptor, AC_WRITABLE);
}

ac_watch *ac_io_reader(const ac_io *io, int descriptor)
{
    return look_up(io, descriptor, AC_READABLE);
}

ac_watch *ac_io_writer(const ac_io *io, int descriptor)
{
    return look_up(io, descriptor, AC_WRITABLE);
}

ac_status aci_io_dispatch(ac_io *io, const ac_poll_event *event)
{
    ac_watch *reader = look_up(io, event->descriptor, AC_READABLE);
    ac_watch *writer = look_up(io, event->descriptor, AC_WRITABLE);
    ac_status status = AC_OK;

    if (reader != NULL && (event->ready & AC_READABLE) != 0)
        status = aci_watch_ready(io, reader);
    if (status == AC_OK && writer != NULL && (event->ready & AC_WRITABLE) != 0)
        status = aci_watch_ready(io, writer);
    return status;
}

void aci_io_forget_all(ac_io *io)
{
    for (size_t i = 0; i < io->room; i++) {
        (void)take_off(io, (int)i, AC_READABLE); /* HOST */
        (void)take_off(io, (int)i, AC_WRITABLE); /* HOST */
    }
    aci_io_realloc(io->loop, io->entries, io->room * sizeof *io->entries, 0);
    io->entries = NULL;
    io->room = 0;
}

int ac_io_visit(ac_io *io, ac_visitor *visitor)
{
    int stop = 0;

    for (size_t i = 0; stop == 0 && i < io->room; i++) {
        if (io->entries[i].reader != NULL)
            stop = watch_visit(io->entries[i].reader, visitor);
        if (stop == 0 && io->entries[i].writer != NULL)
            stop = watch_visit(io->entries[i].writer, visitor);
    }
    for (size_t i = 0; stop == 0 && i < IO_SIGNALS; i++)
        stop = io->handlers[i] != NULL ? watch_visit(io->handlers[i], visitor) : 0;
    return stop == 0 ? aci_works_visit(io, visitor) : stop;
}
