/* sock.c - awaits on sockets.
 *
 * Mirrors    sock_recv, sock_recvfrom, sock_sendall, sock_sendto, sock_connect, sock_accept of
 *            BaseSelectorEventLoop, with their callbacks _sock_recv and so on, _sock_read_done and
 *            _sock_write_done.
 * Idea       One machine; a kind says what is tried, first and whenever the descriptor is ready.  What the
 *            loop holds (the watch and the future's callback) is a struct of its own, since both may still be
 *            queued when the frame that awaits is given up.
 * Holds      wait != NULL <=> the operation waits, or was woken and has not run.  A wait is freed when the
 *            watch and the callback are over; its op is NULL once the operation is.
 * Owns       The accepted descriptor, until it is taken.
 * Cost       One allocation for an operation that waits, none for one that works at once.
 * Tests      tests/test_io_sockets.c */
#include "io_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <aiocore/socket.h>

struct ac_sock_kind {
    int (*first)(ac_sock *op);          /* 0, or an errno */
    int (*whenever_ready)(ac_sock *op); /* the same; EAGAIN: not yet */
    bool writes;
};

struct ac_sock_wait {
    ac_watch watch;
    ac_callback over;
    ac_io *io;
    ac_sock *op;
    unsigned holders; /* the watch, the future */
};

/* ---- What is tried ---- */

/* errnos that Python has as BlockingIOError. */
static bool would_block(int failure)
{
    return failure == EAGAIN || failure == EWOULDBLOCK || failure == EINPROGRESS || failure == EALREADY;
}

static struct sockaddr *sockaddr_of(ac_address *address)
{
    return (struct sockaddr *)(void *)address->bytes;
}

/* PEP 475: a call that a signal has interrupted is made again. */
static int try_recv(ac_sock *op)
{
    ssize_t count;

    do
        count = aci_sys.recvfrom(op->descriptor, op->into, op->size, 0, NULL, NULL);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    op->done = (size_t)count;
    return 0;
}

static int try_recvfrom(ac_sock *op)
{
    socklen_t size;
    ssize_t count;

    do {
        size = AC_ADDRESS_ROOM;
        count = aci_sys.recvfrom(op->descriptor, op->into, op->size, 0, sockaddr_of(&op->peer), &size);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    op->peer.size = size;
    op->done = (size_t)count;
    return 0;
}

/* A peer that is gone is an error of this call, not a signal. */
static int send_some(ac_sock *op, const struct sockaddr *to, socklen_t size)
{
    ssize_t count;

    do
        count = aci_sys.sendto(op->descriptor, (const char *)op->from + op->done, op->size - op->done,
                               MSG_NOSIGNAL, to, size);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    op->done += (size_t)count;
    return 0;
}

static int try_sendall(ac_sock *op)
{
    int failure = send_some(op, NULL, 0);

    return failure == 0 && op->done < op->size ? EAGAIN : failure;
}

static int try_sendto(ac_sock *op)
{
    return send_some(op, sockaddr_of(&op->peer), op->peer.size);
}

/* gh-67806: a connect that a signal has interrupted goes on, as one that would block. */
static int begin_connect(ac_sock *op)
{
    if (aci_sys.connect(op->descriptor, sockaddr_of(&op->peer), op->peer.size) == 0)
        return 0;
    return errno == EINTR ? EINPROGRESS : errno;
}

static int end_connect(ac_sock *op)
{
    int failure = 0;

    op->late = true;
    return aci_sys.socket_error(op->descriptor, &failure) == 0 ? failure : errno;
}

static int try_accept(ac_sock *op)
{
    socklen_t size;

    do {
        size = AC_ADDRESS_ROOM;
        op->accepted = aci_sys.accept(op->descriptor, sockaddr_of(&op->peer), &size);
    } while (op->accepted < 0 && errno == EINTR);
    if (op->accepted < 0)
        return errno;
    op->peer.size = size;
    return 0;
}

static const ac_sock_kind recv_kind = {try_recv, try_recv, false};
static const ac_sock_kind recvfrom_kind = {try_recvfrom, try_recvfrom, false};
static const ac_sock_kind sendall_kind = {try_sendall, try_sendall, true};
static const ac_sock_kind sendto_kind = {try_sendto, try_sendto, true};
static const ac_sock_kind connect_kind = {begin_connect, end_connect, true};
static const ac_sock_kind accept_kind = {try_accept, try_accept, false};

/* ---- Waiting ---- */

static ac_sock_wait *wait_of(ac_watch *watch)
{
    return AC_CONTAINER_OF(watch, ac_sock_wait, watch);
}

static void let_go(ac_loop *loop, ac_sock_wait *wait)
{
    if (--wait->holders != 0)
        return;
    if (wait->op != NULL)
        wait->op->wait = NULL;
    aci_io_realloc(loop, wait, sizeof *wait, 0);
}

static ac_status ready(ac_io *io, ac_watch *watch)
{
    ac_sock *op = wait_of(watch)->op;
    int failure;

    (void)io;
    if (op == NULL || ac_future_done(&op->future))
        return AC_OK;
    failure = op->kind->whenever_ready(op);
    if (would_block(failure))
        return AC_OK;
    op->failure = failure;
    return ac_future_set_result(&op->future, ac_none());
}

static int visit_waiting(ac_watch *watch, ac_visitor *visitor)
{
    ac_sock *op = wait_of(watch)->op;

    return op != NULL ? ac_future_visit(&op->future, visitor) : 0;
}

static void removed(ac_io *io, ac_watch *watch)
{
    ac_sock_wait *wait = wait_of(watch);

    wait->io = NULL;
    let_go(ac_io_loop(io), wait);
}

static const ac_watch_ops watch_ops = {.run = ready, .visit = visit_waiting, .removed = removed};

/* Off the descriptor, unless another has taken the place. */
static void stop_watching(ac_sock_wait *wait, int descriptor, bool writes)
{
    if (wait->io == NULL || ac_watch_cancelled(&wait->watch))
        return;
    if (writes)
        (void)ac_io_remove_writer(wait->io, descriptor);
    else
        (void)ac_io_remove_reader(wait->io, descriptor);
}

static ac_sock_wait *wait_of_over(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_sock_wait, over);
}

static ac_status over(ac_loop *loop, ac_callback *callback)
{
    ac_sock_wait *wait = wait_of_over(callback);

    (void)loop;
    if (wait->op != NULL)
        stop_watching(wait, wait->op->descriptor, wait->op->kind->writes);
    return AC_OK;
}

static void over_done(ac_loop *loop, ac_callback *callback)
{
    let_go(loop, wait_of_over(callback));
}

static const ac_handle_ops over_ops = {.run = over, .done = over_done, .name = "_sock_done"};

static ac_status watch_descriptor(ac_sock *op)
{
    ac_watch *watch = &op->wait->watch;

    if (op->kind->writes)
        return ac_io_add_writer(op->io, op->descriptor, watch);
    return ac_io_add_reader(op->io, op->descriptor, watch);
}

/* The watch and the callback are the wait's holders, and this call, until both are there. */
static ac_status begin_waiting(ac_loop *loop, ac_sock *op)
{
    ac_sock_wait *wait = aci_io_realloc(loop, NULL, 0, sizeof *wait);
    ac_status status;

    if (wait == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory to wait for a socket");
    ac_future_init_embedded(&op->future, loop);
    *wait = (ac_sock_wait){.io = op->io, .op = op, .holders = 1};
    op->wait = wait;
    ac_watch_init(&wait->watch, &watch_ops, ac_none());
    ac_callback_init(&wait->over, &over_ops, ac_none());
    status = watch_descriptor(op);
    if (status == AC_OK) {
        wait->holders++;
        status = ac_future_add_done_callback(&op->future, &wait->over);
        wait->holders += status == AC_OK ? 1 : 0;
    }
    let_go(loop, wait);
    return status;
}

/* At any time: the frame knows nothing of the wait any more. */
static void give_up(ac_sock *op)
{
    ac_sock_wait *wait = op->wait;

    if (wait != NULL) {
        op->wait = NULL;
        wait->op = NULL;
        stop_watching(wait, op->descriptor, op->kind->writes);
    }
    ac_future_clear(&op->future); /* HOST: it may hold a cancel's message */
}

/* ---- The machine ---- */

static ac_status check_it_does_not_block(ac_loop *loop, const ac_sock *op)
{
    static const ac_error blocks = {.kind = AC_X_VALUE, .text = "the socket must be non-blocking"};

    if (!ac_loop_get_debug(loop) || !aci_sys.blocks(op->descriptor))
        return AC_OK;
    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &blocks)); /* HOST */
}

static ac_status raise_failure(ac_loop *loop, ac_sock *op)
{
    char text[AC_ADDRESS_ROOM + 64];
    size_t length;

    if (!op->late)
        return aci_io_raise(loop, op->failure);
    length = (size_t)snprintf(text, sizeof text, "Connect call failed ");
    (void)ac_address_format(&op->peer, text + length, sizeof text - length);
    return aci_io_raise_text(loop, op->failure, text);
}

static ac_turn fail(ac_loop *loop, ac_sock *op, ac_status status, ac_out *out)
{
    out->value = ac_loop_status_exception(loop, status, NULL);
    op->co.at = AC_AT_END;
    return AC_RAISED;
}

static ac_turn answer(ac_loop *loop, ac_sock *op, ac_out *out)
{
    op->co.at = AC_AT_END;
    if (op->failure != 0)
        return fail(loop, op, raise_failure(loop, op), out);
    return ac_return(out, ac_none());
}

static void close_accepted(ac_sock *op)
{
    int accepted = ac_sock_take_accepted(op);

    if (accepted >= 0)
        (void)aci_sys.close(accepted);
}

/* A connection that came before the cancel did is closed: asyncio's is dropped with the future's result. */
static ac_turn leave(ac_loop *loop, ac_sock *op, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = how == AC_THROW ? ac_raise(loop, in, out) : AC_RETURNED;

    op->co.at = AC_AT_END;
    if (how != AC_SEND)
        close_accepted(op);
    give_up(op); /* HOST */
    if (how == AC_CLOSE)
        return ac_return(out, ac_none());
    return how == AC_SEND ? answer(loop, op, out) : turn;
}

enum { READY = 1 };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_sock *op = AC_CONTAINER_OF(co, ac_sock, co);
    ac_status status;

    AC_BEGIN(co);
    status = check_it_does_not_block(loop, op);
    if (status != AC_OK)
        return fail(loop, op, status, out);
    op->failure = op->kind->first(op);
    if (!would_block(op->failure))
        return answer(loop, op, out);
    op->failure = 0;
    status = begin_waiting(loop, op);
    if (status != AC_OK) {
        ac_turn turn = fail(loop, op, status, out);
        give_up(op); /* HOST */
        return turn;
    }
    AC_AWAIT(READY, &op->future);
    AC_END(co);
    return leave(loop, op, how, in, out);
}

/* While it is watched the io shows the future; each thing is shown once. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_sock *op = AC_CONTAINER_OF(co, ac_sock, co);
    bool shown = op->wait != NULL && op->wait->io != NULL;

    return shown ? 0 : ac_future_visit(&op->future, visitor);
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_sock *op = AC_CONTAINER_OF(co, ac_sock, co);

    (void)loop;
    co->at = AC_AT_END;
    close_accepted(op);
    give_up(op); /* HOST */
}

static const ac_coro_ops sock_ops = {resume, NULL, visit, clear};

/* ---- Preparing one ---- */

static void sock_init(ac_sock *op, ac_io *io, const ac_sock_kind *kind, int descriptor)
{
    memset(op, 0, sizeof *op);
    ac_coro_init(&op->co, &sock_ops);
    ac_future_init_embedded(&op->future, ac_io_loop(io));
    op->io = io;
    op->kind = kind;
    op->descriptor = descriptor;
    op->accepted = -1;
}

void ac_sock_recv_init(ac_sock *op, ac_io *io, int descriptor, void *buffer, size_t size)
{
    sock_init(op, io, &recv_kind, descriptor);
    op->into = buffer;
    op->size = size;
}

void ac_sock_recvfrom_init(ac_sock *op, ac_io *io, int descriptor, void *buffer, size_t size)
{
    sock_init(op, io, &recvfrom_kind, descriptor);
    op->into = buffer;
    op->size = size;
}

void ac_sock_sendall_init(ac_sock *op, ac_io *io, int descriptor, const void *data, size_t size)
{
    sock_init(op, io, &sendall_kind, descriptor);
    op->from = data;
    op->size = size;
}

void ac_sock_sendto_init(ac_sock *op, ac_io *io, int descriptor, const void *data, size_t size,
                         const ac_address *to)
{
    ac_address peer = *to;

    sock_init(op, io, &sendto_kind, descriptor);
    op->from = data;
    op->size = size;
    op->peer = peer;
}

void ac_sock_connect_init(ac_sock *op, ac_io *io, int descriptor, const ac_address *to)
{
    ac_address peer = *to;

    sock_init(op, io, &connect_kind, descriptor);
    op->peer = peer;
}

void ac_sock_accept_init(ac_sock *op, ac_io *io, int descriptor)
{
    sock_init(op, io, &accept_kind, descriptor);
}

int ac_sock_take_accepted(ac_sock *op)
{
    int accepted = op->kind == &accept_kind ? op->accepted : -1;

    op->accepted = -1;
    return accepted;
}
