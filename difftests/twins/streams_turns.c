/* See streams_turns.py. */
#include "streams_kit.h"

enum { READ = 1, DRAINED, READ_TO_END, CLOSED };

static ac_turn serve(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    char line[64];
    ac_turn turn;

    AC_BEGIN(co);
    say("%d connected", twin_turn);
    ac_stream_readline_init(&f->read, ac_stream_get_reader(f->stream));
    AC_AWAIT_CORO(READ, &f->read.co, turn);
    say("%d server read %zu", twin_turn, f->read.size);
    (void)snprintf(line, sizeof line, "%.*s%.*s", (int)f->read.size, (const char *)f->read.data,
                   (int)f->read.size, (const char *)f->read.data);
    kit_must(ac_stream_write(f->stream, line, strlen(line)));
    ac_stream_drain_init(&f->drain, f->stream);
    AC_AWAIT_CORO(DRAINED, &f->drain.co, turn);
    say("%d server drained", twin_turn);
    ac_stream_read_init(&f->read, ac_stream_get_reader(f->stream), AC_READ_ALL);
    AC_AWAIT_CORO(READ_TO_END, &f->read.co, turn);
    say("%d server read %zu %s", twin_turn, f->read.size,
        show_bool(ac_stream_reader_at_eof(ac_stream_get_reader(f->stream))));
    kit_must(ac_stream_close(f->stream));
    say("%d server closes %s", twin_turn, show_bool(ac_stream_is_closing(f->stream)));
    ac_stream_wait_closed_init(&f->wait, f->stream);
    AC_AWAIT_CORO(CLOSED, &f->wait.co, turn);
    say("%d server closed", twin_turn);
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

enum { SERVES = 1, OPEN, CLIENT_READ, MORE, CLIENT_CLOSED, DRAIN, OVER };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);
    ac_turn turn;

    AC_BEGIN(co);
    twin_tick_soon(loop, 100);
    kit_must(ac_start_server(kit_io, &kit_address, connected, NULL, NULL, &f->server));
    AC_YIELD(SERVES);
    say("%d serves %s", twin_turn, show_bool(ac_server_is_serving(f->server)));
    ac_open_connection_init(&f->open, kit_io, &kit_address, 0);
    AC_AWAIT_CORO(OPEN, &f->open.co, turn);
    f->stream = ac_open_connection_take(&f->open);
    say("%d open", twin_turn);
    kit_must(ac_stream_write(f->stream, "hello\n", 6));
    ac_stream_readexactly_init(&f->read, ac_stream_get_reader(f->stream), 12);
    AC_AWAIT_CORO(CLIENT_READ, &f->read.co, turn);
    say("%d client read %zu", twin_turn, f->read.size);
    kit_must(ac_stream_write_eof(f->stream));
    ac_stream_readexactly_init(&f->read, ac_stream_get_reader(f->stream), 1);
    AC_AWAIT_CORO(MORE, &f->read.co, turn);
    say("%d client %s", twin_turn, kit_words(loop, turn, out));
    kit_must(ac_stream_close(f->stream));
    ac_stream_wait_closed_init(&f->wait, f->stream);
    AC_AWAIT_CORO(CLIENT_CLOSED, &f->wait.co, turn);
    say("%d client closed", twin_turn);
    ac_stream_drain_init(&f->drain, f->stream);
    AC_AWAIT_CORO(DRAIN, &f->drain.co, turn);
    say("%d client %s", twin_turn, kit_words(loop, turn, out));
    ac_server_close(f->server);
    say("%d serves %s", twin_turn, show_bool(ac_server_is_serving(f->server)));
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
