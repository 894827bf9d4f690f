/* test_staggered.c - staggered_race as a coroutine: who begins when, who wins, and every way to end it early.
 *
 * Mirrors    staggered.staggered_race; orders from CPython 3.12.1 to 3.15.2.
 * Idea       A race of scripts.  The race lies in the frame of a task, or is driven by hand; each of its
 *            tasks is a th_coro around a run of the core. */
#include "host.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 6 };

/* One race: what the hooks look at. */
static struct race {
    ac_staggered core;
    const th_op *scripts[MOST]; /* NULL: the end */
    size_t next;
    double delay;
    bool has_delay;
    unsigned fail_delay, fail_next, fail_begin; /* the nth call from now fails */
    size_t runs, seen_exceptions;
} race;

/* The body of a task of the race. */
typedef struct runner {
    th_coro head;
    ac_staggered_run run;
    th_coro *candidate;
} runner;

static runner *runner_of(ac_coro *co)
{
    return (runner *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

static ac_turn run_runner(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    return ac_coro_resume(loop, &runner_of(co)->run.co, how, in, out);
}

static int visit_runner(ac_coro *co, ac_visitor *visitor)
{
    runner *self = runner_of(co);
    return self->run.co.ops->visit(&self->run.co, visitor);
}

static void clear_runner(ac_loop *loop, ac_coro *co)
{
    runner *self = runner_of(co);
    th_coro *candidate = self->candidate;
    self->candidate = NULL;
    self->run.co.ops->clear(loop, &self->run.co);
    self->run.co.ops->clear(loop, &self->run.co);
    if (candidate != NULL)
        th_coro_drop(candidate);
}

static ac_status make_task(ac_loop *loop, ac_staggered *core, ac_staggered_part part, ac_task **out)
{
    static const ac_coro_ops ops = {run_runner, NULL, visit_runner, clear_runner};
    runner *self = th_coro_new(part.waits ? "wait" : "run", sizeof *self, &ops);
    ac_status status;
    race.runs++;
    ck_assert_str_eq(ac_staggered_part_name(part),
                     part.waits ? "Event.wait" : "staggered_race.<locals>.run_one_coro");
    ac_staggered_run_init(&self->run, core, part);
    *out = th_spawn(loop, &self->head, AC_EAGER_DEFAULT, &status);
    return status;
}

static bool due(unsigned *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

static ac_status raise_runtime(ac_loop *loop, const char *text)
{
    return ac_loop_raise(loop, th_exception(TH_RUNTIME, text));
}

static ac_status get_delay(ac_loop *loop, ac_staggered *core, double *seconds, bool *has)
{
    ck_assert_ptr_eq(core, &race.core);
    *seconds = race.delay;
    *has = race.has_delay;
    return due(&race.fail_delay) ? raise_runtime(loop, "delay") : AC_OK;
}

static ac_status get_next(ac_loop *loop, ac_staggered *core, ac_staggered_run *run, bool *more)
{
    ck_assert_ptr_eq(core, run->race);
    if (due(&race.fail_next))
        return raise_runtime(loop, "next");
    *more = race.next < MOST && race.scripts[race.next] != NULL;
    if (*more)
        AC_CONTAINER_OF(run, runner, run)->candidate = th_script("candidate", race.scripts[race.next++]);
    return AC_OK;
}

static ac_status begin(ac_loop *loop, ac_staggered_run *run, ac_coro **out)
{
    if (due(&race.fail_begin))
        return raise_runtime(loop, "begin");
    *out = &AC_CONTAINER_OF(run, runner, run)->candidate->co;
    return AC_OK;
}

static ac_ref message_of(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    return ac_lend(th_object_of(exception)->value);
}

static const ac_staggered_ops hooks = {make_task, get_delay, get_next, begin, message_of};

/* ---- The race in a task ---- */

typedef struct racer {
    th_coro head;
    bool cleared;
} racer;

enum { RACE = 1 };

static void log_exceptions(void)
{
    for (size_t i = 0; i < ac_staggered_count(&race.core); i++)
        th_log("%s", th_repr(ac_staggered_exception(&race.core, i)));
    ck_assert(ac_is_none(ac_staggered_exception(&race.core, MOST)));
}

static ac_turn run_racer(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn;
    size_t winner;
    AC_BEGIN(co);
    AC_AWAIT_CORO(RACE, &race.core.co, turn);
    AC_END(co);
    if (turn == AC_RAISED)
        th_log("raised %s", th_repr(ac_lend(out->value)));
    else if (ac_staggered_winner(&race.core, &winner))
        th_log("%zu won %s", winner, th_repr(ac_lend(out->value)));
    else
        th_log("nobody won %s", th_repr(ac_lend(out->value)));
    log_exceptions();
    th_drop(out->value);
    return ac_return(out, ac_none());
}

static int visit_racer(ac_coro *co, ac_visitor *visitor)
{
    (void)co;
    return race.core.co.ops->visit(&race.core.co, visitor);
}

static void clear_racer(ac_loop *loop, ac_coro *co)
{
    co->at = AC_AT_END;
    race.core.co.ops->clear(loop, &race.core.co);
    race.core.co.ops->clear(loop, &race.core.co);
}

static void prepare(const double *delay)
{
    static const struct race blank;
    race = blank;
    race.has_delay = delay != NULL;
    race.delay = delay != NULL ? *delay : 0;
    ac_staggered_init(&race.core, &th.loop, &hooks, ac_none_ref());
}

static void set_scripts(const th_op *a, const th_op *b, const th_op *c)
{
    race.scripts[0] = a;
    race.scripts[1] = b;
    race.scripts[2] = c;
}

static void drop_race(void)
{
    if (th.slots[0] != NULL)
        th_release(th.slots[0]);
    th.slots[0] = NULL;
}

/* A race in slot 0. */
static ac_task *start(const double *delay, const th_op *a, const th_op *b, const th_op *c)
{
    static const ac_coro_ops ops = {run_racer, NULL, visit_racer, clear_racer};
    drop_race();
    prepare(delay);
    set_scripts(a, b, c);
    racer *self = th_coro_new("race", sizeof *self, &ops);
    return th_start_body(&th.loop, 0, &self->head);
}

/* The loop behaves as this release. */
static void use(const char *profile)
{
    drop_race();
    th.now = 0;
    th_use(profile);
}

static const char *const profiles[] = {"3.12.1", "3.12.8", "3.13.18", "3.15"};
enum { PROFILES = 4, NEWER = 2 };

static void in_each(void (*check)(int at))
{
    for (int at = 0; at < PROFILES; at++) {
        use(profiles[at]);
        check(at);
    }
}

static const double one = 1, nothing = 0;

static const th_op slow[] = {{TH_LOG, .text = "slow"}, {TH_SLEEP, .number = 5}, {TH_RETURN, .number = 5}};
static const th_op quick[] = {
    {TH_LOG, .text = "quick"}, {TH_SLEEP, .number = 2}, {TH_RETURN_NEW, .text = "q"}};
static const th_op fails[] = {{TH_LOG, .text = "fails"}, {TH_RAISE, .kind = TH_VALUE, .text = "f"}, {TH_END}};
static const th_op wins[] = {{TH_LOG, .text = "wins"}, {TH_RETURN, .number = 7}};
static const th_op exits[] = {{TH_RAISE, .kind = TH_EXIT, .text = "x"}, {TH_END}};
static const th_op stubborn[] = {{TH_SLEEP, .number = 9, .catches = true}, {TH_RETURN, .number = 9}};

static void check_the_first_that_returns_wins(int at)
{
    (void)at;
    start(&one, slow, quick, slow);
    th_run(&th.loop);
    th_expect("slow, quick, slow, 1 won q, CancelledError(), None, CancelledError()");
    ck_assert_double_eq(th.now, 3);
    ck_assert_uint_eq(race.runs, 4);
}

START_TEST(test_the_first_that_returns_wins)
{
    in_each(check_the_first_that_returns_wins);
}
END_TEST

static void check_a_failure_starts_the_next_one(int at)
{
    (void)at;
    start(NULL, fails, fails, wins);
    th_run(&th.loop);
    th_expect("fails, fails, wins, 2 won 7, ValueError('f'), ValueError('f'), None");
    start(&one, fails, fails, NULL);
    th_run(&th.loop);
    th_expect("fails, fails, nobody won None, ValueError('f'), ValueError('f')");
    start(&one, NULL, NULL, NULL);
    th_run(&th.loop);
    th_expect("nobody won None");
}

START_TEST(test_a_failure_starts_the_next_one)
{
    in_each(check_a_failure_starts_the_next_one);
}
END_TEST

static void check_without_time_the_wait_is_a_task(int at)
{
    (void)at;
    start(&nothing, slow, quick, NULL);
    th_run(&th.loop);
    th_expect("slow, quick, 1 won q, CancelledError(), None");
    ck_assert_uint_eq(race.runs, 5);
}

START_TEST(test_without_time_the_wait_is_a_task)
{
    in_each(check_without_time_the_wait_is_a_task);
}
END_TEST

static void check_what_the_hooks_raise(int at)
{
    static const char *const texts[] = {
        "raised RuntimeError('%s')", "raised ExceptionGroup('staggered race failed', [RuntimeError('%s')])"};
    char expected[128];
    for (int i = 0; i < 2; i++) {
        start(&one, wins, NULL, NULL);
        *(i == 0 ? &race.fail_next : &race.fail_begin) = 1;
        th_run(&th.loop);
        snprintf(expected, sizeof expected, texts[at >= NEWER], "next");
        th_expect(i == 0 ? expected : "nobody won None, RuntimeError('begin')");
    }
    start(&one, fails, NULL, NULL);
    race.fail_delay = 1;
    th_run(&th.loop);
    snprintf(expected, sizeof expected, texts[at >= NEWER], "delay");
    th_append(expected, "ValueError('f')");
    th_expect_in(th.log + strlen("fails, "), expected);
    th.log[0] = '\0';
}

START_TEST(test_what_the_hooks_raise)
{
    in_each(check_what_the_hooks_raise);
}
END_TEST

static void check_a_second_winner_is_an_error(int at)
{
    start(&one, stubborn, quick, NULL);
    th_run(&th.loop);
    th_expect(at < NEWER ? "quick, candidate caught CancelledError(), raised AssertionError(''), None, None"
                         : "quick, candidate caught CancelledError(), raised ExceptionGroup('staggered race "
                           "failed', [AssertionError('')]), None, None");
}

START_TEST(test_a_second_winner_is_an_error)
{
    in_each(check_a_second_winner_is_an_error);
}
END_TEST

static void check_an_exit_leaves_the_loop(int at)
{
    start(&one, exits, slow, NULL);
    ac_status status = AC_OK;
    for (int i = 0; i < 3 && status == AC_OK; i++)
        status = th_turn(&th.loop);
    th_expect_status(status, AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('x')");
    th_run(&th.loop);
    th_expect(at < NEWER ? "raised SystemExit('x'), None"
                         : "slow, raised TypeError('Cannot nest BaseExceptions in an ExceptionGroup'), None, "
                           "None");
    th.log[0] = '\0';
}

START_TEST(test_an_exit_leaves_the_loop)
{
    in_each(check_an_exit_leaves_the_loop);
}
END_TEST

static void check_a_cancelled_race(int at)
{
    (void)at;
    for (int turns = 1; turns < 6; turns++) {
        ac_task *task = start(&one, slow, slow, slow);
        th_turns(&th.loop, turns);
        th_ok(ac_task_cancel(task, ac_lend(th_int(3)), NULL));
        th_run(&th.loop);
        ck_assert_ptr_nonnull(strstr(th.log, "raised CancelledError(3)"));
        ck_assert(ac_future_done(th.slots[0]));
        th.log[0] = th.reports[0] = '\0';
    }
}

START_TEST(test_a_cancelled_race)
{
    in_each(check_a_cancelled_race);
}
END_TEST

/* ---- Driven by hand ---- */

/* Tasks that nobody will wake any more hold themselves, as in CPython, whose collector finds them. */
static void collect(void)
{
    ac_task *task;
    while ((task = ac_loop_next_task(&th.loop, NULL)) != NULL)
        ac_future_clear(&task->future);
    th_run(&th.loop);
}

static ac_turn step(ac_how how, ac_ref in, ac_out *out)
{
    return ac_coro_resume(&th.loop, &race.core.co, how, in, out);
}

static void check_it_can_be_closed_and_thrown_into(int at)
{
    for (int after = -1; after < 4; after++) {
        for (int way = 0; way < 3; way++) {
            ac_value error = th_exception(way == 0 ? TH_VALUE : TH_GENEXIT, "thrown");
            ac_out out = {.value = ac_none()};
            prepare(&one);
            set_scripts(slow, quick, NULL);
            if (after >= 0)
                ck_assert_int_eq(step(AC_SEND, ac_none_ref(), &out), AC_AWAITING);
            th_turns(&th.loop, after < 0 ? 0 : after);
            ac_turn turn = step(way == 2 ? AC_CLOSE : AC_THROW, ac_lend(error), &out);
            ck_assert_int_eq(turn, way == 2 ? (after < 0 || at >= NEWER ? AC_RETURNED : turn) : AC_RAISED);
            th_drop(out.value);
            ck_assert_int_eq(step(AC_SEND, ac_none_ref(), &out), AC_RAISED);
            th_run(&th.loop);
            ac_staggered_clear(&race.core);
            collect();
            th_drop(error);
            th.log[0] = th.reports[0] = '\0';
            ck_assert_int_eq(th.futures, 0);
        }
    }
}

START_TEST(test_it_can_be_closed_and_thrown_into)
{
    in_each(check_it_can_be_closed_and_thrown_into);
}
END_TEST

/* ---- Cleared ---- */

static void forget_reports(void)
{
    th.log[0] = th.reports[0] = th.released[0] = '\0';
}

static void check_it_can_be_cleared_while_its_tasks_run(int at)
{
    (void)at;
    for (int turns = 0; turns < 12; turns++) {
        start(turns % 2 == 0 ? &one : &nothing, slow, quick, fails);
        th_turns(&th.loop, turns);
        th_visitor visitor;
        th_visitor_init(&visitor);
        ck_assert_int_eq(ac_future_visit(th.slots[0], &visitor.visitor), 0);
        for (int stop = 1; stop < visitor.count; stop++) {
            th_visitor again;
            th_visitor_init(&again);
            again.stop_after = stop;
            ck_assert_int_ne(ac_future_visit(th.slots[0], &again.visitor), 0);
        }
        ac_future_clear(th.slots[0]);
        th_run(&th.loop);
        forget_reports();
        ck_assert_int_eq(th.futures, 1);
    }
}

START_TEST(test_it_can_be_cleared_while_its_tasks_run)
{
    in_each(check_it_can_be_cleared_while_its_tasks_run);
}
END_TEST

static void check_its_tasks_can_be_cleared(int at)
{
    (void)at;
    for (int turns = 1; turns < 12; turns++) {
        start(turns % 2 == 0 ? &one : &nothing, slow, quick, fails);
        th_turns(&th.loop, turns);
        for (ac_task *task = ac_loop_next_task(&th.loop, NULL), *next; task != NULL; task = next) {
            next = ac_loop_next_task(&th.loop, task);
            if (&task->future != th.slots[0]) {
                ac_future_clear(&task->future);
                break;
            }
        }
        th_run(&th.loop);
        ac_future_clear(th.slots[0]);
        th_run(&th.loop);
        forget_reports();
    }
}

START_TEST(test_its_tasks_can_be_cleared)
{
    in_each(check_its_tasks_can_be_cleared);
}
END_TEST

static void check_the_owner_is_held_by_runs_and_callbacks(int at)
{
    ac_value owner = th_new("owner");
    ac_out out;
    prepare(&one);
    set_scripts(slow, quick, NULL);
    race.core.owner = ac_lend(owner);
    ck_assert_int_eq(step(AC_SEND, ac_none_ref(), &out), AC_AWAITING);
    ck_assert_uint_eq(th_object_of(ac_lend(owner))->count, at >= NEWER ? 3 : 2);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_object_of(ac_lend(owner))->count, at >= NEWER ? 5 : 3);
    th_run(&th.loop);
    ck_assert_uint_eq(th_object_of(ac_lend(owner))->count, 1);
    if (at < NEWER)
        (void)step(AC_CLOSE, ac_none_ref(), &out);
    ac_staggered_clear(&race.core);
    th_drop(owner);
    forget_reports();
}

START_TEST(test_the_owner_is_held_by_runs_and_callbacks)
{
    in_each(check_the_owner_is_held_by_runs_and_callbacks);
}
END_TEST

START_TEST(test_a_task_knows_who_waits_for_it)
{
    ac_task *task = start(&one, slow, NULL, NULL);
    th_turns(&th.loop, 2);
    ac_task *child = ac_loop_next_task(&th.loop, task);
    ac_callback *callback = ac_handle_callback(ac_future_next_callback(&child->future, NULL));
    ck_assert_str_eq(callback->ops->name, "staggered_race.<locals>.task_done");
    ck_assert_ptr_eq(callback->ops->waiter(callback), &task->future);
    th_run(&th.loop);
    th_expect("slow, 0 won 5, None");
}
END_TEST

/* ---- Failures ---- */

static void fail_each(th_hook hook, unsigned most)
{
    for (unsigned nth = 1; nth <= most; nth++) {
        start(nth % 2 == 0 ? &one : &nothing, fails, quick, slow);
        th_fail(hook, nth);
        ac_status status = AC_OK;
        for (int i = 0; i < 40; i++) {
            status = th_turn(&th.loop);
            if (status != AC_OK)
                th_drop(ac_loop_take_raised(&th.loop));
        }
        th.fail_in[hook] = 0;
        th_run(&th.loop);
        ac_future_clear(th.slots[0]);
        collect();
        forget_reports();
        ck_assert_int_eq(th.futures, 1);
    }
}

static void check_the_nth_allocation_fails(int at)
{
    (void)at;
    fail_each(TH_HOOK_REALLOC, 24);
}

START_TEST(test_the_nth_allocation_fails)
{
    in_each(check_the_nth_allocation_fails);
}
END_TEST

static void check_the_nth_task_cannot_be_made(int at)
{
    (void)at;
    fail_each(TH_HOOK_MAKE_TASK, 6);
}

START_TEST(test_the_nth_task_cannot_be_made)
{
    in_each(check_the_nth_task_cannot_be_made);
}
END_TEST

static void check_the_nth_context_and_exception_cannot_be_made(int at)
{
    (void)at;
    fail_each(TH_HOOK_COPY_CONTEXT, 12);
    fail_each(TH_HOOK_ERROR, 8);
}

START_TEST(test_the_nth_context_and_exception_cannot_be_made)
{
    in_each(check_the_nth_context_and_exception_cannot_be_made);
}
END_TEST

static void check_tasks_that_start_eagerly(int at)
{
    ac_loop_set_task_factory(&th.loop, ac_eager_task_factory, NULL);
    start(&one, fails, quick, slow);
    th_run(&th.loop);
    if (at == 0)
        ck_assert_ptr_nonnull(strstr(th.log, "raised AssertionError('')"));
    else
        th_expect("fails, quick, slow, 1 won q, ValueError('f'), None, CancelledError()");
    forget_reports();
}

START_TEST(test_tasks_that_start_eagerly)
{
    in_each(check_tasks_that_start_eagerly);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_first_that_returns_wins,
        test_a_failure_starts_the_next_one,
        test_without_time_the_wait_is_a_task,
        test_what_the_hooks_raise,
        test_a_second_winner_is_an_error,
        test_an_exit_leaves_the_loop,
        test_a_cancelled_race,
        test_it_can_be_closed_and_thrown_into,
        test_it_can_be_cleared_while_its_tasks_run,
        test_its_tasks_can_be_cleared,
        test_the_owner_is_held_by_runs_and_callbacks,
        test_a_task_knows_who_waits_for_it,
        test_the_nth_allocation_fails,
        test_the_nth_task_cannot_be_made,
        test_the_nth_context_and_exception_cannot_be_made,
        test_tasks_that_start_eagerly,
    };
    return TH_MAIN("staggered", tests);
}
