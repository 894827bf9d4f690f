/* server_wait.c - awaits on a server.
 *
 * Mirrors    base_events.Server.wait_closed, serve_forever.
 * Holds      An ac_server_wait is on the server's list <=> its machine is asleep.  server->forever is who
 *            serves, from the start of its machine to the end of that, or to the server's close.
 * Owns       The server, and the CancelledError that is raised in the end.
 * Tests      tests/test_io_servers.c */
#include "server_impl.h"

/* ---- wait_closed ---- */

static void stop_waiting(ac_server_wait *wait)
{
    ac_server *server = wait->server;

    wait->co.at = AC_AT_END;
    wait->server = NULL;
    aci_link_remove(&wait->listed);
    ac_future_clear(&wait->future); /* HOST: it may hold a cancel's message */
    if (server != NULL)
        ac_server_release(server); /* HOST */
}

enum { CLOSED = 1, CANCELLED };

static ac_turn wait_closed(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_server_wait *wait = AC_CONTAINER_OF(co, ac_server_wait, co);
    ac_turn turn;

    AC_BEGIN(co);
    if (!wait->server->over) {
        ac_future_init_embedded(&wait->future, loop);
        aci_link_append(&wait->server->waiters, &wait->listed);
        AC_AWAIT(CLOSED, &wait->future);
    } else {
        how = AC_SEND;
    }
    AC_END(co);
    turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
    stop_waiting(wait); /* HOST */
    return turn;
}

/* While it is on the list the last connection will wake it: nobody shows that, and so it is held. */
static int visit_wait(ac_coro *co, ac_visitor *visitor)
{
    ac_server_wait *wait = AC_CONTAINER_OF(co, ac_server_wait, co);
    bool hangs = wait->listed.next != NULL && wait->server->io != NULL;

    return hangs ? 0 : ac_future_visit(&wait->future, visitor);
}

static void clear_wait(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    stop_waiting(AC_CONTAINER_OF(co, ac_server_wait, co)); /* HOST */
}

static const ac_coro_ops wait_ops = {wait_closed, NULL, visit_wait, clear_wait};

void ac_server_wait_closed_init(ac_server_wait *wait, ac_server *server)
{
    memset(wait, 0, sizeof *wait);
    ac_coro_init(&wait->co, &wait_ops);
    ac_future_init_embedded(&wait->future, server->loop);
    wait->server = server;
    ac_server_retain(server);
}

/* ---- serve_forever ---- */

static void stop_serving_forever(ac_loop *loop, ac_server_forever *forever)
{
    ac_server *server = forever->server;

    forever->co.at = AC_AT_END;
    forever->server = NULL;
    if (server != NULL && server->forever == forever)
        server->forever = NULL;
    ac_coro_clear(loop, &forever->closed.co);    /* HOST */
    ac_future_clear(&forever->future);           /* HOST */
    ac_drop(loop, ac_take(&forever->cancelled)); /* HOST */
    if (server != NULL)
        ac_server_release(server); /* HOST */
}

static ac_status begin_forever(ac_loop *loop, ac_server_forever *forever)
{
    ac_server *server = forever->server;

    if (server->forever != NULL)
        return ac_loop_refuse(loop, AC_E_RUNTIME, "server is already being awaited on serve_forever()");
    if (server->closed)
        return ac_loop_refuse(loop, AC_E_RUNTIME, "server is closed");
    return ac_server_start_serving(server);
}

static ac_turn fail_forever(ac_loop *loop, ac_server_forever *forever, ac_status status, ac_out *out)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);

    stop_serving_forever(loop, forever); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

static bool is_cancel(ac_loop *loop, ac_ref exception)
{
    return !ac_is_none(exception) && (ac_loop_host(loop)->classify(loop, exception) & AC_IS_CANCELLED) != 0;
}

static ac_turn serve_forever(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_server_forever *forever = AC_CONTAINER_OF(co, ac_server_forever, co);
    ac_turn turn;
    ac_status status;

    AC_BEGIN(co);
    status = begin_forever(loop, forever);
    if (status != AC_OK)
        return fail_forever(loop, forever, status, out);
    forever->server->forever = forever;
    AC_AWAIT(CANCELLED, &forever->future);
    if (how == AC_THROW && is_cancel(loop, in)) {
        forever->cancelled = ac_dup(loop, in);
        ac_server_close(forever->server);               /* HOST */
        (void)ac_server_close_clients(forever->server); /* HOST */
        ac_server_wait_closed_init(&forever->closed, forever->server);
        AC_AWAIT_CORO(CLOSED, &forever->closed.co, turn);
        if (turn == AC_RETURNED && how != AC_CLOSE) {
            ac_drop(loop, out->value); /* HOST */
            out->value = ac_take(&forever->cancelled);
            turn = AC_RAISED;
        }
    } else {
        turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
    }
    AC_END(co);
    {
        ac_value value = out->value;
        stop_serving_forever(loop, forever); /* HOST */
        out->value = value;
    }
    return turn;
}

static int visit_forever(ac_coro *co, ac_visitor *visitor)
{
    ac_server_forever *forever = AC_CONTAINER_OF(co, ac_server_forever, co);
    const ac_server *server = forever->server;
    bool hangs = server != NULL && server->forever == forever && server->io != NULL; /* on who closes it */
    int stop = hangs ? 0 : ac_future_visit(&forever->future, visitor);

    if (stop == 0 && forever->cancelled.bits != 0)
        stop = visitor->value(visitor, ac_lend(forever->cancelled));
    if (stop == 0 && forever->closed.server != NULL)
        stop = visit_wait(&forever->closed.co, visitor);
    return stop;
}

static void clear_forever(ac_loop *loop, ac_coro *co)
{
    stop_serving_forever(loop, AC_CONTAINER_OF(co, ac_server_forever, co)); /* HOST */
}

static const ac_coro_ops forever_ops = {serve_forever, NULL, visit_forever, clear_forever};

void ac_server_forever_init(ac_server_forever *forever, ac_server *server)
{
    memset(forever, 0, sizeof *forever);
    ac_coro_init(&forever->co, &forever_ops);
    ac_future_init_embedded(&forever->future, server->loop);
    forever->server = server;
    ac_server_retain(server);
}
