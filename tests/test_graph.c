/* test_graph.c - who waits for whom.
 *
 * Mirrors    Future._asyncio_awaited_by and graph.py of CPython 3.14.10 and 3.15.2. */
#include "host.h"

#include <aiocore/graph.h>
#include <aiocore/runner.h>

static const th_op waits[] = {{TH_AWAIT, 9}, {TH_END}};
static const th_op waits_for_a[] = {{TH_AWAIT, 0}, {TH_END}};
static const th_op waits_for_b[] = {{TH_AWAIT, 1}, {TH_END}};

/* "[a, b]" */
static void log_waiters(const ac_future *future)
{
    char names[256] = "";
    ac_waiters waiters = ac_future_waiters(future);
    for (ac_future *waiter; (waiter = ac_waiters_next(&waiters)) != NULL;) {
        th_append(names, th_name(waiter));
    }
    ck_assert_ptr_null(ac_waiters_next(&waiters));
    th_log("[%s]", names);
}

/* Depth and name of all above a future; "!" repeats, "+" cut. */
static void log_graph(ac_future *root, size_t room)
{
    ac_graph_level levels[8];
    ac_graph graph;
    ac_graph_begin(&graph, root, levels, room);
    for (ac_future *future; (future = ac_graph_next(&graph)) != NULL;)
        th_log("%zu%s%s%s", graph.depth, th_name(future), graph.repeats ? "!" : "", graph.cut ? "+" : "");
    ck_assert_ptr_null(ac_graph_next(&graph));
}

static void finish(void)
{
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    th_run(&th.loop);
}

/* ---- Tasks ---- */

START_TEST(test_nobody_waits)
{
    th_slot(9, "f");
    log_waiters(th.slots[9]);
    th_expect("[]");
    log_graph(th.slots[9], 8);
    th_expect("0f");
}
END_TEST

START_TEST(test_tasks_that_wait_come_in_the_order_in_which_they_began_to)
{
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", waits, AC_EAGER_DEFAULT);
    log_waiters(th.slots[9]);
    th_expect("[]");
    th_turns(&th.loop, 1);
    log_waiters(th.slots[9]);
    th_expect("[a, b]");
    finish();
}
END_TEST

/* CPython takes the edge away when the task is woken, not when the future is done. */
START_TEST(test_a_future_that_is_done_has_those_who_were_not_told_yet)
{
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    log_waiters(th.slots[9]);
    th_expect("[a, b]");
    th_run(&th.loop);
    log_waiters(th.slots[9]);
    th_expect("[]");
}
END_TEST

START_TEST(test_a_chain_is_walked_to_its_end)
{
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", waits_for_a, AC_EAGER_DEFAULT);
    th_start(2, "c", waits_for_b, AC_EAGER_DEFAULT);
    th_start(3, "d", waits_for_b, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    log_graph(th.slots[9], 8);
    th_expect("0f, 1a, 2b, 3c, 3d");
    log_graph(th.slots[9], 4);
    th_expect("0f, 1a, 2b, 3c, 3d");
    log_graph(th.slots[9], 3);
    th_expect("0f, 1a, 2b, 3c, 3d");
    log_graph(th.slots[9], 2);
    th_expect("0f, 1a, 2b+");
    log_graph(th.slots[9], 1);
    th_expect("0f, 1a+");
    finish();
}
END_TEST

/* A cycle of tasks: they will wait for ever. */
START_TEST(test_a_cycle_ends_the_walk)
{
    static const th_op waits_for_c[] = {{TH_AWAIT, 2}, {TH_END}};
    th_start(0, "a", waits_for_c, AC_EAGER_DEFAULT);
    th_start(1, "b", waits_for_a, AC_EAGER_DEFAULT);
    th_start(2, "c", waits_for_b, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    log_graph(th.slots[0], 8);
    th_expect("0a, 1b, 2c, 3a!");
    log_graph(th.slots[0], 3);
    th_expect("0a, 1b, 2c, 3a!");
    log_graph(th.slots[0], 2);
    th_expect("0a, 1b, 2c+");
    for (unsigned slot = 0; slot < 3; slot++)
        ac_task_set_log_destroy_pending(th_task_in(slot), false);
    ac_future_clear(th.slots[0]);
    ac_future_clear(th.slots[1]);
    ac_future_clear(th.slots[2]);
}
END_TEST

/* ---- Frames of the core ---- */

START_TEST(test_a_future_inside_of_a_sleep_leads_to_the_task)
{
    static const th_op sleeps[] = {{TH_SLEEP, 0, 1}, {TH_END}};
    th_start(0, "a", sleeps, AC_EAGER_DEFAULT);
    th_start(1, "b", waits_for_a, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_future *inside = ac_task_waiting_for(th_task_in(0));
    ck_assert(ac_future_is_embedded(inside));
    log_waiters(inside);
    th_expect("[a]");
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_group_waits_for_its_children_from_their_creation_to_its_callback)
{
    static const th_op spawns[] = {
        {TH_ENTER_GROUP}, {TH_SPAWN, 1, .text = "c", .script = waits}, {TH_EXIT_GROUP}, {TH_END}};
    th_slot(9, "f");
    th_start(0, "p", spawns, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    log_waiters(th.slots[1]);
    th_expect("[p]");
    th_turns(&th.loop, 1);
    log_graph(th.slots[9], 8);
    th_expect("0f, 1c, 2p");
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[1]));
    log_waiters(th.slots[1]);
    th_expect("[p]");
    th_turns(&th.loop, 1);
    log_waiters(th.slots[1]);
    th_expect("[]");
    th_run(&th.loop);
}
END_TEST

/* Who waits for two reasons comes once; the group's place is where it joined. */
START_TEST(test_a_parent_that_awaits_its_child_comes_once)
{
    static const th_op spawns[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "c", .script = waits},
                                   {TH_AWAIT, 1},
                                   {TH_EXIT_GROUP},
                                   {TH_END}};
    th_slot(9, "f");
    th_start(0, "p", spawns, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_start(2, "x", waits_for_b, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    log_waiters(th.slots[1]);
    th_expect("[p, x]");
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    th_turns(&th.loop, 1);
    log_waiters(th.slots[1]);
    th_expect("[p, x]");
    th_run(&th.loop);
}
END_TEST

/* ---- Callbacks that know for whom they are ---- */

static ac_future *slot_2(ac_callback *callback)
{
    (void)callback;
    return th.slots[2];
}

static ac_future *no_one(ac_callback *callback)
{
    (void)callback;
    return NULL;
}

static ac_status nothing(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    return AC_OK;
}

START_TEST(test_a_callback_says_who_waits_by_it)
{
    static const ac_handle_ops ops[] = {
        {.run = nothing, .waiter = slot_2}, {.run = nothing}, {.run = nothing, .waiter = no_one}};
    static const unsigned kinds[] = {1, 0, 2, 0};
    ac_callback callbacks[4] = {0};
    th_slot(9, "f");
    th_slot(2, "outer");
    for (size_t i = 0; i < 4; i++) {
        ac_callback_init(&callbacks[i], &ops[kinds[i]], ac_none());
        th_ok(ac_future_add_done_callback(th.slots[9], &callbacks[i]));
    }
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", (const th_op[]){{TH_AWAIT, 2}, {TH_END}}, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    log_graph(th.slots[9], 8);
    th_expect("0f, 1outer, 2b, 1a");
    th_ok(ac_future_set_result(th.slots[2], ac_none()));
    finish();
}
END_TEST

static ac_future *slot_3(ac_callback *callback)
{
    (void)callback;
    return th.slots[3];
}

static ac_future *slot_9(ac_callback *callback)
{
    (void)callback;
    return th.slots[9];
}

static ac_status log_f(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    log_waiters(th.slots[9]);
    return AC_OK;
}

/* Callbacks on f, of these kinds. */
static void watch_f(ac_callback *callbacks, const ac_handle_ops *ops, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ac_callback_init(&callbacks[i], &ops[i], ac_none());
        th_ok(ac_future_add_done_callback(th.slots[9], &callbacks[i]));
    }
}

START_TEST(test_a_callback_on_its_way_says_on_which_future_it_was)
{
    static const ac_handle_ops ops[] = {
        {.run = nothing, .waiter = slot_2, .awaited = slot_9},
        {.run = nothing, .waiter = slot_3, .awaited = slot_2},
        {.run = nothing, .waiter = slot_3},
        {.run = nothing, .waiter = no_one, .awaited = slot_9},
        {.run = nothing, .awaited = slot_9},
        {.run = nothing, .waiter = slot_2, .awaited = slot_9},
    };
    ac_callback callbacks[6] = {0};
    th_slot(9, "f");
    th_slot(2, "outer");
    th_slot(3, "other");
    watch_f(callbacks, ops, 6);
    log_waiters(th.slots[9]);
    th_expect("[outer, other]");
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    log_waiters(th.slots[9]);
    th_expect("[outer]");
    th_turns(&th.loop, 1);
    log_waiters(th.slots[9]);
    th_expect("[]");
}
END_TEST

START_TEST(test_callbacks_that_have_run_are_not_on_their_way)
{
    static const ac_handle_ops ops[] = {
        {.run = log_f, .waiter = slot_2, .awaited = slot_9},
        {.run = log_f, .waiter = slot_3, .awaited = slot_9},
    };
    ac_callback callbacks[2] = {0};
    th_slot(9, "f");
    th_slot(2, "first");
    th_slot(3, "second");
    watch_f(callbacks, ops, 2);
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    th_turns(&th.loop, 1);
    th_expect("[second], []");
}
END_TEST

static void look_at_f(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    log_waiters(th.slots[9]);
}

/* The rest of the turn is looked at, too, and then what the next turn has. */
START_TEST(test_callbacks_of_the_next_turn_are_on_their_way)
{
    static const ac_handle_ops ops = {.run = nothing, .waiter = slot_2, .awaited = slot_9};
    static const th_op sets[] = {{TH_SET_RESULT, 9}, {TH_CALL, .call = look_at_f}, {TH_END}};
    static const th_op looks[] = {{TH_CALL, .call = look_at_f}, {TH_END}};
    ac_callback callback = {0};
    th_slot(9, "f");
    th_slot(2, "outer");
    watch_f(&callback, &ops, 1);
    th_start(0, "a", sets, AC_EAGER_DEFAULT);
    th_start(1, "b", looks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("[outer], [outer]");
    th_turns(&th.loop, 1);
    look_at_f(NULL, NULL);
    th_expect("[]");
}
END_TEST

/* ---- Callbacks of the core's own ---- */

/* A task that waits for f in a way of asyncio's. */
typedef struct watcher {
    th_coro head;
    ac_coro *machine; /* a part of what follows */
    ac_wait wait;
    ac_as_completed completed;
    ac_as_completed_step step;
    ac_cancel_and_wait cancel;
} watcher;

static ac_status by_wait(watcher *self)
{
    self->machine = &self->wait.co;
    return ac_wait_init(&self->wait, &th.loop, &th.slots[9], 1, NULL, AC_ALL_COMPLETED);
}

static ac_status by_wait_with_timeout(watcher *self)
{
    static const double second = 1;
    self->machine = &self->wait.co;
    return ac_wait_init(&self->wait, &th.loop, &th.slots[9], 1, &second, AC_ALL_COMPLETED);
}

static ac_status by_as_completed(watcher *self)
{
    self->machine = &self->step.co;
    th_ok(ac_as_completed_init(&self->completed, &th.loop, &th.slots[9], 1, ac_none_ref()));
    th_ok(ac_as_completed_start(&self->completed, NULL));
    return ac_as_completed_next(&self->completed, &self->step) ? AC_OK : AC_E_STATE;
}

static ac_status by_cancel_and_wait(watcher *self)
{
    self->machine = &self->cancel.co;
    ac_cancel_and_wait_init(&self->cancel, &th.loop, th.slots[9]);
    return AC_OK;
}

/* It has the edge that a plain function has made. */
static ac_status by_gather(watcher *self)
{
    ac_gather *gather = th_gather_new("g");
    (void)self;
    th.slots[2] = &gather->outer;
    th_ok(ac_gather_init(gather, &th.loop, 1, false));
    th_ok(ac_gather_add(gather, th.slots[9]));
    return ac_gather_start(gather);
}

static ac_status by_shield(watcher *self)
{
    (void)self;
    return ac_shield(th.slots[9], th_slot(2, "o"));
}

static ac_status (*way)(watcher *self);

enum { WATCHES = 1, AWAITS };

static ac_turn watcher_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    watcher *self = (watcher *)(void *)AC_CONTAINER_OF(co, th_coro, co);
    ac_turn turn = AC_RETURNED;
    AC_BEGIN(co);
    self->head.loop = loop;
    th_ok(way(self));
    if (self->machine != NULL) {
        AC_AWAIT_CORO(WATCHES, self->machine, turn);
        th_drop(out->value);
    } else {
        AC_AWAIT(AWAITS, th.slots[2]);
    }
    AC_END(co);
    ck_assert_int_ne(how, AC_CLOSE);
    ac_as_completed_clear(&self->completed);
    return ac_return(out, ac_none());
}

static void watcher_clear(ac_loop *loop, ac_coro *co)
{
    watcher *self = (watcher *)(void *)AC_CONTAINER_OF(co, th_coro, co);
    (void)loop;
    ck_assert_int_eq(self->head.co.at, AC_AT_END);
}

static void watch_by(ac_status begin(watcher *self))
{
    static const ac_coro_ops ops = {watcher_resume, NULL, NULL, watcher_clear};
    watcher *self = th_coro_new("w", sizeof *self, &ops);
    way = begin;
    th_slot(9, "f");
    (void)th_start_body(&th.loop, 0, &self->head);
    th_turns(&th.loop, 1);
}

static void leave(void)
{
    th_run(&th.loop);
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
    for (unsigned slot = 0; slot < TH_SLOTS; slot++) {
        if (th.slots[slot] != NULL)
            th_release(th.slots[slot]);
        th.slots[slot] = NULL;
    }
}

/* The edge goes when the callback has run; who waits goes on a turn later. */
START_TEST(test_what_waits_by_a_callback_waits_until_that_has_run)
{
    static ac_status (*const ways[])(watcher *) = {by_wait, by_as_completed, by_gather, by_shield};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        watch_by(ways[i]);
        log_waiters(th.slots[9]);
        th_expect("[w]");
        th_ok(ac_future_set_result(th.slots[9], ac_none()));
        log_waiters(th.slots[9]);
        th_expect("[w]");
        th_turns(&th.loop, 1);
        log_waiters(th.slots[9]);
        th_expect("[]");
        ck_assert(!ac_future_done(th.slots[0]));
        leave();
    }
}
END_TEST

/* It is done from the beginning.  Who waits for that is there until he goes on, not only until he is told. */
START_TEST(test_what_was_cancelled_has_who_waits_for_its_end)
{
    watch_by(by_cancel_and_wait);
    ck_assert_str_eq(th_state(th.slots[9]), "cancelled None");
    log_waiters(th.slots[9]);
    th_expect("[w]");
    th_turns(&th.loop, 1);
    log_waiters(th.slots[9]);
    th_expect("[w]");
    th_turns(&th.loop, 1);
    log_waiters(th.slots[9]);
    th_expect("[]");
    leave();
}
END_TEST

/* ---- One edge for all reasons ---- */

static ac_future *slot_0(ac_callback *callback)
{
    (void)callback;
    return th.slots[0];
}

/* The edge goes with the wait, although there is another reason for it, and comes with a third one; no
 * release that has no graph has it like that. */
START_TEST(test_who_stops_to_wait_is_forgotten_whatever_else_he_waits_by)
{
    static const ac_handle_ops ops = {.run = nothing, .waiter = slot_0, .awaited = slot_9};
    static const char *const profiles[] = {"3.13", "3.14"};
    for (int i = 0; i < 2; i++) {
        ac_callback callbacks[2] = {0};
        th_use(profiles[i]);
        watch_by(by_wait_with_timeout);
        watch_f(&callbacks[0], &ops, 1);
        log_waiters(th.slots[9]);
        th_expect("[w]");
        th_run(&th.loop);
        ck_assert_str_eq(th_state(th.slots[0]), "result None");
        log_waiters(th.slots[9]);
        th_expect(i == 0 ? "[w]" : "[]");
        watch_f(&callbacks[1], &ops, 1);
        log_waiters(th.slots[9]);
        th_expect("[w]");
        th_ok(ac_future_set_result(th.slots[9], ac_none()));
        leave();
    }
}
END_TEST

/* A shield of the child, which is cancelled at once. */
static void shield_in_vain(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    th_ok(ac_shield(th.slots[1], th_slot(2, "o")));
    th_ok(ac_future_cancel(th.slots[2], ac_none_ref(), NULL));
}

static void look_at_child(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    log_waiters(th.slots[1]);
}

START_TEST(test_a_parent_that_stops_to_wait_for_its_child_is_forgotten)
{
    static const th_op spawns[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "c", .script = waits},
                                   {TH_CALL, .call = look_at_child},
                                   {TH_CALL, .call = shield_in_vain},
                                   {TH_CALL, .call = look_at_child},
                                   {TH_YIELD},
                                   {TH_CALL, .call = look_at_child},
                                   {TH_AWAIT, 1},
                                   {TH_EXIT_GROUP},
                                   {TH_END}};
    th_slot(9, "f");
    th_start(0, "p", spawns, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 3);
    th_expect("[p], [p], []");
    log_waiters(th.slots[1]);
    th_expect("[p]");
    finish();
}
END_TEST

/* The future for the end of all tasks is in no object. */
START_TEST(test_tasks_that_are_all_cancelled_have_a_future_above_them)
{
    ac_cancel_all *all;
    ac_future *future;
    bool more;
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_cancel_all_begin(&th.loop, &all, &future));
    for (int turn = 0; turn < 3; turn++) {
        ac_waiters waiters = ac_future_waiters(th.slots[0]);
        ck_assert(ac_future_done(th.slots[0]) == (turn > 0));
        ck_assert_ptr_eq(ac_waiters_next(&waiters), turn < 2 ? future : NULL);
        th_turns(&th.loop, 1);
    }
    th_ok(ac_cancel_all_end(all, AC_OK, &more));
}
END_TEST

/* ---- What the host knows ---- */

/* Of f: a and c. */
static ac_future *tell(ac_loop *loop, const ac_future *future, size_t index)
{
    (void)loop;
    if (future != th.slots[9])
        return NULL;
    return index == 0 ? th.slots[0] : index == 1 ? th.slots[2] : NULL;
}

START_TEST(test_the_host_adds_what_programs_say)
{
    th.table.waiter = tell;
    th_slot(9, "f");
    th_slot(2, "c");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    log_waiters(th.slots[9]);
    th_expect("[a, b, c]");
    finish();
    log_waiters(th.slots[9]);
    th_expect("[a, c]");
}
END_TEST

/* ---- Misuse ---- */

START_TEST(test_a_cleared_future_has_nobody)
{
    th.table.waiter = tell;
    th_slot(9, "f");
    th_slot(0, "a");
    ac_future_clear(th.slots[9]);
    log_waiters(th.slots[9]);
    th_expect("[]");
}
END_TEST

/* ---- Places ---- */

static void log_places(ac_loop *loop, th_coro *coro)
{
    (void)loop;
    (void)coro;
    for (unsigned slot = 0; slot < 5; slot++)
        th_log("%s", ac_task_place_name(ac_task_get_place(th_task_in(slot))));
}

START_TEST(test_a_task_is_in_one_place)
{
    static const th_op parks[] = {{TH_PARK}, {TH_END}};
    static const th_op ends[] = {{TH_END}};
    static const th_op yields[] = {{TH_YIELD}, {TH_END}};
    static const th_op looks[] = {{TH_YIELD}, {TH_CALL, .call = log_places}, {TH_END}};
    th_slot(9, "f");
    th_start(0, "a", waits, AC_EAGER_DEFAULT);
    th_start(1, "b", parks, AC_EAGER_DEFAULT);
    th_start(2, "c", ends, AC_EAGER_DEFAULT);
    th_start(3, "d", looks, AC_EAGER_DEFAULT);
    th_start(4, "e", yields, AC_EAGER_DEFAULT);
    log_places(&th.loop, NULL);
    th_expect("ready, ready, ready, ready, ready");
    th_turns(&th.loop, 2);
    th_expect("waiting, parked, done, running, ready");
    th_ok(ac_future_set_result(th.slots[9], ac_none()));
    log_places(&th.loop, NULL);
    th_expect("ready, parked, done, done, done");
    th_ok(ac_task_wake(th_task_in(1)));
    log_places(&th.loop, NULL);
    th_expect("ready, ready, done, done, done");
    th_run(&th.loop);
    ck_assert_str_eq(ac_task_place_name((ac_task_place)9), "?");
}
END_TEST

/* Who starts another eagerly is in the middle of its step. */
START_TEST(test_both_run_during_an_eager_start)
{
    static const th_op inner[] = {{TH_CALL, .call = log_places}, {TH_END}};
    static const th_op outer[] = {{TH_CREATE, 5, .text = "inner", .script = inner, .eager = AC_EAGER_YES},
                                  {TH_END}};
    th_slot(9, "f");
    for (unsigned slot = 1; slot < 5; slot++)
        th_start(slot, "x", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_start(0, "outer", outer, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("running, waiting, waiting, waiting, waiting");
    finish();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_nobody_waits,
        test_tasks_that_wait_come_in_the_order_in_which_they_began_to,
        test_a_future_that_is_done_has_those_who_were_not_told_yet,
        test_a_chain_is_walked_to_its_end,
        test_a_cycle_ends_the_walk,
        test_a_future_inside_of_a_sleep_leads_to_the_task,
        test_a_group_waits_for_its_children_from_their_creation_to_its_callback,
        test_a_parent_that_awaits_its_child_comes_once,
        test_a_callback_says_who_waits_by_it,
        test_a_callback_on_its_way_says_on_which_future_it_was,
        test_callbacks_that_have_run_are_not_on_their_way,
        test_callbacks_of_the_next_turn_are_on_their_way,
        test_what_waits_by_a_callback_waits_until_that_has_run,
        test_what_was_cancelled_has_who_waits_for_its_end,
        test_who_stops_to_wait_is_forgotten_whatever_else_he_waits_by,
        test_a_parent_that_stops_to_wait_for_its_child_is_forgotten,
        test_tasks_that_are_all_cancelled_have_a_future_above_them,
        test_the_host_adds_what_programs_say,
        test_a_cleared_future_has_nobody,
        test_a_task_is_in_one_place,
        test_both_run_during_an_eager_start,
    };
    return TH_MAIN("graph", tests);
}
