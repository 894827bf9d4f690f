/* test_every_machine.c - every machine of the core, at each of its resume points: closed, thrown into,
 * cleared, shown.
 *
 * Idea       A table has a row for each point at which a body of the core can be asleep, and how to get
 *            there.  At each, every way out is tried twice: on the machine alone, driven by hand as a
 *            coroutine's send and throw do it, and on the task that waits in it.  What has its own test says
 *            what exactly happens; this one says that nothing is missing: tests/every_machine.py compares the
 *            table with the source.
 * Rules      A row's 'ends' are the answers to a close, ValueError, CancelledError and GeneratorExit: R
 *            returned, X raised what was thrown (after a close: nothing), A awaits again.
 *            test_every_machine --list prints the table. */
#include "host.h"

#include <stdio.h>
#include <string.h>

/* ---- What there is to wait for ---- */

/* All of it once, made anew for each row. */
static struct {
    ac_lock lock;
    ac_event_flag event;
    ac_condition condition; /* on the lock */
    ac_semaphore semaphore;
    ac_barrier barrier; /* of two parties, on the condition */
    ac_queue queue;     /* with room for one */
    ac_as_completed several;
    ac_group group;
    ac_sleep nap;
    union {
        ac_sleep sleep;
        ac_wait wait;
        ac_as_completed_step step;
        ac_wait_for wait_for;
        ac_cancel_and_wait cancel_and_wait;
        ac_lock_acquire lock;
        ac_event_wait event;
        ac_condition_wait condition;
        ac_condition_wait_for condition_for;
        ac_semaphore_acquire semaphore;
        ac_barrier_wait barrier;
        ac_barrier_change change;
        ac_queue_put put;
        ac_queue_get get;
        ac_queue_join join;
    } machine;
    ac_staggered race;
    ac_staggered_run runs[3];
    size_t parts;   /* how many runs it has asked for */
    size_t refused; /* the how manieth gets no task; 0: none */
    ac_semantics semantics;
    bool has_several, has_group, has_race;
} it;

enum { FUTURE, SECOND, CHILD, TASK, RACING, SLOTS = RACING + 3 };

static void set_up(void)
{
    memset(&it, 0, sizeof it);
    it.semantics = th.loop.semantics;
    ac_lock_init(&it.lock, ac_none_ref());
    ac_event_init(&it.event, ac_none_ref());
    ac_condition_init(&it.condition, ac_none_ref(), &it.lock);
    (void)ac_semaphore_init(&it.semaphore, ac_none_ref(), 0);
    (void)ac_barrier_init(&it.barrier, &it.condition, 2);
    ac_queue_init(&it.queue, ac_none_ref(), &th.loop, 1, &ac_queue_fifo);
    th_slot(FUTURE, "future");
    th_slot(SECOND, "second");
}

/* Nothing is left of it. */
static void tear_down(void)
{
    if (it.has_group)
        ac_group_clear(&it.group);
    if (it.has_several)
        ac_as_completed_clear(&it.several);
    if (it.has_race)
        ac_staggered_clear(&it.race);
    for (size_t i = 0; i < it.parts; i++)
        it.runs[i].co.ops->clear(&th.loop, &it.runs[i].co);
    for (unsigned i = 0; i < SLOTS; i++)
        if (th.slots[i] != NULL && !ac_future_done(th.slots[i]))
            (void)ac_future_cancel(th.slots[i], ac_none_ref(), NULL);
    th_run(&th.loop);
    ck_assert_uint_eq(ac_lock_waiter_count(&it.lock), 0);
    ck_assert_uint_eq(ac_event_waiter_count(&it.event), 0);
    ck_assert_uint_eq(ac_condition_waiter_count(&it.condition), 0);
    ck_assert_uint_eq(ac_semaphore_waiter_count(&it.semaphore), 0);
    ck_assert_uint_eq(ac_queue_getter_count(&it.queue) + ac_queue_putter_count(&it.queue), 0);
    ac_queue_clear(&it.queue);
    th.loop.semantics = it.semantics;
    for (unsigned i = 0; i < SLOTS; i++) {
        if (th.slots[i] != NULL) {
            ac_future_set_log_traceback(th.slots[i], false);
            th_release(th.slots[i]);
        }
        th.slots[i] = NULL;
    }
    ck_assert_int_eq(th.objects, 0);
    ck_assert_int_eq(th.futures, 0);
    th.log[0] = th.released[0] = th.reports[0] = '\0';
}

/* ---- The table ---- */

/* The first makes the machine; it is resumed; if that is not the place yet, the second has it go on, and it
 * is resumed again. */
typedef struct point {
    const char *file, *function, *name;
    uint16_t at;
    ac_coro *(*begin)(void);
    void (*go_on)(void);
    const char *ends;
} point;

static ac_coro *sleep_for_no_time(void)
{
    ac_sleep_init(&it.machine.sleep, &th.loop, 0, th_new("slept"));
    return &it.machine.sleep.co;
}

static ac_coro *sleep_for_long(void)
{
    ac_sleep_init(&it.machine.sleep, &th.loop, 5, th_new("slept"));
    return &it.machine.sleep.co;
}

static ac_coro *leave_group(void)
{
    static const th_op child[] = {{TH_AWAIT, FUTURE}, {TH_END}};
    ac_task_spec spec = {.body = &th_script("child", child)->co};
    ac_task *task = NULL;
    ac_group_init(&it.group, &th.loop);
    it.has_group = true;
    th_ok(ac_group_enter(&it.group));
    th_ok(ac_group_create_task(&it.group, &spec, &task));
    th_coro_drop(AC_CONTAINER_OF(spec.body, th_coro, co));
    th.slots[CHILD] = &task->future;
    th_ok(ac_group_exit(&it.group, ac_none_ref()));
    return &it.group.exit;
}

static ac_coro *wait_for_both(void)
{
    const double seconds = 5;
    th_ok(ac_wait_init(&it.machine.wait, &th.loop, th.slots, 2, &seconds, AC_ALL_COMPLETED));
    return &it.machine.wait.co;
}

static void begin_several(void)
{
    const double seconds = 5;
    th_ok(ac_as_completed_init(&it.several, &th.loop, th.slots, 2, ac_none_ref()));
    it.has_several = true;
    th_ok(ac_as_completed_start(&it.several, &seconds));
}

static ac_coro *next_result(void)
{
    begin_several();
    ck_assert(ac_as_completed_next(&it.several, &it.machine.step));
    return &it.machine.step.co;
}

static ac_coro *next_future(void)
{
    begin_several();
    ac_as_completed_anext(&it.several, &it.machine.step);
    return &it.machine.step.co;
}

static ac_coro *wait_for_body(void)
{
    const double seconds = 5;
    ac_sleep_init(&it.nap, &th.loop, 9, th_new("slept"));
    ac_wait_for_body(&it.machine.wait_for, &th.loop, &it.nap.co, &seconds);
    return &it.machine.wait_for.co;
}

static ac_coro *wait_for_future(void)
{
    const double seconds = 5;
    ac_wait_for_future(&it.machine.wait_for, &th.loop, th.slots[FUTURE], &seconds);
    return &it.machine.wait_for.co;
}

static ac_coro *wait_no_time(void)
{
    const double seconds = 0;
    ac_wait_for_future(&it.machine.wait_for, &th.loop, th.slots[FUTURE], &seconds);
    return &it.machine.wait_for.co;
}

static ac_coro *cancel_and_wait(void)
{
    ac_cancel_and_wait_init(&it.machine.cancel_and_wait, &th.loop, th.slots[FUTURE]);
    return &it.machine.cancel_and_wait.co;
}

static ac_coro *lock(void)
{
    it.lock.locked = true;
    ac_lock_acquire_init(&it.machine.lock, &it.lock);
    return &it.machine.lock.co;
}

static ac_coro *event(void)
{
    ac_event_wait_init(&it.machine.event, &it.event);
    return &it.machine.event.co;
}

static ac_coro *semaphore(void)
{
    ac_semaphore_acquire_init(&it.machine.semaphore, &it.semaphore);
    return &it.machine.semaphore.co;
}

static ac_coro *condition(void)
{
    it.lock.locked = true;
    ac_condition_wait_init(&it.machine.condition, &it.condition);
    return &it.machine.condition.co;
}

/* Notified, but somebody else has the lock. */
static void notify(void)
{
    it.lock.locked = true;
    th_ok(ac_condition_notify_all(&it.condition));
}

static ac_status never(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    (void)loop;
    (void)data;
    *result = th_new("never");
    *holds = false;
    return AC_OK;
}

static ac_coro *condition_for(void)
{
    it.lock.locked = true;
    ac_condition_wait_for_init(&it.machine.condition_for, &it.condition, never, NULL);
    return &it.machine.condition_for.co;
}

static ac_coro *barrier_others(void)
{
    ac_barrier_wait_init(&it.machine.barrier, &it.barrier);
    return &it.machine.barrier.co;
}

static ac_coro *barrier_enter(void)
{
    it.lock.locked = true;
    return barrier_others();
}

static ac_coro *barrier_block(void)
{
    it.barrier.state = AC_BARRIER_DRAINING;
    return barrier_others();
}

static ac_coro *barrier_reset(void)
{
    it.lock.locked = true;
    ac_barrier_reset_init(&it.machine.change, &it.barrier);
    return &it.machine.change.co;
}

static ac_coro *barrier_abort(void)
{
    it.lock.locked = true;
    ac_barrier_abort_init(&it.machine.change, &it.barrier);
    return &it.machine.change.co;
}

static void fill_queue(void)
{
    ac_value item = th_new("item");
    th_ok(ac_queue_put_nowait(&it.queue, ac_lend(item)));
    th_drop(item);
}

static ac_coro *put(void)
{
    fill_queue();
    ac_queue_put_init(&it.machine.put, &it.queue, th_new("more"));
    return &it.machine.put.co;
}

static ac_coro *get(void)
{
    ac_queue_get_init(&it.machine.get, &it.queue);
    return &it.machine.get.co;
}

static ac_coro *join(void)
{
    fill_queue();
    ac_queue_join_init(&it.machine.join, &it.queue);
    return &it.machine.join.co;
}

/* The tasks of this race do nothing of their own: its runs are driven beside them. */
static ac_status race_make_task(ac_loop *loop, ac_staggered *race, ac_staggered_part part, ac_task **out)
{
    static const th_op waits[] = {{TH_AWAIT, SECOND}, {TH_END}};
    ac_status status;
    ac_staggered_run_init(&it.runs[it.parts++], race, part);
    if (it.parts == it.refused)
        return AC_E_MEMORY;
    *out = th_spawn(loop, th_script("racing", waits), AC_EAGER_NO, &status);
    th_retain(&(*out)->future);
    th.slots[RACING + it.parts - 1] = &(*out)->future;
    return status;
}

static ac_status race_delay(ac_loop *loop, ac_staggered *race, double *seconds, bool *has)
{
    (void)loop;
    (void)race;
    *seconds = 5;
    *has = true;
    return AC_OK;
}

static ac_status race_next(ac_loop *loop, ac_staggered *race, ac_staggered_run *run, bool *more)
{
    (void)loop;
    (void)race;
    (void)run;
    *more = true;
    return AC_OK;
}

static ac_status race_begin(ac_loop *loop, ac_staggered_run *run, ac_coro **out)
{
    (void)run;
    ac_sleep_init(&it.nap, loop, 9, th_new("slept"));
    *out = &it.nap.co;
    return AC_OK;
}

static ac_coro *race(void)
{
    static const ac_staggered_ops ops = {race_make_task, race_delay, race_next, race_begin, NULL};
    ac_staggered_init(&it.race, &th.loop, &ops, ac_none_ref());
    it.has_race = true;
    return &it.race.co;
}

static ac_coro *old_race(void)
{
    th_ok(ac_semantics_parse("3.12.1", &th.loop.semantics, NULL));
    return race();
}

static void resume_race(ac_coro *machine)
{
    ac_out out = {.value = ac_none()};
    ac_turn turn = ac_coro_resume(&th.loop, machine, AC_SEND, ac_none_ref(), &out);
    if (turn == AC_AWAITING)
        ac_future_set_blocking(out.future, false);
}

/* Nobody has told it that it may start. */
static ac_coro *run_unknown(void)
{
    it.refused = 1;
    resume_race(race());
    return &it.runs[0].co;
}

static ac_coro *run_first(void)
{
    resume_race(race());
    return &it.runs[0].co;
}

static ac_coro *run_second(void)
{
    resume_race(run_first());
    return &it.runs[1].co;
}

static const point points[] = {
    {"flow/as_completed.c", "step_resume", "STEP_GETTER", 1, next_future, NULL, "XXXX"},
    {"flow/as_completed.c", "step_resume", "STEP_GETTER", 1, next_result, NULL, "XXXX"},
    {"flow/cancel_and_wait.c", "cancel_resume", "CANCEL_RELEASED", 1, cancel_and_wait, NULL, "RXXX"},
    {"flow/group_exit.c", "resume_exit", "CHILDREN", 1, leave_group, NULL, "XXAX"},
    {"flow/sleep.c", "resume", "BARE", 1, sleep_for_no_time, NULL, "XXXX"},
    {"flow/sleep.c", "resume", "TIMER", 2, sleep_for_long, NULL, "XXXX"},
    {"flow/staggered.c", "race_resume", "RACE_COMPLETED", 2, race, NULL, "RXAX"},
    {"flow/staggered.c", "race_resume", "RACE_WAIT", 1, old_race, NULL, "XXXX"},
    {"flow/staggered.c", "run_resume", "RUN_CANDIDATE", 3, run_first, NULL, "RRRR"},
    {"flow/staggered.c", "run_resume", "RUN_STARTS", 1, run_unknown, NULL, "RXXX"},
    {"flow/staggered.c", "run_resume", "RUN_WAITS", 2, run_second, NULL, "RXXX"},
    {"flow/wait.c", "wait_resume", "WAIT_WAITER", 1, wait_for_both, NULL, "XXXX"},
    {"flow/wait_for.c", "wait_for_resume", "WAIT_FOR_BODY", 1, wait_for_body, NULL, "XXXX"},
    {"flow/wait_for.c", "wait_for_resume", "WAIT_FOR_CANCELLED", 3, wait_no_time, NULL, "RXXX"},
    {"flow/wait_for.c", "wait_for_resume", "WAIT_FOR_FUTURE", 2, wait_for_future, NULL, "RXXX"},
    {"sync/barrier.c", "barrier_change_resume", "BARRIER_ENTER", 1, barrier_abort, NULL, "RXXX"},
    {"sync/barrier.c", "barrier_change_resume", "BARRIER_ENTER", 1, barrier_reset, NULL, "RXXX"},
    {"sync/barrier.c", "barrier_resume", "BARRIER_BLOCK", 2, barrier_block, NULL, "RXXX"},
    {"sync/barrier.c", "barrier_resume", "BARRIER_ENTER", 1, barrier_enter, NULL, "RXXX"},
    {"sync/barrier.c", "barrier_resume", "BARRIER_OTHERS", 3, barrier_others, NULL, "RXXX"},
    {"sync/condition.c", "condition_resume", "CONDITION_LOCK", 2, condition, notify, "RXAX"},
    {"sync/condition.c", "condition_resume", "CONDITION_NOTIFY", 1, condition, NULL, "RXXX"},
    {"sync/condition_wait_for.c", "condition_for_resume", "CONDITION_FOR_WAITING", 1, condition_for, NULL,
     "RXXX"},
    {"sync/event.c", "event_resume", "EVENT_WAITING", 1, event, NULL, "RXXX"},
    {"sync/lock.c", "lock_resume", "LOCK_WAITING", 1, lock, NULL, "RXXX"},
    {"sync/queue.c", "queue_get_resume", "QUEUE_ITEM", 1, get, NULL, "XXXX"},
    {"sync/queue.c", "queue_join_resume", "QUEUE_FINISHED", 1, join, NULL, "RXXX"},
    {"sync/queue.c", "queue_put_resume", "QUEUE_PLACE", 1, put, NULL, "XXXX"},
    {"sync/semaphore.c", "semaphore_resume", "SEMAPHORE_WAITING", 1, semaphore, NULL, "RXXX"},
};
enum { POINTS = sizeof points / sizeof points[0] };

/* ---- Ways out ---- */

typedef enum way { CLOSE, ERROR, CANCELLATION, GENERATOR_EXIT, WAYS } way;

static ac_value thrown_by(way way)
{
    static const th_kind kinds[] = {
        [ERROR] = TH_VALUE, [CANCELLATION] = TH_CANCELLED, [GENERATOR_EXIT] = TH_GENEXIT};
    return way == CLOSE ? ac_none() : th_exception(kinds[way], "");
}

static void let_go(ac_turn turn, ac_out *out)
{
    if (turn == AC_AWAITING && ac_future_is_embedded(out->future))
        ac_future_set_blocking(out->future, false);
    else if (turn == AC_AWAITING)
        th_release(out->future);
    else if (turn != AC_YIELDED)
        th_drop(out->value);
}

/* ---- By hand ---- */

/* Resumes a machine as the body of the task in its slot would. */
static ac_turn resume(ac_coro *machine, ac_how how, ac_ref in, ac_out *out)
{
    ac_task *before = ac_loop_swap_current_task(&th.loop, th_task_in(TASK));
    ac_turn turn = ac_coro_resume(&th.loop, machine, how, in, out);
    (void)ac_loop_swap_current_task(&th.loop, before);
    th_check(&th.loop);
    return turn;
}

static void go(ac_coro *machine)
{
    ac_out out = {.value = ac_none()};
    ac_turn turn = resume(machine, AC_SEND, ac_none_ref(), &out);
    ck_assert(ac_turn_suspends(turn));
    let_go(turn, &out);
}

static ac_coro *reach(const point *point)
{
    static const th_op parked[] = {{TH_PARK}, {TH_END}};
    set_up();
    th_start(TASK, "t", parked, AC_EAGER_NO);
    th_turns(&th.loop, 1);
    ac_task *before = ac_loop_swap_current_task(&th.loop, th_task_in(TASK));
    ac_coro *machine = point->begin();
    (void)ac_loop_swap_current_task(&th.loop, before);
    go(machine);
    if (point->go_on != NULL) {
        point->go_on();
        go(machine);
    }
    ck_assert_msg(machine->at == point->at, "%s is at %u, not at %s", point->function, (unsigned)machine->at,
                  point->name);
    return machine;
}

static char answer(ac_turn turn, const ac_out *out, ac_ref thrown)
{
    if (turn == AC_RAISED)
        return out->value.bits == thrown.bits ? 'X' : '?';
    return turn == AC_RETURNED ? 'R' : turn == AC_AWAITING ? 'A' : '?';
}

static void take_out(const point *point, way way)
{
    ac_coro *machine = reach(point);
    ac_out out = {.value = ac_none()};
    ac_value thrown = thrown_by(way);
    ac_turn turn = resume(machine, way == CLOSE ? AC_CLOSE : AC_THROW, ac_lend(thrown), &out);
    char got = answer(turn, &out, ac_lend(thrown));
    ck_assert_msg(got == point->ends[way], "%s at %s, way %d: %c, not %c", point->function, point->name,
                  (int)way, got, point->ends[way]);
    let_go(turn, &out);
    th_drop(thrown);
    if (!ac_turn_suspends(turn)) {
        ck_assert_uint_eq(machine->at, AC_AT_END);
        ck_assert_int_eq(resume(machine, AC_SEND, ac_none_ref(), &out), AC_RAISED);
        ck_assert_uint_eq(out.value.bits, 0);
    }
    machine->ops->clear(&th.loop, machine);
    tear_down();
}

START_TEST(test_every_machine_can_be_closed_and_thrown_into_at_every_point)
{
    for (int i = 0; i < POINTS; i++)
        for (int way = 0; way < WAYS; way++)
            take_out(&points[i], (enum way)way);
}
END_TEST

START_TEST(test_every_machine_can_be_cleared_at_every_point_and_twice)
{
    for (int i = 0; i < POINTS; i++) {
        ac_out out;
        ac_coro *machine = reach(&points[i]);
        for (int again = 0; again < 2; again++) {
            machine->ops->clear(&th.loop, machine);
            th_check(&th.loop);
        }
        ck_assert_int_eq(resume(machine, AC_SEND, ac_none_ref(), &out), AC_RAISED);
        ck_assert_uint_eq(out.value.bits, 0);
        tear_down();
    }
}
END_TEST

/* A collector may stop at anything that it is shown. */
START_TEST(test_every_machine_can_be_shown_at_every_point)
{
    for (int i = 0; i < POINTS; i++) {
        ac_coro *machine = reach(&points[i]);
        th_visitor all;
        th_visitor_init(&all);
        ck_assert_int_eq(machine->ops->visit(machine, &all.visitor), 0);
        for (int stop = 1; stop <= all.count; stop++) {
            th_visitor some;
            th_visitor_init(&some);
            some.stop_after = stop;
            ck_assert_int_ne(machine->ops->visit(machine, &some.visitor), 0);
            ck_assert_int_eq(some.count, stop);
        }
        machine->ops->clear(&th.loop, machine);
        ck_assert_int_eq(machine->ops->visit(machine, &all.visitor), 0);
        tear_down();
    }
}
END_TEST

/* Nobody has resumed it yet. */
START_TEST(test_no_machine_runs_that_is_closed_or_thrown_into_before)
{
    for (int i = 0; i < POINTS; i++) {
        for (int way = 0; way < WAYS; way++) {
            static const th_op parked[] = {{TH_PARK}, {TH_END}};
            ac_out out;
            set_up();
            th_start(TASK, "t", parked, AC_EAGER_NO);
            th_turns(&th.loop, 1);
            ac_task *before = ac_loop_swap_current_task(&th.loop, th_task_in(TASK));
            ac_coro *machine = points[i].begin();
            (void)ac_loop_swap_current_task(&th.loop, before);
            ac_value thrown = thrown_by((enum way)way);
            ac_turn turn = resume(machine, way == CLOSE ? AC_CLOSE : AC_THROW, ac_lend(thrown), &out);
            ck_assert_int_eq(answer(turn, &out, ac_lend(thrown)), way == CLOSE ? 'R' : 'X');
            let_go(turn, &out);
            th_drop(thrown);
            machine->ops->clear(&th.loop, machine);
            tear_down();
        }
    }
}
END_TEST

/* ---- In a task ---- */

/* A task that waits in the machine of a row, and catches what comes out. */
typedef struct waiting {
    th_coro head;
    const point *point;
    ac_coro *machine;
} waiting;

enum { MACHINE = 1 };

static ac_turn wait_in_machine(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    waiting *self = AC_CONTAINER_OF(co, waiting, head.co);
    ac_turn turn;
    AC_BEGIN(co);
    self->machine = self->point->begin();
    AC_AWAIT_CORO(MACHINE, self->machine, turn);
    AC_END(co);
    self->machine = NULL;
    th_drop(out->value);
    th_log(turn == AC_RETURNED ? "returned" : "raised");
    return ac_return(out, ac_none());
}

static int show_machine(ac_coro *co, ac_visitor *visitor)
{
    waiting *self = AC_CONTAINER_OF(co, waiting, head.co);
    return self->machine != NULL ? self->machine->ops->visit(self->machine, visitor) : 0;
}

static void clear_machine(ac_loop *loop, ac_coro *co)
{
    waiting *self = AC_CONTAINER_OF(co, waiting, head.co);
    ac_coro *machine = self->machine;
    self->machine = NULL;
    co->at = AC_AT_END;
    if (machine != NULL)
        machine->ops->clear(loop, machine);
}

/* The task, asleep at the point. */
static ac_task *start(const point *point)
{
    static const ac_coro_ops ops = {wait_in_machine, NULL, show_machine, clear_machine};
    set_up();
    waiting *self = th_coro_new("t", sizeof *self, &ops);
    self->point = point;
    ac_task *task = th_start_body(&th.loop, TASK, &self->head);
    th_turns(&th.loop, 1);
    if (point->go_on != NULL) {
        point->go_on();
        th_turns(&th.loop, 1);
    }
    ck_assert_uint_eq(self->machine->at, point->at);
    return task;
}

START_TEST(test_a_task_can_be_cancelled_at_every_point)
{
    for (int i = 0; i < POINTS; i++) {
        bool did;
        ac_task *task = start(&points[i]);
        th_ok(ac_future_cancel(&task->future, ac_none_ref(), &did));
        ck_assert(did);
        th_turns(&th.loop, 3);
        if (it.lock.locked)
            th_ok(ac_lock_release(&it.lock));
        th_turns(&th.loop, 3);
        ck_assert_msg(ac_future_done(&task->future), "%s still waits at %s", points[i].function,
                      points[i].name);
        th_expect(points[i].ends[CANCELLATION] == 'R' ? "returned" : "raised");
        tear_down();
    }
}
END_TEST

START_TEST(test_a_task_can_be_cleared_at_every_point)
{
    for (int i = 0; i < POINTS; i++) {
        ac_task *task = start(&points[i]);
        ac_task_set_log_destroy_pending(task, false);
        ac_future_clear(&task->future);
        th_check(&th.loop);
        ac_future_clear(&task->future);
        th_expect("");
        tear_down();
    }
}
END_TEST

START_TEST(test_a_task_can_be_shown_at_every_point)
{
    for (int i = 0; i < POINTS; i++) {
        th_visitor visitor;
        ac_task *task = start(&points[i]);
        th_visitor_init(&visitor);
        ck_assert_int_eq(ac_future_visit(&task->future, &visitor.visitor), 0);
        ck_assert_int_eq(ac_loop_visit(&th.loop, &visitor.visitor), 0);
        ac_task_set_log_destroy_pending(task, false);
        ac_future_clear(&task->future);
        tear_down();
    }
}
END_TEST

/* Somebody closes the coroutine under the task, which is never resumed by what it waited for then. */
START_TEST(test_a_machine_can_be_closed_under_its_task_at_every_point)
{
    for (int i = 0; i < POINTS; i++) {
        ac_task *task = start(&points[i]);
        ac_coro_close(&th.loop, ac_task_get_coro(task));
        th_check(&th.loop);
        ac_task_set_log_destroy_pending(task, false);
        ac_future_clear(&task->future);
        th_check(&th.loop);
        tear_down();
    }
}
END_TEST

/* As a program that calls the step: what the task waited for comes later, or never. */
START_TEST(test_a_task_can_be_thrown_into_by_hand_at_every_point)
{
    for (int i = 0; i < POINTS; i++) {
        for (int way = ERROR; way < WAYS; way++) {
            ac_task *task = start(&points[i]);
            ac_value thrown = thrown_by((enum way)way);
            (void)ac_task_step(task, AC_THROW, ac_lend(thrown));
            th_drop(ac_loop_take_raised(&th.loop));
            th_drop(thrown);
            th_check(&th.loop);
            ac_task_set_log_destroy_pending(task, false);
            ac_future_clear(&task->future);
            tear_down();
        }
    }
}
END_TEST

static int list(void)
{
    for (int i = 0; i < POINTS; i++)
        printf("%s %s %s %u\n", points[i].file, points[i].function, points[i].name, (unsigned)points[i].at);
    return 0;
}

int main(int argc, char **argv)
{
    const TTest *const tests[] = {
        test_every_machine_can_be_closed_and_thrown_into_at_every_point,
        test_every_machine_can_be_cleared_at_every_point_and_twice,
        test_every_machine_can_be_shown_at_every_point,
        test_no_machine_runs_that_is_closed_or_thrown_into_before,
        test_a_task_can_be_cancelled_at_every_point,
        test_a_task_can_be_cleared_at_every_point,
        test_a_task_can_be_shown_at_every_point,
        test_a_machine_can_be_closed_under_its_task_at_every_point,
        test_a_task_can_be_thrown_into_by_hand_at_every_point,
    };
    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    return TH_MAIN("every_machine", tests);
}
