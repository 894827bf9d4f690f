/* stream_reader.c - StreamReader.
 *
 * Mirrors    streams.StreamReader.
 * Idea       Of a connection it is a view of the stream's reader; made by a program, it has one of its own.
 * Limits     A program cannot derive a class from it, nor give it a transport. */
#include "asyncio/streams.h"

static mp_stream_reader *reader_of(mp_value value)
{
    return (mp_stream_reader *)value;
}

static ac_stream_reader *reader_core(mp_value value)
{
    mp_stream_reader *self = reader_of(value);
    return self->connection != NULL ? ac_stream_get_reader(((mp_connection *)self->connection)->core)
                                    : &self->own;
}

/* ---- Life ---- */

mp_value mp_stream_reader_new(mp_vm *vm, mp_connection *connection, mp_value transport)
{
    mp_stream_reader *self = (mp_stream_reader *)mp_new(vm, vm->types[MP_TYPE_STREAM_READER], 0);
    if (self == NULL)
        return NULL;
    self->loop = mp_incref(connection->loop);
    self->connection = mp_incref(mp_as_value(connection));
    self->transport = mp_incref(transport);
    self->limit = connection->limit;
    return mp_as_value(self);
}

bool mp_stream_limit(mp_vm *vm, mp_value value, size_t *limit)
{
    int64_t number = AC_STREAM_LIMIT;
    if (value != NULL && !mp_to_index(vm, value, &number))
        return false;
    if (number <= 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "Limit cannot be <= 0");
    *limit = number > 0 ? (size_t)number : 0;
    return number > 0;
}

static mp_value reader_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value values[2];
    size_t limit;
    if (!mp_bind_init(vm, args, "StreamReader.__init__", "|limit loop", values) ||
        !mp_stream_limit(vm, values[0], &limit))
        return NULL;
    mp_loop *loop = mp_loop_argument(vm, values[1], mp_default_loop);
    mp_stream_reader *self = loop != NULL ? (mp_stream_reader *)mp_new(vm, type, 0) : NULL;
    if (self == NULL)
        return NULL;
    self->loop = mp_incref(mp_as_value(loop));
    self->limit = limit;
    ac_stream_reader_init(&self->own, &loop->core, limit);
    return mp_as_value(self);
}

static int reader_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_stream_reader *self = reader_of(value);
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {self->loop, self->connection, self->transport};
    int answer = mp_visit_all(owned, 3, visit, data);
    return answer == 0 && self->own.loop != NULL ? ac_stream_reader_visit(&self->own, &showing.visitor)
                                                 : answer;
}

static void reader_clear(mp_vm *vm, mp_value value)
{
    mp_stream_reader *self = reader_of(value);
    if (self->own.loop != NULL)
        ac_stream_reader_clear(&self->own);
    self->own.loop = NULL;
    mp_clear_slot(vm, &self->transport);
    mp_clear_slot(vm, &self->connection);
    mp_clear_slot(vm, &self->loop);
}

/* ---- Looks ---- */

static mp_value reader_repr(mp_vm *vm, mp_value value)
{
    const ac_stream_reader *core = reader_core(value);
    const mp_stream_reader *self = reader_of(value);
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_text(&text, "<StreamReader");
    if (ac_stream_reader_size(core) > 0)
        mp_builder_printf(&text, " %zu bytes", ac_stream_reader_size(core));
    if (core->eof)
        mp_builder_text(&text, " eof");
    if (self->limit != AC_STREAM_LIMIT)
        mp_builder_printf(&text, " limit=%zu", self->limit);
    if (core->waiter != NULL) {
        mp_value waiter = mp_core_future_repr(vm, &core->waiter->future);
        mp_builder_printf(&text, " waiter=%S", waiter != NULL ? waiter : vm->none);
        text.failed = text.failed || waiter == NULL;
        mp_xdecref(vm, waiter);
    }
    ac_ref exception;
    if (ac_stream_reader_exception(core, &exception) && !ac_is_none(exception))
        mp_builder_printf(&text, " exception=%R", mp_seen(exception));
    if (self->transport != NULL)
        mp_builder_printf(&text, " transport=%R", self->transport);
    if (core->paused)
        mp_builder_text(&text, " paused");
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

/* ---- What a protocol tells it ---- */

static mp_value reader_feed_data(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    mp_view view;
    if (!mp_bind_python(vm, args, "StreamReader.feed_data", "self data", values) ||
        !mp_view_get(vm, values[1], &view))
        return NULL;
    mp_value loop = reader_of(values[0])->loop;
    ac_status status = ac_stream_reader_feed_data(reader_core(values[0]), view.data, view.size);
    mp_view_drop(vm, &view);
    return mp_stream_done(vm, loop, status);
}

static mp_value reader_feed_eof(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "StreamReader.feed_eof", "self", &self))
        return NULL;
    return mp_stream_done(vm, reader_of(self)->loop, ac_stream_reader_feed_eof(reader_core(self)));
}

static mp_value reader_set_exception(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "StreamReader.set_exception", "self exc", values))
        return NULL;
    ac_status status = ac_stream_reader_set_exception(reader_core(values[0]), mp_lent(values[1]));
    return mp_stream_done(vm, reader_of(values[0])->loop, status);
}

static mp_value reader_exception(mp_vm *vm, mp_args *args)
{
    mp_value self;
    ac_ref exception;
    if (!mp_bind_python(vm, args, "StreamReader.exception", "self", &self))
        return NULL;
    bool failed = ac_stream_reader_exception(reader_core(self), &exception) && !ac_is_none(exception);
    return mp_incref(failed ? mp_seen(exception) : vm->none);
}

static mp_value reader_at_eof(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "StreamReader.at_eof", "self", &self))
        return NULL;
    return mp_bool_new(vm, ac_stream_reader_at_eof(reader_core(self)));
}

/* ---- Reading: the body is the library's, in the coroutine's frame ---- */

static mp_value reader_bind(mp_native_coroutine *self, ac_stream_read *read)
{
    return mp_native_bind(self, mp_as_loop(reader_of(self->subject)->loop), &read->co);
}

static mp_value reader_finish(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    const ac_stream_read *read = mp_native_frame(self);
    mp_decref(vm, result);
    return mp_bytes_new(vm, read->data, read->size);
}

static mp_value reader_begin_read(mp_vm *vm, mp_native_coroutine *self)
{
    int64_t size;
    if (!mp_to_index(vm, self->argument, &size))
        return NULL;
    ac_stream_read *read = mp_native_frame(self);
    ac_stream_read_init(read, reader_core(self->subject), size < 0 ? AC_READ_ALL : (ptrdiff_t)size);
    return reader_bind(self, read);
}

static mp_value reader_read(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "StreamReader.read", "self |n", values))
        return NULL;
    mp_value size = values[1] != NULL ? values[1] : mp_from_small(AC_READ_ALL);
    return mp_stream_coroutine(vm, "StreamReader.read", values[0], size, sizeof(ac_stream_read),
                               reader_begin_read, reader_finish);
}

static mp_value reader_begin_exactly(mp_vm *vm, mp_native_coroutine *self)
{
    int64_t size;
    if (!mp_to_index(vm, self->argument, &size))
        return NULL;
    if (size < 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "readexactly size can not be less than zero");
        return NULL;
    }
    ac_stream_read *read = mp_native_frame(self);
    ac_stream_readexactly_init(read, reader_core(self->subject), (size_t)size);
    return reader_bind(self, read);
}

static mp_value reader_readexactly(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "StreamReader.readexactly", "self n", values))
        return NULL;
    return mp_stream_coroutine(vm, "StreamReader.readexactly", values[0], values[1], sizeof(ac_stream_read),
                               reader_begin_exactly, reader_finish);
}

static mp_value reader_begin_line(mp_vm *vm, mp_native_coroutine *self)
{
    (void)vm;
    ac_stream_read *read = mp_native_frame(self);
    ac_stream_readline_init(read, reader_core(self->subject));
    return reader_bind(self, read);
}

static mp_value reader_readline(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "StreamReader.readline", "self", &self))
        return NULL;
    return mp_stream_coroutine(vm, "StreamReader.readline", self, NULL, sizeof(ac_stream_read),
                               reader_begin_line, reader_finish);
}

/* ---- readuntil ---- */

/* The separators stay where they are: the coroutine has them, and they are never bytearrays that could
 * move. */
typedef struct reader_until {
    ac_stream_read read;
    ac_bytes separators[];
} reader_until;

/* Several, in a tuple, since 3.13. */
static bool reader_several(mp_vm *vm, mp_value separator)
{
    return vm->minor >= 13 && mp_is(vm, separator, MP_TYPE_TUPLE);
}

static mp_value reader_begin_until(mp_vm *vm, mp_native_coroutine *self)
{
    reader_until *until = mp_native_frame(self);
    bool several = mp_is_exactly(vm, self->argument, MP_TYPE_TUPLE);
    const mp_tuple *all = several ? (const mp_tuple *)self->argument : NULL;
    size_t count = several ? all->count : 1;
    for (size_t i = 0; i < count; i++) {
        const mp_bytes *one = (const mp_bytes *)(several ? all->items[i] : self->argument);
        until->separators[i] = (ac_bytes){one->data, one->size};
    }
    ac_stream_readuntil_any_init(&until->read, reader_core(self->subject), until->separators, count);
    return reader_bind(self, &until->read);
}

static mp_value reader_bytes_of(mp_vm *vm, mp_value value)
{
    mp_view view;
    if (mp_is(vm, value, MP_TYPE_BYTES))
        return mp_incref(value);
    if (!mp_view_get(vm, value, &view))
        return NULL;
    mp_value copy = mp_bytes_new(vm, view.data, view.size);
    mp_view_drop(vm, &view);
    return copy;
}

static mp_value reader_separators(mp_vm *vm, mp_value given)
{
    if (!reader_several(vm, given))
        return reader_bytes_of(vm, given);
    const mp_tuple *from = (const mp_tuple *)given;
    mp_tuple *copies = mp_tuple_new(vm, from->count);
    for (size_t i = 0; copies != NULL && i < from->count; i++) {
        copies->items[i] = reader_bytes_of(vm, from->items[i]);
        if (copies->items[i] == NULL)
            mp_clear_slot(vm, (mp_value *)&copies);
    }
    return mp_as_value(copies);
}

static mp_value reader_readuntil(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "StreamReader.readuntil", "self |separator", values))
        return NULL;
    mp_value separators = values[1] != NULL ? reader_separators(vm, values[1]) : mp_bytes_new(vm, "\n", 1);
    if (separators == NULL)
        return NULL;
    bool several = mp_is_exactly(vm, separators, MP_TYPE_TUPLE);
    size_t count = several ? ((const mp_tuple *)separators)->count : 1;
    mp_value made = mp_stream_coroutine(vm, "StreamReader.readuntil", values[0], separators,
                                        sizeof(reader_until) + count * sizeof(ac_bytes), reader_begin_until,
                                        reader_finish);
    mp_decref(vm, separators);
    return made;
}

/* ---- Lines, by async for ---- */

static mp_value reader_finish_next(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    const ac_stream_read *read = mp_native_frame(self);
    if (read->size > 0)
        return reader_finish(vm, self, result);
    mp_decref(vm, result);
    mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_STOP_ASYNC_ITERATION], NULL, 0));
    return NULL;
}

static mp_value reader_aiter(mp_vm *vm, mp_args *args)
{
    mp_value self;
    return mp_bind_python(vm, args, "StreamReader.__aiter__", "self", &self) ? mp_incref(self) : NULL;
}

static mp_value reader_anext(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "StreamReader.__anext__", "self", &self))
        return NULL;
    return mp_stream_coroutine(vm, "StreamReader.__anext__", self, NULL, sizeof(ac_stream_read),
                               reader_begin_line, reader_finish_next);
}

/* ---- The type ---- */

static const mp_slots reader_slots = {
    .visit = reader_visit, .clear = reader_clear, .repr = reader_repr, .make = reader_make};

static const mp_method reader_methods[] = {
    {"feed_data", reader_feed_data, MP_M_METHOD},
    {"feed_eof", reader_feed_eof, MP_M_METHOD},
    {"set_exception", reader_set_exception, MP_M_METHOD},
    {"exception", reader_exception, MP_M_METHOD},
    {"at_eof", reader_at_eof, MP_M_METHOD},
    {"read", reader_read, MP_M_METHOD},
    {"readline", reader_readline, MP_M_METHOD},
    {"readexactly", reader_readexactly, MP_M_METHOD},
    {"readuntil", reader_readuntil, MP_M_METHOD},
    {"__aiter__", reader_aiter, MP_M_METHOD},
    {"__anext__", reader_anext, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_stream_reader_def = {
    .name = "StreamReader",
    .module = "asyncio.streams",
    .size = sizeof(mp_stream_reader),
    .flags = MP_T_GC,
    .slots = &reader_slots,
    .methods = reader_methods,
};
