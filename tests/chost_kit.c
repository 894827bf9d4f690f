/* chost_kit.c - the loop, the logs and the body of the C host's tests (chost_kit.h). */
#include "chost_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kit kit;

/* ---- Logs ---- */

static void append(char *log, const char *between, const char *text)
{
    size_t used = strlen(log);
    ck_assert_uint_lt(used + strlen(between) + strlen(text), KIT_LOG - 1);
    snprintf(log + used, KIT_LOG - used, "%s%s", used > 0 ? between : "", text);
}

void kit_log(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    append(kit.log, ", ", text);
}

static void take_report(void *data, const char *text)
{
    ck_assert_ptr_eq(data, &kit);
    kit.report_count++;
    append(kit.reports, "; ", text);
}

static const char *repr(ac_ref value)
{
    static char texts[4][2048];
    static unsigned next;
    char *text = texts[next++ % 4];
    size_t length = ac_c_repr(value, text, sizeof texts[0]);
    ck_assert_uint_lt(length, sizeof texts[0]);
    ck_assert_uint_eq(length, strlen(text));
    return text;
}

const char *kit_repr(ac_ref value)
{
    return repr(value);
}

const char *kit_repr_of(ac_value value)
{
    const char *text = repr(ac_lend(value));
    ac_drop(kit.loop, value);
    return text;
}

const char *kit_name(const ac_c_task *task)
{
    static char text[128];
    ck_assert_uint_eq(ac_c_task_name(&task->task, text, sizeof text), strlen(text));
    return text;
}

/* ---- The loop ---- */

void kit_loop_with(const ac_loop_options *options)
{
    if (kit.loop != NULL)
        ck_assert_uint_eq(kit_free_loop(), 0);
    kit.loop = ac_c_loop_new(options, NULL);
    ck_assert_ptr_nonnull(kit.loop);
    ac_c_set_report(kit.loop, take_report, &kit);
}

void kit_loop(const char *semantics)
{
    ac_clock_init(&kit.clock);
    kit_loop_with(&(ac_loop_options){.semantics = semantics, .clock = &kit.clock});
}

size_t kit_free_loop(void)
{
    ac_loop *loop = kit.loop;
    const char *wrong = ac_loop_check(loop);
    ck_assert_msg(wrong == NULL, "%s", wrong);
    kit.loop = NULL;
    return ac_c_loop_free(loop);
}

static void setup(void)
{
    memset(&kit, 0, sizeof kit);
    kit_loop(NULL);
}

static void teardown(void)
{
    if (kit.loop != NULL)
        ck_assert_uint_eq(kit_free_loop(), 0);
    ck_assert_str_eq(kit.reports, "");
}

int kit_main(const char *name, const TTest *const *tests, size_t count)
{
    return kit_main_times(name, tests, count, 1);
}

int kit_main_times(const char *name, const TTest *const *tests, size_t count, int times)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    for (size_t i = 0; i < count; i++)
        tcase_add_loop_test(tcase, tests[i], 0, times);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void kit_turns(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        kit_ok(ac_loop_turn(kit.loop));
        const char *wrong = ac_loop_check(kit.loop);
        ck_assert_msg(wrong == NULL, "%s", wrong);
    }
}

/* ---- The body ---- */

enum { NAP = 1, FUTURE };

static ac_turn finish(ac_loop *loop, worker *self, ac_out *out)
{
    if (self->last != NULL)
        self->last(loop, self);
    if (self->raises == NULL)
        return ac_return(out, ac_take(&self->gives));
    out->value = ac_c_exception(loop, self->raises, ac_lend(self->gives));
    return AC_RAISED;
}

/* What came out of the wait: owned by out. */
static void log_wait(worker *self, ac_turn turn, ac_ref value)
{
    if (self->name != NULL && self->waited)
        kit_log("%s %s %s", self->name, turn == AC_RAISED ? "caught" : "got", kit_repr(value));
}

static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    worker *self = AC_C_SELF(co, worker);
    ac_turn turn;

    AC_BEGIN(co);
    if (self->name != NULL)
        kit_log("%s", self->name);
    if (self->first != NULL)
        self->first(loop, self);
    self->waited = self->awaits != NULL || self->naps > 0;
    if (self->awaits != NULL) {
        AC_AWAIT(FUTURE, self->awaits);
        out->value = ac_dup(loop, in);
        turn = how == AC_THROW ? AC_RAISED : AC_RETURNED;
    } else if (self->naps > 0) {
        ac_sleep_init(&self->nap, loop, self->naps, ac_none());
        AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    } else {
        out->value = ac_none();
        turn = AC_RETURNED;
    }
    AC_END(co);
    log_wait(self, turn, ac_lend(out->value));
    if (turn == AC_RAISED && !self->swallows && self->raises == NULL)
        return AC_RAISED;
    ac_drop(loop, ac_take(&out->value));
    return finish(loop, self, out);
}

static void clear(ac_loop *loop, ac_coro *co)
{
    worker *self = AC_C_SELF(co, worker);
    ac_future *awaited = self->awaits;

    self->awaits = NULL;
    if (self->nap.co.ops != NULL)
        self->nap.co.ops->clear(loop, &self->nap.co);
    ac_drop(loop, ac_take(&self->gives));
    if (awaited != NULL)
        ac_c_release(loop, awaited);
}

const ac_coro_ops kit_worker_ops = {.resume = work, .clear = clear};

worker *kit_worker(const char *name)
{
    worker *self = ac_c_task_new(kit.loop, sizeof *self, &kit_worker_ops);
    ck_assert_ptr_nonnull(self);
    self->name = name;
    return self;
}

void kit_start(worker *self)
{
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT));
    kit_release(self);
}

void kit_start_eager(worker *self)
{
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_YES));
    kit_release(self);
}

void kit_release(worker *self)
{
    ac_c_release(kit.loop, &self->head.task.future);
}

const char *kit_run(worker *self)
{
    static char text[2048];
    ac_value result = ac_c_int(99);
    ac_status status = ac_c_run(kit.loop, &self->head, &result);
    snprintf(text, sizeof text, "%s %s", ac_status_name(status), kit_repr_of(result));
    return text;
}

ac_future *kit_pending(void)
{
    ac_future *future = ac_c_future_new(kit.loop);
    ck_assert_ptr_nonnull(future);
    return future;
}

void kit_finish(ac_future *future, int64_t result)
{
    kit_ok(ac_future_set_result(future, ac_c_int(result)));
}

void kit_release_future(ac_future *future)
{
    ac_c_release(kit.loop, future);
}
