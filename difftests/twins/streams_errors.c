/* See streams_errors.py. */
#include "streams_kit.h"

static void write_text(ac_stream *stream, const char *text)
{
    kit_must(ac_stream_write(stream, text, strlen(text)));
}

enum { ASKED = 1, DRAINED, READ_ALL, SERVER_CLOSED };

static ac_turn serve(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    ac_turn turn;

    AC_BEGIN(co);
    write_text(f->stream, "0123456789\nshort\n01234567890123456789");
    ac_stream_readline_init(&f->read, ac_stream_get_reader(f->stream));
    AC_AWAIT_CORO(ASKED, &f->read.co, turn);
    say("%d asked %zu", twin_turn, f->read.size);
    write_text(f->stream, "xx\r\nyyyy");
    ac_stream_drain_init(&f->drain, f->stream);
    AC_AWAIT_CORO(DRAINED, &f->drain.co, turn);
    kit_must(ac_stream_write_eof(f->stream));
    ac_stream_read_init(&f->read, ac_stream_get_reader(f->stream), AC_READ_ALL);
    AC_AWAIT_CORO(READ_ALL, &f->read.co, turn);
    say("%d server read %zu", twin_turn, f->read.size);
    kit_must(ac_stream_close(f->stream));
    ac_stream_wait_closed_init(&f->wait, f->stream);
    AC_AWAIT_CORO(SERVER_CLOSED, &f->wait.co, turn);
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

/* One that waits. */
static ac_turn waits(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    ac_turn turn;

    AC_BEGIN(co);
    ac_stream_read_init(&f->read, ac_stream_get_reader(f->stream), 1);
    AC_AWAIT_CORO(1, &f->read.co, turn);
    if (turn == AC_RAISED) {
        say("%d cancelled", twin_turn);
        return AC_RAISED;
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops waits_ops = {.resume = waits, .clear = kit_clear};

static struct kit_frame *task;

static void start_waiting(ac_loop *loop, struct kit_frame *f)
{
    task = twin_coroutine(loop, &waits_ops, sizeof *task);
    task->stream = f->stream;
    ac_stream_retain(f->stream);
    twin_start(loop, task);
}

/* What is read next. */
static void until(struct kit_frame *f, const char *separator)
{
    f->count = twin_turn;
    ac_stream_readuntil_init(&f->read, ac_stream_get_reader(f->stream), separator, strlen(separator));
}

static void line(struct kit_frame *f)
{
    f->count = twin_turn;
    ac_stream_readline_init(&f->read, ac_stream_get_reader(f->stream));
}

static void exactly(struct kit_frame *f, size_t size)
{
    f->count = twin_turn;
    ac_stream_readexactly_init(&f->read, ac_stream_get_reader(f->stream), size);
}

enum {
    SERVES = 1,
    OPEN,
    OVERRUN,
    LINE_OVERRUN,
    LINE,
    NOT_FOUND,
    TWENTY,
    NAP,
    SECOND,
    WAITED,
    UNTIL,
    INCOMPLETE,
    REST,
    CLOSED,
    OVER
};

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_tick_soon(loop, 200);
    kit_must(ac_start_server(kit_io, &kit_address, connected, NULL, NULL, &f->server));
    AC_YIELD(SERVES);
    ac_open_connection_init(&f->open, kit_io, &kit_address, 8);
    AC_AWAIT_CORO(OPEN, &f->open.co, turn);
    f->stream = ac_open_connection_take(&f->open);
    until(f, "\n");
    AC_AWAIT_CORO(OVERRUN, &f->read.co, turn);
    say("%d %s %zu", twin_turn, kit_words(loop, turn, out), f->read.consumed);
    line(f);
    AC_AWAIT_CORO(LINE_OVERRUN, &f->read.co, turn);
    say("%d %s", twin_turn, kit_words(loop, turn, out));
    line(f);
    AC_AWAIT_CORO(LINE, &f->read.co, turn);
    say("%d %zu", f->count, f->read.size);
    until(f, "\r\n");
    AC_AWAIT_CORO(NOT_FOUND, &f->read.co, turn);
    say("%d %s %zu", twin_turn, kit_words(loop, turn, out), f->read.consumed);
    exactly(f, 20);
    AC_AWAIT_CORO(TWENTY, &f->read.co, turn);
    say("%d %zu", f->count, f->read.size);
    start_waiting(loop, f);
    AC_YIELD(NAP);
    exactly(f, 1);
    AC_AWAIT_CORO(SECOND, &f->read.co, turn);
    say("%d %s", twin_turn, kit_words(loop, turn, out));
    twin_cancel(loop, task, NULL);
    AC_AWAIT(WAITED, twin_future(task));
    say("%d waited %s", twin_turn, show_bool(ac_future_cancelled(twin_future(task))));
    twin_forget(loop, task);
    write_text(f->stream, "more\n");
    until(f, "\r\n");
    AC_AWAIT_CORO(UNTIL, &f->read.co, turn);
    say("%d %zu", f->count, f->read.size);
    until(f, "\r\n");
    AC_AWAIT_CORO(INCOMPLETE, &f->read.co, turn);
    say("%d %s %zu", twin_turn, kit_words(loop, turn, out), f->read.size);
    f->count = twin_turn;
    ac_stream_read_init(&f->read, ac_stream_get_reader(f->stream), AC_READ_ALL);
    AC_AWAIT_CORO(REST, &f->read.co, turn);
    say("%d %zu %s", f->count, f->read.size,
        show_bool(ac_stream_reader_at_eof(ac_stream_get_reader(f->stream))));
    kit_must(ac_stream_close(f->stream));
    ac_stream_wait_closed_init(&f->wait, f->stream);
    AC_AWAIT_CORO(CLOSED, &f->wait.co, turn);
    say("%d closed", twin_turn);
    ac_server_close(f->server);
    ac_server_wait_closed_init(&f->over, f->server);
    AC_AWAIT_CORO(OVER, &f->over.co, turn);
    say("%d server over", twin_turn);
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
