/* process_talk.c - what is awaited of a process as a whole: communicate, and the end of its stdin.
 *
 * Mirrors    subprocess.Process.communicate, _feed_stdin, _read_stream, _noop; StreamWriter.wait_closed with
 *            SubprocessStreamProtocol._get_close_waiter.
 * Idea       Three tasks, whose bodies lie in one piece of memory with the input and what they have read: who
 *            awaits may go before they end.
 * Holds      The piece is held by who awaits and by each body, until that is cleared; it holds the process.
 * Owns       A copy of the input.  What was read is the reads'.
 * Left out   The lines that asyncio logs in debug mode.
 * Tests      tests/test_io_process.c */
#include "process_impl.h"

typedef struct aci_talk aci_talk;

/* The body of one of the tasks. */
typedef struct talk_part {
    ac_coro co;
    aci_talk *talk; /* held; NULL: cleared */
    ac_task *task;  /* borrowed until it is cleared; NULL: it has ended, or there is none */
    int stream;
    union {
        ac_stream_drain drain;
        ac_stream_read read;
    };
} talk_part;

struct aci_talk {
    ac_process *process; /* retained */
    ac_link listed;      /* among the process's */
    unsigned holds;
    talk_part parts[3];
    bool has_input;
    size_t size;
    unsigned char input[];
};

static void let_go(aci_talk *talk)
{
    ac_process *process = talk->process;
    ac_loop *loop = process->loop;

    if (--talk->holds != 0)
        return;
    aci_link_remove(&talk->listed);
    for (int i = 1; i < 3; i++)
        ac_coro_clear(loop, &talk->parts[i].read.co); /* HOST */
    aci_io_realloc(loop, talk, sizeof *talk + talk->size, 0);
    ac_process_release(process); /* HOST */
}

static talk_part *part_of(ac_coro *co)
{
    return AC_CONTAINER_OF(co, talk_part, co);
}

static ac_turn fail(ac_loop *loop, ac_coro *co, ac_status status, ac_out *out)
{
    co->at = AC_AT_END;
    out->value = ac_loop_status_exception(loop, status, NULL);
    return AC_RAISED;
}

/* ---- The bodies of the tasks ---- */

enum { DRAINED = 1, READ };

static bool is_hangup(ac_loop *loop, ac_ref exception)
{
    return !ac_is_none(exception) && (ac_loop_host(loop)->classify(loop, exception) & AC_IS_HANGUP) != 0;
}

/* That nobody reads the rest is no error. */
static ac_turn feed_stdin(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    talk_part *part = part_of(co);
    aci_talk *talk = part->talk;
    ac_status status = AC_OK;
    ac_turn turn;

    AC_BEGIN(co);
    if (talk->has_input)
        status = ac_process_write(talk->process, talk->input, talk->size);
    if (status != AC_OK)
        return fail(loop, co, status, out);
    ac_process_drain_init(&part->drain, talk->process);
    AC_AWAIT_CORO(DRAINED, &part->drain.co, turn);
    if (turn == AC_RAISED && is_hangup(loop, ac_lend(out->value))) {
        ac_drop(loop, ac_take(&out->value)); /* HOST */
        turn = AC_RETURNED;
    }
    if (turn == AC_RAISED || how == AC_CLOSE) {
        co->at = AC_AT_END;
        return turn;
    }
    AC_END(co);
    status = ac_transport_close(talk->process->pipes[0].transport); /* HOST */
    return status == AC_OK ? ac_return(out, ac_none()) : fail(loop, co, status, out);
}

static ac_turn read_stream(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    talk_part *part = part_of(co);
    ac_process *process = part->talk->process;
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    ac_stream_read_init(&part->read, &process->pipes[part->stream].reader, AC_READ_ALL);
    AC_AWAIT_CORO(READ, &part->read.co, turn);
    if (turn == AC_RAISED || how == AC_CLOSE) {
        co->at = AC_AT_END;
        return turn;
    }
    AC_END(co);
    status = ac_transport_close(process->pipes[part->stream].transport); /* HOST */
    return status == AC_OK ? ac_return(out, ac_none()) : fail(loop, co, status, out);
}

static ac_turn noop(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_none());
}

static int visit_drain(ac_coro *co, ac_visitor *visitor)
{
    talk_part *part = part_of(co);

    return part->drain.co.ops != NULL ? part->drain.co.ops->visit(&part->drain.co, visitor) : 0;
}

static int visit_read(ac_coro *co, ac_visitor *visitor)
{
    talk_part *part = part_of(co);

    return part->read.co.ops != NULL ? part->read.co.ops->visit(&part->read.co, visitor) : 0;
}

static void part_gone(talk_part *part)
{
    aci_talk *talk = part->talk;

    part->talk = NULL;
    part->task = NULL;
    part->co.at = AC_AT_END;
    if (talk != NULL)
        let_go(talk); /* HOST */
}

static void clear_drain(ac_loop *loop, ac_coro *co)
{
    if (part_of(co)->talk == NULL)
        return;
    ac_coro_clear(loop, &part_of(co)->drain.co); /* HOST */
    part_gone(part_of(co));                      /* HOST */
}

/* What was read stays; a read that has not ended does not wait any more. */
static void clear_read(ac_loop *loop, ac_coro *co)
{
    if (part_of(co)->talk == NULL)
        return;
    if (co->at != AC_AT_END)
        ac_coro_clear(loop, &part_of(co)->read.co); /* HOST */
    part_gone(part_of(co));                         /* HOST */
}

static void clear_noop(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    part_gone(part_of(co)); /* HOST */
}

static const ac_coro_ops feed_ops = {feed_stdin, NULL, visit_drain, clear_drain};
static const ac_coro_ops read_ops = {read_stream, NULL, visit_read, clear_read};
static const ac_coro_ops noop_ops = {.resume = noop, .clear = clear_noop};

static bool give_up_part(talk_part *part)
{
    ac_future *awaits = part->stream == 0 ? &part->drain.future : &part->read.future;
    ac_task *task = part->task;

    part->task = NULL;
    if (task == NULL || part->co.at == 0 || part->co.at == AC_AT_END || ac_future_done(awaits))
        return false;
    aci_process_give_up_task(part->talk->process, task, awaits); /* HOST */
    return true;
}

/* From the start again after each: what is let go may take others with it. */
void aci_process_give_up_talks(ac_process *process)
{
    bool again;

    do {
        again = false;
        for (ac_link *link = process->talks.next; !again && link != &process->talks; link = link->next)
            for (int i = 0; i < 3 && !again; i++)
                again = give_up_part(&AC_CONTAINER_OF(link, aci_talk, listed)->parts[i]); /* HOST */
    } while (again);
}

/* ---- communicate ---- */

static aci_talk *talk_new(ac_communicate *self)
{
    ac_process *process = self->process;
    aci_talk *talk = aci_io_realloc(process->loop, NULL, 0, sizeof *talk + self->input.size);

    if (talk == NULL)
        return NULL;
    memset(talk, 0, sizeof *talk);
    talk->process = process;
    ac_process_retain(process);
    aci_link_append(&process->talks, &talk->listed);
    talk->holds = 1;
    talk->has_input = self->input.data != NULL;
    talk->size = self->input.size;
    if (talk->has_input)
        memcpy(talk->input, self->input.data, talk->size);
    return talk;
}

static const ac_coro_ops *ops_of(const ac_process *process, int stream)
{
    if (process->pipes[stream].transport == NULL)
        return &noop_ops;
    return stream == 0 ? &feed_ops : &read_ops;
}

/* A task as the loop makes them, which is a child of the gather. */
static ac_status start_part(ac_communicate *self, int stream)
{
    ac_loop *loop = self->process->loop;
    talk_part *part = &self->talk->parts[stream];
    ac_task_spec spec = {.body = &part->co, .eager = AC_EAGER_DEFAULT};
    ac_task *task = NULL;
    ac_status status;

    ac_coro_init(&part->co, ops_of(self->process, stream));
    part->stream = stream;
    part->talk = self->talk;
    self->talk->holds++;
    status = ac_loop_create_task(loop, &spec, &task); /* HOST */
    if (task == NULL) {
        ac_coro_clear(loop, &part->co); /* HOST */
        return status;
    }
    if (!ac_future_done(&task->future)) /* else the body may be gone */
        part->task = task;
    if (status == AC_OK)
        status = ac_gather_add(&self->gather, &task->future);
    if (ac_loop_host(loop)->release != NULL)
        ac_loop_host(loop)->release(loop, &task->future); /* HOST */
    return status;
}

static ac_status begin(ac_communicate *self)
{
    ac_loop *loop = self->process->loop;
    ac_status status;

    self->talk = talk_new(self);
    if (self->talk == NULL)
        return ac_loop_refuse(loop, AC_E_MEMORY, "no memory to communicate");
    status = ac_gather_init_embedded(&self->gather, loop, 3, false);
    for (int i = 0; i < 3 && status == AC_OK; i++)
        status = start_part(self, i); /* HOST */
    return status == AC_OK ? ac_gather_start(&self->gather) : status;
}

static ac_bytes what_was_read(const ac_communicate *self, int stream)
{
    const talk_part *part = &self->talk->parts[stream];
    ac_bytes none = {NULL, 0};

    return part->read.co.ops != NULL ? (ac_bytes){part->read.data, part->read.size} : none;
}

static ac_turn leave_gather(ac_communicate *self, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = how == AC_THROW ? ac_raise(self->process->loop, in, out) : ac_return(out, ac_none());

    self->co.at = AC_AT_END;
    ac_future_clear(&self->gather.outer); /* HOST */
    return turn;
}

enum { GATHERED = 1, ENDED };

static ac_turn communicate(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_communicate *self = AC_CONTAINER_OF(co, ac_communicate, co);
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    status = begin(self); /* HOST */
    if (status != AC_OK)
        return fail(loop, co, status, out);
    AC_AWAIT(GATHERED, &self->gather.outer);
    if (how != AC_SEND)
        return leave_gather(self, how, in, out);
    ac_future_clear(&self->gather.outer); /* HOST */
    ac_process_wait_init(&self->wait, self->process);
    AC_AWAIT_CORO(ENDED, &self->wait.co, turn);
    if (turn == AC_RAISED || how == AC_CLOSE) {
        co->at = AC_AT_END;
        return turn;
    }
    AC_END(co);
    self->out = what_was_read(self, 1);
    self->err = what_was_read(self, 2);
    return turn;
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_communicate *self = AC_CONTAINER_OF(co, ac_communicate, co);
    /* Whose children run is woken by them: nobody shows that, and so it is held. */
    bool hangs = self->talk != NULL && co->at == GATHERED && !ac_future_done(&self->gather.outer);
    int stop = hangs ? 0 : ac_future_visit(&self->gather.outer, visitor);

    return stop == 0 && self->wait.co.ops != NULL ? self->wait.co.ops->visit(&self->wait.co, visitor) : stop;
}

/* Tasks that have not ended run on: they have what they need. */
static void clear(ac_loop *loop, ac_coro *co)
{
    ac_communicate *self = AC_CONTAINER_OF(co, ac_communicate, co);
    ac_process *process = self->process;
    aci_talk *talk = self->talk;

    co->at = AC_AT_END;
    self->process = NULL;
    self->talk = NULL;
    ac_future_clear(&self->gather.outer); /* HOST */
    ac_coro_clear(loop, &self->wait.co);  /* HOST */
    if (talk != NULL)
        let_go(talk); /* HOST */
    if (process != NULL)
        ac_process_release(process); /* HOST */
}

static const ac_coro_ops communicate_ops = {communicate, NULL, visit, clear};

void ac_process_communicate_init(ac_communicate *self, ac_process *process, const void *input, size_t size)
{
    memset(self, 0, sizeof *self);
    ac_coro_init(&self->co, &communicate_ops);
    self->process = process;
    ac_process_retain(process);
    self->input = (ac_bytes){input, input != NULL ? size : 0};
}

/* ---- The end of its stdin ---- */

enum { CLOSED = 1 };

static ac_turn wait_closed(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_stream_wait *wait = AC_CONTAINER_OF(co, ac_stream_wait, co);
    ac_turn turn;

    AC_BEGIN(co);
    if (wait->process->pipes[0].transport == NULL)
        return fail(loop, co, ac_loop_refuse(loop, AC_E_TYPE, "stdin is no pipe"), out);
    AC_AWAIT(CLOSED, &wait->process->stdin_closed);
    AC_END(co);
    turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
    ac_coro_clear(loop, co); /* HOST */
    return turn;
}

static void clear_wait(ac_loop *loop, ac_coro *co)
{
    ac_stream_wait *wait = AC_CONTAINER_OF(co, ac_stream_wait, co);
    ac_process *process = wait->process;

    (void)loop;
    co->at = AC_AT_END;
    wait->process = NULL;
    if (process != NULL)
        ac_process_release(process); /* HOST */
}

static const ac_coro_ops wait_ops = {.resume = wait_closed, .clear = clear_wait};

void ac_process_wait_closed_init(ac_stream_wait *wait, ac_process *process)
{
    ac_coro_init(&wait->co, &wait_ops);
    wait->stream = NULL;
    wait->process = process;
    ac_process_retain(process);
}
