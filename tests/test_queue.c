/* test_queue.c - queues: who gets what and when, and every way to end a put, get or join early.
 *
 * Mirrors    queues.Queue; orders from CPython 3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2.
 * Rules      A queue wakes one getter per put but reserves nothing. */
#include "host.h"

static ac_queue queue;

static void begin(int64_t maxsize, const ac_queue_ops *ops)
{
    ac_queue_init(&queue, ac_none_ref(), &th.loop, maxsize, ops);
}

/* ---- Tasks that put, get or join once, and log how that ended ---- */

typedef enum verb { PUT, GET, JOIN } verb;

typedef struct actor {
    th_coro head;
    verb verb;
    ac_value item; /* until it starts */
    union {
        ac_queue_put put;
        ac_queue_get get;
        ac_queue_join join;
    } as;
} actor;

static actor *actor_of(ac_coro *co)
{
    return (actor *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

static ac_coro *sub_of(actor *self)
{
    return self->verb == PUT ? &self->as.put.co : self->verb == GET ? &self->as.get.co : &self->as.join.co;
}

static void prepare(actor *self)
{
    if (self->verb == PUT)
        ac_queue_put_init(&self->as.put, &queue, ac_take(&self->item));
    else if (self->verb == GET)
        ac_queue_get_init(&self->as.get, &queue);
    else
        ac_queue_join_init(&self->as.join, &queue);
}

enum { ACT = 1 };

static ac_turn act(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    actor *self = actor_of(co);
    ac_turn turn;
    AC_BEGIN(co);
    self->head.loop = loop;
    prepare(self);
    AC_AWAIT_CORO(ACT, sub_of(self), turn);
    AC_END(co);
    th_log("%s %s%s", self->head.name, turn == AC_RETURNED ? "" : "raised ", th_repr(ac_lend(out->value)));
    return turn;
}

static int visit_actor(ac_coro *co, ac_visitor *visitor)
{
    actor *self = actor_of(co);
    return co->at == ACT ? sub_of(self)->ops->visit(sub_of(self), visitor) : 0;
}

static void clear_actor(ac_loop *loop, ac_coro *co)
{
    actor *self = actor_of(co);
    th_drop(ac_take(&self->item));
    if (co->at == ACT)
        sub_of(self)->ops->clear(loop, sub_of(self));
    co->at = AC_AT_END;
}

static ac_task *start_on(ac_loop *loop, unsigned slot, const char *name, verb verb, ac_value item)
{
    static const ac_coro_ops ops = {act, NULL, visit_actor, clear_actor};
    actor *self = th_coro_new(name, sizeof *self, &ops);
    self->verb = verb;
    self->item = item;
    return th_start_body(loop, slot, &self->head);
}

static ac_task *start(unsigned slot, const char *name, verb verb, ac_value item)
{
    return start_on(&th.loop, slot, name, verb, item);
}

/* A queue without a limit, and as many tasks, "a", "b" and so on, that wait for an item. */
static void begin_with_getters(unsigned count)
{
    static const char *const names[] = {"a", "b", "c"};
    begin(0, &ac_queue_fifo);
    for (unsigned slot = 0; slot < count; slot++)
        start(slot, names[slot], GET, ac_none());
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(ac_queue_getter_count(&queue), count);
}

static void cancel(unsigned slot, int64_t message)
{
    th_ok(ac_task_cancel(th_task_in(slot), message != 0 ? ac_lend(th_int(message)) : ac_none_ref(), NULL));
}

static void put(const char *name)
{
    ac_value item = th_new(name);
    th_ok(ac_queue_put_nowait(&queue, ac_lend(item)));
    th_drop(item);
}

static const char *get(void)
{
    ac_value item;
    th_ok(ac_queue_get_nowait(&queue, &item));
    return th_repr_of(item);
}

/* The error of a task need not be looked at. */
static void retrieve(unsigned slot)
{
    ac_future_set_log_traceback(th.slots[slot], false);
}

static const char *raised(ac_status status)
{
    return th_repr_of(ac_loop_status_exception(&th.loop, status, NULL));
}

static const char *put_fails(void)
{
    ac_value item = th_new("refused");
    ac_status status = ac_queue_put_nowait(&queue, ac_lend(item));
    ck_assert_int_ne(status, AC_OK);
    th_drop(item);
    return raised(status);
}

static const char *get_fails(void)
{
    ac_value item;
    ac_status status = ac_queue_get_nowait(&queue, &item);
    ck_assert_int_ne(status, AC_OK);
    return raised(status);
}

/* ---- Plain functions ---- */

START_TEST(test_a_queue_gives_what_was_put_in_its_order)
{
    begin(2, &ac_queue_fifo);
    ck_assert(ac_queue_empty(&queue) && !ac_queue_full(&queue));
    put("a");
    put("b");
    ck_assert(!ac_queue_empty(&queue) && ac_queue_full(&queue));
    ck_assert_uint_eq(ac_queue_count(&queue), 2);
    ck_assert_uint_eq(ac_queue_unfinished(&queue), 2);
    ck_assert_str_eq(put_fails(), "QueueFull('')");
    ck_assert_str_eq(get(), "a");
    put("c");
    ck_assert_str_eq(th_repr(ac_queue_item(&queue, 1)), "c");
    ck_assert_str_eq(get(), "b");
    ck_assert_str_eq(get(), "c");
    ck_assert_str_eq(get_fails(), "QueueEmpty('')");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_queue_without_a_limit_is_never_full)
{
    static const int64_t sizes[] = {0, -1, INT64_MIN};
    for (int i = 0; i < 3; i++) {
        begin(sizes[i], &ac_queue_lifo);
        for (int k = 0; k < 40; k++)
            put("item");
        ck_assert(!ac_queue_full(&queue));
        ac_queue_clear(&queue);
        ac_queue_clear(&queue);
        ck_assert_int_eq(th.objects, 0);
    }
}
END_TEST

START_TEST(test_none_can_be_put)
{
    begin(0, &ac_queue_fifo);
    th_ok(ac_queue_put_nowait(&queue, ac_none_ref()));
    ck_assert_str_eq(get(), "None");
    start(0, "g", GET, ac_none());
    start(1, "p", PUT, ac_none());
    th_run(&th.loop);
    th_expect("p None, g None");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_task_done_is_called_once_for_each_item)
{
    begin(0, &ac_queue_fifo);
    th_expect_failure(ac_queue_task_done(&queue), AC_E_VALUE, "task_done() called too many times");
    put("a");
    th_ok(ac_queue_task_done(&queue));
    th_expect_failure(ac_queue_task_done(&queue), AC_E_VALUE, "task_done() called too many times");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_without_memory_nothing_is_put)
{
    begin(0, &ac_queue_fifo);
    start(0, "g", GET, ac_none());
    th_turns(&th.loop, 1);
    th_fail(TH_HOOK_REALLOC, 1);
    ck_assert_str_eq(put_fails(), "None");
    ck_assert_uint_eq(ac_queue_unfinished(&queue), 0);
    th_turns(&th.loop, 1);
    th_expect("");
    th_fail(TH_HOOK_REALLOC, 1);
    start(1, "p", PUT, th_new("item"));
    th_turns(&th.loop, 1);
    th_expect("p raised None");
    retrieve(1);
    put("later");
    th_run(&th.loop);
    th_expect("g later");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_without_memory_for_it_the_exception_is_none)
{
    begin(1, &ac_queue_fifo);
    th_fail(TH_HOOK_ERROR, 1);
    ck_assert_str_eq(get_fails(), "None");
    put("a");
    th_fail(TH_HOOK_ERROR, 1);
    ck_assert_str_eq(put_fails(), "None");
    ac_queue_clear(&queue);
}
END_TEST

/* ---- Waiting ---- */

START_TEST(test_getters_are_woken_one_for_each_put)
{
    begin_with_getters(3);
    put("one");
    put("two");
    ck_assert_uint_eq(ac_queue_getter_count(&queue), 1);
    th_turns(&th.loop, 1);
    th_expect("a one, b two");
    put("three");
    th_run(&th.loop);
    th_expect("c three");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_getter_that_is_overtaken_waits_again_behind_the_others)
{
    begin_with_getters(2);
    put("one");
    ck_assert_str_eq(get(), "one");
    th_turns(&th.loop, 1);
    put("two");
    put("three");
    th_run(&th.loop);
    th_expect("b two, a three");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_putters_are_woken_one_for_each_get_and_may_be_overtaken)
{
    begin(1, &ac_queue_fifo);
    put("zero");
    start(0, "a", PUT, th_new("one"));
    start(1, "b", PUT, th_new("two"));
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(ac_queue_putter_count(&queue), 2);
    ck_assert_str_eq(get(), "zero");
    put("other");
    th_turns(&th.loop, 1);
    th_expect("");
    ck_assert_str_eq(get(), "other");
    th_turns(&th.loop, 1);
    th_expect("b None");
    ck_assert_str_eq(get(), "two");
    th_turns(&th.loop, 1);
    th_expect("a None");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_join_waits_for_all_items_to_be_done)
{
    begin(0, &ac_queue_fifo);
    start(0, "early", JOIN, ac_none());
    th_turns(&th.loop, 1);
    th_expect("early None");
    put("one");
    put("two");
    start(1, "a", JOIN, ac_none());
    start(2, "b", JOIN, ac_none());
    th_turns(&th.loop, 1);
    th_ok(ac_queue_task_done(&queue));
    th_turns(&th.loop, 1);
    th_expect("");
    th_ok(ac_queue_task_done(&queue));
    put("three");
    th_turns(&th.loop, 1);
    th_expect("a None, b None");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_machines_can_be_used_again)
{
    ac_out out;
    ac_queue_get getter;
    ac_queue_put putter;
    begin(0, &ac_queue_fifo);
    ac_queue_get_init(&getter, &queue);
    ck_assert_int_eq(ac_coro_resume(&th.loop, &getter.co, AC_SEND, ac_none_ref(), &out), AC_AWAITING);
    for (int i = 0; i < 2; i++) {
        ac_queue_put_init(&putter, &queue, th_new("item"));
        ck_assert_int_eq(ac_coro_resume(&th.loop, &putter.co, AC_SEND, ac_none_ref(), &out), AC_RETURNED);
        ck_assert_int_eq(ac_coro_resume(&th.loop, &getter.co, AC_SEND, ac_none_ref(), &out), AC_RETURNED);
        ck_assert_str_eq(th_repr_of(out.value), "item");
        ck_assert_int_eq(ac_coro_resume(&th.loop, &getter.co, AC_SEND, ac_none_ref(), &out), AC_RAISED);
        ck_assert_uint_eq(out.value.bits, 0);
        ac_queue_get_init(&getter, &queue);
        ck_assert_int_eq(ac_coro_resume(&th.loop, &getter.co, AC_SEND, ac_none_ref(), &out), AC_AWAITING);
    }
    ac_coro_close(&th.loop, &getter.co);
    ac_queue_clear(&queue);
}
END_TEST

/* ---- Which loop ---- */

START_TEST(test_a_queue_belongs_to_the_loop_of_the_first_wait)
{
    ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    begin(1, &ac_queue_fifo);
    start_on(&other, 0, "free", PUT, th_new("item"));
    th_run(&other);
    start(1, "bound", PUT, th_new("more"));
    th_turns(&th.loop, 1);
    start_on(&other, 2, "wrong", PUT, th_new("wrong"));
    th_run(&other);
    start_on(&other, 3, "join", JOIN, ac_none());
    th_turns(&other, 1);
    start_on(&other, 4, "right", GET, ac_none());
    th_turns(&other, 1);
    th_run(&th.loop);
    th_expect("free None, wrong raised RuntimeError('%V is bound to a different event loop'), right item, "
              "bound None");
    start(5, "join", JOIN, ac_none());
    th_run(&th.loop);
    th_expect("join raised RuntimeError('%V is bound to a different event loop')");
    cancel(3, 0);
    th_run(&other);
    th_expect("join raised CancelledError()");
    th_forget_slots(6);
    ac_queue_clear(&queue);
    th_ok(ac_loop_close(&other));
}
END_TEST

START_TEST(test_without_a_loop_what_need_not_wait_is_done)
{
    ac_out out;
    ac_queue_put putter;
    ac_queue_get getter;
    ac_queue_join joiner;
    begin(1, &ac_queue_fifo);
    ac_queue_put_init(&putter, &queue, th_new("item"));
    ck_assert_int_eq(ac_coro_resume(NULL, &putter.co, AC_SEND, ac_none_ref(), &out), AC_RETURNED);
    ac_queue_put_init(&putter, &queue, th_new("too many"));
    ck_assert_int_eq(ac_coro_resume(NULL, &putter.co, AC_SEND, ac_none_ref(), &out), AC_RAISED);
    ck_assert_str_eq(th_repr_of(out.value),
                     "AttributeError(''NoneType' object has no attribute 'create_future'')");
    ac_queue_join_init(&joiner, &queue);
    ck_assert_int_eq(ac_coro_resume(NULL, &joiner.co, AC_SEND, ac_none_ref(), &out), AC_RAISED);
    th_drop(out.value);
    ac_queue_get_init(&getter, &queue);
    ck_assert_int_eq(ac_coro_resume(NULL, &getter.co, AC_SEND, ac_none_ref(), &out), AC_RETURNED);
    th_drop(out.value);
    ac_queue_get_init(&getter, &queue);
    ck_assert_int_eq(ac_coro_resume(NULL, &getter.co, AC_SEND, ac_none_ref(), &out), AC_RAISED);
    th_drop(out.value);
    ac_queue_clear(&queue);
}
END_TEST

/* The loop of who waits is closed: the item is put, nobody is woken. */
START_TEST(test_a_put_that_would_wake_somebody_on_a_closed_loop_fails_after_it)
{
    ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    begin(1, &ac_queue_fifo);
    start_on(&other, 0, "g", GET, ac_none());
    th_turns(&other, 1);
    th_ok(ac_loop_close(&other));
    ck_assert_str_eq(put_fails(), "RuntimeError('Event loop is closed')");
    ck_assert_uint_eq(ac_queue_count(&queue), 1);
    ck_assert_uint_eq(ac_queue_unfinished(&queue), 1);
    th_forget_slots(1);
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_get_that_would_wake_somebody_on_a_closed_loop_drops_the_item)
{
    ac_loop other;
    th_ok(ac_loop_init(&other, &th.table, NULL));
    begin(1, &ac_queue_fifo);
    put("item");
    start_on(&other, 0, "p", PUT, th_new("waits"));
    start_on(&other, 1, "j", JOIN, ac_none());
    th_turns(&other, 1);
    th_ok(ac_loop_close(&other));
    ck_assert_str_eq(get_fails(), "RuntimeError('Event loop is closed')");
    ck_assert(ac_queue_empty(&queue));
    th_expect_status(ac_queue_task_done(&queue), AC_E_CLOSED);
    th_forget_slots(2);
    ac_queue_clear(&queue);
}
END_TEST

static ac_status post_raises(ac_loop *loop, ac_handle *handle)
{
    (void)handle;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "posted"));
}

/* What a foreign loop raises is found with the home. */
START_TEST(test_what_the_loop_of_a_waiter_raises_goes_to_the_home)
{
    ac_loop other;
    ac_host posting = th.table;
    posting.post = th_post;
    th_ok(ac_loop_init(&other, &posting, NULL));
    begin(0, &ac_queue_fifo);
    put("item");
    start_on(&other, 0, "j", JOIN, ac_none());
    th_run_posted(&other);
    posting.post = post_raises;
    ck_assert_str_eq(raised(ac_queue_task_done(&queue)), "ValueError('posted')");
    ck_assert_str_eq(get(), "item");
    posting.post = th_post;
    start_on(&other, 1, "g", GET, ac_none());
    th_run_posted(&other);
    posting.post = post_raises;
    ck_assert_str_eq(put_fails(), "ValueError('posted')");
    th_forget_slots(2);
    ac_queue_clear(&queue);
    th_ok(ac_loop_close(&other));
}
END_TEST

/* ---- Shutdown ---- */

START_TEST(test_a_queue_that_is_shut_down_gives_what_is_left)
{
    begin(3, &ac_queue_fifo);
    put("a");
    put("b");
    th_ok(ac_queue_shutdown(&queue, false));
    ck_assert(ac_queue_is_shut_down(&queue));
    ck_assert_str_eq(put_fails(), "QueueShutDown('')");
    start(0, "p", PUT, th_new("x"));
    start(1, "g", GET, ac_none());
    start(2, "h", GET, ac_none());
    start(3, "i", GET, ac_none());
    th_run(&th.loop);
    th_expect("p raised QueueShutDown(''), g a, h b, i raised QueueShutDown('')");
    ck_assert_str_eq(get_fails(), "QueueShutDown('')");
    retrieve(0);
    retrieve(3);
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_an_immediate_shutdown_drops_the_items_and_counts_them_as_done)
{
    begin(0, &ac_queue_lifo);
    put("a");
    put("b");
    put("c");
    start(0, "j", JOIN, ac_none());
    th_turns(&th.loop, 1);
    ck_assert_str_eq(get(), "c");
    th_ok(ac_queue_shutdown(&queue, true));
    ck_assert_uint_eq(ac_queue_unfinished(&queue), 1);
    th_turns(&th.loop, 1);
    th_expect("");
    th_ok(ac_queue_task_done(&queue));
    th_run(&th.loop);
    th_expect("j None");
    th_ok(ac_queue_shutdown(&queue, true));
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_shutdown_wakes_all_who_wait)
{
    begin(1, &ac_queue_fifo);
    put("x");
    start(0, "p", PUT, th_new("one"));
    start(1, "q", PUT, th_new("two"));
    start(2, "j", JOIN, ac_none());
    th_turns(&th.loop, 1);
    cancel(1, 0);
    th_ok(ac_queue_shutdown(&queue, false));
    th_run(&th.loop);
    th_expect("q raised CancelledError(), p raised QueueShutDown('')");
    th_ok(ac_queue_shutdown(&queue, true));
    th_run(&th.loop);
    th_expect("j None");
    retrieve(0);
    ac_queue_clear(&queue);
    begin(1, &ac_queue_fifo);
    start(0, "g", GET, ac_none());
    start(1, "h", GET, ac_none());
    th_turns(&th.loop, 1);
    th_ok(ac_queue_shutdown(&queue, false));
    th_run(&th.loop);
    th_expect("g raised QueueShutDown(''), h raised QueueShutDown('')");
    retrieve(0);
    retrieve(1);
    ac_queue_clear(&queue);
}
END_TEST

/* gh-96471. */
START_TEST(test_there_is_no_shutdown_before_3_13)
{
    th_use("3.12");
    begin(1, &ac_queue_fifo);
    th_expect_failure(ac_queue_shutdown(&queue, false), AC_E_TYPE,
                      "'Queue' object has no attribute 'shutdown'");
    ck_assert(!ac_queue_is_shut_down(&queue));
    ac_queue_clear(&queue);
}
END_TEST

/* ---- Cancelled ---- */

START_TEST(test_a_getter_that_is_cancelled_while_it_waits_leaves)
{
    begin_with_getters(2);
    cancel(0, 3);
    put("item");
    th_run(&th.loop);
    th_expect("a raised CancelledError(3), b item");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_getter_that_is_cancelled_after_its_wake_up_wakes_the_next)
{
    begin_with_getters(2);
    put("item");
    cancel(0, 0);
    th_turns(&th.loop, 1);
    th_expect("a raised CancelledError()");
    th_turns(&th.loop, 1);
    th_expect("b item");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_getter_that_is_cancelled_when_the_item_is_gone_wakes_nobody)
{
    begin_with_getters(2);
    put("item");
    cancel(0, 0);
    ck_assert_str_eq(get(), "item");
    th_turns(&th.loop, 3);
    th_expect("a raised CancelledError()");
    ck_assert_uint_eq(ac_queue_getter_count(&queue), 1);
    put("late");
    th_run(&th.loop);
    th_expect("b late");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_putter_that_is_cancelled_drops_its_item_and_passes_its_place_on)
{
    begin(1, &ac_queue_fifo);
    put("x");
    start(0, "a", PUT, th_new("lost"));
    start(1, "b", PUT, th_new("kept"));
    start(2, "c", PUT, th_new("also"));
    th_turns(&th.loop, 1);
    cancel(0, 0);
    ck_assert_str_eq(get(), "x");
    cancel(1, 0);
    th_turns(&th.loop, 2);
    th_expect("a raised CancelledError(), b raised CancelledError(), c None");
    ck_assert_str_eq(get(), "also");
    ck_assert(ac_queue_empty(&queue));
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_join_that_is_cancelled_leaves_the_others_alone)
{
    begin(0, &ac_queue_fifo);
    put("x");
    start(0, "a", JOIN, ac_none());
    start(1, "b", JOIN, ac_none());
    start(2, "c", JOIN, ac_none());
    th_turns(&th.loop, 1);
    cancel(0, 1);
    th_turns(&th.loop, 1);
    th_ok(ac_queue_task_done(&queue));
    cancel(2, 2);
    th_run(&th.loop);
    th_expect("a raised CancelledError(1), b None, c raised CancelledError(2)");
    ac_queue_clear(&queue);
}
END_TEST

/* ---- By hand: every way in at every point ---- */

typedef struct by_hand {
    verb verb;
    bool woken;
} by_hand;

static const by_hand points[] = {{PUT, false}, {PUT, true},   {GET, false},
                                 {GET, true},  {JOIN, false}, {JOIN, true}};
enum { POINTS = sizeof points / sizeof points[0] };

static ac_turn resume(actor *self, ac_how how, ac_value in, ac_out *out)
{
    ac_turn turn = ac_coro_resume(&th.loop, sub_of(self), how, ac_lend(in), out);
    th_drop(in);
    return turn;
}

/* A machine that is asleep at its point, woken or not. */
static void rest_at(actor *self, const by_hand *point)
{
    ac_out out;
    begin(1, &ac_queue_fifo);
    self->verb = point->verb;
    self->item = point->verb == PUT ? th_new("item") : ac_none();
    if (point->verb != GET)
        put("there");
    prepare(self);
    ck_assert_int_eq(resume(self, AC_SEND, ac_none(), &out), AC_AWAITING);
    ck_assert(ac_future_is_embedded(out.future));
    if (!point->woken)
        return;
    if (point->verb == PUT)
        (void)get();
    else if (point->verb == GET)
        put("got");
    else
        th_ok(ac_queue_task_done(&queue));
}

static void expect_nothing_left(actor *self)
{
    ac_out out;
    ck_assert_uint_eq(ac_queue_getter_count(&queue), 0);
    ck_assert_uint_eq(ac_queue_putter_count(&queue), 0);
    ck_assert_int_eq(resume(self, AC_SEND, ac_none(), &out), AC_RAISED);
    ck_assert_uint_eq(out.value.bits, 0);
    ac_queue_clear(&queue);
    ck_assert_int_eq(th.objects, 0);
}

/* At each point: rests, is left this way, and leaves nothing. */
static void leave_each_point(void leave(actor *self))
{
    for (int i = 0; i < POINTS; i++) {
        actor self;
        rest_at(&self, &points[i]);
        leave(&self);
        expect_nothing_left(&self);
    }
}

static void throw_into(actor *self)
{
    ac_out out;
    ck_assert_int_eq(resume(self, AC_THROW, th_exception(TH_VALUE, "x"), &out), AC_RAISED);
    ck_assert_str_eq(th_repr_of(out.value), "ValueError('x')");
}

static void close_it(actor *self)
{
    ac_coro_close(&th.loop, sub_of(self));
}

static void clear_it(actor *self)
{
    sub_of(self)->ops->clear(&th.loop, sub_of(self));
}

static void clear_it_twice(actor *self)
{
    clear_it(self);
    clear_it(self);
}

/* Who waits is never woken, and goes like any other frame. */
static void clear_the_queue_first(actor *self)
{
    ac_queue_clear(&queue);
    ck_assert_uint_eq(ac_queue_getter_count(&queue), 0);
    clear_it(self);
}

START_TEST(test_an_exception_that_is_thrown_in_comes_out)
{
    leave_each_point(throw_into);
}
END_TEST

START_TEST(test_a_machine_can_be_closed_at_each_point)
{
    leave_each_point(close_it);
}
END_TEST

START_TEST(test_a_machine_can_be_cleared_at_each_point_and_twice)
{
    leave_each_point(clear_it_twice);
}
END_TEST

START_TEST(test_a_queue_can_be_cleared_under_those_who_wait)
{
    leave_each_point(clear_the_queue_first);
}
END_TEST

START_TEST(test_a_machine_that_never_starts_drops_its_item)
{
    static void (*const ways[])(actor *) = {clear_it, close_it, throw_into};
    for (int i = 0; i < POINTS; i += 2) {
        actor self = {.verb = points[i].verb};
        begin(1, &ac_queue_fifo);
        for (int way = 0; way < 3; way++) {
            self.item = self.verb == PUT ? th_new("item") : ac_none();
            prepare(&self);
            ways[way](&self);
            expect_nothing_left(&self);
        }
    }
}
END_TEST

/* ---- A kind of the host's own ---- */

static unsigned fail_in; /* 1: the next operation fails */

static ac_status operation(ac_queue *self)
{
    if (fail_in > 0 && --fail_in == 0)
        return ac_loop_raise(self->home, th_exception(TH_VALUE, "operation"));
    return AC_OK;
}

static ac_status own_put(ac_queue *self, ac_ref item)
{
    ac_status status = operation(self);
    return status == AC_OK ? ac_queue_append(self, item) : status;
}

static ac_status own_get(ac_queue *self, ac_value *item)
{
    ac_status status = operation(self);
    return status == AC_OK ? ac_queue_take_first(self, item) : status;
}

static ac_status own_empty(ac_queue *self, bool *answer)
{
    *answer = ac_queue_empty(self);
    return operation(self);
}

static ac_status own_full(ac_queue *self, bool *answer)
{
    *answer = ac_queue_full(self);
    return operation(self);
}

static ac_status own_put_nowait(ac_queue *self, ac_ref item, ac_value *result)
{
    ac_status status = operation(self);
    if (status == AC_OK)
        status = ac_queue_put_nowait(self, item);
    *result = status == AC_OK ? th_new("put") : ac_none();
    return status;
}

static ac_status own_get_nowait(ac_queue *self, ac_value *item)
{
    ac_status status = operation(self);
    return status == AC_OK ? ac_queue_get_nowait(self, item) : status;
}

static const ac_queue_ops own = {.put = own_put,
                                 .get = own_get,
                                 .empty = own_empty,
                                 .full = own_full,
                                 .put_nowait = own_put_nowait,
                                 .get_nowait = own_get_nowait};

/* Everything that a queue does once, with the nth operation failing. */
static void try_everything(void)
{
    begin(1, &own);
    start(0, "g", GET, ac_none());
    th_run(&th.loop);
    start(1, "p", PUT, th_new("one"));
    start(2, "q", PUT, th_new("two"));
    start(3, "r", PUT, th_new("three"));
    start(4, "h", GET, ac_none());
    th_turns(&th.loop, 2);
    cancel(3, 0);
    start(5, "i", GET, ac_none());
    start(6, "k", GET, ac_none());
    th_turns(&th.loop, 2);
    cancel(6, 0);
    th_run(&th.loop);
    start(7, "s", PUT, th_new("four"));
    th_run(&th.loop);
    th_drop(ac_loop_status_exception(&th.loop, ac_queue_shutdown(&queue, true), NULL));
    th_run(&th.loop);
}

static void forget_everything(void)
{
    for (unsigned slot = 0; slot < 8; slot++) {
        retrieve(slot);
        ac_task_set_log_destroy_pending(th_task_in(slot), false);
        ac_future_clear(th.slots[slot]);
    }
    ac_queue_clear(&queue);
    ck_assert_int_eq(th.objects, 0);
    ck_assert_uint_eq(th.bytes, 0);
}

START_TEST(test_a_failing_operation_comes_out_of_whoever_needed_it)
{
    fail_in = 0;
    try_everything();
    th_expect(
        "p put, h one, q put, g two, r raised CancelledError(), k raised CancelledError(), s put, i four");
    forget_everything();
    unsigned n = 1;
    do {
        fail_in = n;
        try_everything();
        forget_everything();
        th.log[0] = '\0';
        n++;
    } while (fail_in == 0);
    ck_assert_uint_gt(n, 30);
}
END_TEST

START_TEST(test_an_error_out_of_the_look_before_a_cancelled_get_goes_takes_its_place)
{
    begin(1, &own);
    fail_in = 0;
    start(0, "g", GET, ac_none());
    th_turns(&th.loop, 1);
    cancel(0, 0);
    fail_in = 1;
    th_run(&th.loop);
    th_expect("g raised ValueError('operation')");
    retrieve(0);
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_an_immediate_shutdown_that_fails_is_half_done)
{
    begin(0, &own);
    fail_in = 0;
    put("a");
    put("b");
    fail_in = 4; /* empty, get, empty, get */
    th_expect_status(ac_queue_shutdown(&queue, true), AC_E_RAISED);
    ck_assert_str_eq(raised(AC_E_RAISED), "ValueError('operation')");
    ck_assert(ac_queue_is_shut_down(&queue));
    ck_assert_uint_eq(ac_queue_count(&queue), 1);
    ck_assert_uint_eq(ac_queue_unfinished(&queue), 1);
    ac_queue_clear(&queue);
}
END_TEST

/* ---- Collectors ---- */

static const char *visit_queue(int stop_after)
{
    static th_visitor visitor;
    th_visitor_init(&visitor);
    visitor.stop_after = stop_after;
    ck_assert_int_eq(ac_queue_visit(&queue, &visitor.visitor) != 0, stop_after != 0);
    return visitor.seen;
}

START_TEST(test_a_queue_shows_its_items_and_who_waits_for_it)
{
    begin(2, &ac_queue_fifo);
    put("a");
    put("b");
    start(0, "p", PUT, th_new("item"));
    start(1, "j", JOIN, ac_none());
    th_turns(&th.loop, 1);
    ck_assert_str_eq(visit_queue(0), "a, b, p, j");
    for (int n = 1; n <= 4; n++)
        (void)visit_queue(n);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, item");
    (void)get();
    ck_assert_str_eq(visit_queue(0), "b, j");
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, item");
    th_run(&th.loop);
    cancel(1, 7);
    ck_assert_str_eq(visit_queue(0), "b, item, 7");
    th_run(&th.loop);
    th_expect("p None, j raised CancelledError(7)");
    ac_queue_clear(&queue);
    start(2, "g", GET, ac_none());
    th_turns(&th.loop, 1);
    ck_assert_str_eq(visit_queue(0), "g");
    put("last");
    th_run(&th.loop);
    th_expect("g last");
    ac_queue_clear(&queue);
}
END_TEST

/* A finalizer of an item that is dropped uses the queue. */
static void put_again(ac_loop *loop, th_object *object)
{
    (void)loop;
    (void)object;
    put("again");
}

START_TEST(test_dropping_the_items_may_put_others)
{
    begin(0, &ac_queue_fifo);
    ac_value item = th_new("first");
    th_object_of(ac_lend(item))->finalize = put_again;
    th_ok(ac_queue_put_nowait(&queue, ac_lend(item)));
    th_drop(item);
    ac_queue_clear(&queue);
    ck_assert_uint_eq(ac_queue_count(&queue), 1);
    ck_assert_str_eq(get(), "again");
    ac_queue_clear(&queue);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_queue_gives_what_was_put_in_its_order,
        test_a_queue_without_a_limit_is_never_full,
        test_none_can_be_put,
        test_task_done_is_called_once_for_each_item,
        test_without_memory_nothing_is_put,
        test_without_memory_for_it_the_exception_is_none,
        test_getters_are_woken_one_for_each_put,
        test_a_getter_that_is_overtaken_waits_again_behind_the_others,
        test_putters_are_woken_one_for_each_get_and_may_be_overtaken,
        test_join_waits_for_all_items_to_be_done,
        test_machines_can_be_used_again,
        test_a_queue_belongs_to_the_loop_of_the_first_wait,
        test_without_a_loop_what_need_not_wait_is_done,
        test_a_put_that_would_wake_somebody_on_a_closed_loop_fails_after_it,
        test_a_get_that_would_wake_somebody_on_a_closed_loop_drops_the_item,
        test_what_the_loop_of_a_waiter_raises_goes_to_the_home,
        test_a_queue_that_is_shut_down_gives_what_is_left,
        test_an_immediate_shutdown_drops_the_items_and_counts_them_as_done,
        test_a_shutdown_wakes_all_who_wait,
        test_there_is_no_shutdown_before_3_13,
        test_a_getter_that_is_cancelled_while_it_waits_leaves,
        test_a_getter_that_is_cancelled_after_its_wake_up_wakes_the_next,
        test_a_getter_that_is_cancelled_when_the_item_is_gone_wakes_nobody,
        test_a_putter_that_is_cancelled_drops_its_item_and_passes_its_place_on,
        test_a_join_that_is_cancelled_leaves_the_others_alone,
        test_an_exception_that_is_thrown_in_comes_out,
        test_a_machine_can_be_closed_at_each_point,
        test_a_machine_can_be_cleared_at_each_point_and_twice,
        test_a_queue_can_be_cleared_under_those_who_wait,
        test_a_machine_that_never_starts_drops_its_item,
        test_a_failing_operation_comes_out_of_whoever_needed_it,
        test_an_error_out_of_the_look_before_a_cancelled_get_goes_takes_its_place,
        test_an_immediate_shutdown_that_fails_is_half_done,
        test_a_queue_shows_its_items_and_who_waits_for_it,
        test_dropping_the_items_may_put_others,
    };
    return TH_MAIN("queue", tests);
}
