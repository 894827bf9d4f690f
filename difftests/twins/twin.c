/* twin.c - the shared half of the twins' C halves, and their main.  See twin.h. */
#include "twin.h"

#include <stdarg.h>
#include <stdlib.h>

enum { TEXTS = 64, LONGEST = 1024 };

int twin_turn;

static const char *profile;
static ac_clock the_clock;

/* ---- Texts --------------------------------------------------------------------------------------------- */

static char *next_text(void)
{
    static char texts[TEXTS][LONGEST];
    static unsigned next;

    return texts[next++ % TEXTS];
}

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

const char *show(ac_ref value)
{
    char *text = next_text();

    ac_c_repr(value, text, LONGEST);
    return text;
}

const char *show_taken(ac_loop *loop, ac_value value)
{
    const char *text = show(ac_lend(value));

    ac_drop(loop, value);
    return text;
}

const char *show_group(ac_loop *loop, ac_group *group)
{
    ac_error error = {.kind = AC_X_RUNTIME, .text = "%G", .group = group};
    ac_value made = ac_c_host()->error(loop, &error);
    char *text = next_text();

    snprintf(text, LONGEST, "%s", ac_c_as_str(ac_c_argument(ac_lend(made))));
    ac_drop(loop, made);
    return text;
}

const char *show_name(const void *task)
{
    char *text = next_text();

    ac_c_task_name(task, text, LONGEST);
    return text;
}

const char *show_bool(bool truth)
{
    return truth ? "True" : "False";
}

const char *show_time(ac_loop *loop)
{
    char *text = next_text();

    snprintf(text, LONGEST, "%.3f", ac_loop_time(loop));
    return text;
}

const char *show_refusal(ac_group *group)
{
    return show_taken(group->loop, ac_group_status_exception(group, AC_E_RUNTIME));
}

const char *show_failure(ac_loop *loop, ac_status status)
{
    return show_taken(loop, ac_loop_status_exception(loop, status, NULL));
}

/* ---- Ends ------------------------------------------------------------------------------------------ */

/* Programs with an uncaught exception do not go on: what they hold is not freed. */
static void leave(int status)
{
    fflush(stdout);
    exit(status);
}

static void expect(bool made, const char *what)
{
    if (made)
        return;
    fprintf(stderr, "twin: %s\n", what);
    leave(2);
}

static void expect_ok(ac_loop *loop, ac_status status, const char *what)
{
    if (status == AC_OK)
        return;
    fprintf(stderr, "twin: %s: %s\n", what, show_failure(loop, status));
    leave(1);
}

void twin_uncaught(ac_loop *loop, ac_value exception)
{
    ac_ref error = ac_lend(exception);
    int status = 1;

    (void)loop;
    if (ac_c_isinstance(error, &ac_c_SystemExit))
        status = (int)ac_c_as_int(ac_c_argument(error));
    else if (ac_c_isinstance(error, &ac_c_KeyboardInterrupt))
        status = 130;
    else
        fprintf(stderr, "uncaught: %s\n", show(error));
    leave(status);
}

/* ---- Loops ----------------------------------------------------------------------------------------- */

ac_loop *twin_loop(void)
{
    ac_loop_options options = {.semantics = profile, .clock = &the_clock};
    const char *why = "";
    ac_loop *loop = ac_c_loop_new(&options, &why);

    expect(loop != NULL, why);
    return loop;
}

void twin_loop_end(ac_loop *loop)
{
    size_t left = ac_c_loop_free(loop);

    if (left == 0)
        return;
    fprintf(stderr, "twin: %zu objects outlived the loop\n", left);
    leave(99);
}

void twin_run(const ac_coro_ops *body, size_t size)
{
    ac_loop *loop = twin_loop();
    ac_value result = ac_none();
    ac_status status = ac_c_run(loop, twin_coroutine(loop, body, size), &result);

    if (status == AC_E_RAISED)
        twin_uncaught(loop, result);
    if (status == AC_E_DEADLOCK)
        leave(97);
    expect_ok(loop, status, "run");
    ac_drop(loop, result);
    twin_loop_end(loop);
}

/* ---- Tasks ----------------------------------------------------------------------------------------- */

void *twin_coroutine(ac_loop *loop, const ac_coro_ops *body, size_t size)
{
    void *frame = ac_c_task_new(loop, size, body);

    expect(frame != NULL, "no memory for a task");
    return frame;
}

ac_future *twin_future(void *task)
{
    return &((ac_c_task *)task)->task.future;
}

ac_task *twin_task(void *task)
{
    return &((ac_c_task *)task)->task;
}

void twin_start(ac_loop *loop, void *coroutine)
{
    expect_ok(loop, ac_c_create_task(loop, coroutine, AC_EAGER_DEFAULT), "create_task");
}

void twin_start_in(ac_group *group, void *coroutine)
{
    expect_ok(group->loop, ac_c_group_create_task(group, coroutine, AC_EAGER_DEFAULT), "group.create_task");
}

void twin_forget(ac_loop *loop, void *task)
{
    ac_c_release(loop, twin_future(task));
}

void twin_spawn(ac_loop *loop, void *coroutine)
{
    twin_start(loop, coroutine);
    twin_forget(loop, coroutine);
}

void twin_spawn_in(ac_group *group, void *coroutine)
{
    twin_start_in(group, coroutine);
    twin_forget(group->loop, coroutine);
}

bool twin_cancel_future(ac_loop *loop, ac_future *future, const char *message)
{
    ac_value text = message ? ac_c_str(loop, message) : ac_none();
    bool did = false;

    expect_ok(loop, ac_future_cancel(future, ac_lend(text), &did), "cancel");
    ac_drop(loop, text);
    return did;
}

bool twin_cancel(ac_loop *loop, void *task, const char *message)
{
    return twin_cancel_future(loop, twin_future(task), message);
}

unsigned twin_cancelling(ac_loop *loop)
{
    return ac_task_cancelling(ac_loop_current_task(loop));
}

const char *twin_result(ac_loop *loop, ac_future *future)
{
    ac_value value = ac_none();
    ac_how how = AC_SEND;
    ac_status status = ac_future_result(future, &how, &value);

    return status == AC_OK ? show_taken(loop, value) : show_failure(loop, status);
}

ac_future *twin_gather(ac_loop *loop, ac_future *const *children, size_t count, bool return_exceptions)
{
    ac_future *outer = NULL;

    expect_ok(loop, ac_c_gather(loop, children, count, return_exceptions, &outer), "gather");
    return outer;
}

ac_future *twin_shield(ac_loop *loop, ac_future *inner)
{
    ac_future *outer = NULL;

    expect_ok(loop, ac_c_shield(loop, inner, &outer), "shield");
    return outer;
}

ac_value twin_raised(ac_loop *loop, ac_turn turn, ac_out *out)
{
    if (turn == AC_RAISED)
        return ac_take(&out->value);
    ac_drop(loop, ac_take(&out->value));
    return ac_none();
}

ac_value twin_thrown(ac_loop *loop, ac_how how, ac_ref in)
{
    return how == AC_THROW ? ac_dup(loop, in) : ac_none();
}

/* ---- Groups ---------------------------------------------------------------------------------------- */

void twin_enter(ac_group *group, ac_loop *loop)
{
    ac_group_init(group, loop);
    expect_ok(loop, ac_group_enter(group), "__aenter__");
}

void twin_begin_exit(ac_group *group, ac_value *error)
{
    ac_value left = ac_take(error);

    expect_ok(group->loop, ac_group_exit(group, ac_lend(left)), "__aexit__");
    ac_drop(group->loop, left);
}

ac_value twin_left(ac_group *group, ac_turn turn, ac_out *out)
{
    ac_loop *loop = group->loop;
    ac_value error = twin_raised(loop, turn, out);

    ac_group_clear(group);
    return error;
}

/* ---- Callbacks ------------------------------------------------------------------------------------- */

static ac_status print_text(ac_loop *loop, void *text)
{
    (void)loop;
    say("%s", (const char *)text);
    return AC_OK;
}

ac_handle *twin_call_soon(ac_loop *loop, ac_c_function *function, void *data)
{
    ac_handle *handle = NULL;

    expect_ok(loop, ac_c_call_soon(loop, function, data, &handle), "call_soon");
    return handle;
}

ac_handle *twin_call_at(ac_loop *loop, double when, ac_c_function *function, void *data)
{
    ac_handle *handle = NULL;

    expect_ok(loop, ac_c_call_at(loop, when, function, data, &handle), "call_at");
    return handle;
}

ac_handle *twin_print_soon(ac_loop *loop, const char *text)
{
    return twin_call_soon(loop, print_text, (void *)text);
}

ac_handle *twin_print_at(ac_loop *loop, double when, const char *text)
{
    return twin_call_at(loop, when, print_text, (void *)text);
}

static ac_status stop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

void twin_stop_soon(ac_loop *loop)
{
    twin_call_soon(loop, stop, NULL);
}

struct call_in {
    ac_callback callback;
    ac_c_function *function;
    void *data;
};

static ac_status call_in_run(ac_loop *loop, ac_callback *callback)
{
    struct call_in *call = AC_CONTAINER_OF(callback, struct call_in, callback);

    return call->function(loop, call->data);
}

static void call_in_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    free(AC_CONTAINER_OF(callback, struct call_in, callback));
}

void twin_call_soon_in(ac_loop *loop, ac_ref context, ac_c_function *function, void *data)
{
    static const ac_handle_ops ops = {.run = call_in_run, .done = call_in_done};
    struct call_in *call = calloc(1, sizeof *call);

    expect(call != NULL, "no memory for a callback");
    call->function = function;
    call->data = data;
    ac_callback_init(&call->callback, &ops, ac_dup(loop, context));
    expect_ok(loop, ac_loop_call_soon(loop, &call->callback), "call_soon");
}

ac_status twin_tick(ac_loop *loop, void *last)
{
    if (++twin_turn < (int)(intptr_t)last)
        twin_call_soon(loop, twin_tick, last);
    return AC_OK;
}

void twin_tick_soon(ac_loop *loop, int last)
{
    twin_call_soon(loop, twin_tick, (void *)(intptr_t)last);
}

/* ---- The child ------------------------------------------------------------------------------------- */

enum { NAP = 1, LINGERING };

static ac_turn child_throw(ac_loop *loop, ac_out *out, const ac_c_class *kind, const char *text)
{
    if (text)
        return ac_c_throw(loop, out, kind, text);
    out->value = ac_c_exception(loop, kind, ac_none_ref());
    return AC_RAISED;
}

static ac_turn child_end(ac_loop *loop, struct twin_child *self, ac_out *out)
{
    if (self->ended)
        self->ended(loop, self);
    if (self->fails)
        return child_throw(loop, out, self->fails, self->text);
    return ac_return(out, ac_none());
}

static ac_turn child_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct twin_child *self = AC_C_SELF(co, struct twin_child);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&self->nap, loop, self->delay, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    if (turn == AC_RETURNED) {
        co->at = AC_AT_END;
        return child_end(loop, self, out);
    }
    self->error = ac_take(&out->value);
    if (self->cancelled)
        self->cancelled(loop, self, ac_lend(self->error));
    if (self->linger > 0) {
        ac_sleep_init(&self->nap, loop, self->linger, ac_none());
        AC_AWAIT_CORO(LINGERING, &self->nap.co, turn);
        if (turn == AC_RAISED) {
            ac_drop(loop, ac_take(&self->error));
            self->error = ac_take(&out->value);
        } else if (self->lingered) {
            self->lingered(loop, self);
        }
    }
    AC_END(co);
    if (!self->instead)
        return out->value = ac_take(&self->error), AC_RAISED;
    ac_drop(loop, ac_take(&self->error));
    return child_throw(loop, out, self->instead, self->text);
}

static const ac_coro_ops child_ops = {.resume = child_resume};

struct twin_child *twin_child_new(ac_loop *loop, const char *name, double delay)
{
    struct twin_child *self = twin_coroutine(loop, &child_ops, sizeof *self);

    self->name = name;
    self->delay = delay;
    return self;
}

void twin_say_cancelled(ac_loop *loop, struct twin_child *self, ac_ref error)
{
    (void)loop;
    say("%s %s", self->name, show(error));
}

/* ---- main ------------------------------------------------------------------------------------------ */

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0); /* what a killed program has printed is compared, too */
    profile = argc > 1 ? argv[1] : getenv("AIOCORE_SEMANTICS");
    ac_clock_init(&the_clock);
    twin();
    return 0;
}
