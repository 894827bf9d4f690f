/* stream_writer.c - StreamWriter.
 *
 * Mirrors    streams.StreamWriter.
 * Idea       It says to its transport what it is told.
 * Holds      One that nobody has any more closes its transport, as asyncio's __del__.
 * Left out   start_tls; the ResourceWarning of that end, which is ignored by default.
 * Re-enters  The protocol, by a write that passes the high water mark. */
#include "asyncio/streams.h"

static mp_stream_writer *writer_of(mp_value value)
{
    return (mp_stream_writer *)value;
}

static mp_connection *writer_connection(mp_value value)
{
    return (mp_connection *)writer_of(value)->connection;
}

static ac_transport *writer_core(mp_value value)
{
    return ((mp_transport *)writer_of(value)->transport)->core;
}

static mp_value writer_loop(mp_value value)
{
    return writer_connection(value)->loop;
}

/* ---- Life ---- */

mp_value mp_stream_writer_new(mp_vm *vm, mp_connection *connection, mp_value transport, mp_value reader)
{
    mp_stream_writer *self = (mp_stream_writer *)mp_new(vm, vm->types[MP_TYPE_STREAM_WRITER], 0);
    if (self == NULL)
        return NULL;
    self->connection = mp_incref(mp_as_value(connection));
    self->transport = mp_incref(transport);
    self->reader = mp_incref(reader);
    return mp_as_value(self);
}

static int writer_visit(mp_value value, mp_visit *visit, void *data)
{
    const mp_stream_writer *self = writer_of(value);
    mp_value owned[] = {self->connection, self->transport, self->reader};
    return mp_visit_all(owned, 3, visit, data);
}

static void writer_clear(mp_vm *vm, mp_value value)
{
    mp_stream_writer *self = writer_of(value);
    mp_clear_slot(vm, &self->transport);
    mp_clear_slot(vm, &self->reader);
    mp_clear_slot(vm, &self->connection);
}

static void writer_finalize(mp_vm *vm, mp_value value)
{
    mp_value loop = writer_loop(value);
    if (ac_transport_is_closing(writer_core(value)) || ac_loop_is_closed(&mp_as_loop(loop)->core))
        return;
    mp_value answer = mp_stream_done(vm, loop, ac_transport_close(writer_core(value)));
    if (answer == NULL)
        mp_write_unraisable(vm, "in: ", value);
    mp_xdecref(vm, answer);
}

static mp_value writer_repr(mp_vm *vm, mp_value value)
{
    return mp_as_value(mp_str_formatted(vm, "<StreamWriter transport=%R reader=%R>",
                                        writer_of(value)->transport, writer_of(value)->reader));
}

/* ---- What the transport does ---- */

static mp_value writer_self(mp_vm *vm, mp_args *args, const char *method)
{
    mp_value self;
    return mp_bind_python(vm, args, method, "self", &self) ? self : NULL;
}

static mp_value writer_pass(mp_vm *vm, mp_args *args, const char *method, const char *format, mp_native *to)
{
    mp_value values[3];
    if (!mp_bind_python(vm, args, method, format, values))
        return NULL;
    values[0] = writer_of(values[0])->transport;
    mp_args rest = {values, args->count, args->names};
    return to(vm, &rest);
}

static mp_value writer_write(mp_vm *vm, mp_args *args)
{
    return writer_pass(vm, args, "StreamWriter.write", "self data", mp_transport_write);
}

static mp_value writer_writelines(mp_vm *vm, mp_args *args)
{
    return writer_pass(vm, args, "StreamWriter.writelines", "self data", mp_transport_writelines);
}

static mp_value writer_write_eof(mp_vm *vm, mp_args *args)
{
    return writer_pass(vm, args, "StreamWriter.write_eof", "self", mp_transport_write_eof);
}

static mp_value writer_close(mp_vm *vm, mp_args *args)
{
    return writer_pass(vm, args, "StreamWriter.close", "self", mp_transport_close);
}

static mp_value writer_get_extra_info(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!mp_bind_python(vm, args, "StreamWriter.get_extra_info", "self name |default", values))
        return NULL;
    values[0] = writer_of(values[0])->transport;
    mp_args three = {values, values[2] != NULL ? 3 : 2, NULL};
    return mp_transport_get_extra_info(vm, &three);
}

static mp_value writer_can_write_eof(mp_vm *vm, mp_args *args)
{
    mp_value self = writer_self(vm, args, "StreamWriter.can_write_eof");
    return self != NULL ? mp_bool_new(vm, ac_transport_can_write_eof(writer_core(self))) : NULL;
}

static mp_value writer_is_closing(mp_vm *vm, mp_args *args)
{
    mp_value self = writer_self(vm, args, "StreamWriter.is_closing");
    return self != NULL ? mp_bool_new(vm, ac_transport_is_closing(writer_core(self))) : NULL;
}

static mp_value writer_get_transport(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(writer_of(self)->transport);
}

/* ---- Waiting ---- */

static mp_value writer_begin_drain(mp_vm *vm, mp_native_coroutine *self)
{
    ac_stream_drain *drain = mp_native_frame(self);
    (void)vm;
    ac_stream_drain_init(drain, writer_connection(self->subject)->core);
    return mp_native_bind(self, mp_as_loop(writer_loop(self->subject)), &drain->co);
}

static mp_value writer_drain(mp_vm *vm, mp_args *args)
{
    mp_value self = writer_self(vm, args, "StreamWriter.drain");
    if (self == NULL)
        return NULL;
    return mp_stream_coroutine(vm, "StreamWriter.drain", self, NULL, sizeof(ac_stream_drain),
                               writer_begin_drain, NULL);
}

static mp_value writer_begin_wait(mp_vm *vm, mp_native_coroutine *self)
{
    ac_stream_wait *wait = mp_native_frame(self);
    (void)vm;
    ac_stream_wait_closed_init(wait, writer_connection(self->subject)->core);
    return mp_native_bind(self, mp_as_loop(writer_loop(self->subject)), &wait->co);
}

static mp_value writer_wait_closed(mp_vm *vm, mp_args *args)
{
    mp_value self = writer_self(vm, args, "StreamWriter.wait_closed");
    if (self == NULL)
        return NULL;
    return mp_stream_coroutine(vm, "StreamWriter.wait_closed", self, NULL, sizeof(ac_stream_wait),
                               writer_begin_wait, NULL);
}

/* ---- The type ---- */

static const mp_slots writer_slots = {
    .visit = writer_visit, .clear = writer_clear, .finalize = writer_finalize, .repr = writer_repr};

static const mp_method writer_methods[] = {
    {"write", writer_write, MP_M_METHOD},
    {"writelines", writer_writelines, MP_M_METHOD},
    {"write_eof", writer_write_eof, MP_M_METHOD},
    {"can_write_eof", writer_can_write_eof, MP_M_METHOD},
    {"close", writer_close, MP_M_METHOD},
    {"is_closing", writer_is_closing, MP_M_METHOD},
    {"wait_closed", writer_wait_closed, MP_M_METHOD},
    {"get_extra_info", writer_get_extra_info, MP_M_METHOD},
    {"drain", writer_drain, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset writer_getsets[] = {{"transport", writer_get_transport, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_stream_writer_def = {
    .name = "StreamWriter",
    .module = "asyncio.streams",
    .size = sizeof(mp_stream_writer),
    .flags = MP_T_GC,
    .slots = &writer_slots,
    .methods = writer_methods,
    .getsets = writer_getsets,
};
