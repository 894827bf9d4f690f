/* socket_names.c - the module socket, as far as names of hosts and services go.
 *
 * Mirrors    socket.getaddrinfo, getnameinfo, gaierror; what BaseEventLoop.getaddrinfo gives to a thread.
 * Idea       The resolver blocks: meanwhile other threads have the machine, and a virtual clock stands still.
 * Left out   IDNA: a name that is not ASCII is refused; AddressFamily and its kin are plain ints.
 * Tests      difftests/scenarios/executor/names.py */
#include "asyncio/host.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { NAMES_HOST = 1025, NAMES_SERVICE = 32 }; /* bytes; NI_MAXHOST and NI_MAXSERV are no POSIX */

/* What the resolver is told, and what it gives. */
typedef struct lookup {
    const char *host, *service; /* NULL: none */
    struct addrinfo hints, *found;
    int failure;
    char digits[24]; /* of a service that is a number */
} lookup;

/* ---- Asking ---- */

static mp_value names_fail(mp_vm *vm, int failure)
{
    mp_value text = mp_as_value(mp_str_from(vm, gai_strerror(failure)));
    mp_value values[] = {mp_from_small(failure), text};
    if (text != NULL)
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_GAI_ERROR], values, 2));
    mp_xdecref(vm, text);
    return NULL;
}

static void names_resolve(mp_vm *vm, lookup *self)
{
    mp_thread *thread = mp_gil_pause(vm);
    self->failure = getaddrinfo(self->host, self->service, &self->hints, &self->found);
    mp_gil_resume(vm, thread);
    if (self->failure == 0 && self->found == NULL)
        self->failure = EAI_NONAME; /* what succeeds has found something */
}

static bool names_is_ascii(const mp_str *str)
{
    for (size_t i = 0; i < str->size; i++)
        if ((unsigned char)str->data[i] >= 128 || str->data[i] == '\0')
            return false;
    return true;
}

static bool names_read_host(mp_vm *vm, mp_value host, lookup *self)
{
    if (host == vm->none)
        return true;
    if (!mp_is_str(vm, host)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "getaddrinfo() argument 1 must be string or None");
        return false;
    }
    self->host = ((const mp_str *)host)->data;
    if (names_is_ascii((const mp_str *)host))
        return true;
    mp_raise(vm, MP_X_UNICODE_ERROR, "a name that is not ASCII cannot be looked up here");
    return false;
}

static bool names_read_service(mp_vm *vm, mp_value service, lookup *self)
{
    if (service == vm->none)
        return true;
    if (mp_is_int(vm, service)) {
        (void)snprintf(self->digits, sizeof self->digits, "%lld", (long long)mp_int_of(service));
        self->service = self->digits;
        return true;
    }
    self->service = mp_is_str(vm, service) ? ((const mp_str *)service)->data : NULL;
    if (self->service == NULL)
        mp_raise(vm, MP_X_OS_ERROR, "Int or String expected");
    return self->service != NULL;
}

static bool names_read_hint(mp_vm *vm, mp_value value, int *hint)
{
    int64_t number = 0;
    if (value != NULL && !mp_to_index(vm, value, &number))
        return false;
    *hint = (int)number;
    return true;
}

/* ---- Answers ---- */

static mp_value names_pack(mp_vm *vm, mp_value *items, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good = good && items[i] != NULL;
    mp_value tuple = good ? mp_as_value(mp_tuple_of(vm, items, count)) : NULL;
    for (size_t i = 0; i < count; i++)
        mp_xdecref(vm, items[i]);
    return tuple;
}

/* (host, port), or (host, port, flowinfo, scope_id) */
static mp_value names_address(mp_vm *vm, const struct addrinfo *one)
{
    char host[NAMES_HOST];
    int failure = getnameinfo(one->ai_addr, one->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    if (failure != 0)
        return names_fail(vm, failure);
    mp_value items[4] = {mp_as_value(mp_str_from(vm, host))};
    if (one->ai_family != AF_INET6) {
        const struct sockaddr_in *four = (const void *)one->ai_addr;
        items[1] = mp_int_new(vm, ntohs(four->sin_port));
        return names_pack(vm, items, 2);
    }
    const struct sockaddr_in6 *six = (const void *)one->ai_addr;
    items[1] = mp_int_new(vm, ntohs(six->sin6_port));
    items[2] = mp_int_new(vm, (int64_t)ntohl(six->sin6_flowinfo));
    items[3] = mp_int_new(vm, (int64_t)six->sin6_scope_id);
    return names_pack(vm, items, 4);
}

static mp_value names_entry(mp_vm *vm, const struct addrinfo *one)
{
    mp_value items[] = {
        mp_int_new(vm, one->ai_family),
        mp_int_new(vm, one->ai_socktype),
        mp_int_new(vm, one->ai_protocol),
        mp_as_value(mp_str_from(vm, one->ai_canonname != NULL ? one->ai_canonname : "")),
        names_address(vm, one),
    };
    return names_pack(vm, items, 5);
}

static mp_value names_list(mp_vm *vm, const lookup *self)
{
    mp_list *list = mp_list_new(vm, 4);
    for (const struct addrinfo *one = self->found; list != NULL && one != NULL; one = one->ai_next) {
        if (one->ai_family != AF_INET && one->ai_family != AF_INET6)
            continue;
        mp_value entry = names_entry(vm, one);
        if (entry == NULL || !mp_list_append(vm, list, entry))
            mp_clear_slot(vm, (mp_value *)&list);
        mp_xdecref(vm, entry);
    }
    return mp_as_value(list);
}

static mp_value names_getaddrinfo(mp_vm *vm, mp_args *args)
{
    mp_value values[6];
    lookup self = {.host = NULL};
    if (!mp_bind_python(vm, args, "getaddrinfo", "host port|family type proto flags", values) ||
        !names_read_host(vm, values[0], &self) || !names_read_service(vm, values[1], &self) ||
        !names_read_hint(vm, values[2], &self.hints.ai_family) ||
        !names_read_hint(vm, values[3], &self.hints.ai_socktype) ||
        !names_read_hint(vm, values[4], &self.hints.ai_protocol) ||
        !names_read_hint(vm, values[5], &self.hints.ai_flags))
        return NULL;
    names_resolve(vm, &self);
    if (self.failure != 0)
        return names_fail(vm, self.failure);
    mp_value list = names_list(vm, &self);
    freeaddrinfo(self.found);
    return list;
}

/* ---- The other way ---- */

static mp_value names_of_address(mp_vm *vm, const lookup *self, int flags, int *failure)
{
    char host[NAMES_HOST], service[NAMES_SERVICE];
    const struct addrinfo *one = self->found;
    mp_thread *thread = mp_gil_pause(vm);
    *failure = getnameinfo(one->ai_addr, one->ai_addrlen, host, sizeof host, service, sizeof service, flags);
    mp_gil_resume(vm, thread);
    if (*failure != 0)
        return NULL;
    mp_value items[] = {mp_as_value(mp_str_from(vm, host)), mp_as_value(mp_str_from(vm, service))};
    return names_pack(vm, items, 2);
}

static bool names_set_scope(mp_vm *vm, const mp_tuple *address, const lookup *self)
{
    if (self->found->ai_family == AF_INET) {
        if (address->count == 2)
            return true;
        mp_raise(vm, MP_X_OS_ERROR, "IPv4 sockaddr must be 2 tuple");
        return false;
    }
    struct sockaddr_in6 *six = (void *)self->found->ai_addr;
    int flow = 0, scope = 0;
    if ((address->count > 2 && !names_read_hint(vm, address->items[2], &flow)) ||
        (address->count > 3 && !names_read_hint(vm, address->items[3], &scope)))
        return false;
    six->sin6_flowinfo = htonl((uint32_t)flow);
    six->sin6_scope_id = (uint32_t)scope;
    return true;
}

static mp_value names_answer(mp_vm *vm, const mp_tuple *address, lookup *self, int flags)
{
    int failure = 0;
    if (self->found->ai_next != NULL) {
        mp_raise(vm, MP_X_OS_ERROR, "sockaddr resolved to multiple addresses");
        return NULL;
    }
    if (!names_set_scope(vm, address, self))
        return NULL;
    mp_value answer = names_of_address(vm, self, flags, &failure);
    return failure != 0 ? names_fail(vm, failure) : answer;
}

static mp_value names_getnameinfo(mp_vm *vm, mp_args *args)
{
    lookup self = {.hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}};
    int flags;
    if (!mp_positional(vm, args, "getnameinfo", 2, 2) || !names_read_hint(vm, args->values[1], &flags))
        return NULL;
    const mp_tuple *address = (const mp_tuple *)args->values[0];
    if (!mp_is(vm, args->values[0], MP_TYPE_TUPLE)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "getnameinfo() argument 1 must be a tuple");
        return NULL;
    }
    if (address->count < 2 || address->count > 4 || !mp_is_str(vm, address->items[0]) ||
        !mp_is_int(vm, address->items[1])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "getnameinfo(): illegal sockaddr argument");
        return NULL;
    }
    if (!names_read_host(vm, address->items[0], &self) || !names_read_service(vm, address->items[1], &self))
        return NULL;
    names_resolve(vm, &self);
    if (self.failure != 0)
        return names_fail(vm, self.failure);
    mp_value answer = names_answer(vm, address, &self, flags);
    freeaddrinfo(self.found);
    return answer;
}

/* ---- The module ---- */

static bool names_define_numbers(mp_vm *vm, mp_dict *module)
{
    static const struct {
        const char *name;
        int value;
    } numbers[] = {
        {"AF_UNSPEC", AF_UNSPEC},
        {"AF_INET", AF_INET},
        {"AF_INET6", AF_INET6},
        {"SOCK_STREAM", SOCK_STREAM},
        {"SOCK_DGRAM", SOCK_DGRAM},
        {"IPPROTO_TCP", IPPROTO_TCP},
        {"IPPROTO_UDP", IPPROTO_UDP},
        {"AI_PASSIVE", AI_PASSIVE},
        {"AI_CANONNAME", AI_CANONNAME},
        {"AI_NUMERICHOST", AI_NUMERICHOST},
        {"AI_NUMERICSERV", AI_NUMERICSERV},
        {"NI_NUMERICHOST", NI_NUMERICHOST},
        {"NI_NUMERICSERV", NI_NUMERICSERV},
        {"NI_NAMEREQD", NI_NAMEREQD},
        {"NI_DGRAM", NI_DGRAM},
        {"EAI_NONAME", EAI_NONAME},
        {"EAI_FAMILY", EAI_FAMILY},
        {"EAI_SERVICE", EAI_SERVICE},
        {"EAI_BADFLAGS", EAI_BADFLAGS},
        {"EAI_SOCKTYPE", EAI_SOCKTYPE},
    };
    bool good = true;
    for (size_t i = 0; good && i < sizeof numbers / sizeof *numbers; i++)
        good = mp_define(vm, module, numbers[i].name, mp_int_new(vm, numbers[i].value));
    return good;
}

bool mp_init_socket_names(mp_vm *vm, mp_dict *names)
{
    static const mp_native_def natives[] = {
        {"getaddrinfo", names_getaddrinfo}, {"getnameinfo", names_getnameinfo}, {NULL, NULL}};
    mp_dict *module = mp_module_make(vm, "socket");
    mp_value error = mp_as_value(vm->exceptions[MP_X_OS_ERROR]);
    mp_value not_found = mp_as_value(vm->exceptions[MP_X_GAI_ERROR]);
    return module != NULL && names_define_numbers(vm, module) && mp_define_natives(vm, module, natives) &&
           mp_define(vm, module, "error", mp_incref(error)) &&
           mp_define(vm, module, "gaierror", mp_incref(not_found)) &&
           mp_give(vm, module, "getaddrinfo", names, "_getaddrinfo") &&
           mp_give(vm, module, "getnameinfo", names, "_getnameinfo");
}
