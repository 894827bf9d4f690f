/* http_hello.c - an HTTP/1.1 server that says hello: http_hello [PORT], until Ctrl-C.
 *
 * Connections are kept, requests may come in pieces or several at once; what is no GET is refused. */
#include <aiocore/chost.h>
#include <aiocore/stream.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The task of a connection. */
struct connection {
    ac_c_task head;
    ac_stream *stream;
    ac_stream_read read;
    ac_stream_drain drain;
    bool last; /* the next answer ends it */
    char answer[160];
};

static const char *refuse(struct connection *self, const char *status)
{
    self->last = true;
    (void)snprintf(self->answer, sizeof self->answer,
                   "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status);
    return self->answer;
}

static bool says_close(const char *headers, size_t size)
{
    static const char words[] = "\r\nConnection: close\r\n";

    for (; size >= strlen(words); headers++, size--)
        if (strncasecmp(headers, words, strlen(words)) == 0)
            return true;
    return false;
}

/* The answer to a request, which ends with an empty line. */
static const char *answer_to(struct connection *self, const char *request, size_t size)
{
    char line[1024], method[16], version[2];
    const char *end = memchr(request, '\r', size);
    int used = 0;

    (void)snprintf(line, sizeof line, "%.*s", (int)(end - request), request);
    if (sscanf(line, "%15[A-Z] %*[^ ] HTTP/1.%1[01]%n", method, version, &used) != 2 || line[used] != '\0')
        return refuse(self, "400 Bad Request");
    if (strcmp(method, "GET") != 0)
        return refuse(self, "405 Method Not Allowed\r\nAllow: GET");
    self->last = version[0] == '0' || says_close(end, size - (size_t)(end - request));
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n";
}

enum { READ = 1, DRAINED };

static ac_turn serve(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct connection *self = AC_C_SELF(co, struct connection);
    const char *answer;
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    while (!self->last) {
        ac_stream_readuntil_init(&self->read, ac_stream_get_reader(self->stream), "\r\n\r\n", 4);
        AC_AWAIT_CORO(READ, &self->read.co, turn);
        if (turn == AC_RAISED &&
            (how == AC_THROW || !ac_c_isinstance(ac_lend(out->value), &ac_c_LimitOverrunError)))
            break; /* cancelled, or the client is gone */
        if (turn == AC_RAISED) {
            ac_drop(loop, out->value);
            answer = refuse(self, "431 Request Header Fields Too Large");
        } else {
            answer = answer_to(self, self->read.data, self->read.size);
        }
        if ((status = ac_stream_write(self->stream, answer, strlen(answer))) != AC_OK)
            return ac_c_fail(loop, out, status);
        ac_stream_drain_init(&self->drain, self->stream);
        AC_AWAIT_CORO(DRAINED, &self->drain.co, turn);
        if (turn == AC_RAISED)
            break;
    }
    if (!self->last)
        ac_drop(loop, out->value);
    AC_END(co);
    return ac_return(out, ac_none());
}

/* However it ended: the operations let go of the stream, and that closes when nobody has it any more. */
static void hang_up(ac_loop *loop, ac_coro *co)
{
    struct connection *self = AC_C_SELF(co, struct connection);

    ac_coro_clear(loop, &self->read.co);
    ac_coro_clear(loop, &self->drain.co);
    if (self->stream != NULL)
        ac_stream_release(self->stream);
    self->stream = NULL;
}

static ac_status connected(ac_stream *stream, void *data, ac_future **task)
{
    static const ac_coro_ops ops = {.resume = serve, .clear = hang_up};
    ac_loop *loop = data;
    struct connection *self = ac_c_task_new(loop, sizeof *self, &ops);

    if (self == NULL)
        return AC_E_MEMORY;
    ac_stream_retain(stream);
    self->stream = stream;
    *task = &self->head.task.future; /* with our reference */
    return ac_c_create_task(loop, &self->head, AC_EAGER_DEFAULT);
}

static ac_status stop(ac_io *io, ac_watch *watch)
{
    ac_loop_stop(ac_io_loop(io));
    (void)watch;
    return AC_OK;
}

int main(int count, char **words)
{
    static const ac_watch_ops stop_ops = {.run = stop};
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    ac_address address;
    ac_server *server;
    ac_watch watch;
    ac_io *io;

    if (ac_io_new(loop, NULL, &io) != AC_OK ||
        !ac_address_of_ip(&address, "127.0.0.1", count > 1 ? (unsigned)atoi(words[1]) : 8080) ||
        ac_start_server(io, &address, connected, loop, NULL, &server) != AC_OK)
        return 1;
    ac_watch_init(&watch, &stop_ops, ac_none());
    (void)ac_io_add_signal_handler(io, SIGINT, &watch);
    (void)ac_loop_run_forever(loop);
    ac_server_close(server);
    (void)ac_server_abort_clients(server); /* their tasks end by that */
    ac_server_release(server);
    while (ac_loop_next_task(loop, NULL) != NULL && ac_loop_poll(loop, ac_loop_timeout(loop)) == AC_OK)
        (void)ac_loop_turn(loop);
    (void)ac_loop_close(loop);
    (void)ac_io_free(io);
    return (int)ac_c_loop_free(loop); /* 0: nothing is left */
}
