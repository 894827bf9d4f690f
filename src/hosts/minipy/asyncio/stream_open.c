/* stream_open.c - open_connection, open_unix_connection, and what create_server needs of C.
 *
 * Mirrors    streams.open_connection, open_unix_connection; base_events._ipaddr_info; of create_server and
 *            create_unix_server what is done to a socket.
 * Limits     Of the keyword arguments of create_connection, those that say what is so anyway. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asyncio/streams.h"

/* ---- A connection ---- */

typedef struct opening {
    ac_open_connection core;
    char port[24];
    size_t limit;
} opening;

/* The result is the two ends; the connection is the subject by now. */
static mp_value open_finish(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    mp_decref(vm, result);
    return mp_connection_pair(vm, (mp_connection *)self->subject);
}

static mp_value open_bind(mp_vm *vm, mp_native_coroutine *self, mp_loop *loop, mp_connection *connection)
{
    opening *open = mp_native_frame(self);
    ac_open_connection_set_stream(&open->core, connection->core);
    mp_set_slot(vm, &self->subject, mp_as_value(connection));
    return mp_native_bind(self, loop, &open->core.co);
}

/* NULL, raised: it is neither. */
static const char *open_service(mp_vm *vm, opening *open, mp_value port, bool *good)
{
    *good = true;
    if (port == vm->none)
        return NULL;
    if (mp_is_str(vm, port))
        return ((const mp_str *)port)->data;
    *good = mp_is_int(vm, port);
    if (!*good)
        mp_raise(vm, MP_X_OS_ERROR, "Int or String expected");
    else
        (void)snprintf(open->port, sizeof open->port, "%lld", (long long)mp_int_of(port));
    return open->port;
}

/* argument: (host, port, limit) */
static mp_value open_begin(mp_vm *vm, mp_native_coroutine *self)
{
    mp_value *parts = ((mp_tuple *)self->argument)->items;
    opening *open = mp_native_frame(self);
    mp_loop *loop = mp_running_loop(vm);
    bool good;
    if (loop == NULL || !mp_stream_limit(vm, parts[2], &open->limit))
        return NULL;
    if (parts[0] == vm->none && parts[1] == vm->none) {
        mp_raise(vm, MP_X_VALUE_ERROR, "host and port was not specified and no sock specified");
        return NULL;
    }
    if (parts[0] != vm->none && !mp_is_str(vm, parts[0])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "getaddrinfo() argument 1 must be string or None");
        return NULL;
    }
    const char *host = parts[0] != vm->none ? ((const mp_str *)parts[0])->data : NULL;
    const char *service = open_service(vm, open, parts[1], &good);
    mp_connection *connection = good ? mp_connection_new(vm, loop, open->limit, NULL) : NULL;
    if (connection == NULL)
        return NULL;
    ac_open_connection_to_init(&open->core, loop->io, host, service, open->limit);
    return open_bind(vm, self, loop, connection);
}

static bool open_is_default(mp_vm *vm, mp_value value)
{
    return value == vm->none || value == vm->false_ || (mp_is_small(value) && mp_small(value) == 0);
}

/* Those of create_connection and create_server that are not known here may only say nothing. */
static bool open_refuse_others(mp_vm *vm, const mp_args *args, const char *function, const char *known)
{
    size_t count = args->names != NULL ? args->names->count : 0;
    for (size_t i = 0; i < count; i++) {
        const mp_str *name = (const mp_str *)args->names->items[i];
        const char *found = strstr(known, name->data);
        bool knows = found != NULL && (found == known || found[-1] == ' ') &&
                     (found[name->size] == ' ' || found[name->size] == '\0');
        if (knows || open_is_default(vm, args->values[args->count + i]))
            continue;
        mp_raise(vm, MP_X_NOT_IMPLEMENTED_ERROR, "%s(%S=...) is not in the scenario language", function,
                 name);
        return false;
    }
    return true;
}

/* The arguments that are known, in an own list. */
static bool open_arguments(mp_vm *vm, mp_args *args, const char *function, const char *format,
                           const char *known, mp_value *values)
{
    mp_value kept[16], names[16];
    size_t count = args->names != NULL ? args->names->count : 0, used = 0;
    if (!open_refuse_others(vm, args, function, known))
        return false;
    for (size_t i = 0; i < args->count && i < 8; i++)
        kept[i] = args->values[i];
    for (size_t i = 0; i < count && used < 8; i++) {
        const mp_str *name = (const mp_str *)args->names->items[i];
        if (strstr(known, name->data) == NULL)
            continue;
        names[used] = args->names->items[i];
        kept[args->count + used++] = args->values[args->count + i];
    }
    mp_tuple *all = mp_tuple_of(vm, names, used);
    mp_args rest = {kept, args->count < 8 ? args->count : 8, all};
    bool bound = all != NULL && mp_bind_python(vm, &rest, function, format, values);
    mp_xdecref(vm, mp_as_value(all));
    return bound;
}

mp_value mp_open_connection(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!open_arguments(vm, args, "open_connection", "|host port $limit", "host port limit", values))
        return NULL;
    mp_value parts[] = {values[0] != NULL ? values[0] : vm->none, values[1] != NULL ? values[1] : vm->none,
                        values[2] != NULL ? values[2] : mp_from_small(AC_STREAM_LIMIT)};
    mp_value argument = mp_as_value(mp_tuple_of(vm, parts, 3));
    if (argument == NULL)
        return NULL;
    mp_value made = mp_stream_coroutine(vm, "open_connection", NULL, argument, sizeof(opening), open_begin,
                                        open_finish);
    mp_decref(vm, argument);
    return made;
}

/* argument: (path, limit) */
static mp_value open_begin_unix(mp_vm *vm, mp_native_coroutine *self)
{
    mp_value *parts = ((mp_tuple *)self->argument)->items;
    opening *open = mp_native_frame(self);
    mp_loop *loop = mp_running_loop(vm);
    ac_address address;
    if (loop == NULL || !mp_stream_limit(vm, parts[1], &open->limit))
        return NULL;
    if (parts[0] == vm->none) {
        mp_raise(vm, MP_X_VALUE_ERROR, "no path and sock were specified");
        return NULL;
    }
    if (!mp_socket_address_of(vm, AF_UNIX, parts[0], &address))
        return NULL;
    mp_connection *connection = mp_connection_new(vm, loop, open->limit, NULL);
    if (connection == NULL)
        return NULL;
    ac_open_connection_init(&open->core, loop->io, &address, open->limit);
    return open_bind(vm, self, loop, connection);
}

mp_value mp_open_unix_connection(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!open_arguments(vm, args, "open_unix_connection", "|path $limit", "path limit", values))
        return NULL;
    mp_value parts[] = {values[0] != NULL ? values[0] : vm->none,
                        values[1] != NULL ? values[1] : mp_from_small(AC_STREAM_LIMIT)};
    mp_value argument = mp_as_value(mp_tuple_of(vm, parts, 2));
    if (argument == NULL)
        return NULL;
    mp_value made = mp_stream_coroutine(vm, "open_unix_connection", NULL, argument, sizeof(opening),
                                        open_begin_unix, open_finish);
    mp_decref(vm, argument);
    return made;
}

/* ---- What create_server needs ---- */

/* _bind_socket(loop, family, address): a descriptor */
static mp_value open_bind_socket(mp_vm *vm, mp_args *args)
{
    int64_t family;
    ac_address address;
    int descriptor;
    if (!mp_positional(vm, args, "_bind_socket", 3, 3) || !mp_to_index(vm, args->values[1], &family) ||
        !mp_socket_address_of(vm, (int)family, args->values[2], &address))
        return NULL;
    mp_loop *loop = mp_as_loop(args->values[0]);
    ac_io *io = mp_loop_io(vm, loop);
    if (io == NULL)
        return NULL;
    ac_status status = ac_sock_bind(io, &address, &descriptor);
    return status == AC_OK ? mp_int_new(vm, descriptor) : mp_fail(vm, &loop->core, status);
}

static mp_value open_close_socket(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_close_socket", 1, 1))
        return NULL;
    (void)close((int)mp_int_of(args->values[0]));
    return mp_incref(vm->none);
}

/* _remember_path(server, path): that is removed with the server's sockets, if it is still the same */
static mp_value open_remember_path(mp_vm *vm, mp_args *args)
{
    struct stat found;
    if (!mp_positional(vm, args, "_remember_path", 2, 2))
        return NULL;
    mp_server *server = (mp_server *)args->values[0];
    if (stat(((const mp_str *)args->values[1])->data, &found) != 0)
        return mp_incref(vm->none);
    mp_value pair[] = {args->values[1], mp_from_small((int64_t)found.st_ino)};
    mp_value entry = mp_as_value(mp_tuple_of(vm, pair, 2));
    mp_list *list = entry != NULL ? mp_list_new(vm, 1) : NULL;
    bool good = list != NULL && mp_list_append(vm, list, entry);
    mp_xdecref(vm, entry);
    mp_set_slot(vm, &server->paths, mp_as_value(list));
    return good ? mp_incref(vm->none) : NULL;
}

/* _ipaddr_info(host, port, family, type, proto): an entry as getaddrinfo's, or None */
static mp_value open_ipaddr_info(mp_vm *vm, mp_args *args)
{
    opening unused;
    ac_addrinfo found;
    int64_t numbers[3];
    bool good = true;
    if (!mp_positional(vm, args, "_ipaddr_info", 5, 5))
        return NULL;
    for (size_t i = 0; good && i < 3; i++)
        good = mp_to_index(vm, args->values[i + 2], &numbers[i]);
    if (!good)
        return NULL;
    if (!mp_is_str(vm, args->values[0]))
        return mp_incref(vm->none);
    const char *service = open_service(vm, &unused, args->values[1], &good);
    ac_lookup_hints hints = {(int)numbers[0], (int)numbers[1], (int)numbers[2], 0};
    if (!good)
        mp_clear_slot(vm, &vm->raised);
    if (!good || !ac_ipaddr_info(((const mp_str *)args->values[0])->data, service, hints, &found))
        return mp_incref(vm->none);
    mp_value address = mp_socket_address(vm, &found.address);
    mp_value items[] = {mp_from_small(found.family), mp_from_small(found.type), mp_from_small(found.proto),
                        mp_as_value(vm->empty), address};
    mp_value entry = address != NULL ? mp_as_value(mp_tuple_of(vm, items, 5)) : NULL;
    mp_xdecref(vm, address);
    return entry;
}

/* ---- The module's ---- */

static bool open_define_types(mp_vm *vm, mp_dict *names)
{
    mp_value server = mp_as_value(vm->types[MP_TYPE_SERVER]);
    return mp_define(vm, names, "_Server", mp_incref(server)) &&
           mp_define(vm, names, "_has_cleanup_socket", mp_bool_new(vm, vm->minor >= 13)) &&
           mp_define(vm, names, "_EADDRNOTAVAIL", mp_from_small(EADDRNOTAVAIL)) &&
           mp_define(vm, names, "_AF_UNIX", mp_from_small(AF_UNIX));
}

bool mp_init_streams(mp_vm *vm, mp_dict *module)
{
    static const mp_native_def natives[] = {
        {"_bind_socket", open_bind_socket},
        {"_close_socket", open_close_socket},
        {"_remember_path", open_remember_path},
        {"_ipaddr_info", open_ipaddr_info},
        {NULL, NULL},
    };
    static const mp_native_def functions[] = {{"open_connection", mp_open_connection},
                                              {"open_unix_connection", mp_open_unix_connection},
                                              {NULL, NULL}};
    static const char *const promised[] = {"start_server", "start_unix_server", NULL};
    mp_dict *names = mp_part_names(vm, MP_PART_NATIVES);
    return names != NULL && mp_define_natives(vm, names, natives) && open_define_types(vm, names) &&
           mp_give(vm, module, "sleep", names, "_sleep") &&
           mp_give(vm, module, "get_running_loop", names, "_running_loop") &&
           mp_define_natives(vm, module, functions) && mp_part_promise(vm, MP_PART_STREAMS, promised, module);
}
