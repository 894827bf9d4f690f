/* socket_views.c - the sockets of transports and servers, to be looked at; addresses in Python's form.
 *
 * Mirrors    trsock.TransportSocket; makesockaddr and getsockaddrarg of CPython's socket module.
 * Left out   What a program could change by it. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "asyncio/streams.h"

/* ---- Addresses ---- */

static int view_family(const ac_address *address)
{
    struct sockaddr any;
    memcpy(&any, address->bytes, sizeof any);
    return any.sa_family;
}

static mp_value view_tuple(mp_vm *vm, const char *host, const int64_t *numbers, size_t count)
{
    mp_value items[4] = {mp_as_value(mp_str_from(vm, host))};
    if (items[0] == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        items[i + 1] = mp_from_small(numbers[i]);
    mp_value made = mp_as_value(mp_tuple_of(vm, items, count + 1));
    mp_decref(vm, items[0]);
    return made;
}

/* Who is not bound has no path; a name that does not lie in the file system is bytes, and begins with a
 * zero. */
static mp_value view_path(mp_vm *vm, const ac_address *address)
{
    struct sockaddr_un local;
    size_t before = offsetof(struct sockaddr_un, sun_path);
    size_t length = address->size > before ? address->size - before : 0;
    memset(&local, 0, sizeof local);
    memcpy(&local, address->bytes, address->size < sizeof local ? address->size : sizeof local);
    if (length > 0 && local.sun_path[0] == '\0')
        return mp_bytes_new(vm, local.sun_path, length);
    return mp_as_value(mp_str_new(vm, local.sun_path, strnlen(local.sun_path, length)));
}

mp_value mp_socket_address(mp_vm *vm, const ac_address *address)
{
    char host[INET6_ADDRSTRLEN] = "";
    if (address->size == 0)
        return mp_incref(vm->none);
    if (view_family(address) == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address->bytes, sizeof four);
        (void)inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
        const int64_t numbers[] = {ntohs(four.sin_port)};
        return view_tuple(vm, host, numbers, 1);
    }
    if (view_family(address) != AF_INET6)
        return view_path(vm, address);
    struct sockaddr_in6 six;
    memcpy(&six, address->bytes, sizeof six);
    (void)inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
    const int64_t numbers[] = {ntohs(six.sin6_port), ntohl(six.sin6_flowinfo), six.sin6_scope_id};
    return view_tuple(vm, host, numbers, 3);
}

static bool view_refuse(mp_vm *vm, mp_exception_index kind, const char *text)
{
    mp_raise(vm, kind, "%s", text);
    return false;
}

static bool view_path_of(mp_vm *vm, mp_value value, ac_address *out)
{
    if (!mp_is_str(vm, value))
        return view_refuse(vm, MP_X_TYPE_ERROR, "a path is expected");
    return ac_address_of_path(out, ((const mp_str *)value)->data) ||
           view_refuse(vm, MP_X_OS_ERROR, "AF_UNIX path too long");
}

bool mp_socket_address_of(mp_vm *vm, int family, mp_value value, ac_address *out)
{
    int64_t port, flow = 0, scope = 0;
    if (family == AF_UNIX)
        return view_path_of(vm, value, out);
    const mp_tuple *parts = mp_is(vm, value, MP_TYPE_TUPLE) ? (const mp_tuple *)value : NULL;
    if (parts == NULL || parts->count < 2 || !mp_is_str(vm, parts->items[0]))
        return view_refuse(vm, MP_X_TYPE_ERROR, "an address is expected");
    if (!mp_to_index(vm, parts->items[1], &port) ||
        (parts->count > 2 && !mp_to_index(vm, parts->items[2], &flow)) ||
        (parts->count > 3 && !mp_to_index(vm, parts->items[3], &scope)))
        return false;
    if (port < 0 || port > UINT16_MAX)
        return view_refuse(vm, MP_X_OVERFLOW_ERROR, "bind(): port must be 0-65535.");
    if (!ac_address_of_ip(out, ((const mp_str *)parts->items[0])->data, (unsigned)port))
        return view_refuse(vm, MP_X_OS_ERROR, "an address in figures is expected");
    if (view_family(out) == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, out->bytes, sizeof six);
        six.sin6_flowinfo = htonl((uint32_t)flow);
        six.sin6_scope_id = (uint32_t)scope;
        memcpy(out->bytes, &six, sizeof six);
    }
    return true;
}

/* ---- Views ---- */

mp_value mp_socket_view_new(mp_vm *vm, mp_value owner, size_t index)
{
    mp_socket_view *self = (mp_socket_view *)mp_new(vm, vm->types[MP_TYPE_SOCKET_VIEW], 0);
    if (self == NULL)
        return NULL;
    self->owner = mp_incref(owner);
    self->index = index;
    return mp_as_value(self);
}

/* -1: it is closed. */
static int view_descriptor(mp_vm *vm, mp_value value)
{
    const mp_socket_view *self = (const mp_socket_view *)value;
    if (mp_is(vm, self->owner, MP_TYPE_TRANSPORT))
        return ac_transport_descriptor(((const mp_transport *)self->owner)->core);
    return ac_server_socket(((const mp_server *)self->owner)->core, self->index);
}

/* False: raised. */
static bool view_ask(mp_vm *vm, mp_value self, ac_address *address,
                     int ask(int descriptor, struct sockaddr *address, socklen_t *size))
{
    socklen_t size = AC_ADDRESS_ROOM;
    memset(address, 0, sizeof *address);
    if (ask(view_descriptor(vm, self), (struct sockaddr *)(void *)address->bytes, &size) != 0)
        return mp_raise_errno(vm, errno) != NULL;
    address->size = size;
    return true;
}

static mp_value view_name(mp_vm *vm, mp_args *args, const char *method,
                          int ask(int descriptor, struct sockaddr *address, socklen_t *size))
{
    ac_address address;
    if (!mp_positional(vm, args, method, 1, 1) || !view_ask(vm, args->values[0], &address, ask))
        return NULL;
    return mp_socket_address(vm, &address);
}

static mp_value view_getsockname(mp_vm *vm, mp_args *args)
{
    return view_name(vm, args, "getsockname", getsockname);
}

static mp_value view_getpeername(mp_vm *vm, mp_args *args)
{
    return view_name(vm, args, "getpeername", getpeername);
}

static mp_value view_fileno(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "fileno", 1, 1) ? mp_int_new(vm, view_descriptor(vm, args->values[0]))
                                                   : NULL;
}

static mp_value view_get_family(mp_vm *vm, mp_value self)
{
    ac_address address;
    return view_ask(vm, self, &address, getsockname) ? mp_int_new(vm, view_family(&address)) : NULL;
}

static mp_value view_get_type(mp_vm *vm, mp_value self)
{
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(view_descriptor(vm, self), SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return mp_raise_errno(vm, errno);
    return mp_int_new(vm, type);
}

/* <asyncio.TransportSocket fd=6, family=2, type=1, proto=6, laddr=('127.0.0.1', 80)> */
static mp_value view_repr(mp_vm *vm, mp_value self)
{
    ac_address address;
    mp_builder text;
    mp_value end;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "<asyncio.TransportSocket fd=%d", view_descriptor(vm, self));
    if (view_ask(vm, self, &address, getsockname)) {
        bool is_path = view_family(&address) == AF_UNIX;
        mp_builder_printf(&text, ", family=%d, type=1, proto=%d", view_family(&address),
                          is_path ? 0 : IPPROTO_TCP);
        end = mp_socket_address(vm, &address);
        if (end != NULL)
            mp_builder_printf(&text, ", laddr=%S", end);
        mp_xdecref(vm, end);
    }
    if (vm->raised == NULL && view_ask(vm, self, &address, getpeername)) {
        end = mp_socket_address(vm, &address);
        if (end != NULL)
            mp_builder_printf(&text, ", raddr=%S", end);
        mp_xdecref(vm, end);
    }
    if (mp_raised_is(vm, MP_X_OS_ERROR))
        mp_clear_slot(vm, &vm->raised);
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

static int view_visit(mp_value value, mp_visit *visit, void *data)
{
    return mp_visit_all(&((mp_socket_view *)value)->owner, 1, visit, data);
}

static void view_clear_owner(mp_vm *vm, mp_value value)
{
    mp_clear_slot(vm, &((mp_socket_view *)value)->owner);
}

static const mp_slots view_slots_of_socket = {
    .visit = view_visit, .clear = view_clear_owner, .repr = view_repr};

static const mp_method view_methods_of_socket[] = {
    {"fileno", view_fileno, MP_M_METHOD},
    {"getsockname", view_getsockname, MP_M_METHOD},
    {"getpeername", view_getpeername, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset view_getsets[] = {
    {"family", view_get_family, NULL}, {"type", view_get_type, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_socket_view_def = {
    .name = "TransportSocket",
    .module = "asyncio",
    .size = sizeof(mp_socket_view),
    .flags = MP_T_GC,
    .slots = &view_slots_of_socket,
    .methods = view_methods_of_socket,
    .getsets = view_getsets,
};
