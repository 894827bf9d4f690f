/* process_start.c - create_subprocess_exec, create_subprocess_shell, and the task that connects the pipes.
 *
 * Mirrors    BaseSubprocessTransport._connect_pipes, _UnixSelectorEventLoop._make_subprocess_transport,
 *            subprocess.create_subprocess_exec, create_subprocess_shell.
 * Left out   asyncio shields the wait after a cancel by a task of its own since 3.14; a second cancel ends
 *            the wait here, as it did before.
 * Tests      tests/test_io_process.c */
#include "process_impl.h"

/* ---- Connecting ---- */

/* The body of the task; its memory is its own. */
typedef struct connecting {
    ac_coro co;
    ac_future waiter;
    ac_process *process; /* retained; NULL: over */
    int stream;
} connecting;

static void let_go(connecting *self)
{
    ac_process *process = self->process;

    self->process = NULL;
    self->co.at = AC_AT_END;
    if (process == NULL)
        return;
    process->connects = NULL;
    process->awaits = NULL;
    for (int i = 0; i < 3; i++)
        if (process->pipes[i].transport != NULL)
            ac_transport_forget_waiter(process->pipes[i].transport);
    ac_future_clear(&self->waiter); /* HOST */
    if (!process->connected)
        aci_process_give_up(process); /* HOST */
    ac_process_release(process);      /* HOST */
}

static ac_status connect_one(connecting *self)
{
    ac_process *process = self->process;
    process_pipe *pipe = &process->pipes[self->stream];
    int descriptor = ac_child_pipe(process->child, self->stream);
    ac_protocol *protocol = aci_process_protocol(pipe);
    ac_status status;

    ac_future_init_embedded(&self->waiter, process->loop);
    process->awaits = &self->waiter;
    if (self->stream == 0)
        status = ac_write_pipe_transport_new(process->io, descriptor, protocol, &self->waiter,
                                             &pipe->transport);
    else
        status = ac_read_pipe_transport_new(process->io, descriptor, protocol, &self->waiter,
                                            &pipe->transport);
    if (status == AC_OK)
        (void)ac_child_take_pipe(process->child, self->stream);
    else
        protocol->ops->released(protocol); /* HOST */
    return status;
}

/* Who creates it is woken by how this ends; a waiter that was given up is NULL. */
static void tell(ac_process *process, ac_how how, ac_value exception)
{
    ac_future *waiter = process->waiter;

    process->waiter = NULL;
    if (waiter == NULL || ac_future_done(waiter))
        ac_drop(process->loop, exception); /* HOST */
    else if (how == AC_SEND)
        (void)ac_future_set_result(waiter, ac_none());
    else
        (void)ac_future_set_exception(waiter, exception);
}

/* The pipes that are there are closed; the others go with the child. */
static ac_turn fail(connecting *self, ac_value exception, ac_out *out)
{
    ac_process *process = self->process;

    for (int i = 0; i < 3; i++)
        if (process->pipes[i].transport != NULL)
            (void)ac_transport_close(process->pipes[i].transport); /* HOST */
    for (int i = 0; i < 3; i++) {
        int pipe = ac_child_take_pipe(process->child, i);
        if (pipe >= 0)
            (void)aci_sys.close(pipe);
    }
    tell(process, AC_THROW, exception); /* HOST */
    let_go(self);                       /* HOST */
    return ac_return(out, ac_none());
}

enum { CONNECTED = 1 };

static ac_turn connect_all(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    connecting *self = AC_CONTAINER_OF(co, connecting, co);
    ac_status status = AC_OK;

    AC_BEGIN(co);
    for (self->stream = 0; self->stream < 3; self->stream++) {
        if (!self->process->pipes[self->stream].wanted)
            continue;
        status = connect_one(self);
        if (status != AC_OK)
            return fail(self, ac_loop_status_exception(loop, status, NULL), out);
        AC_AWAIT(CONNECTED, &self->waiter);
        if (how == AC_THROW)
            return fail(self, ac_dup(loop, in), out);
        if (how == AC_CLOSE) {
            let_go(self); /* HOST */
            return ac_return(out, ac_none());
        }
        ac_future_clear(&self->waiter); /* HOST */
    }
    AC_END(co);
    status = aci_process_connected(self->process);
    if (status == AC_OK)
        tell(self->process, AC_SEND, ac_none()); /* HOST */
    else
        tell(self->process, AC_THROW, ac_loop_status_exception(loop, status, NULL)); /* HOST */
    let_go(self);                                                                    /* HOST */
    return ac_return(out, ac_none());
}

/* Who creates the process is woken by this task, and so hangs on it. */
static int connecting_visit(ac_coro *co, ac_visitor *visitor)
{
    connecting *self = AC_CONTAINER_OF(co, connecting, co);
    ac_process *process = self->process;
    int stop = 0;

    if (process == NULL)
        return ac_future_visit(&self->waiter, visitor);
    if (process->connects != NULL && process->waiter != NULL)
        stop = ac_future_visit(process->waiter, visitor);
    return stop == 0 ? aci_transport_visit_waiter(process->pipes[self->stream % 3].transport, &self->waiter,
                                                  visitor)
                     : stop;
}

static void connecting_clear(ac_loop *loop, ac_coro *co)
{
    connecting *self = AC_CONTAINER_OF(co, connecting, co);

    let_go(self); /* HOST */
    aci_io_realloc(loop, self, sizeof *self, 0);
}

static const ac_coro_ops connecting_ops = {connect_all, NULL, connecting_visit, connecting_clear};

ac_status aci_process_connect(ac_process *process)
{
    ac_loop *loop = process->loop;
    connecting *self = aci_io_realloc(loop, NULL, 0, sizeof *self);
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    ac_task *task = NULL;
    ac_status status;

    if (self == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory to connect pipes");
    memset(self, 0, sizeof *self);
    ac_coro_init(&self->co, &connecting_ops);
    ac_future_init_embedded(&self->waiter, loop);
    self->process = process;
    ac_process_retain(process);
    spec.body = &self->co;
    status = ac_loop_create_task(loop, &spec, &task);      /* HOST */
    if (status == AC_OK && !ac_future_done(&task->future)) /* else the body may be gone */
        process->connects = task;
    if (status != AC_OK)
        ac_coro_clear(loop, &self->co); /* HOST */
    else if (ac_loop_host(loop)->release != NULL)
        ac_loop_host(loop)->release(loop, &task->future); /* HOST */
    return status;
}

/* ---- Creating ---- */

static void give_up(ac_loop *loop, ac_create_subprocess *self)
{
    ac_process *process = self->process;

    self->co.at = AC_AT_END;
    self->process = NULL;
    if (process != NULL && process->waiter == &self->waiter)
        process->waiter = NULL;
    ac_coro_clear(loop, &self->wait.co);      /* HOST */
    ac_future_clear(&self->waiter);           /* HOST */
    ac_drop(loop, ac_take(&self->exception)); /* HOST */
    if (process != NULL) {
        (void)ac_process_close(process); /* HOST */
        ac_process_release(process);     /* HOST */
    }
}

static ac_turn raise_kept(ac_loop *loop, ac_create_subprocess *self, ac_out *out)
{
    ac_value exception = ac_take(&self->exception);

    give_up(loop, self); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

/* asyncio's except clause: the child is killed, and its end awaited, before the exception goes on. */
static bool begin_to_wait(ac_loop *loop, ac_create_subprocess *self, ac_ref exception)
{
    self->exception = ac_is_none(exception) ? ac_none() : ac_dup(loop, exception);
    if (self->process->waiter == &self->waiter)
        self->process->waiter = NULL;
    (void)ac_process_close(self->process); /* HOST */
    ac_process_wait_init(&self->wait, self->process);
    return self->exception.bits == 0 ||
           (ac_loop_host(loop)->classify(loop, ac_lend(self->exception)) & AC_IS_EXIT) == 0;
}

enum { CREATED = 1, ENDED };

static ac_turn create(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_create_subprocess *self = AC_CONTAINER_OF(co, ac_create_subprocess, co);
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    status = aci_process_new(self->io, &self->options, self->limit, &self->waiter, &self->process);
    if (status != AC_OK) {
        co->at = AC_AT_END;
        out->value = ac_loop_status_exception(loop, status, NULL);
        return AC_RAISED;
    }
    AC_AWAIT(CREATED, &self->waiter);
    if (how == AC_CLOSE) {
        give_up(loop, self); /* HOST */
        return ac_return(out, ac_none());
    }
    if (how == AC_THROW) {
        if (!begin_to_wait(loop, self, in))
            return raise_kept(loop, self, out);
        AC_AWAIT_CORO(ENDED, &self->wait.co, turn);
        ac_drop(loop, ac_take(&out->value)); /* HOST: a second cancel; the first goes on */
        if (turn == AC_RETURNED && how == AC_CLOSE) {
            give_up(loop, self); /* HOST */
            return ac_return(out, ac_none());
        }
        return raise_kept(loop, self, out);
    }
    AC_END(co);
    ac_future_clear(&self->waiter); /* HOST */
    return ac_return(out, ac_none());
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_create_subprocess *self = AC_CONTAINER_OF(co, ac_create_subprocess, co);
    const ac_process *process = self->process;
    bool shown = process != NULL && process->connects != NULL && process->waiter == &self->waiter;
    int stop = shown ? 0 : ac_future_visit(&self->waiter, visitor);

    if (stop == 0 && self->exception.bits != 0)
        stop = visitor->value(visitor, ac_lend(self->exception));
    if (stop == 0 && self->wait.co.ops != NULL)
        stop = self->wait.co.ops->visit(&self->wait.co, visitor);
    return stop;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    give_up(loop, AC_CONTAINER_OF(co, ac_create_subprocess, co)); /* HOST */
}

static const ac_coro_ops create_ops = {create, NULL, visit, clear};

void ac_create_subprocess_exec_init(ac_create_subprocess *self, ac_io *io, const ac_child_options *options,
                                    size_t limit)
{
    memset(self, 0, sizeof *self);
    ac_coro_init(&self->co, &create_ops);
    ac_future_init_embedded(&self->waiter, ac_io_loop(io));
    self->io = io;
    self->limit = limit;
    if (options != NULL)
        self->options = *options;
}

void ac_create_subprocess_shell_init(ac_create_subprocess *self, ac_io *io, const char *command,
                                     const ac_child_options *options, size_t limit)
{
    ac_create_subprocess_exec_init(self, io, options, limit);
    self->words[0] = "/bin/sh";
    self->words[1] = "-c";
    self->words[2] = command;
    self->words[3] = NULL;
    self->options.arguments = self->words;
}

ac_process *ac_create_subprocess_take(ac_create_subprocess *self)
{
    ac_process *process = self->co.at == AC_AT_END ? self->process : NULL;

    if (process != NULL)
        self->process = NULL;
    return process;
}
