/* See streams_task_cancelled.py. */
#include "streams_kit.h"

static struct kit_frame *serving;

enum { READ = 1 };

static ac_turn serve(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    ac_turn turn;

    AC_BEGIN(co);
    serving = f;
    ac_c_retain(&f->head.task.future);
    ac_stream_retain(f->stream);
    say("connected");
    ac_stream_read_init(&f->read, ac_stream_get_reader(f->stream), AC_READ_ALL);
    AC_AWAIT_CORO(READ, &f->read.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops serve_ops = {.resume = serve, .clear = kit_clear};

static ac_status connected(ac_stream *stream, void *data, ac_future **task)
{
    (void)data;
    return kit_start(stream, &serve_ops, task);
}

static ac_status report(ac_loop *loop, void *data, const ac_report *context)
{
    (void)loop;
    (void)data;
    say("reported %s", show(context->exception));
    return AC_OK;
}

/* task, theirs = serving */
static ac_stream *theirs;

enum { SERVES = 1, OPEN, WAITING, SERVED, CANCELLED, CLOSED };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_loop_set_exception_handler(loop, report, NULL);
    kit_must(ac_start_server(kit_io, &kit_address, connected, NULL, NULL, &f->server));
    AC_YIELD(SERVES);
    ac_open_connection_init(&f->open, kit_io, &kit_address, 0);
    AC_AWAIT_CORO(OPEN, &f->open.co, turn);
    f->stream = ac_open_connection_take(&f->open);
    while (serving == NULL)
        AC_YIELD(WAITING);
    theirs = serving->stream;
    AC_YIELD(SERVED);
    twin_cancel(loop, serving, NULL);
    for (f->count = 0; f->count < 3; f->count++)
        AC_YIELD(CANCELLED);
    say("cancelled %s closing %s", show_bool(ac_future_cancelled(twin_future(serving))),
        show_bool(ac_stream_is_closing(theirs)));
    twin_forget(loop, serving);
    kit_must(ac_stream_close(theirs));
    ac_stream_release(theirs);
    kit_must(ac_stream_close(f->stream));
    ac_stream_wait_closed_init(&f->wait, f->stream);
    AC_AWAIT_CORO(CLOSED, &f->wait.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops body_ops = {.resume = body, .clear = kit_clear};

void twin(void)
{
    kit_run(&body_ops, sizeof(struct kit_frame));
}
