/* names.c - names of hosts and services, asked for by a thread.
 *
 * Mirrors    getaddrinfo, getnameinfo, _ensure_resolved and _ipaddr_info of base_events; what CPython's
 *            socket module makes of the resolver's answers and errors.
 * Idea       A look-up on the heap has what the thread reads and writes, copied, so that the frame may go.
 *            What was found is copied into one block, which the frame owns.
 * Holds      A look-up is freed by its op while no call is under way, else when that is released; its op is
 *            NULL once the frame has given it up.
 * Cost       Two allocations.
 * Tests      tests/test_io_names.c, tests/test_io_faults.c */
#include "io_impl.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <aiocore/names.h>

enum { GETADDRINFO, ENSURE_RESOLVED, GETNAMEINFO };

enum { HOST_ROOM = 1025, SERVICE_ROOM = 32 }; /* NI_MAXHOST, NI_MAXSERV */

struct ac_lookup {
    ac_call call;
    ac_resolve *op;
    ac_loop *loop;
    size_t size;
    ac_lookup_hints hints;
    ac_address address;
    const char *host, *service; /* into text; NULL: none */
    struct addrinfo *list;      /* of the resolver */
    char *name, *port;          /* getnameinfo's answers, into text */
    int failure, number;        /* EAI_*, errno */
    char text[];
};

/* ---- On a thread of the pool ---- */

static void ask_for_addresses(ac_lookup *lookup)
{
    struct addrinfo hints;

    memset(&hints, 0, sizeof hints);
    hints.ai_family = lookup->hints.family;
    hints.ai_socktype = lookup->hints.type;
    hints.ai_protocol = lookup->hints.proto;
    hints.ai_flags = lookup->hints.flags;
    lookup->failure = aci_sys.getaddrinfo(lookup->host, lookup->service, &hints, &lookup->list);
    lookup->number = errno;
}

static void ask_for_name(ac_lookup *lookup)
{
    const struct sockaddr *address = (const struct sockaddr *)(const void *)lookup->address.bytes;

    lookup->failure = aci_sys.getnameinfo(address, lookup->address.size, lookup->name, HOST_ROOM,
                                          lookup->port, SERVICE_ROOM, lookup->hints.flags);
    lookup->number = errno;
}

static ac_lookup *lookup_of(ac_call *call)
{
    return AC_CONTAINER_OF(call, ac_lookup, call);
}

static void run(ac_call *call)
{
    ac_lookup *lookup = lookup_of(call);

    if (lookup->name != NULL)
        ask_for_name(lookup);
    else
        ask_for_addresses(lookup);
}

/* ---- On the loop's thread ---- */

/* asyncio's future has the list; here the look-up keeps it, and the future has none. */
static ac_status outcome(ac_call *call, ac_value *result)
{
    ac_lookup *lookup = lookup_of(call);
    ac_loop *loop = lookup->loop;
    ac_error error = {.kind = AC_X_GAI, .number = lookup->failure};

    *result = ac_none();
    if (lookup->failure == 0)
        return AC_OK;
    if (lookup->failure == EAI_SYSTEM)
        return aci_io_raise(loop, lookup->number);
    error.text = gai_strerror(lookup->failure);
    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
}

static void free_lookup(ac_lookup *lookup)
{
    if (lookup->list != NULL)
        aci_sys.freeaddrinfo(lookup->list);
    aci_io_realloc(lookup->loop, lookup, lookup->size, 0);
}

static void released(ac_call *call)
{
    ac_lookup *lookup = lookup_of(call);

    if (lookup->op == NULL)
        free_lookup(lookup);
}

static const ac_call_ops call_ops = {.run = run, .outcome = outcome, .released = released};

static size_t length_of(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static char *copy(char *to, const char **slot, const char *from)
{
    size_t length = length_of(from);

    *slot = from != NULL ? memcpy(to, from, length) : NULL;
    return to + length;
}

static ac_lookup *make_lookup(ac_loop *loop, ac_resolve *op)
{
    size_t room = op->kind == GETNAMEINFO ? HOST_ROOM + SERVICE_ROOM
                                          : length_of(op->asked_host) + length_of(op->asked_service);
    ac_lookup *lookup = aci_io_realloc(loop, NULL, 0, sizeof *lookup + room);

    if (lookup == NULL)
        return NULL;
    memset(lookup, 0, sizeof *lookup + room);
    ac_call_init(&lookup->call, &call_ops);
    lookup->op = op;
    lookup->loop = loop;
    lookup->size = sizeof *lookup + room;
    lookup->hints = op->hints;
    lookup->address = op->asked_address;
    if (op->kind == GETNAMEINFO) {
        lookup->name = lookup->text;
        lookup->port = lookup->text + HOST_ROOM;
    } else {
        (void)copy(copy(lookup->text, &lookup->host, op->asked_host), &lookup->service, op->asked_service);
    }
    return lookup;
}

/* ---- What was found ---- */

static void *make_block(ac_loop *loop, ac_resolve *op, size_t size)
{
    void *block = aci_io_realloc(loop, NULL, 0, size);

    op->size = block != NULL ? size : 0;
    return block;
}

/* What no ac_address has room for, which no family of these has, is left out. */
static bool has_room(const struct addrinfo *each)
{
    return each->ai_addr != NULL && each->ai_addrlen <= AC_ADDRESS_ROOM;
}

static size_t measure(const struct addrinfo *list, size_t *count)
{
    size_t text = 1;

    *count = 0;
    for (const struct addrinfo *each = list; each != NULL; each = each->ai_next) {
        *count += has_room(each) ? 1 : 0;
        text += length_of(each->ai_canonname);
    }
    return text;
}

static bool take_addresses(ac_loop *loop, ac_resolve *op, const struct addrinfo *list)
{
    size_t count, text = measure(list, &count);
    ac_addrinfo *found = make_block(loop, op, count * sizeof *found + text), *next = found;
    char *end;

    if (found == NULL)
        return false;
    end = (char *)(found + count);
    *end++ = '\0'; /* the canonical name of whatever has none */
    for (const struct addrinfo *each = list; each != NULL; each = each->ai_next) {
        if (!has_room(each))
            continue;
        memset(next, 0, sizeof *next);
        next->family = each->ai_family;
        next->type = each->ai_socktype;
        next->proto = each->ai_protocol;
        next->address.size = (uint32_t)each->ai_addrlen;
        memcpy(next->address.bytes, each->ai_addr, each->ai_addrlen);
        end = copy(end, &next->canonical, each->ai_canonname);
        if (next->canonical == NULL)
            next->canonical = (const char *)(found + count);
        next++;
    }
    op->found = found;
    op->count = count;
    return true;
}

static bool take_name(ac_loop *loop, ac_resolve *op, const ac_lookup *lookup)
{
    char *block = make_block(loop, op, length_of(lookup->name) + length_of(lookup->port));

    if (block == NULL)
        return false;
    (void)copy(copy(block, &op->host, lookup->name), &op->service, lookup->port);
    return true;
}

static ac_status take(ac_loop *loop, ac_resolve *op)
{
    const ac_lookup *lookup = op->lookup;
    bool took = op->kind == GETNAMEINFO ? take_name(loop, op, lookup)
                                        : take_addresses(loop, op, lookup->list);

    return took ? AC_OK : ac_loop_refuse(loop, AC_E_MEMORY, "no memory for what was found");
}

/* ---- Addresses in figures ---- */

static bool is_port(const char *service, unsigned *port)
{
    *port = 0;
    if (service == NULL)
        return true;
    for (const char *each = service; *each != '\0'; each++) {
        if (*each < '0' || *each > '9')
            return false;
        *port = *port * 10 + (unsigned)(*each - '0');
        if (*port > UINT16_MAX)
            return false;
    }
    return true;
}

static int proto_for(const ac_lookup_hints *hints)
{
    if (hints->proto != 0 && hints->proto != IPPROTO_TCP && hints->proto != IPPROTO_UDP)
        return -1;
    if (hints->type == SOCK_STREAM)
        return IPPROTO_TCP;
    return hints->type == SOCK_DGRAM ? IPPROTO_UDP : -1;
}

bool ac_ipaddr_info(const char *host, const char *service, ac_lookup_hints hints, ac_addrinfo *out)
{
    struct sockaddr head;
    int proto = proto_for(&hints);
    unsigned port;

    if (proto < 0 || host == NULL || !is_port(service, &port) || strchr(host, '%') != NULL)
        return false;
    memset(out, 0, sizeof *out);
    if (!ac_address_of_ip(&out->address, host, port))
        return false;
    memcpy(&head, out->address.bytes, sizeof head);
    out->family = head.sa_family;
    out->type = hints.type;
    out->proto = proto;
    out->canonical = "";
    return hints.family == AF_UNSPEC || hints.family == out->family;
}

static bool is_its_own_answer(ac_resolve *op, ac_addrinfo *only)
{
    return op->kind == ENSURE_RESOLVED && ac_ipaddr_info(op->asked_host, op->asked_service, op->hints, only);
}

/* ---- The machine ---- */

static void give_up(ac_loop *loop, ac_resolve *op)
{
    ac_lookup *lookup = op->lookup;

    op->co.at = AC_AT_END;
    op->lookup = NULL;
    ac_coro_clear(loop, &op->wait.co); /* HOST */
    if (lookup == NULL)
        return;
    lookup->op = NULL;
    if (lookup->call.io == NULL)
        free_lookup(lookup);
}

static ac_turn fail(ac_loop *loop, ac_resolve *op, ac_status status, ac_out *out)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);

    give_up(loop, op); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

static ac_turn answer_at_once(ac_loop *loop, ac_resolve *op, const ac_addrinfo *only, ac_out *out)
{
    op->co.at = AC_AT_END;
    op->found = make_block(loop, op, sizeof *only);
    if (op->found == NULL)
        return fail(loop, op, ac_loop_refuse(loop, AC_E_MEMORY, "no memory for what was found"), out);
    *op->found = *only;
    op->count = 1;
    return ac_return(out, ac_none());
}

/* Whatever the thread gave, or what was thrown in. */
static ac_turn leave(ac_loop *loop, ac_resolve *op, ac_how how, ac_turn turn, ac_out *out)
{
    ac_value value = ac_take(&out->value);
    ac_status status = turn == AC_RETURNED && how != AC_CLOSE ? take(loop, op) : AC_OK;

    if (status != AC_OK)
        return fail(loop, op, status, out);
    give_up(loop, op); /* HOST */
    out->value = value;
    return turn;
}

enum { ASKED = 1 };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_resolve *op = AC_CONTAINER_OF(co, ac_resolve, co);
    bool closes = how == AC_CLOSE;
    ac_addrinfo only;
    ac_turn turn;

    AC_BEGIN(co);
    if (is_its_own_answer(op, &only))
        return answer_at_once(loop, op, &only, out);
    op->lookup = make_lookup(loop, op);
    if (op->lookup == NULL)
        return fail(loop, op, ac_loop_refuse(loop, AC_E_MEMORY, "no memory for a look-up"), out);
    ac_to_thread_init(&op->wait, op->io, NULL, &op->lookup->call);
    AC_AWAIT_CORO(ASKED, &op->wait.co, turn);
    AC_END(co);
    return leave(loop, op, closes ? AC_CLOSE : AC_SEND, turn, out); /* HOST */
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_resolve *op = AC_CONTAINER_OF(co, ac_resolve, co);

    return op->lookup != NULL ? op->wait.co.ops->visit(&op->wait.co, visitor) : 0;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_resolve *op = AC_CONTAINER_OF(co, ac_resolve, co);
    void *block = op->found != NULL ? (void *)op->found : (void *)(uintptr_t)op->host;
    size_t size = op->size;

    op->found = NULL;
    op->host = op->service = NULL;
    op->count = op->size = 0;
    if (block != NULL)
        aci_io_realloc(loop, block, size, 0);
    give_up(loop, op); /* HOST */
}

static const ac_coro_ops resolve_ops = {resume, NULL, visit, clear};

static void init(ac_resolve *op, ac_io *io, uint8_t kind)
{
    memset(op, 0, sizeof *op);
    ac_coro_init(&op->co, &resolve_ops);
    op->io = io;
    op->kind = kind;
}

void ac_getaddrinfo_init(ac_resolve *op, ac_io *io, const char *host, const char *service,
                         ac_lookup_hints hints)
{
    init(op, io, GETADDRINFO);
    op->asked_host = host;
    op->asked_service = service;
    op->hints = hints;
}

void ac_ensure_resolved_init(ac_resolve *op, ac_io *io, const char *host, const char *service,
                             ac_lookup_hints hints)
{
    ac_getaddrinfo_init(op, io, host, service, hints);
    op->kind = ENSURE_RESOLVED;
}

void ac_getnameinfo_init(ac_resolve *op, ac_io *io, const ac_address *address, int flags)
{
    ac_address asked = *address;

    init(op, io, GETNAMEINFO);
    op->asked_address = asked;
    op->hints.flags = flags;
}
