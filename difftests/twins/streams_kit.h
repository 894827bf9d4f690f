/* streams_kit.h - what the C halves of twins with streams share: asyncio.run on a loop with an io, a path for
 * a socket, and what the halves await. */
#ifndef STREAMS_KIT_H
#define STREAMS_KIT_H

#include "twin.h"

#include <aiocore/stream.h>
#include <stdlib.h>
#include <unistd.h>

static ac_io *kit_io;
static ac_address kit_address;

/* with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner: runner.run(main()), and around it
 * tempfile.TemporaryDirectory(). */
static inline void kit_run(const ac_coro_ops *body, size_t size)
{
    char folder[] = "/tmp/aiocore-XXXXXX", path[64];
    ac_loop *loop = twin_loop();
    ac_value result = ac_none();

    if (ac_io_new(loop, NULL, &kit_io) != AC_OK || mkdtemp(folder) == NULL)
        abort();
    (void)snprintf(path, sizeof path, "%s/socket", folder);
    (void)ac_address_of_path(&kit_address, path);
    if (ac_c_run(loop, twin_coroutine(loop, body, size), &result) == AC_OK)
        ac_drop(loop, result);
    else
        twin_uncaught(loop, result);
    (void)unlink(path);
    (void)rmdir(folder);
    (void)ac_loop_close(loop);
    (void)ac_io_free(kit_io);
    twin_loop_end(loop);
}

/* What a body has that reads, writes and closes; its clear is kit_clear. */
struct kit_frame {
    ac_c_task head;
    ac_server *server;
    ac_stream *stream;
    ac_open_connection open;
    ac_stream_read read;
    ac_stream_drain drain;
    ac_stream_wait wait;
    ac_server_wait over;
    int count;
};

static inline void kit_clear(ac_loop *loop, ac_coro *co)
{
    struct kit_frame *f = AC_C_SELF(co, struct kit_frame);

    ac_coro_clear(loop, &f->open.co);
    ac_coro_clear(loop, &f->read.co);
    ac_coro_clear(loop, &f->drain.co);
    ac_coro_clear(loop, &f->wait.co);
    ac_coro_clear(loop, &f->over.co);
    if (f->stream != NULL)
        ac_stream_release(f->stream);
    f->stream = NULL;
    if (f->server != NULL)
        ac_server_release(f->server);
    f->server = NULL;
}

static inline void kit_must(ac_status status)
{
    if (status != AC_OK) {
        (void)fprintf(stderr, "%s\n", ac_status_name(status));
        abort();
    }
}

/* What an await that is expected to raise has raised: str() of it. */
static inline const char *kit_words(ac_loop *loop, ac_turn turn, ac_out *out)
{
    static char words[256];
    ac_value raised = twin_raised(loop, turn, out);

    (void)snprintf(words, sizeof words, "%s", ac_c_as_str(ac_c_argument(ac_lend(raised))));
    ac_drop(loop, raised);
    return words;
}

/* client_connected_cb: starts a body of the connection's own. */
static inline ac_status kit_start(ac_stream *stream, const ac_coro_ops *body, ac_future **task)
{
    struct kit_frame *f = twin_coroutine(ac_io_loop(kit_io), body, sizeof *f);

    ac_stream_retain(stream);
    f->stream = stream;
    *task = &f->head.task.future;
    return ac_c_create_task(ac_io_loop(kit_io), &f->head, AC_EAGER_DEFAULT);
}

#endif
