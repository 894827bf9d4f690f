/* See transport_context.py. */
#include "streams_kit.h"

#include <sys/socket.h>

static const ac_c_var var = {"var"};

static void say_where(const char *what)
{
    say("%s %s", what, ac_c_as_str(ac_c_var_get(ac_io_loop(kit_io), &var)));
}

static ac_status made(ac_protocol *protocol, ac_transport *transport)
{
    (void)protocol;
    (void)transport;
    say_where("made");
    return AC_OK;
}

static ac_status data_received(ac_protocol *protocol, const void *data, size_t size)
{
    (void)protocol;
    (void)data;
    (void)size;
    say_where("data");
    return AC_OK;
}

static ac_status lost(ac_protocol *protocol, ac_how how, ac_ref exception)
{
    (void)protocol;
    (void)how;
    (void)exception;
    say_where("lost");
    return AC_OK;
}

static const ac_protocol_ops protocol_ops = {
    .connection_made = made, .data_received = data_received, .connection_lost = lost};

/* Both bodies. */
struct frame {
    ac_c_task head;
    ac_transport *transport;
    ac_protocol protocol;
    ac_future waiter;
    struct frame *other;
    bool resumes;
    int theirs, count;
};

static void set(ac_loop *loop, const char *text)
{
    kit_must(ac_c_var_set(loop, &var, ac_c_str(loop, text)));
}

static ac_turn resume_or_close(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    set(loop, f->resumes ? "who resumes" : "who closes");
    kit_must(f->resumes ? ac_transport_resume_reading(f->transport) : ac_transport_close(f->transport));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops other_ops = {.resume = resume_or_close};

static void start(ac_loop *loop, struct frame *f, bool resumes)
{
    f->other = twin_coroutine(loop, &other_ops, sizeof *f->other);
    f->other->transport = f->transport;
    f->other->resumes = resumes;
    twin_start(loop, f->other);
}

static void send_theirs(struct frame *f, const char *text)
{
    if (write(f->theirs, text, strlen(text)) < 0)
        abort();
}

static void open_pair(struct frame *f)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        abort();
    f->theirs = ends[1];
    f->protocol.ops = &protocol_ops;
    ac_future_init_embedded(&f->waiter, ac_io_loop(kit_io));
    kit_must(ac_transport_new(kit_io, ends[0], &f->protocol, &f->waiter, &f->transport));
}

enum { MADE = 1, ONE, RESUMED, TWO, CLOSED, LOST };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    set(loop, "who opens");
    open_pair(f);
    AC_AWAIT(MADE, &f->waiter);
    set(loop, "later");
    send_theirs(f, "one");
    for (f->count = 0; f->count < 3; f->count++)
        AC_YIELD(ONE);
    kit_must(ac_transport_pause_reading(f->transport));
    start(loop, f, true);
    AC_AWAIT(RESUMED, twin_future(f->other));
    twin_forget(loop, f->other);
    send_theirs(f, "two");
    for (f->count = 0; f->count < 3; f->count++)
        AC_YIELD(TWO);
    start(loop, f, false);
    AC_AWAIT(CLOSED, twin_future(f->other));
    twin_forget(loop, f->other);
    for (f->count = 0; f->count < 3; f->count++)
        AC_YIELD(LOST);
    ac_transport_release(f->transport);
    (void)close(f->theirs);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops body_ops = {.resume = body};

void twin(void)
{
    kit_run(&body_ops, sizeof(struct frame));
}
