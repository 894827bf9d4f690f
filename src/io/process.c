/* process.c - a child process whose pipes are streams.
 *
 * Mirrors    base_subprocess.BaseSubprocessTransport and its pipes' protocols,
 *            subprocess.SubprocessStreamProtocol, subprocess.Process.
 * Idea       Transport, protocol and Process are one struct.  What asyncio's transport tells its protocol by
 *            call_soon is a call here, too: those that come once are in the struct, data is of the heap.
 * Holds      See process_impl.h.
 * Tests      tests/test_io_process.c */
#include <errno.h>

#include "process_impl.h"

/* ---- Counting ---- */

void ac_process_retain(ac_process *process)
{
    process->holders++;
}

void ac_process_release(ac_process *self)
{
    if (--self->holders != 0)
        return;
    ac_child_free(self->child);
    aci_exit_forget(&self->end);
    ac_future_clear(&self->stdin_closed); /* HOST */
    for (int i = 0; i < 3; i++) {
        if (self->pipes[i].transport != NULL)
            ac_transport_release(self->pipes[i].transport);      /* HOST */
        ac_drop(self->loop, ac_take(&self->pipes[i].exception)); /* HOST */
        ac_stream_reader_clear(&self->pipes[i].reader);          /* HOST */
    }
    aci_io_realloc(self->loop, self, sizeof *self, 0);
}

/* ---- Calls ---- */

static process_call *call_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, process_call, callback);
}

/* One that a loop drops when it is closed was what somebody waits for. */
static void call_done(ac_loop *loop, ac_callback *callback)
{
    ac_process *process = call_of(callback)->process;

    if (ac_loop_is_closed(loop))
        aci_process_give_up_talks(process); /* HOST */
    ac_process_release(process);            /* HOST */
}

static ac_status queue_call(process_call *call)
{
    ac_loop *loop = call->process->loop;
    ac_value context = ac_none();
    ac_status status = aci_io_context(loop, &context);

    if (status == AC_OK) {
        ac_callback_init(&call->callback, call->ops, context);
        status = ac_loop_call_soon(loop, &call->callback);
    }
    if (status == AC_OK)
        return AC_OK;
    ac_callback_clear(loop, &call->callback); /* HOST */
    call->ops->done(loop, &call->callback);   /* HOST */
    return status;
}

/* asyncio's _call. */
static ac_status make_call(ac_process *self, process_call *call)
{
    call->process = self;
    ac_process_retain(self);
    if (self->connected)
        return queue_call(call);
    aci_link_append(&self->pending, &call->pending);
    return AC_OK;
}

static process_call *next_pending(ac_process *self)
{
    process_call *call = AC_CONTAINER_OF(self->pending.next, process_call, pending);

    if (self->pending.next == &self->pending)
        return NULL;
    aci_link_remove(&call->pending);
    return call;
}

ac_status aci_process_connected(ac_process *self)
{
    process_call *call = &self->made;
    ac_status status = AC_OK;

    call->process = self;
    ac_process_retain(self);
    for (; call != NULL; call = next_pending(self)) {
        ac_status queued = queue_call(call);
        status = status == AC_OK ? queued : status;
    }
    self->connected = true;
    return status;
}

void aci_process_give_up(ac_process *self)
{
    process_call *call;

    while ((call = next_pending(self)) != NULL) {
        ac_callback_init(&call->callback, call->ops, ac_none());
        call->ops->done(self->loop, &call->callback); /* HOST */
    }
    self->connected = true;
}

/* ---- The protocol: SubprocessStreamProtocol ---- */

static ac_status run_made(ac_loop *loop, ac_callback *callback)
{
    ac_process *self = call_of(callback)->process;

    (void)loop;
    for (int i = 1; i < 3; i++) {
        process_pipe *pipe = &self->pipes[i];
        if (pipe->transport == NULL)
            continue;
        ac_stream_reader_set_transport(&pipe->reader, pipe->transport);
        pipe->reading = true;
    }
    return AC_OK;
}

static ac_status maybe_close(ac_process *self)
{
    if (!self->protocol_exited || self->pipes[1].reading || self->pipes[2].reading)
        return AC_OK;
    return ac_process_close(self);
}

/* Who waits for the end has cancelled the others, too, if he was cancelled: then this is refused. */
static ac_status tell_stdin_closed(ac_process *self, const process_pipe *pipe)
{
    if (pipe->how == AC_SEND)
        return ac_future_set_result(&self->stdin_closed, ac_none());
    return ac_future_set_exception(&self->stdin_closed, ac_dup(self->loop, ac_lend(pipe->exception)));
}

static ac_status stdin_lost(ac_process *self, const process_pipe *pipe)
{
    ac_status status = ac_transport_close(pipe->transport);
    ac_status told = ac_stream_flow_connection_lost(&self->flow, pipe->how, ac_lend(pipe->exception));

    status = status == AC_OK ? told : status;
    told = tell_stdin_closed(self, pipe);
    return status == AC_OK ? told : status;
}

static ac_status run_lost(ac_loop *loop, ac_callback *callback)
{
    process_pipe *pipe = AC_CONTAINER_OF(call_of(callback), process_pipe, lost);
    ac_status status;

    (void)loop;
    if (pipe->stream == 0)
        return stdin_lost(pipe->process, pipe);
    if (pipe->how == AC_SEND)
        status = ac_stream_reader_feed_eof(&pipe->reader);
    else
        status = ac_stream_reader_set_exception(&pipe->reader, ac_lend(pipe->exception));
    pipe->reading = false;
    return status == AC_OK ? maybe_close(pipe->process) : status;
}

static ac_status run_exited(ac_loop *loop, ac_callback *callback)
{
    ac_process *self = call_of(callback)->process;

    (void)loop;
    self->protocol_exited = true;
    return maybe_close(self);
}

static ac_status run_gone(ac_loop *loop, ac_callback *callback)
{
    ac_process *self = call_of(callback)->process;

    (void)loop;
    self->over = true;
    return ac_stream_flow_connection_lost(&self->flow, AC_SEND, ac_none_ref());
}

static const ac_handle_ops made_ops = {
    .run = run_made, .done = call_done, .name = "SubprocessStreamProtocol.connection_made"};
static const ac_handle_ops lost_ops = {
    .run = run_lost, .done = call_done, .name = "SubprocessStreamProtocol.pipe_connection_lost"};
static const ac_handle_ops exited_ops = {
    .run = run_exited, .done = call_done, .name = "SubprocessStreamProtocol.process_exited"};
static const ac_handle_ops gone_ops = {
    .run = run_gone, .done = call_done, .name = "BaseSubprocessTransport._call_connection_lost"};

/* Data on its way to a reader. */
typedef struct data_call {
    process_call call;
    process_pipe *pipe;
    size_t size;
    unsigned char data[];
} data_call;

static data_call *data_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(call_of(callback), data_call, call);
}

/* What cannot be kept is an error of the reader's: it must not look as if all was read. */
static ac_status no_memory_for_data(ac_stream_reader *reader)
{
    return ac_stream_reader_set_exception(reader, ac_none_ref());
}

static ac_status run_data(ac_loop *loop, ac_callback *callback)
{
    data_call *data = data_of(callback);
    ac_status status = ac_stream_reader_feed_data(&data->pipe->reader, data->data, data->size);

    (void)loop;
    return status == AC_E_MEMORY ? no_memory_for_data(&data->pipe->reader) : status;
}

static void data_done(ac_loop *loop, ac_callback *callback)
{
    data_call *data = data_of(callback);
    ac_process *self = data->call.process;

    aci_io_realloc(loop, data, sizeof *data + data->size, 0);
    ac_process_release(self); /* HOST */
}

static const ac_handle_ops data_ops = {
    .run = run_data, .done = data_done, .name = "SubprocessStreamProtocol.pipe_data_received"};

/* ---- The transport: what pipes and the child tell ---- */

static bool all_disconnected(const ac_process *self)
{
    for (int i = 0; i < 3; i++)
        if (self->pipes[i].wanted && !self->pipes[i].disconnected)
            return false;
    return true;
}

static ac_status try_finish(ac_process *self)
{
    if (!self->end.known || self->finished || !all_disconnected(self))
        return AC_OK;
    self->finished = true;
    return make_call(self, &self->gone);
}

static process_pipe *pipe_of(ac_protocol *protocol)
{
    return AC_CONTAINER_OF(protocol, process_pipe, protocol);
}

static ac_status pipe_data(ac_protocol *protocol, const void *bytes, size_t size)
{
    process_pipe *pipe = pipe_of(protocol);
    ac_loop *loop = pipe->process->loop;
    data_call *data = aci_io_realloc(loop, NULL, 0, sizeof *data + size);

    if (data == NULL)
        return no_memory_for_data(&pipe->reader);
    memset(data, 0, sizeof *data);
    data->call.ops = &data_ops;
    data->pipe = pipe;
    data->size = size;
    memcpy(data->data, bytes, size);
    return make_call(pipe->process, &data->call);
}

static ac_status pipe_lost(ac_protocol *protocol, ac_how how, ac_ref exception)
{
    process_pipe *pipe = pipe_of(protocol);
    ac_process *self = pipe->process;
    ac_status status, finished;

    pipe->disconnected = true;
    pipe->how = how;
    if (!ac_is_none(exception))
        pipe->exception = ac_dup(self->loop, exception);
    status = make_call(self, &pipe->lost);
    finished = try_finish(self);
    return status == AC_OK ? finished : status;
}

static ac_status pipe_pause(ac_protocol *protocol)
{
    return ac_stream_flow_pause_writing(&pipe_of(protocol)->process->flow);
}

static ac_status pipe_resume(ac_protocol *protocol)
{
    return ac_stream_flow_resume_writing(&pipe_of(protocol)->process->flow);
}

static int pipe_visit(ac_protocol *protocol, ac_visitor *visitor)
{
    process_pipe *pipe = pipe_of(protocol);
    int stop = ac_stream_reader_visit(&pipe->reader, visitor);

    return stop == 0 && pipe->exception.bits != 0 ? visitor->value(visitor, ac_lend(pipe->exception)) : stop;
}

void aci_process_give_up_task(ac_process *self, ac_task *task, ac_future *awaits)
{
    const ac_host *host = ac_loop_host(self->loop);

    if (host->retain != NULL)
        host->retain(self->loop, &task->future);
    ac_future_clear(awaits); /* HOST */
    if (host->release != NULL)
        host->release(self->loop, &task->future); /* HOST */
}

static void give_up_connecting(ac_process *self)
{
    ac_task *task = self->connects;

    self->connects = NULL;
    if (task != NULL && self->awaits != NULL)
        aci_process_give_up_task(self, task, self->awaits); /* HOST */
}

static void pipe_released(ac_protocol *protocol)
{
    ac_process *self = pipe_of(protocol)->process;

    if (ac_loop_is_closed(self->loop)) {
        give_up_connecting(self);        /* HOST */
        aci_process_give_up_talks(self); /* HOST */
    }
    ac_process_release(self); /* HOST */
}

static const ac_protocol_ops read_ops = {
    .data_received = pipe_data, .connection_lost = pipe_lost, .visit = pipe_visit, .released = pipe_released};
static const ac_protocol_ops write_ops = {.connection_lost = pipe_lost,
                                          .pause_writing = pipe_pause,
                                          .resume_writing = pipe_resume,
                                          .visit = pipe_visit,
                                          .released = pipe_released};

ac_protocol *aci_process_protocol(process_pipe *pipe)
{
    ac_process_retain(pipe->process);
    return &pipe->protocol;
}

/* asyncio's _process_exited, called by its child watcher. */
static ac_status child_exited(ac_child *child, void *data)
{
    ac_process *self = data;
    ac_status status, other;

    (void)ac_child_ended(child, &self->end.returncode);
    self->end.known = true;
    self->child_holds = false;
    status = make_call(self, &self->exited);
    other = try_finish(self);
    status = status == AC_OK ? other : status;
    other = aci_exit_wake(&self->end);
    ac_process_release(self); /* HOST */
    return status == AC_OK ? other : status;
}

static void child_abandoned(ac_child *child, void *data)
{
    ac_process *self = data;

    (void)ac_child_ended(child, &self->end.returncode);
    self->end.known = true;
    self->child_holds = false;
    ac_process_release(self); /* HOST */
}

/* ---- Life ---- */

static void init(ac_process *self, ac_io *io, const ac_child_options *options, size_t limit)
{
    memset(self, 0, sizeof *self);
    self->loop = ac_io_loop(io);
    self->io = io;
    self->holders = 1;
    self->pending.prev = self->pending.next = &self->pending;
    self->talks.prev = self->talks.next = &self->talks;
    self->made.ops = &made_ops;
    self->exited.ops = &exited_ops;
    self->gone.ops = &gone_ops;
    aci_exit_init(&self->end);
    ac_stream_flow_init(&self->flow, self->loop);
    ac_future_init_embedded(&self->stdin_closed, self->loop);
    for (int i = 0; i < 3; i++) {
        process_pipe *pipe = &self->pipes[i];
        pipe->protocol.ops = i == 0 ? &write_ops : &read_ops;
        pipe->process = self;
        pipe->stream = i;
        pipe->lost.ops = &lost_ops;
        pipe->wanted = options->streams[i].kind == AC_STDIO_PIPE;
        ac_stream_reader_init(&pipe->reader, self->loop, limit);
    }
}

ac_status aci_process_new(ac_io *io, const ac_child_options *options, size_t limit, ac_future *waiter,
                          ac_process **out)
{
    ac_child_options with_hooks = *options;
    ac_process *self = aci_io_realloc(ac_io_loop(io), NULL, 0, sizeof *self);
    ac_status status;

    *out = NULL;
    if (self == NULL)
        return ac_loop_refuse(ac_io_loop(io), AC_E_MEMORY, "no memory for a process");
    init(self, io, options, limit);
    with_hooks.exited = child_exited;
    with_hooks.abandoned = child_abandoned;
    with_hooks.data = self;
    status = ac_child_start(io, &with_hooks, &self->child);
    if (status == AC_OK) {
        self->child_holds = true;
        ac_process_retain(self);
        self->waiter = waiter;
        status = aci_process_connect(self); /* HOST */
    }
    if (status == AC_OK) {
        *out = self;
        return AC_OK;
    }
    if (self->child_holds) { /* it is killed, and nobody is told of its end */
        ac_child_free(self->child);
        self->child = NULL;
        ac_process_release(self); /* HOST */
    }
    ac_process_release(self); /* HOST */
    return status;
}

/* ---- For its owner ---- */

int ac_process_pid(const ac_process *process)
{
    return ac_child_pid(process->child);
}

bool ac_process_returncode(const ac_process *process, int *returncode)
{
    if (process->end.known && returncode != NULL)
        *returncode = process->end.returncode;
    return process->end.known;
}

ac_transport *ac_process_transport(const ac_process *process, int stream)
{
    return stream >= 0 && stream < 3 ? process->pipes[stream].transport : NULL;
}

ac_stream_reader *ac_process_reader(ac_process *process, int stream)
{
    bool is_one = stream > 0 && ac_process_transport(process, stream) != NULL;

    return is_one ? &process->pipes[stream].reader : NULL;
}

ac_status ac_process_write(ac_process *process, const void *data, size_t size)
{
    if (process->pipes[0].transport == NULL)
        return ac_loop_refuse(process->loop, AC_E_TYPE, "stdin is no pipe");
    return ac_transport_write(process->pipes[0].transport, data, size);
}

void ac_process_drain_init(ac_stream_drain *drain, ac_process *process)
{
    ac_stream_drain_parts_init(drain, process->pipes[0].transport, &process->flow, NULL);
}

ac_status ac_process_send_signal(ac_process *process, int number)
{
    ac_error lost = {.kind = AC_X_OS, .text = "", .number = ESRCH};

    if (process->over)
        return ac_loop_raise(process->loop, ac_loop_host(process->loop)->error(process->loop, &lost));
    if (process->end.known)
        return AC_OK;
    return ac_child_send_signal(process->child, number);
}

ac_status ac_process_terminate(ac_process *process)
{
    return ac_process_send_signal(process, SIGTERM);
}

ac_status ac_process_kill(ac_process *process)
{
    return ac_process_send_signal(process, SIGKILL);
}

/* Pipes that are not connected yet are closed with the child. */
ac_status ac_process_close(ac_process *self)
{
    ac_status status = AC_OK;

    if (self->closed)
        return AC_OK;
    self->closed = true;
    ac_process_retain(self);
    for (int i = 0; i < 3 && !ac_loop_is_closed(self->loop); i++) {
        ac_transport *transport = self->pipes[i].transport;
        ac_status closed = transport != NULL ? ac_transport_close(transport) : AC_OK; /* HOST */
        status = status == AC_OK ? closed : status;
    }
    if (!self->end.known && ac_child_kill(self->child) != AC_OK)
        ac_drop(self->loop, ac_loop_take_raised(self->loop)); /* HOST: it may be another user's by now */
    ac_process_release(self);                                 /* HOST */
    return status;
}

void ac_process_wait_init(ac_child_wait *wait, ac_process *process)
{
    aci_exit_wait_init(wait, process->loop, &process->end);
}
