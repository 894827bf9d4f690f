/* host_script.c - the coroutines of the test host: bodies driven by an array of operations; callbacks;
 * visits. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Frames ---- */

void *th_coro_new(const char *name, size_t size, const ac_coro_ops *ops)
{
    th_coro *self = calloc(1, size);
    ck_assert_ptr_nonnull(self);
    ac_coro_init(&self->co, ops);
    self->refs = 1;
    self->name = name;
    th.coros++;
    return self;
}

void th_coro_drop(th_coro *self)
{
    if (--self->refs > 0)
        return;
    if (self->co.ops->clear != NULL)
        self->co.ops->clear(self->loop != NULL ? self->loop : &th.loop, &self->co);
    free(self);
    th.coros--;
}

/* ---- Scripts ---- */

enum { STARTED = 1 };

static th_coro *coro_of(ac_coro *co)
{
    return AC_CONTAINER_OF(co, th_coro, co);
}

static ac_turn end(th_coro *self, ac_out *out, ac_turn turn, ac_value value)
{
    self->co.at = AC_AT_END;
    out->value = value;
    return turn;
}

static ac_value message_of(const th_op *op)
{
    return op->number != 0 ? th_int((int64_t)op->number) : ac_none();
}

static void put_in_slot(unsigned slot, ac_future *future)
{
    ac_future *older = th.slots[slot];
    th.slots[slot] = future;
    if (older != NULL)
        th_release(older);
}

static void reset_group(ac_loop *loop, th_coro *self)
{
    if (self->group_used)
        ac_group_clear(&self->group);
    ac_group_init(&self->group, loop);
    self->group_used = true;
}

/* What an operation that fails raises. */
static ac_value raised(ac_loop *loop, ac_status status)
{
    return status == AC_OK ? ac_none() : ac_loop_status_exception(loop, status, NULL);
}

static ac_value create(ac_loop *loop, th_coro *self, const th_op *op)
{
    th_coro *child = th_script(op->text, op->script);
    ac_task_spec spec = {.body = &child->co, .eager = op->eager};
    ac_task *task = NULL;
    ac_status status = op->what == TH_SPAWN ? ac_group_create_task(&self->group, &spec, &task)
                                            : ac_create_task(loop, &spec, &task);
    th_coro_drop(child);
    if (task != NULL)
        put_in_slot(op->slot, &task->future);
    return raised(loop, status);
}

static ac_value enter_group(ac_loop *loop, th_coro *self)
{
    reset_group(loop, self);
    ac_status status = ac_group_enter(&self->group);
    self->in_group = status == AC_OK;
    return raised(loop, status);
}

/* Operations that neither suspend nor end the script; what they raise. */
static ac_value act(ac_loop *loop, th_coro *self, const th_op *op)
{
    ac_future *future = th.slots[op->slot];
    switch (op->what) {
    case TH_RAISE:
        return th_exception(op->kind, op->text);
    case TH_RERAISE:
        return ac_take(&self->caught);
    case TH_LOG:
        th_log("%s", op->text);
        return ac_none();
    case TH_CREATE:
    case TH_SPAWN:
        return create(loop, self, op);
    case TH_CANCEL:
        return raised(loop, ac_future_cancel(future, ac_lend(message_of(op)), NULL));
    case TH_CANCEL_SELF:
        return raised(loop, ac_task_cancel(ac_loop_current_task(loop), ac_lend(message_of(op)), NULL));
    case TH_UNCANCEL:
        (void)ac_task_uncancel(ac_loop_current_task(loop));
        return ac_none();
    case TH_SET_RESULT:
        return raised(loop, ac_future_set_result(future, th_int((int64_t)op->number)));
    case TH_SET_EXCEPTION: {
        ac_value exception = th_exception(op->kind, op->text);
        ac_status status = ac_future_set_exception(future, exception);
        if (status != AC_OK && status != AC_E_CLOSED)
            th_drop(exception);
        return raised(loop, status);
    }
    case TH_STOP_LOOP:
        ac_loop_stop(loop);
        return ac_none();
    case TH_CALL:
        op->call(loop, self);
        return ac_none();
    case TH_ENTER_GROUP:
        return enter_group(loop, self);
    default:
        ck_abort_msg("no such operation: %d", op->what);
    }
    return ac_none();
}

/* Where an exception goes: false if it leaves the script. */
static bool handle(ac_loop *loop, th_coro *self, ac_value exception)
{
    const th_op *op = &self->script[self->next - 1];
    if (op->catches) {
        th_log("%s caught %s", self->name, th_repr(ac_lend(exception)));
    } else if (self->in_group) {
        while (self->script[self->next].what != TH_EXIT_GROUP)
            self->next++;
    } else {
        return false;
    }
    ac_value older = self->caught;
    self->caught = exception;
    ac_drop(loop, older);
    return true;
}

/* The way into the group's exit, with the exception that is on its way. */
static ac_value begin_exit(ac_loop *loop, th_coro *self, bool by_exception)
{
    ac_value exception = by_exception ? ac_take(&self->caught) : ac_none();
    ac_status status = ac_group_exit(&self->group, ac_lend(exception));
    ac_drop(loop, exception);
    self->in_group = false;
    self->sub = status == AC_OK ? &self->group.exit : NULL;
    return raised(loop, status);
}

/* Starts the operation that may suspend.  AC_RETURNED: it did not; else the script's turn. */
static ac_turn suspend(ac_loop *loop, th_coro *self, const th_op *op, ac_out *out)
{
    ac_future *future = th.slots[op->slot];
    switch (op->what) {
    case TH_AWAIT:
        return ac_future_await(future, out);
    case TH_SLEEP:
        ac_sleep_init(&self->nap, loop, op->number, ac_none());
        self->sub = &self->nap.co;
        return AC_RETURNED;
    case TH_YIELD:
        return AC_YIELDED;
    case TH_PARK:
        return AC_PARKED;
    case TH_STRANGE:
        out->value = th_new(op->text);
        return AC_STRANGE;
    case TH_GENERATOR:
        out->value = th_new(op->text);
        return AC_GENERATOR;
    case TH_REFUSED:
    case TH_STUCK:
        out->value = th_exception(op->kind, op->text);
        return op->what == TH_REFUSED ? AC_REFUSED : AC_STUCK;
    default: /* TH_YIELD_BARE_FUTURE */
        th_retain(future);
        out->future = future;
        return AC_AWAITING;
    }
}

static bool is_suspending(th_do what)
{
    return what == TH_AWAIT || what == TH_SLEEP || what == TH_YIELD || what == TH_PARK ||
           what == TH_STRANGE || what == TH_GENERATOR || what == TH_REFUSED || what == TH_STUCK ||
           what == TH_YIELD_BARE_FUTURE;
}

/* What came back from the line before self->next: the exception, owned, or none. */
static ac_value resumed(ac_loop *loop, th_coro *self, ac_how how, ac_ref in)
{
    const th_op *op = &self->script[self->next - 1];
    if (how == AC_THROW)
        return ac_is_none(in) ? th_exception(TH_PLAIN, "MemoryError") : ac_dup(loop, in);
    if (op->what == TH_AWAIT && op->text != NULL)
        th_log("%s %s", op->text, th_repr(in));
    return ac_none();
}

/* Drives what is awaited.  False if the script sleeps on, with *turn; else *raised has what came out. */
static bool drive_sub(ac_loop *loop, th_coro *self, ac_how how, ac_ref in, ac_out *out, ac_turn *turn,
                      ac_value *exception)
{
    *turn = ac_coro_resume(loop, self->sub, how, in, out);
    if (ac_turn_suspends(*turn))
        return false;
    self->sub = NULL;
    *exception = *turn == AC_RAISED ? out->value : ac_none();
    if (*turn == AC_RETURNED)
        ac_drop(loop, out->value);
    else if (out->value.bits == 0)
        *exception = th_exception(TH_PLAIN, "MemoryError");
    return true;
}

static ac_turn resume_script(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    th_coro *self = coro_of(co);
    ac_value exception = ac_none();
    ac_turn turn;
    if (co->at == 0 && how != AC_SEND)
        return ac_unstarted(loop, co, how, in, out);
    if (co->at == AC_AT_END)
        return ac_ended(out);
    if (how == AC_CLOSE) {
        th_log("%s closed", self->name);
        return end(self, out, AC_RETURNED, ac_none());
    }
    self->loop = loop;
    bool back = co->at == STARTED && self->sub == NULL;
    co->at = STARTED;
    if (back)
        exception = resumed(loop, self, how, in);
    for (;;) {
        if (self->sub != NULL && !drive_sub(loop, self, how, in, out, &turn, &exception))
            return turn;
        how = AC_SEND;
        in = ac_none_ref();
        bool by_exception = exception.bits != 0;
        if (by_exception && !handle(loop, self, exception))
            return end(self, out, AC_RAISED, exception);
        exception = ac_none();
        const th_op *op = &self->script[self->next++];
        if (op->what == TH_EXIT_GROUP) {
            exception = begin_exit(loop, self, by_exception && !self->script[self->next - 2].catches);
        } else if (op->what == TH_END || op->what == TH_RETURN) {
            return end(self, out, AC_RETURNED, op->what == TH_END ? ac_none() : th_int((int64_t)op->number));
        } else if (op->what == TH_RETURN_NEW) {
            return end(self, out, AC_RETURNED, th_new(op->text));
        } else if (op->what == TH_AWAIT && ac_future_done(th.slots[op->slot])) {
            how = ac_future_outcome(th.slots[op->slot], &in);
            exception = resumed(loop, self, how, in);
            how = AC_SEND;
        } else if (is_suspending(op->what)) {
            turn = suspend(loop, self, op, out);
            if (turn != AC_RETURNED)
                return turn;
        } else {
            exception = act(loop, self, op);
        }
    }
}

static int visit_script(ac_coro *co, ac_visitor *visitor)
{
    th_coro *self = coro_of(co);
    int stop = self->caught.bits != 0 ? visitor->value(visitor, ac_lend(self->caught)) : 0;
    if (stop == 0 && self->sub == &self->nap.co)
        stop = self->nap.co.ops->visit(&self->nap.co, visitor);
    if (stop == 0 && self->group_used)
        stop = ac_group_visit(&self->group, visitor);
    return stop;
}

static void clear_script(ac_loop *loop, ac_coro *co)
{
    th_coro *self = coro_of(co);
    co->at = AC_AT_END;
    if (self->sub == &self->nap.co) {
        self->sub = NULL;
        self->nap.co.ops->clear(loop, &self->nap.co);
    }
    self->sub = NULL;
    if (self->group_used)
        ac_group_clear(&self->group);
    ac_drop(loop, ac_take(&self->caught));
}

static const ac_coro_ops script_ops = {resume_script, NULL, visit_script, clear_script};

th_coro *th_script(const char *name, const th_op *script)
{
    th_coro *self = th_coro_new(name, sizeof *self, &script_ops);
    self->script = script;
    return self;
}

/* ---- Starting ---- */

ac_task *th_spawn(ac_loop *loop, th_coro *coro, ac_eager eager, ac_status *status)
{
    ac_task_spec spec = {.body = &coro->co, .eager = eager};
    ac_task *task = NULL;
    ac_status answer = ac_loop_create_task(loop, &spec, &task);
    th_coro_drop(coro);
    if (status != NULL)
        *status = answer;
    return task;
}

ac_task *th_start(unsigned slot, const char *name, const th_op *script, ac_eager eager)
{
    ac_status status;
    ac_task *task = th_spawn(&th.loop, th_script(name, script), eager, &status);
    th_expect_status(status, AC_OK);
    put_in_slot(slot, &task->future);
    return task;
}

ac_task *th_start_body(ac_loop *loop, unsigned slot, th_coro *body)
{
    ac_status status;
    ac_task *task = th_spawn(loop, body, AC_EAGER_NO, &status);
    th_ok(status);
    put_in_slot(slot, &task->future);
    return task;
}

ac_task *th_task_in(unsigned slot)
{
    ck_assert_ptr_nonnull(th.slots[slot]);
    return ac_future_task(th.slots[slot]);
}

void th_forget_slots(unsigned count)
{
    for (unsigned slot = 0; slot < count; slot++) {
        ac_task_set_log_destroy_pending(th_task_in(slot), false);
        ac_future_set_log_traceback(th.slots[slot], false);
        put_in_slot(slot, NULL);
    }
}

ac_future *th_slot(unsigned slot, const char *name)
{
    put_in_slot(slot, th_future_new(&th.loop, name));
    return th.slots[slot];
}

/* ---- Callbacks ---- */

static th_callback *self_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(AC_CONTAINER_OF(callback, ac_timer, callback), th_callback, timer);
}

static ac_status run_callback(ac_loop *loop, ac_callback *callback)
{
    th_callback *self = self_of(callback);
    self->runs++;
    if (self->name != NULL)
        th_log("%s", self->name);
    return self->body != NULL ? self->body(loop, self) : AC_OK;
}

static int visit_callback(ac_callback *callback, ac_visitor *visitor)
{
    th_callback *self = self_of(callback);
    return self->owned.bits != 0 ? visitor->value(visitor, ac_lend(self->owned)) : 0;
}

static void done_callback(ac_loop *loop, ac_callback *callback)
{
    th_callback *self = self_of(callback);
    if (ac_handle_scheduled(&callback->handle) || callback->handle.context.bits != 0)
        ck_abort_msg("a callback is done while it is scheduled or owns a context");
    self->dones++;
    if (th.log_done)
        th_log("~%s", self->name);
    ac_drop(loop, ac_take(&self->owned));
}

void th_callback_init(th_callback *self, const char *name, ac_status (*body)(ac_loop *, th_callback *))
{
    static const ac_handle_ops ops = {.run = run_callback, .visit = visit_callback, .done = done_callback};
    memset(self, 0, sizeof *self);
    ac_callback_init(&self->timer.callback, &ops, ac_none());
    self->name = name;
    self->body = body;
}

static th_callback pool[64];
static size_t pool_used;

void th_callbacks_reset(void)
{
    pool_used = 0;
}

th_callback *th_callback_new(const char *name, ac_status (*body)(ac_loop *, th_callback *))
{
    ck_assert_uint_lt(pool_used, sizeof pool / sizeof pool[0]);
    th_callback *self = &pool[pool_used++];
    th_callback_init(self, name, body);
    return self;
}

ac_callback *th_cb(th_callback *self)
{
    return &self->timer.callback;
}

ac_handle *th_handle(th_callback *self)
{
    return &self->timer.callback.handle;
}

size_t th_callback_count(const ac_future *future)
{
    size_t count = 0;
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;)
        count++;
    return count;
}

void th_soon(th_callback *self)
{
    th_ok(ac_loop_call_soon(&th.loop, th_cb(self)));
}

void th_later(th_callback *self, double delay)
{
    th_ok(ac_loop_call_later(&th.loop, delay, &self->timer));
}

/* ---- Visiting ---- */

static int note(th_visitor *self, const char *text)
{
    size_t used = strlen(self->seen);
    ck_assert_uint_lt(used + strlen(text) + 3, sizeof self->seen);
    snprintf(self->seen + used, sizeof self->seen - used, "%s%s", used > 0 ? ", " : "", text);
    return ++self->count == self->stop_after ? 42 : 0;
}

static int note_value(ac_visitor *visitor, ac_ref value)
{
    ck_assert(!ac_is_none(value));
    return note((th_visitor *)visitor, th_repr(value));
}

static int note_future(ac_visitor *visitor, ac_future *kept)
{
    return note((th_visitor *)visitor, th_name(kept));
}

void th_visitor_init(th_visitor *self)
{
    memset(self, 0, sizeof *self);
    self->visitor.value = note_value;
    self->visitor.future = note_future;
}

const char *th_shown_by(ac_future *future)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_future_visit(future, &visitor.visitor), 0);
    return visitor.seen;
}

const char *th_shown_by_loop(void)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
    return visitor.seen;
}
