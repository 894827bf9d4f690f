/* stream_server.c - servers, and the tasks that their connections begin with.
 *
 * Mirrors    base_events.Server; BaseSelectorEventLoop._accept_connection2 as a coroutine; what
 *            _UnixSelectorEventLoop._stop_serving does to a path.
 * Holds      A server that serves is on its loop's list, which owns it, until it is closed or the loop is.
 * Files      stream_texts.c has create_server, in Python.
 * Re-enters  The program's task factory, by an accept. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asyncio/streams.h"

static mp_server *server_of(mp_value value)
{
    return (mp_server *)value;
}

static mp_server *server_self(mp_vm *vm, mp_args *args, const char *method)
{
    mp_value self;
    return mp_bind_python(vm, args, method, "self", &self) ? server_of(self) : NULL;
}

static mp_value server_done(mp_vm *vm, mp_server *self, ac_status status)
{
    return mp_stream_done(vm, self->loop, status);
}

static bool server_is_closed(const mp_server *self)
{
    return ac_server_socket(self->core, 0) < 0;
}

/* ---- Whom the loop holds ---- */

static void server_hold(mp_server *self)
{
    ac_link *list = &mp_as_loop(self->loop)->servers;
    if (self->serving.next != NULL)
        return;
    self->serving.next = list;
    self->serving.prev = list->prev;
    list->prev->next = &self->serving;
    list->prev = &self->serving;
    (void)mp_incref(mp_as_value(self));
}

static void server_let_go(mp_vm *vm, mp_server *self)
{
    if (self->serving.next == NULL)
        return;
    self->serving.prev->next = self->serving.next;
    self->serving.next->prev = self->serving.prev;
    self->serving.prev = self->serving.next = NULL;
    mp_decref(vm, mp_as_value(self));
}

void mp_loop_drop_servers(mp_loop *loop)
{
    while (loop->servers.next != NULL && loop->servers.next != &loop->servers)
        server_let_go(mp_vm_of(&loop->core), AC_CONTAINER_OF(loop->servers.next, mp_server, serving));
}

int mp_loop_visit_servers(mp_loop *loop, mp_visit *visit, void *data)
{
    int answer = 0;
    ac_link *list = &loop->servers;
    for (ac_link *link = list->next; answer == 0 && link != NULL && link != list; link = link->next)
        answer = visit(mp_as_value(AC_CONTAINER_OF(link, mp_server, serving)), data);
    return answer;
}

/* ---- Connections ---- */

/* The transport's reference is the only one. */
static ac_status server_make_protocol(ac_server *core, ac_protocol **out)
{
    mp_server *self = ac_server_data(core);
    mp_loop *loop = mp_as_loop(self->loop);
    mp_vm *vm = mp_vm_of(&loop->core);
    mp_connection *connection = mp_connection_new(vm, loop, self->limit, self->connected);
    if (connection == NULL)
        return ac_loop_raise(&loop->core, mp_take_for_core(vm));
    *out = ac_stream_protocol(connection->core);
    mp_decref(vm, mp_as_value(connection));
    return AC_OK;
}

/* The body was bound when the coroutine was made: the socket belongs to it from then on. */
static mp_value server_begin_accepting(mp_vm *vm, mp_native_coroutine *self)
{
    (void)vm;
    (void)self;
    return NULL;
}

static mp_value server_accepting(mp_vm *vm, mp_server *self, ac_accepting_part *part)
{
    mp_value made = mp_stream_coroutine(vm, "BaseSelectorEventLoop._accept_connection2", mp_as_value(self),
                                        NULL, sizeof(ac_accepting), server_begin_accepting, NULL);
    if (made == NULL)
        return NULL;
    mp_native_coroutine *coroutine = (mp_native_coroutine *)made;
    ac_accepting *accepting = mp_native_frame(coroutine);
    ac_accepting_init(accepting, part);
    (void)mp_native_bind(coroutine, mp_as_loop(self->loop), &accepting->co);
    return made;
}

/* loop.create_task(coroutine), with context= where the release gives one. */
static mp_value server_create_task(mp_vm *vm, mp_loop *loop, mp_value coroutine,
                                   const ac_accepting_part *part)
{
    mp_value name = mp_as_value(mp_str_from(vm, "context"));
    mp_value context = mp_seen(part->context);
    mp_tuple *names = name != NULL ? mp_tuple_of(vm, &name, 1) : NULL;
    mp_value values[] = {coroutine, context != NULL ? context : vm->none}, made = NULL;
    mp_args args = {values, 1, part->has_context ? names : NULL};
    mp_frame *before = vm->frame;
    if (names != NULL)
        made = mp_finish(vm, before, mp_create_task(vm, loop, MP_BY_LOOP, NULL, &args));
    mp_xdecref(vm, mp_as_value(names));
    mp_xdecref(vm, name);
    return made;
}

static ac_status server_make_task(ac_server *core, ac_accepting_part *part, ac_task **out)
{
    mp_server *self = ac_server_data(core);
    mp_loop *loop = mp_as_loop(self->loop);
    mp_vm *vm = mp_vm_of(&loop->core);
    mp_value coroutine = server_accepting(vm, self, part);
    mp_value made = coroutine != NULL ? server_create_task(vm, loop, coroutine, part) : NULL;
    mp_xdecref(vm, coroutine);
    if (made == NULL)
        return ac_loop_raise(&loop->core, mp_take_for_core(vm));
    *out = NULL;
    if (mp_is_task(vm, made))
        *out = &((mp_task *)made)->core;
    else
        mp_decref(vm, made);
    return AC_OK;
}

static const ac_server_ops server_core_ops = {.make_protocol = server_make_protocol,
                                              .make_task = server_make_task};

/* ---- Life ---- */

static bool server_descriptors(mp_vm *vm, const mp_list *list, int *descriptors, size_t room)
{
    if (list->count == 0 || list->count > room) {
        mp_raise(vm, MP_X_OS_ERROR, "a server has 1 to %zu sockets", room);
        return false;
    }
    for (size_t i = 0; i < list->count; i++)
        descriptors[i] = (int)mp_int_of(list->items[i]);
    return true;
}

/* _Server(loop, client_connected_cb, limit, descriptors, backlog), which takes the descriptors over. */
static mp_value server_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    int descriptors[64];
    int64_t backlog;
    size_t limit;
    if (!mp_positional(vm, args, "Server", 5, 5) || !mp_stream_limit(vm, args->values[2], &limit) ||
        !mp_to_index(vm, args->values[4], &backlog))
        return NULL;
    mp_loop *loop = mp_as_loop(args->values[0]);
    const mp_list *list = (const mp_list *)args->values[3];
    ac_io *io = mp_loop_io(vm, loop);
    if (io == NULL || !server_descriptors(vm, list, descriptors, sizeof descriptors / sizeof *descriptors))
        return NULL;
    mp_server *self = (mp_server *)mp_new(vm, type, 0);
    if (self == NULL)
        return NULL;
    self->loop = mp_incref(mp_as_value(loop));
    self->connected = mp_incref(args->values[1]);
    self->limit = limit;
    ac_status status = ac_server_new(io, &server_core_ops, self, descriptors, list->count, (int)backlog,
                                     &self->core);
    if (status == AC_OK)
        return mp_as_value(self);
    mp_decref(vm, mp_as_value(self));
    return mp_fail(vm, &loop->core, status);
}

static int server_visit(mp_value value, mp_visit *visit, void *data)
{
    const mp_server *self = server_of(value);
    mp_value owned[] = {self->loop, self->connected, self->forever, self->paths};
    return mp_visit_all(owned, 4, visit, data);
}

/* Connections and accepts that are under way hold the library's server, not this one: they ask for nothing
 * more of a server that is closed. */
static void server_clear(mp_vm *vm, mp_value value)
{
    mp_server *self = server_of(value);
    ac_server *core = self->core;
    self->core = NULL;
    if (core != NULL) {
        ac_server_close(core);
        ac_server_release(core);
    }
    mp_clear_slot(vm, &self->forever);
    mp_clear_slot(vm, &self->paths);
    mp_clear_slot(vm, &self->connected);
    mp_clear_slot(vm, &self->loop);
}

/* ---- Serving ---- */

static ac_status server_start(mp_server *self)
{
    ac_status status = ac_server_start_serving(self->core);
    if (ac_server_is_serving(self->core))
        server_hold(self);
    return status;
}

/* _start_serving() */
static mp_value server_start_now(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server._start_serving");
    return self != NULL ? server_done(vm, self, server_start(self)) : NULL;
}

static mp_value server_begin_start(mp_vm *vm, mp_native_coroutine *self)
{
    mp_server *server = server_of(self->subject);
    ac_status status = server_start(server);
    if (status != AC_OK)
        return server_done(vm, server, status);
    return mp_native_yield(self);
}

static mp_value server_start_serving(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.start_serving");
    if (self == NULL)
        return NULL;
    return mp_stream_coroutine(vm, "Server.start_serving", mp_as_value(self), vm->none, sizeof(ac_sleep),
                               server_begin_start, NULL);
}

static mp_value server_begin_forever(mp_vm *vm, mp_native_coroutine *self)
{
    mp_server *server = server_of(self->subject);
    if (server->forever != NULL && !mp_native_has_ended(server->forever))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "server %R is already being awaited on serve_forever()",
                 self->subject);
    else if (server_is_closed(server))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "server %R is closed", self->subject);
    if (vm->raised != NULL)
        return NULL;
    ac_status status = server_start(server);
    if (status != AC_OK)
        return server_done(vm, server, status);
    mp_set_slot(vm, &server->forever, mp_incref(mp_as_value(self)));
    ac_server_forever *forever = mp_native_frame(self);
    ac_server_forever_init(forever, server->core);
    return mp_native_bind(self, mp_as_loop(server->loop), &forever->co);
}

static mp_value server_serve_forever(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.serve_forever");
    if (self == NULL)
        return NULL;
    return mp_stream_coroutine(vm, "Server.serve_forever", mp_as_value(self), NULL, sizeof(ac_server_forever),
                               server_begin_forever, NULL);
}

/* ---- Closing ---- */

/* A path that is still that socket's. */
static void server_remove_path(mp_vm *vm, mp_value entry)
{
    const mp_tuple *pair = (const mp_tuple *)entry;
    const char *path = ((const mp_str *)pair->items[0])->data;
    struct stat found;
    (void)vm;
    if (stat(path, &found) == 0 && (int64_t)found.st_ino == mp_int_of(pair->items[1]))
        (void)unlink(path);
}

static void server_close_now(mp_vm *vm, mp_server *self)
{
    mp_value paths = self->paths;
    self->paths = NULL;
    ac_server_close(self->core);
    for (size_t i = 0; paths != NULL && i < ((mp_list *)paths)->count; i++)
        server_remove_path(vm, ((mp_list *)paths)->items[i]);
    mp_xdecref(vm, paths);
    server_let_go(vm, self);
}

static mp_value server_close(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.close");
    if (self == NULL)
        return NULL;
    server_close_now(vm, self);
    return mp_incref(vm->none);
}

static mp_value server_close_clients(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.close_clients");
    return self != NULL ? server_done(vm, self, ac_server_close_clients(self->core)) : NULL;
}

static mp_value server_abort_clients(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.abort_clients");
    return self != NULL ? server_done(vm, self, ac_server_abort_clients(self->core)) : NULL;
}

static mp_value server_bind_wait(mp_native_coroutine *self)
{
    mp_server *server = server_of(self->subject);
    ac_server_wait *wait = mp_native_frame(self);
    ac_server_wait_closed_init(wait, server->core);
    return mp_native_bind(self, mp_as_loop(server->loop), &wait->co);
}

static mp_value server_begin_wait(mp_vm *vm, mp_native_coroutine *self)
{
    (void)vm;
    return server_bind_wait(self);
}

static mp_value server_wait_closed(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.wait_closed");
    if (self == NULL)
        return NULL;
    return mp_stream_coroutine(vm, "Server.wait_closed", mp_as_value(self), NULL, sizeof(ac_server_wait),
                               server_begin_wait, NULL);
}

/* ---- async with ---- */

static mp_value server_begin_enter(mp_vm *vm, mp_native_coroutine *self)
{
    (void)vm;
    return mp_incref(self->subject);
}

static mp_value server_aenter(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "AbstractServer.__aenter__");
    if (self == NULL)
        return NULL;
    return mp_stream_coroutine(vm, "AbstractServer.__aenter__", mp_as_value(self), NULL, 0,
                               server_begin_enter, NULL);
}

static mp_value server_begin_exit(mp_vm *vm, mp_native_coroutine *self)
{
    server_close_now(vm, server_of(self->subject));
    return server_bind_wait(self);
}

static mp_value server_aexit(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "AbstractServer.__aexit__", 1, 4))
        return NULL;
    return mp_stream_coroutine(vm, "AbstractServer.__aexit__", args->values[0], NULL, sizeof(ac_server_wait),
                               server_begin_exit, NULL);
}

/* ---- Looks ---- */

static mp_value server_is_serving(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.is_serving");
    return self != NULL ? mp_bool_new(vm, ac_server_is_serving(self->core)) : NULL;
}

static mp_value server_get_loop(mp_vm *vm, mp_args *args)
{
    mp_server *self = server_self(vm, args, "Server.get_loop");
    return self != NULL ? mp_incref(self->loop) : NULL;
}

static mp_value server_get_sockets(mp_vm *vm, mp_value value)
{
    const mp_server *self = server_of(value);
    mp_list *list = mp_list_new(vm, 1);
    for (size_t i = 0; list != NULL && ac_server_socket(self->core, i) >= 0; i++) {
        mp_value view = mp_socket_view_new(vm, value, i);
        if (view == NULL || !mp_list_append(vm, list, view))
            mp_clear_slot(vm, (mp_value *)&list);
        mp_xdecref(vm, view);
    }
    mp_value sockets = list != NULL ? mp_as_value(mp_to_tuple(vm, mp_as_value(list))) : NULL;
    mp_xdecref(vm, mp_as_value(list));
    return sockets;
}

static mp_value server_repr(mp_vm *vm, mp_value value)
{
    mp_value sockets = server_get_sockets(vm, value);
    mp_value shown = sockets != NULL ? mp_as_value(mp_str_formatted(vm, "<Server sockets=%R>", sockets))
                                     : NULL;
    mp_xdecref(vm, sockets);
    return shown;
}

static const mp_slots server_slots = {
    .visit = server_visit, .clear = server_clear, .repr = server_repr, .make = server_make};

static const mp_method server_methods[] = {
    {"_start_serving", server_start_now, MP_M_METHOD},
    {"start_serving", server_start_serving, MP_M_METHOD},
    {"serve_forever", server_serve_forever, MP_M_METHOD},
    {"close", server_close, MP_M_METHOD},
    {"close_clients", server_close_clients, MP_M_METHOD},
    {"abort_clients", server_abort_clients, MP_M_METHOD},
    {"wait_closed", server_wait_closed, MP_M_METHOD},
    {"is_serving", server_is_serving, MP_M_METHOD},
    {"get_loop", server_get_loop, MP_M_METHOD},
    {"__aenter__", server_aenter, MP_M_METHOD},
    {"__aexit__", server_aexit, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset server_getsets[] = {{"sockets", server_get_sockets, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_server_def = {
    .name = "Server",
    .module = "asyncio.base_events",
    .size = sizeof(mp_server),
    .flags = MP_T_GC,
    .slots = &server_slots,
    .methods = server_methods,
    .getsets = server_getsets,
};
