/* echo.c - a server that gives back what it gets, and three clients of it, on one loop.
 *
 * A connection is a task.  One client says nothing and waits, until it is cancelled. */
#include <aiocore/chost.h>
#include <aiocore/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* [connection] */
/* What both sides are made of: a socket, and the operation that is under way on it. */
struct peer {
    ac_c_task head;
    ac_sock op;
    ac_io *io;
    int socket;
    const char *says; /* a client's; NULL: nothing */
    ac_address server;
    char buffer[64];
};

enum { RECEIVED = 1, SENT, ACCEPTED, CONNECTED };

static ac_turn echo(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct peer *self = AC_C_SELF(co, struct peer);
    ac_turn turn;

    AC_BEGIN(co);
    while (true) {
        ac_sock_recv_init(&self->op, self->io, self->socket, self->buffer, sizeof self->buffer);
        AC_AWAIT_CORO(RECEIVED, &self->op.co, turn);
        if (turn == AC_RAISED || self->op.done == 0)
            return turn; /* cancelled, or an error; or the client is gone */
        ac_sock_sendall_init(&self->op, self->io, self->socket, self->buffer, self->op.done);
        AC_AWAIT_CORO(SENT, &self->op.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

/* However it ended: the operation lets go of the descriptor before that is closed. */
static void hang_up(ac_loop *loop, ac_coro *co)
{
    struct peer *self = AC_C_SELF(co, struct peer);

    ac_coro_clear(loop, &self->op.co);
    if (self->socket >= 0)
        (void)close(self->socket);
    self->socket = -1;
}

static const ac_coro_ops connection_ops = {.resume = echo, .clear = hang_up};
/* [connection end] */

/* NULL: memory is short, and the socket is closed. */
static struct peer *new_peer(ac_io *io, const ac_coro_ops *ops, int socket)
{
    struct peer *self = ac_c_task_new(ac_io_loop(io), sizeof *self, ops);

    if (self == NULL) {
        (void)close(socket);
        return NULL;
    }
    self->io = io;
    self->socket = socket;
    return self;
}

/* The loop keeps it as long as it waits. */
static void start(struct peer *self)
{
    if (self == NULL)
        return;
    (void)ac_c_create_task(ac_io_loop(self->io), &self->head, AC_EAGER_NO);
    ac_c_release(ac_io_loop(self->io), &self->head.task.future);
}

/* [server] */
static ac_turn accept_all(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct peer *self = AC_C_SELF(co, struct peer);
    ac_turn turn;

    AC_BEGIN(co);
    while (true) {
        ac_sock_accept_init(&self->op, self->io, self->socket);
        AC_AWAIT_CORO(ACCEPTED, &self->op.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        start(new_peer(self->io, &connection_ops, ac_sock_take_accepted(&self->op)));
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops server_ops = {.resume = accept_all, .clear = hang_up};
/* [server end] */

static ac_turn talk(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct peer *self = AC_C_SELF(co, struct peer);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sock_connect_init(&self->op, self->io, self->socket, &self->server);
    AC_AWAIT_CORO(CONNECTED, &self->op.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    if (self->says != NULL) {
        ac_sock_sendall_init(&self->op, self->io, self->socket, self->says, strlen(self->says));
        AC_AWAIT_CORO(SENT, &self->op.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
    }
    ac_sock_recv_init(&self->op, self->io, self->socket, self->buffer, sizeof self->buffer - 1);
    AC_AWAIT_CORO(RECEIVED, &self->op.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    self->buffer[self->op.done] = '\0';
    return ac_return(out, ac_c_str(loop, self->buffer));
}

static const ac_coro_ops client_ops = {.resume = talk, .clear = hang_up};

static int new_socket(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int listen_somewhere(ac_address *address)
{
    int listener = new_socket();
    struct sockaddr *at = (struct sockaddr *)(void *)address->bytes;
    socklen_t size = AC_ADDRESS_ROOM;

    if (!ac_address_of_ip(address, "127.0.0.1", 0) || bind(listener, at, address->size) != 0 ||
        listen(listener, 16) != 0 || getsockname(listener, at, &size) != 0)
        return -1;
    return listener;
}

static struct peer *new_client(ac_io *io, const ac_address *server, const char *says)
{
    struct peer *self = new_peer(io, &client_ops, new_socket());

    if (self == NULL)
        exit(1);
    self->server = *server;
    self->says = says;
    return self;
}

static void show(ac_loop *loop, const char *says, ac_value heard)
{
    char text[80];

    (void)ac_c_repr(ac_lend(heard), text, sizeof text);
    printf("%s -> %s\n", says, text);
    ac_drop(loop, heard);
}

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    ac_value heard = ac_none();
    ac_address server;
    ac_io *io;
    int listener = listen_somewhere(&server);

    if (loop == NULL || listener < 0 || ac_io_new(loop, NULL, &io) != AC_OK)
        return 1;
    start(new_peer(io, &server_ops, listener));
    start(new_client(io, &server, NULL)); /* waits for an answer that never comes */
    (void)ac_c_runner_run(loop, &new_client(io, &server, "hello")->head, &heard);
    show(loop, "hello", heard);
    /* The end of this one ends all others, by a cancel: the server, its connections, the client that
     * waits. */
    (void)ac_c_run(loop, &new_client(io, &server, "world")->head, &heard);
    show(loop, "world", heard);
    printf("who listens: %s\n", ac_io_reader(io, listener) == NULL ? "nobody" : "the server");
    (void)ac_loop_close(loop);
    (void)ac_io_free(io);
    return (int)ac_c_loop_free(loop); /* 0: nothing is left */
}
