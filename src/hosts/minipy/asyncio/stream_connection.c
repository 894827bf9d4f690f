/* stream_connection.c - a connection: the protocol between a transport and the two ends of a stream.
 *
 * Mirrors    streams.StreamReaderProtocol.
 * Limits     A report of what client_connected_cb or its task fails with has no 'transport'.  A writer that
 *            is dropped by an exception of the callback closes at once: tracebacks hold no frames here.
 * Tests      tests/test_minipy_streams.c; difftests/scenarios/streams
 * Re-enters  client_connected_cb, on the C stack: it is called by a callback of the library's. */
#include "asyncio/streams.h"

#include <string.h>

/* ---- Small things ---- */

mp_value mp_stream_coroutine(mp_vm *vm, const char *method, mp_value subject, mp_value argument, size_t frame,
                             mp_value begin(mp_vm *vm, mp_native_coroutine *self),
                             mp_value finish(mp_vm *vm, mp_native_coroutine *self, mp_value result))
{
    const char *dot = strrchr(method, '.');
    mp_native_coroutine *made = mp_native_coroutine_new(vm, dot != NULL ? dot + 1 : method, subject, argument,
                                                        frame);
    if (made == NULL)
        return NULL;
    made->qualname = method;
    made->begin = begin;
    made->finish = finish;
    return mp_as_value(made);
}

mp_value mp_stream_done(mp_vm *vm, mp_value loop, ac_status status)
{
    return status == AC_OK ? mp_incref(vm->none) : mp_fail(vm, &mp_as_loop(loop)->core, status);
}

/* ---- Who holds it ---- */

static mp_connection *connection_of(ac_stream_owner *owner)
{
    return AC_CONTAINER_OF(owner, mp_connection, owner);
}

static void connection_retain(ac_stream_owner *owner)
{
    (void)mp_incref(mp_as_value(connection_of(owner)));
}

static void connection_release(ac_stream_owner *owner)
{
    mp_connection *self = connection_of(owner);
    mp_clear_slot(self->vm, &self->writer);
    mp_decref(self->vm, mp_as_value(self));
}

static int connection_show(ac_stream_owner *owner, ac_visitor *visitor)
{
    return visitor->value(visitor, mp_lent(mp_as_value(connection_of(owner))));
}

static const ac_stream_owner_ops connection_owner_ops = {connection_retain, connection_release,
                                                         connection_show};

/* ---- client_connected_cb ---- */

static mp_value connection_call(mp_vm *vm, mp_connection *self)
{
    mp_value pair = mp_connection_pair(vm, self);
    if (pair == NULL)
        return NULL;
    mp_tuple *ends = (mp_tuple *)pair;
    if (!mp_python_has(vm, 3, 0, 0, 0))
        mp_set_slot(vm, &self->writer, mp_incref(ends->items[1]));
    mp_value answer = mp_call_2(vm, self->connected, ends->items[0], ends->items[1]);
    mp_decref(vm, pair);
    return answer;
}

static mp_value connection_begin_task(mp_vm *vm, mp_loop *loop, mp_value coroutine)
{
    mp_frame *before = vm->frame;
    return mp_finish(vm, before, mp_create_plain_task(vm, loop, coroutine));
}

static ac_status connection_connected(ac_stream *core, void *data, ac_future **task)
{
    mp_connection *self = data;
    mp_loop *loop = mp_as_loop(self->loop);
    mp_vm *vm = self->vm;
    (void)core;
    if (self->connected == NULL)
        return AC_OK; /* it is garbage */
    mp_value answer = connection_call(vm, self);
    if (answer != NULL && mp_is_coroutine(vm, answer)) {
        mp_value made = connection_begin_task(vm, loop, answer);
        mp_decref(vm, answer);
        answer = made;
        if (answer != NULL && mp_is_future(vm, answer)) {
            *task = &((mp_future *)answer)->core;
            return AC_OK;
        }
    }
    if (answer == NULL)
        return ac_loop_raise(&loop->core, mp_take_for_core(vm));
    mp_decref(vm, answer);
    return AC_OK;
}

/* ---- Life ---- */

mp_connection *mp_connection_new(mp_vm *vm, mp_loop *loop, size_t limit, mp_value connected)
{
    ac_io *io = mp_loop_io(vm, loop);
    mp_connection *self = io != NULL ? (mp_connection *)mp_new(vm, vm->types[MP_TYPE_CONNECTION], 0) : NULL;
    if (self == NULL)
        return NULL;
    self->vm = vm;
    self->owner.ops = &connection_owner_ops;
    self->loop = mp_incref(mp_as_value(loop));
    self->connected = connected != NULL ? mp_incref(connected) : NULL;
    self->limit = limit;
    self->core = ac_stream_new(io, limit, connected != NULL ? connection_connected : NULL, self);
    if (self->core != NULL) {
        ac_stream_set_owner(self->core, &self->owner);
        return self;
    }
    mp_reraise(vm, mp_incref(vm->memory_error));
    mp_decref(vm, mp_as_value(self));
    return NULL;
}

mp_value mp_connection_pair(mp_vm *vm, mp_connection *connection)
{
    mp_value transport = mp_transport_object_new(vm, connection);
    mp_value reader = transport != NULL ? mp_stream_reader_new(vm, connection, transport) : NULL;
    mp_value writer = reader != NULL ? mp_stream_writer_new(vm, connection, transport, reader) : NULL;
    mp_value ends[] = {reader, writer};
    mp_value pair = writer != NULL ? mp_as_value(mp_tuple_of(vm, ends, 2)) : NULL;
    mp_xdecref(vm, writer);
    mp_xdecref(vm, reader);
    mp_xdecref(vm, transport);
    return pair;
}

static int connection_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_connection *self = (mp_connection *)value;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {self->loop, self->connected, self->writer};
    int answer = mp_visit_all(owned, 3, visit, data);
    return answer == 0 && self->core != NULL ? ac_stream_visit(self->core, &showing.visitor) : answer;
}

/* The stream lives as long as the object: reads and drains that the collector clears later point into it, and
 * a transport may have it still.  Rings through what the stream owns are broken elsewhere, for all else in
 * them is cleared. */
static void connection_clear(mp_vm *vm, mp_value value)
{
    mp_connection *self = (mp_connection *)value;
    ac_stream *core = self->core;
    mp_clear_slot(vm, &self->writer);
    mp_clear_slot(vm, &self->connected);
    if ((self->head.flags & MP_O_DYING) == 0)
        return;
    self->core = NULL;
    if (core != NULL)
        ac_stream_release(core);
    mp_clear_slot(vm, &self->loop);
}

static const mp_slots connection_slots = {.visit = connection_visit, .clear = connection_clear};

const mp_type_def mp_connection_def = {
    .name = "StreamReaderProtocol",
    .module = "asyncio.streams",
    .size = sizeof(mp_connection),
    .flags = MP_T_GC,
    .slots = &connection_slots,
};
