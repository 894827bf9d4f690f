/* stream_transport.c - the transport of a stream, as a program sees it.
 *
 * Mirrors    selector_events._SelectorSocketTransport.
 * Idea       An object around a reference to the library's transport.
 * Left out   set_protocol: the protocol is the stream's. */
#include "asyncio/streams.h"

static mp_transport *transport_of(mp_value value)
{
    return (mp_transport *)value;
}

static ac_transport *transport_core(mp_value value)
{
    return transport_of(value)->core;
}

/* ---- Life ---- */

mp_value mp_transport_object_new(mp_vm *vm, mp_connection *connection)
{
    mp_transport *self = (mp_transport *)mp_new(vm, vm->types[MP_TYPE_TRANSPORT], 0);
    if (self == NULL)
        return NULL;
    self->loop = mp_incref(connection->loop);
    self->connection = mp_incref(mp_as_value(connection));
    self->core = ac_stream_transport(connection->core);
    ac_transport_retain(self->core);
    self->descriptor = ac_transport_descriptor(self->core);
    return mp_as_value(self);
}

static int transport_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_value owned[] = {transport_of(value)->loop, transport_of(value)->connection};
    return mp_visit_all(owned, 2, visit, data);
}

static void transport_clear(mp_vm *vm, mp_value value)
{
    mp_transport *self = transport_of(value);
    ac_transport *core = self->core;
    self->core = NULL;
    if (core != NULL)
        ac_transport_release(core);
    mp_clear_slot(vm, &self->connection);
    mp_clear_slot(vm, &self->loop);
}

static const char *transport_polls(bool polls)
{
    return polls ? "polling" : "idle";
}

static mp_value transport_repr(mp_vm *vm, mp_value value)
{
    const mp_transport *self = transport_of(value);
    const ac_transport *core = self->core;
    int descriptor = ac_transport_descriptor(core);
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "<%T", value);
    if (descriptor < 0)
        mp_builder_text(&text, " closed");
    else if (ac_transport_is_closing(core))
        mp_builder_text(&text, " closing");
    mp_builder_printf(&text, " fd=%d", self->descriptor);
    ac_io *io = descriptor >= 0 ? ac_transport_io(core) : NULL;
    if (io != NULL) {
        mp_builder_printf(&text, " read=%s", transport_polls(ac_io_reader(io, descriptor) != NULL));
        mp_builder_printf(&text, " write=<%s, bufsize=%zu>",
                          transport_polls(ac_io_writer(io, descriptor) != NULL),
                          ac_transport_get_write_buffer_size(core));
    }
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

/* ---- Writing ---- */

static mp_value transport_done(mp_vm *vm, mp_value self, ac_status status)
{
    return mp_stream_done(vm, transport_of(self)->loop, status);
}

static mp_value transport_no_bytes(mp_vm *vm, mp_value data)
{
    mp_raise(vm, MP_X_TYPE_ERROR, "data argument must be a bytes, bytearray, or memoryview object, not '%T'",
             data);
    return NULL;
}

mp_value mp_transport_write(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    mp_view view;
    if (!mp_bind_python(vm, args, "_SelectorSocketTransport.write", "self data", values))
        return NULL;
    if (!mp_is_bytes_like(vm, values[1]))
        return transport_no_bytes(vm, values[1]);
    if (!mp_view_get(vm, values[1], &view))
        return NULL;
    ac_status status = ac_transport_write(transport_core(values[0]), view.data, view.size);
    mp_view_drop(vm, &view);
    return transport_done(vm, values[0], status);
}

/* What views were taken of, in one go to the library. */
static ac_status transport_write_all(mp_vm *vm, mp_value self, const mp_tuple *items, mp_view *views,
                                     ac_bytes *parts, bool *good)
{
    size_t taken = 0;
    ac_status status = AC_OK;
    while (taken < items->count && mp_view_get(vm, items->items[taken], &views[taken])) {
        parts[taken] = (ac_bytes){views[taken].data, views[taken].size};
        taken++;
    }
    *good = taken == items->count;
    if (*good)
        status = ac_transport_writelines(transport_core(self), parts, taken);
    while (taken > 0)
        mp_view_drop(vm, &views[--taken]);
    return status;
}

mp_value mp_transport_writelines(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "_SelectorSocketTransport.writelines", "self list_of_data", values))
        return NULL;
    mp_tuple *items = mp_to_tuple(vm, values[1]);
    if (items == NULL)
        return NULL;
    size_t room = items->count + 1;
    mp_view *views = mp_alloc(vm, room * sizeof *views);
    ac_bytes *parts = views != NULL ? mp_alloc(vm, room * sizeof *parts) : NULL;
    bool good = false;
    ac_status status = AC_OK;
    if (parts != NULL)
        status = transport_write_all(vm, values[0], items, views, parts, &good);
    if (parts != NULL)
        mp_release(vm, parts, room * sizeof *parts);
    if (views != NULL)
        mp_release(vm, views, room * sizeof *views);
    mp_decref(vm, mp_as_value(items));
    return good ? transport_done(vm, values[0], status) : NULL;
}

mp_value mp_transport_write_eof(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_SelectorSocketTransport.write_eof", "self", &self))
        return NULL;
    return transport_done(vm, self, ac_transport_write_eof(transport_core(self)));
}

/* ---- Ends ---- */

mp_value mp_transport_close(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_SelectorTransport.close", "self", &self))
        return NULL;
    return transport_done(vm, self, ac_transport_close(transport_core(self)));
}

static mp_value transport_abort(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_SelectorTransport.abort", "self", &self))
        return NULL;
    return transport_done(vm, self, ac_transport_abort(transport_core(self)));
}

static mp_value transport_is(mp_vm *vm, mp_args *args, const char *method, bool ask(const ac_transport *))
{
    mp_value self;
    return mp_bind_python(vm, args, method, "self", &self) ? mp_bool_new(vm, ask(transport_core(self)))
                                                           : NULL;
}

static mp_value transport_is_closing(mp_vm *vm, mp_args *args)
{
    return transport_is(vm, args, "_SelectorTransport.is_closing", ac_transport_is_closing);
}

static mp_value transport_can_write_eof(mp_vm *vm, mp_args *args)
{
    return transport_is(vm, args, "_SelectorSocketTransport.can_write_eof", ac_transport_can_write_eof);
}

static mp_value transport_is_reading(mp_vm *vm, mp_args *args)
{
    return transport_is(vm, args, "_SelectorTransport.is_reading", ac_transport_is_reading);
}

/* ---- Flow control ---- */

static mp_value transport_pause_reading(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_SelectorTransport.pause_reading", "self", &self))
        return NULL;
    return transport_done(vm, self, ac_transport_pause_reading(transport_core(self)));
}

static mp_value transport_resume_reading(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_SelectorTransport.resume_reading", "self", &self))
        return NULL;
    return transport_done(vm, self, ac_transport_resume_reading(transport_core(self)));
}

static bool transport_number(mp_vm *vm, mp_value value, int64_t *number)
{
    return value == NULL || value == vm->none || mp_to_index(vm, value, number);
}

static mp_value transport_set_limits(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    int64_t high = -1, low = -1;
    if (!mp_bind_python(vm, args, "_FlowControlMixin.set_write_buffer_limits", "self |high low", values) ||
        !transport_number(vm, values[1], &high) || !transport_number(vm, values[2], &low))
        return NULL;
    bool has_high = values[1] != NULL && values[1] != vm->none;
    bool has_low = values[2] != NULL && values[2] != vm->none;
    if (!has_high)
        high = has_low ? 4 * low : 64 * 1024;
    if (!has_low)
        low = high / 4;
    if (high < low || low < 0) {
        mp_raise(vm, MP_X_VALUE_ERROR, "high (%lld) must be >= low (%lld) must be >= 0", (long long)high,
                 (long long)low);
        return NULL;
    }
    return transport_done(
        vm, values[0],
        ac_transport_set_write_buffer_limits(transport_core(values[0]), (size_t)high, (size_t)low));
}

static mp_value transport_get_limits(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_FlowControlMixin.get_write_buffer_limits", "self", &self))
        return NULL;
    const ac_transport *core = transport_core(self);
    mp_value limits[] = {mp_from_small((int64_t)core->low_water), mp_from_small((int64_t)core->high_water)};
    return mp_as_value(mp_tuple_of(vm, limits, 2));
}

static mp_value transport_get_size(mp_vm *vm, mp_args *args)
{
    mp_value self;
    if (!mp_bind_python(vm, args, "_SelectorSocketTransport.get_write_buffer_size", "self", &self))
        return NULL;
    return mp_int_new(vm, (int64_t)ac_transport_get_write_buffer_size(transport_core(self)));
}

/* ---- What is known of it ---- */

static mp_value transport_extra(mp_vm *vm, mp_value self, const mp_str *name)
{
    if (mp_str_is(name, "peername"))
        return mp_socket_address(vm, ac_transport_peername(transport_core(self)));
    if (mp_str_is(name, "sockname"))
        return mp_socket_address(vm, ac_transport_sockname(transport_core(self)));
    return mp_socket_view_new(vm, self, 0);
}

mp_value mp_transport_get_extra_info(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!mp_bind_python(vm, args, "BaseTransport.get_extra_info", "self name |default", values))
        return NULL;
    const mp_str *name = mp_is_str(vm, values[1]) ? (const mp_str *)values[1] : NULL;
    if (name != NULL &&
        (mp_str_is(name, "peername") || mp_str_is(name, "sockname") || mp_str_is(name, "socket")))
        return transport_extra(vm, values[0], name);
    return mp_incref(values[2] != NULL ? values[2] : vm->none);
}

static mp_value transport_get_protocol(mp_vm *vm, mp_args *args)
{
    mp_value self;
    return mp_bind_python(vm, args, "_SelectorTransport.get_protocol", "self", &self)
               ? mp_incref(transport_of(self)->connection)
               : NULL;
}

/* ---- The type ---- */

static const mp_slots transport_slots = {
    .visit = transport_visit, .clear = transport_clear, .repr = transport_repr};

static const mp_method transport_methods[] = {
    {"write", mp_transport_write, MP_M_METHOD},
    {"writelines", mp_transport_writelines, MP_M_METHOD},
    {"write_eof", mp_transport_write_eof, MP_M_METHOD},
    {"can_write_eof", transport_can_write_eof, MP_M_METHOD},
    {"close", mp_transport_close, MP_M_METHOD},
    {"abort", transport_abort, MP_M_METHOD},
    {"is_closing", transport_is_closing, MP_M_METHOD},
    {"is_reading", transport_is_reading, MP_M_METHOD},
    {"pause_reading", transport_pause_reading, MP_M_METHOD},
    {"resume_reading", transport_resume_reading, MP_M_METHOD},
    {"set_write_buffer_limits", transport_set_limits, MP_M_METHOD},
    {"get_write_buffer_limits", transport_get_limits, MP_M_METHOD},
    {"get_write_buffer_size", transport_get_size, MP_M_METHOD},
    {"get_extra_info", mp_transport_get_extra_info, MP_M_METHOD},
    {"get_protocol", transport_get_protocol, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_transport_def = {
    .name = "_SelectorSocketTransport",
    .module = "asyncio.selector_events",
    .size = sizeof(mp_transport),
    .flags = MP_T_GC,
    .slots = &transport_slots,
    .methods = transport_methods,
};
