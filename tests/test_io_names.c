/* test_io_names.c - names of hosts and services (src/io/names.c).  Nothing here asks the network: addresses
 * in figures, and localhost of /etc/hosts. */
#include "chost_kit.h"

#include <aiocore/names.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "io/system.h"

static ac_io *io;

static void open_io(void)
{
    kit_loop_with(NULL);
    kit_ok(ac_io_new(kit.loop, NULL, &io));
}

static void close_io(void)
{
    kit_ok(ac_loop_close(kit.loop));
    kit_ok(ac_io_free(io));
}

static const char *address_of(const ac_addrinfo *found)
{
    static char text[AC_ADDRESS_ROOM];

    (void)ac_address_format(&found->address, text, sizeof text);
    return text;
}

/* Until it is over: what it raised, "" if it did not. */
static const char *finish(ac_resolve *op)
{
    ac_out out = {.value = ac_none()};
    ac_how how;
    ac_ref in;
    ac_turn turn = ac_coro_resume(kit.loop, &op->co, AC_SEND, ac_none_ref(), &out);

    if (turn == AC_AWAITING) {
        ac_future *future = out.future;
        while (!ac_future_done(future)) {
            kit_ok(ac_loop_poll(kit.loop, 1));
            kit_ok(ac_loop_turn(kit.loop));
        }
        how = ac_future_outcome(future, &in);
        turn = ac_coro_resume(kit.loop, &op->co, how, in, &out);
    }
    if (turn == AC_RAISED)
        return kit_repr_of(out.value);
    ac_drop(kit.loop, out.value);
    return "";
}

/* ---- getaddrinfo ---- */

START_TEST(test_what_the_resolver_finds_is_found_in_its_order)
{
    static const struct {
        const char *host, *service;
        ac_lookup_hints hints;
    } cases[] = {
        {"localhost", "80", {.type = SOCK_STREAM}},
        {"localhost", NULL, {.flags = AI_CANONNAME}},
        {"127.0.0.1", "http", {.family = AF_INET}},
        {"::1", "53", {.type = SOCK_DGRAM, .flags = AI_NUMERICHOST}},
        {NULL, "8080", {.type = SOCK_STREAM, .flags = AI_PASSIVE}},
    };

    open_io();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct addrinfo hints = {.ai_family = cases[i].hints.family,
                                 .ai_socktype = cases[i].hints.type,
                                 .ai_flags = cases[i].hints.flags},
                        *list = NULL, *each;
        int failure = getaddrinfo(cases[i].host, cases[i].service, &hints, &list);
        size_t count = 0;
        ac_resolve op;

        ac_getaddrinfo_init(&op, io, cases[i].host, cases[i].service, cases[i].hints);
        if (failure != 0) {
            ck_assert_str_ne(finish(&op), "");
            continue;
        }
        ck_assert_str_eq(finish(&op), "");
        for (each = list; each != NULL; each = each->ai_next, count++) {
            ck_assert_uint_lt(count, op.count);
            ck_assert_int_eq(op.found[count].family, each->ai_family);
            ck_assert_int_eq(op.found[count].type, each->ai_socktype);
            ck_assert_int_eq(op.found[count].proto, each->ai_protocol);
            ck_assert_str_eq(op.found[count].canonical, each->ai_canonname ? each->ai_canonname : "");
            ck_assert_uint_eq(op.found[count].address.size, each->ai_addrlen);
            ck_assert_mem_eq(op.found[count].address.bytes, each->ai_addr, each->ai_addrlen);
        }
        ck_assert_uint_eq(count, op.count);
        ck_assert_uint_gt(count, 0);
        freeaddrinfo(list);
        ac_coro_clear(kit.loop, &op.co);
        ac_coro_clear(kit.loop, &op.co);
    }
    close_io();
}
END_TEST

static int number_of_failures;

static int failing_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                               struct addrinfo **list)
{
    (void)host;
    (void)service;
    (void)hints;
    (void)list;
    errno = EMFILE;
    return number_of_failures;
}

/* The numbers and words are the resolver's own, which Python shows: gaierror(-2, 'Name or ...'). */
START_TEST(test_what_it_refuses_is_a_gaierror_with_its_number_and_words)
{
    static const int failures[] = {EAI_AGAIN,  EAI_BADFLAGS, EAI_FAIL,    EAI_FAMILY,
                                   EAI_MEMORY, EAI_NONAME,   EAI_SERVICE, EAI_SOCKTYPE};
    aci_system real = aci_sys;
    ac_lookup_hints none = {0};
    ac_resolve op;
    char words[256];

    open_io();
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        number_of_failures = failures[i];
        aci_sys.getaddrinfo = failing_getaddrinfo;
        ac_getaddrinfo_init(&op, io, "somewhere", "80", none);
        (void)snprintf(words, sizeof words, "gaierror(%d, '%s')", failures[i], gai_strerror(failures[i]));
        ck_assert_str_eq(finish(&op), words);
    }
    number_of_failures = EAI_SYSTEM;
    ac_getaddrinfo_init(&op, io, "somewhere", "80", none);
    ck_assert_str_eq(finish(&op), "OSError(24, 'Too many open files')");
    aci_sys = real;
    ac_getaddrinfo_init(&op, io, "not an address", NULL, (ac_lookup_hints){.flags = AI_NUMERICHOST});
    (void)snprintf(words, sizeof words, "gaierror(%d, '%s')", EAI_NONAME, gai_strerror(EAI_NONAME));
    ck_assert_str_eq(finish(&op), words);
    ac_coro_clear(kit.loop, &op.co);
    close_io();
}
END_TEST

/* ---- Without a thread ---- */

START_TEST(test_an_address_in_figures_is_its_own_answer)
{
    static const struct {
        const char *host, *service;
        ac_lookup_hints hints;
        const char *address; /* NULL: it must be asked for */
        int proto;
    } cases[] = {
        {"1.2.3.4", "80", {.type = SOCK_STREAM}, "('1.2.3.4', 80)", IPPROTO_TCP},
        {"1.2.3.4", "80", {.type = SOCK_DGRAM}, "('1.2.3.4', 80)", IPPROTO_UDP},
        {"1.2.3.4", "", {.type = SOCK_STREAM, .proto = IPPROTO_UDP}, "('1.2.3.4', 0)", IPPROTO_TCP},
        {"1.2.3.4", NULL, {.family = AF_INET, .type = SOCK_STREAM}, "('1.2.3.4', 0)", IPPROTO_TCP},
        {"::3", "1", {.type = SOCK_STREAM}, "('::3', 1, 0, 0)", IPPROTO_TCP},
        {"::3", "1", {.family = AF_INET, .type = SOCK_STREAM}, NULL, 0},
        {"1.2.3.4", "1", {.family = AF_INET6, .type = SOCK_STREAM}, NULL, 0},
        {"::3%lo", "1", {.type = SOCK_STREAM}, NULL, 0},
        {"1.2.3", "80", {.type = SOCK_STREAM}, NULL, 0},
        {"localhost", "80", {.type = SOCK_STREAM}, NULL, 0},
        {NULL, "80", {.type = SOCK_STREAM}, NULL, 0},
        {"1.2.3.4", "http", {.type = SOCK_STREAM}, NULL, 0},
        {"1.2.3.4", "70000", {.type = SOCK_STREAM}, NULL, 0},
        {"1.2.3.4", "80", {0}, NULL, 0},
        {"1.2.3.4", "80", {.type = SOCK_RAW}, NULL, 0},
        {"1.2.3.4", "80", {.type = SOCK_STREAM, .proto = 132}, NULL, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ac_addrinfo only;
        bool is = ac_ipaddr_info(cases[i].host, cases[i].service, cases[i].hints, &only);

        ck_assert_msg(is == (cases[i].address != NULL), "case %zu", i);
        if (!is)
            continue;
        ck_assert_str_eq(address_of(&only), cases[i].address);
        ck_assert_int_eq(only.proto, cases[i].proto);
        ck_assert_int_eq(only.type, cases[i].hints.type);
        ck_assert_str_eq(only.canonical, "");
    }
}
END_TEST

START_TEST(test_what_is_resolved_needs_no_thread)
{
    ac_lookup_hints hints = {.type = SOCK_STREAM};
    ac_resolve op;
    ac_out out;

    open_io();
    ac_ensure_resolved_init(&op, io, "127.0.0.1", "80", hints);
    ck_assert_int_eq(ac_coro_resume(kit.loop, &op.co, AC_SEND, ac_none_ref(), &out), AC_RETURNED);
    ck_assert_uint_eq(op.count, 1);
    ck_assert_str_eq(address_of(op.found), "('127.0.0.1', 80)");
    ac_coro_clear(kit.loop, &op.co);
    ck_assert_ptr_null(ac_io_default_executor(io));
    ac_ensure_resolved_init(&op, io, "localhost", "80", hints);
    ck_assert_str_eq(finish(&op), "");
    ck_assert_ptr_nonnull(ac_io_default_executor(io));
    ck_assert_uint_gt(op.count, 0);
    ac_coro_clear(kit.loop, &op.co);
    close_io();
}
END_TEST

/* ---- getnameinfo ---- */

START_TEST(test_an_address_has_a_host_and_a_service)
{
    ac_address address;
    ac_resolve op;

    open_io();
    ck_assert(ac_address_of_ip(&address, "::1", 8080));
    ac_getnameinfo_init(&op, io, &address, NI_NUMERICHOST | NI_NUMERICSERV);
    memset(&address, 0, sizeof address);
    ck_assert_str_eq(finish(&op), "");
    ck_assert_str_eq(op.host, "::1");
    ck_assert_str_eq(op.service, "8080");
    ac_coro_clear(kit.loop, &op.co);
    ck_assert_ptr_null(op.host);
    address.size = 3; /* none at all */
    ac_getnameinfo_init(&op, io, &address, 0);
    ck_assert_str_eq(finish(&op), "gaierror(-6, 'ai_family not supported')");
    ac_coro_clear(kit.loop, &op.co);
    close_io();
}
END_TEST

/* ---- Every way out ---- */

static atomic_bool gate;

static int slow_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                            struct addrinfo **list)
{
    while (!atomic_load(&gate))
        (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
    return getaddrinfo(host, service, hints, list);
}

/* 0: before it has begun; 1: while the thread looks; 2: when that has found, and the future is done. */
static void leave_by(ac_how how, int stage)
{
    ac_value thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
    ac_out out = {.value = ac_none()};
    ac_resolve op;
    ac_turn turn;

    atomic_store(&gate, stage == 2);
    ac_getaddrinfo_init(&op, io, "127.0.0.1", "80", (ac_lookup_hints){.flags = AI_NUMERICHOST});
    if (stage > 0) {
        turn = ac_coro_resume(kit.loop, &op.co, AC_SEND, ac_none_ref(), &out);
        ck_assert_str_eq(ac_turn_name(turn), "AC_AWAITING");
        while (stage == 2 && !ac_future_done(out.future)) {
            kit_ok(ac_loop_poll(kit.loop, 1));
            kit_ok(ac_loop_turn(kit.loop));
        }
        kit_turns((unsigned)stage);
    }
    out.value = ac_none();
    turn = ac_coro_resume(kit.loop, &op.co, how, how == AC_THROW ? ac_lend(thrown) : ac_none_ref(), &out);
    ck_assert_str_eq(ac_turn_name(turn), how == AC_THROW ? "AC_RAISED" : "AC_RETURNED");
    if (how == AC_THROW)
        ck_assert_str_eq(kit_repr(ac_lend(out.value)), "ValueError('thrown')");
    ac_drop(kit.loop, out.value);
    ck_assert_uint_eq(op.count, 0);
    memset(&op, 0xa5, sizeof op); /* the frame is gone */
    atomic_store(&gate, true);
    while (ac_loop_get_selector(kit.loop)->expects(ac_loop_get_selector(kit.loop)) == AC_EXPECTS_WORK) {
        kit_ok(ac_loop_poll(kit.loop, 1));
        kit_ok(ac_loop_turn(kit.loop));
    }
    ac_drop(kit.loop, thrown);
}

START_TEST(test_it_can_be_closed_and_thrown_into_at_every_point)
{
    aci_system real = aci_sys;

    open_io();
    aci_sys.getaddrinfo = slow_getaddrinfo;
    for (int stage = 0; stage < 3; stage++) {
        leave_by(AC_CLOSE, stage);
        leave_by(AC_THROW, stage);
    }
    aci_sys = real;
    close_io();
}
END_TEST

START_TEST(test_a_loop_is_closed_while_a_thread_looks)
{
    aci_system real = aci_sys;
    ac_resolve op;
    ac_out out;

    open_io();
    aci_sys.getaddrinfo = slow_getaddrinfo;
    atomic_store(&gate, false);
    ac_getaddrinfo_init(&op, io, "127.0.0.1", "80", (ac_lookup_hints){.flags = AI_NUMERICHOST});
    ck_assert_int_eq(ac_coro_resume(kit.loop, &op.co, AC_SEND, ac_none_ref(), &out), AC_AWAITING);
    if (_i == 0)
        ac_coro_clear(kit.loop, &op.co);
    atomic_store(&gate, true);
    close_io();
    if (_i == 1)
        ac_coro_clear(kit.loop, &op.co);
    aci_sys = real;
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        test_what_the_resolver_finds_is_found_in_its_order,
        test_what_it_refuses_is_a_gaierror_with_its_number_and_words,
        test_an_address_in_figures_is_its_own_answer,
        test_what_is_resolved_needs_no_thread,
        test_an_address_has_a_host_and_a_service,
        test_it_can_be_closed_and_thrown_into_at_every_point,
    };
    const TTest *const twice[] = {test_a_loop_is_closed_while_a_thread_looks};
    int failed = KIT_MAIN("io_names", once);

    return kit_main_times("io_names twice", twice, 1, 2) + failed;
}
