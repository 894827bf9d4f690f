/* stream_writer.c - flow control of who writes: drain.
 *
 * Mirrors    streams.FlowControlMixin, StreamWriter.drain.
 * Idea       Who waits stands in the list himself.
 * Holds      A drain is on the list <=> its machine is asleep at that wait.
 * Tests      tests/test_io_streams.c */
#include "stream_impl.h"

void ac_stream_flow_init(ac_stream_flow *flow, ac_loop *loop)
{
    flow->loop = loop;
    flow->paused = flow->lost = false;
    flow->waiters.prev = flow->waiters.next = &flow->waiters;
}

ac_status ac_stream_flow_pause_writing(ac_stream_flow *flow)
{
    flow->paused = true;
    return AC_OK;
}

static ac_stream_drain *drain_of(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_stream_drain, listed);
}

/* They stay in the list until they run. */
static ac_status wake_all(ac_stream_flow *flow, ac_how how, ac_ref exception)
{
    ac_status status = AC_OK;

    for (ac_link *link = flow->waiters.next; status == AC_OK && link != &flow->waiters; link = link->next) {
        ac_future *future = &drain_of(link)->future;
        if (ac_future_done(future))
            continue;
        if (how == AC_SEND)
            status = ac_future_set_result(future, ac_none());
        else
            status = ac_future_set_exception(future, ac_is_none(exception) ? ac_none()
                                                                           : ac_dup(flow->loop, exception));
    }
    return status;
}

ac_status ac_stream_flow_resume_writing(ac_stream_flow *flow)
{
    flow->paused = false;
    return wake_all(flow, AC_SEND, ac_none_ref());
}

ac_status ac_stream_flow_connection_lost(ac_stream_flow *flow, ac_how how, ac_ref exception)
{
    flow->lost = true;
    return flow->paused ? wake_all(flow, how, exception) : AC_OK;
}

int ac_stream_flow_visit(ac_stream_flow *flow, ac_visitor *visitor)
{
    int stop = 0;

    for (ac_link *link = flow->waiters.next; stop == 0 && link != &flow->waiters; link = link->next)
        stop = ac_future_visit(&drain_of(link)->future, visitor);
    return stop;
}

/* ---- drain ---- */

static ac_turn leave(ac_loop *loop, ac_stream_drain *drain, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());

    drain->co.at = AC_AT_END;
    aci_link_remove(&drain->listed);
    ac_future_clear(&drain->future); /* HOST: it may hold a cancel's message */
    return turn;
}

enum { YIELDED = 1, DRAINED };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_stream_drain *drain = AC_CONTAINER_OF(co, ac_stream_drain, co);
    ac_ref exception;

    AC_BEGIN(co);
    if (drain->reader != NULL && ac_stream_reader_exception(drain->reader, &exception))
        return leave(loop, drain, AC_THROW, exception, out); /* HOST */
    /* connection_lost gets its turn: else who writes and drains for ever would never hear of it. */
    if (drain->transport != NULL && ac_transport_is_closing(drain->transport)) {
        AC_YIELD(YIELDED);
        if (how != AC_SEND)
            return leave(loop, drain, how, in, out); /* HOST */
    }
    if (drain->flow->lost) {
        co->at = AC_AT_END;
        out->value = aci_io_error(loop, AC_X_CONNECTION_RESET, "Connection lost");
        return AC_RAISED;
    }
    how = AC_SEND;
    if (drain->flow->paused) {
        ac_future_init_embedded(&drain->future, loop);
        aci_link_append(&drain->flow->waiters, &drain->listed);
        AC_AWAIT(DRAINED, &drain->future);
    }
    AC_END(co);
    return leave(loop, drain, how, in, out); /* HOST */
}

/* While it is on the list the flow shows it; each thing is shown once. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_stream_drain *drain = AC_CONTAINER_OF(co, ac_stream_drain, co);

    return drain->listed.next != NULL ? 0 : ac_future_visit(&drain->future, visitor);
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_stream_drain *drain = AC_CONTAINER_OF(co, ac_stream_drain, co);

    (void)loop;
    co->at = AC_AT_END;
    aci_link_remove(&drain->listed);
    ac_future_clear(&drain->future); /* HOST */
}

static const ac_coro_ops drain_ops = {resume, NULL, visit, clear};

void ac_stream_drain_parts_init(ac_stream_drain *drain, ac_transport *transport, ac_stream_flow *flow,
                                const ac_stream_reader *reader)
{
    memset(drain, 0, sizeof *drain);
    ac_coro_init(&drain->co, &drain_ops);
    ac_future_init_embedded(&drain->future, flow->loop);
    drain->transport = transport;
    drain->flow = flow;
    drain->reader = reader;
}
