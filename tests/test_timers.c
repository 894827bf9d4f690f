/* test_timers.c - the timer heap: heapq's order and asyncio's lazy deletion (src/loop/timers.c).
 *
 * Idea       Orders of equal deadlines are compared with tables that CPython's own heapq made, and long
 *            random runs with a second implementation of heapq and _run_once, written from their text. */
#include "host.h"
#include "loop/timers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MANY = 200 };

static th_callback timers[MANY];
static int ran[4 * MANY];
static size_t ran_count;

static ac_status note_run(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    if (ran_count == sizeof ran / sizeof ran[0])
        ck_abort_msg("too many runs");
    ran[ran_count++] = (int)(callback - timers);
    return AC_OK;
}

static th_callback *timer(size_t index)
{
    if (timers[index].body == NULL || timers[index].dones > 0)
        th_callback_init(&timers[index], NULL, note_run);
    return &timers[index];
}

static void at(size_t index, double when)
{
    th_ok(ac_loop_call_at(&th.loop, when, &timer(index)->timer));
}

static void cancel(size_t index)
{
    ac_handle_cancel(&th.loop, th_handle(&timers[index]));
}

/* "0 2 1": what ran since the last question. */
static const char *runs(void)
{
    static char text[16 * MANY];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ran_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", i > 0 ? " " : "", ran[i]);
    ran_count = 0;
    return text;
}

static void setup(void)
{
    memset(timers, 0, sizeof timers);
    ran_count = 0;
}

/* ---- heapq's order (rule 4) ---- */

/* Made by:
 *   python3 -c 'import heapq
 *   class T(tuple): __lt__ = lambda a, b: a[0] < b[0]
 *   for whens in ["1", "11", ...]:
 *       q = []
 *       for t in enumerate(whens): heapq.heappush(q, T(t[::-1]))
 *       print(whens, *[heapq.heappop(q)[1] for _ in whens])' */
static const struct {
    const char *whens, *order;
} orders[] = {
    {"1", "0"},
    {"11", "0 1"},
    {"111", "0 1 2"},
    {"1111", "0 2 1 3"},
    {"111111112", "0 2 6 5 7 1 3 4 8"},
    {"0000000000", "0 2 6 9 8 5 7 4 1 3"},
    {"2222211111", "5 6 7 9 8 0 2 4 1 3"},
    {"1212121212", "0 2 6 4 8 9 5 3 1 7"},
    {"3211233211", "2 3 9 8 1 4 7 5 6 0"},
    {"0123456789", "0 1 2 3 4 5 6 7 8 9"},
    {"9876543210", "9 8 7 6 5 4 3 2 1 0"},
    {"5550555055505", "3 11 7 6 12 5 9 8 2 1 10 4 0"},
    {"000000000000000", "0 2 6 13 14 12 11 10 9 8 5 7 4 1 3"},
    {"31415926535897932384", "1 3 6 16 9 17 0 15 2 19 10 4 8 7 13 11 18 12 5 14"},
};

START_TEST(test_equal_deadlines_come_out_in_the_order_of_heapq)
{
    for (size_t row = 0; row < sizeof orders / sizeof orders[0]; row++) {
        setup();
        for (size_t i = 0; orders[row].whens[i] != '\0'; i++)
            at(i, th.now + 1 + (orders[row].whens[i] - '0'));
        th.now += 100;
        th_turns(&th.loop, 1);
        ck_assert_str_eq(runs(), orders[row].order);
    }
}
END_TEST

START_TEST(test_eight_equal_timers_and_a_later_one_turn_by_turn)
{
    setup();
    for (size_t i = 0; i < 8; i++)
        at(i, 1);
    at(8, 2);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0 2 6 5 7 1 3 4");
    ck_assert(ac_handle_scheduled(th_handle(&timers[8])));
    ck_assert(!ac_handle_scheduled(th_handle(&timers[0])));
}
END_TEST

/* ---- When a timer is due (rules 2 and 3) ---- */

START_TEST(test_a_timer_is_due_strictly_before_now_plus_the_resolution)
{
    setup();
    at(0, 1);
    at(1, 1 + 0.5e-9);
    at(2, 1 + 2e-9);
    th.now = 1 - 2e-9;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "");
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0 1");
    th.now = 1 + 2e-9;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "2");
}
END_TEST

START_TEST(test_the_resolution_of_the_clock_is_an_option)
{
    setup();
    th_loop_init(&(ac_loop_options){.clock_resolution = 0.5});
    at(0, 1);
    at(1, 1.25);
    at(2, 1.5);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0 1");
}
END_TEST

START_TEST(test_timers_less_than_the_resolution_apart_run_in_the_order_of_their_deadlines)
{
    setup();
    at(0, 1 + 0.9e-9);
    at(1, 1 + 0.3e-9);
    at(2, 1 + 0.6e-9);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "1 2 0");
}
END_TEST

/* 2**30 seconds: one ulp is 238 ns, so that now + 1 ns is now. */
START_TEST(test_without_the_ulp_flag_a_large_clock_is_never_past_its_own_deadline)
{
    double now = 1073741824.0;
    setup();
    th_loop_init(&(ac_loop_options){.semantics = "3.14"});
    th.now = now;
    at(0, now);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "");
    ck_assert(ac_loop_timeout(&th.loop) == 0);
    th.now = nextafter(now, INFINITY);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
}
END_TEST

/* gh-145703 */
START_TEST(test_with_the_ulp_flag_a_timer_is_due_at_its_deadline)
{
    double now = 1073741824.0;
    setup();
    th_loop_init(&(ac_loop_options){.semantics = "3.15"});
    th.now = now;
    at(0, now);
    at(1, nextafter(now, INFINITY));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
    th.now = nextafter(now, INFINITY);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "1");
}
END_TEST

START_TEST(test_a_clock_before_zero_works)
{
    setup();
    th.now = -10;
    at(0, -9);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "");
    ck_assert(ac_loop_timeout(&th.loop) == 1);
    th.now = -9;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
}
END_TEST

static th_callback soon, zero, after;

static ac_status set_zero_timer(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    th_ok(ac_loop_call_later(loop, 0, &zero.timer));
    th_soon(&after);
    return AC_OK;
}

/* Rule 2: due timers go behind what is queued; one of delay 0 runs a turn later, behind what was queued
 * since. */
START_TEST(test_due_timers_go_to_the_end_of_the_ready_list)
{
    th_callback_init(&soon, "soon", set_zero_timer);
    th_callback_init(&zero, "zero", NULL);
    th_callback_init(&after, "after", NULL);
    th_callback due, queued;
    th_callback_init(&due, "due", NULL);
    th_callback_init(&queued, "queued", NULL);
    th_later(&due, 0);
    th_soon(&soon);
    th_soon(&queued);
    th_turns(&th.loop, 1);
    th_expect("soon, queued, due");
    th_turns(&th.loop, 1);
    th_expect("after, zero");
}
END_TEST

/* ---- Odd delays (bad input) ---- */

START_TEST(test_a_negative_delay_is_now)
{
    setup();
    th.now = 5;
    th_ok(ac_loop_call_later(&th.loop, -1, &timer(0)->timer));
    th_ok(ac_loop_call_later(&th.loop, -INFINITY, &timer(1)->timer));
    ck_assert(ac_loop_timeout(&th.loop) == 0);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "1 0");
}
END_TEST

START_TEST(test_a_nan_delay_is_never_before_another_and_always_due)
{
    setup();
    at(0, 1);
    th_ok(ac_loop_call_later(&th.loop, NAN, &timer(1)->timer));
    at(2, 0.5);
    th_check(&th.loop);
    ck_assert(ac_loop_timeout(&th.loop) == 0.5);
    th.now = 0.5;
    th_turns(&th.loop, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(ran_count, 3);
}
END_TEST

START_TEST(test_a_nan_delay_alone_does_not_block)
{
    setup();
    th_ok(ac_loop_call_later(&th.loop, NAN, &timer(0)->timer));
    ck_assert(ac_loop_timeout(&th.loop) == 0);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
}
END_TEST

START_TEST(test_an_infinite_delay_never_comes)
{
    setup();
    th_ok(ac_loop_call_later(&th.loop, INFINITY, &timer(0)->timer));
    th.now = 1e300;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "");
    ck_assert(ac_loop_timeout(&th.loop) == 24 * 3600.0);
}
END_TEST

START_TEST(test_an_infinite_clock_fires_everything)
{
    setup();
    at(0, 1e308);
    th.now = INFINITY;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
}
END_TEST

/* ---- The timeout of a poll ---- */

START_TEST(test_the_timeout_is_the_time_to_the_earliest_timer_but_at_most_a_day)
{
    setup();
    ck_assert(ac_loop_timeout(&th.loop) < 0);
    at(0, 100000);
    ck_assert(ac_loop_timeout(&th.loop) == 24 * 3600.0);
    at(1, 50);
    ck_assert(ac_loop_timeout(&th.loop) == 50);
    th.now = 49.5;
    ck_assert(ac_loop_timeout(&th.loop) == 0.5);
    th.now = 60;
    ck_assert(ac_loop_timeout(&th.loop) == 0);
}
END_TEST

START_TEST(test_the_timeout_is_zero_if_something_is_ready_or_the_loop_is_stopping)
{
    setup();
    at(0, 50);
    th_soon(timer(1));
    ck_assert(ac_loop_timeout(&th.loop) == 0);
    th_turns(&th.loop, 1);
    ck_assert(ac_loop_timeout(&th.loop) == 50);
    ac_loop_stop(&th.loop);
    ck_assert(ac_loop_timeout(&th.loop) == 0);
}
END_TEST

/* ---- Cancelling (rules 5 and 6) ---- */

START_TEST(test_a_cancelled_timer_at_the_head_is_dropped_before_the_poll)
{
    setup();
    at(0, 1);
    at(1, 2);
    at(2, 3);
    cancel(0);
    cancel(1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 2);
    ck_assert(ac_loop_timeout(&th.loop) == 3);
    ck_assert_uint_eq(th.loop.timer_count, 1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 0);
    ck_assert_uint_eq(timers[0].dones, 1);
    ck_assert_uint_eq(timers[0].runs, 0);
}
END_TEST

START_TEST(test_a_cancelled_timer_in_heap_is_skipped)
{
    setup();
    at(0, 1);
    at(1, 1);
    at(2, 1);
    cancel(1);
    ck_assert(ac_handle_scheduled(th_handle(&timers[1])));
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0 2");
    ck_assert_uint_eq(timers[1].dones, 1);
    ck_assert(ac_handle_cancelled(th_handle(&timers[1])));
}
END_TEST

START_TEST(test_cancelling_twice_counts_once)
{
    setup();
    at(0, 1);
    at(1, 2);
    cancel(1);
    cancel(1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 1);
    th_check(&th.loop);
}
END_TEST

START_TEST(test_cancelling_after_it_ran_only_sets_the_mark)
{
    setup();
    at(0, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    cancel(0);
    ck_assert(ac_handle_cancelled(th_handle(&timers[0])));
    ck_assert_uint_eq(th.loop.timers_cancelled, 0);
    ck_assert_str_eq(runs(), "0");
}
END_TEST

static ac_status cancel_other(ac_loop *loop, th_callback *callback)
{
    (void)note_run(loop, callback);
    cancel(1);
    return AC_OK;
}

START_TEST(test_a_due_timer_that_is_cancelled_in_the_same_turn_is_skipped_and_not_counted)
{
    setup();
    timer(0)->body = cancel_other;
    at(0, 1);
    at(1, 1);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
    ck_assert_uint_eq(timers[1].dones, 1);
    ck_assert_uint_eq(th.loop.timers_cancelled, 0);
}
END_TEST

START_TEST(test_the_memory_of_a_timer_is_used_again)
{
    setup();
    at(0, 1);
    cancel(0);
    (void)ac_loop_timeout(&th.loop);
    at(0, 2);
    ck_assert(!ac_handle_cancelled(th_handle(&timers[0])));
    th.now = 2;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
    at(0, 3);
    th.now = 3;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), "0");
}
END_TEST

/* Makes 'count' timers (0 is the earliest) and cancels the last 'cancelled' of them; what the next poll
 * leaves. */
static size_t left_after(size_t count, size_t cancelled)
{
    setup();
    for (size_t i = 0; i < count; i++)
        at(i, 10 + (double)i);
    for (size_t i = 0; i < cancelled; i++)
        cancel(count - 1 - i);
    (void)ac_loop_timeout(&th.loop);
    th_check(&th.loop);
    size_t left = th.loop.timer_count;
    ck_assert_uint_eq(th.loop.timers_cancelled, left == count ? cancelled : 0);
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(timers[i].dones, i >= count - cancelled && left != count);
    for (size_t i = 0; i < count; i++)
        cancel(i);
    while (ac_loop_timeout(&th.loop) >= 0)
        th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timer_count, 0);
    return left;
}

/* Rule 5: more than 100 timers, more than half of them cancelled. */
START_TEST(test_the_heap_is_rebuilt_beyond_both_thresholds_only)
{
    ck_assert_uint_eq(left_after(100, 99), 100);
    ck_assert_uint_eq(left_after(101, 50), 101);
    ck_assert_uint_eq(left_after(101, 51), 50);
    ck_assert_uint_eq(left_after(102, 51), 102);
    ck_assert_uint_eq(left_after(102, 52), 50);
    ck_assert_uint_eq(left_after(101, 101), 0);
}
END_TEST

/* Made by:
 *   python3 -c 'import heapq
 *   class T(tuple): __lt__ = lambda a, b: a[0] < b[0]
 *   q = []
 *   for i in range(105): heapq.heappush(q, T((1, i)))
 *   q = [t for t in q if t[1] % 2 == 0 and t[1] != 2]
 *   heapq.heapify(q)
 *   print(*[heapq.heappop(q)[1] for _ in q[:]])' */
static const char rebuilt_order[] =
    "62 30 14 6 0 52 24 100 48 96 4 92 44 88 20 84 40 80 8 76 36 72 16 68 32 60 64 "
    "28 56 12 104 50 98 10 90 42 82 18 74 34 58 66 26 102 22 86 38 54 70 46 94 78";

START_TEST(test_a_rebuild_moves_equal_deadlines_about)
{
    setup();
    for (size_t i = 0; i < 105; i++)
        at(i, 1);
    for (size_t i = 1; i < 105; i += 2)
        cancel(i);
    cancel(2);
    (void)ac_loop_timeout(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 52);
    th_check(&th.loop);
    th.now = 1;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(runs(), rebuilt_order);
}
END_TEST

/* Rule 6: a cancelled timer that becomes due behind a live head is not subtracted ... */
START_TEST(test_the_count_of_cancelled_timers_drifts_upwards)
{
    setup();
    for (int round = 0; round < 3; round++) {
        at(0, th.now + 1);
        at(1, th.now + 1);
        cancel(1);
        th.now += 1;
        th_turns(&th.loop, 1);
        ck_assert_str_eq(runs(), "0");
        ck_assert_uint_eq(th.loop.timer_count, 0);
    }
    ck_assert_uint_eq(th.loop.timers_cancelled, 3);
}
END_TEST

/* ... so that a later heap is rebuilt although nothing in it is cancelled, and the count starts again. */
START_TEST(test_a_heap_is_rebuilt_because_of_the_drift_alone)
{
    setup();
    for (size_t i = 0; i < 60; i++) {
        at(0, th.now + 1);
        at(1, th.now + 1);
        cancel(1);
        th.now += 1;
        th_turns(&th.loop, 1);
    }
    ck_assert_uint_eq(th.loop.timers_cancelled, 60);
    (void)runs();
    setup();
    for (size_t i = 0; i < 105; i++)
        at(i, th.now + 1);
    (void)ac_loop_timeout(&th.loop);
    ck_assert_uint_eq(th.loop.timers_cancelled, 0);
    ck_assert_uint_eq(th.loop.timer_count, 105);
    th_check(&th.loop);
}
END_TEST

/* The sweep is made once between two turns: by the timeout, or by the turn if nobody asked. */
START_TEST(test_a_turn_sweeps_only_if_no_timeout_was_asked_for)
{
    setup();
    at(0, 1);
    cancel(0);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(timers[0].dones, 1);
    at(0, 1);
    at(1, 2);
    (void)ac_loop_timeout(&th.loop);
    cancel(0);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timer_count, 2);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.loop.timer_count, 1);
}
END_TEST

/* ---- Random runs against a naive second implementation ---- */

struct model_timer {
    double when;
    int id;
};

static struct model_timer heap[MANY];
static int heap_size, cancelled_count;
static bool model_cancelled[MANY];

/* heapq._siftdown */
static void model_siftdown(int startpos, int pos)
{
    struct model_timer newitem = heap[pos];
    while (pos > startpos) {
        int parentpos = (pos - 1) / 2;
        struct model_timer parent = heap[parentpos];
        if (newitem.when < parent.when) {
            heap[pos] = parent;
            pos = parentpos;
            continue;
        }
        break;
    }
    heap[pos] = newitem;
}

/* heapq._siftup */
static void model_siftup(int pos)
{
    int endpos = heap_size, startpos = pos;
    struct model_timer newitem = heap[pos];
    int childpos = 2 * pos + 1;
    while (childpos < endpos) {
        int rightpos = childpos + 1;
        if (rightpos < endpos && !(heap[childpos].when < heap[rightpos].when))
            childpos = rightpos;
        heap[pos] = heap[childpos];
        pos = childpos;
        childpos = 2 * pos + 1;
    }
    heap[pos] = newitem;
    model_siftdown(startpos, pos);
}

static void model_push(double when, int id)
{
    heap[heap_size].when = when;
    heap[heap_size].id = id;
    model_cancelled[id] = false;
    heap_size++;
    model_siftdown(0, heap_size - 1);
}

static int model_pop(void)
{
    struct model_timer last = heap[--heap_size], first = heap[0];
    if (heap_size == 0)
        return last.id;
    heap[0] = last;
    model_siftup(0);
    return first.id;
}

/* The first half of BaseEventLoop._run_once. */
static void model_sweep(void)
{
    if (heap_size > 100 && (double)cancelled_count / heap_size > 0.5) {
        int kept = 0;
        for (int i = 0; i < heap_size; i++)
            if (!model_cancelled[heap[i].id])
                heap[kept++] = heap[i];
        heap_size = kept;
        cancelled_count = 0;
        for (int i = heap_size / 2 - 1; i >= 0; i--)
            model_siftup(i);
        return;
    }
    while (heap_size > 0 && model_cancelled[heap[0].id]) {
        cancelled_count--;
        (void)model_pop();
    }
}

/* The second: what becomes due and was not cancelled, in order. */
static const char *model_turn(double now)
{
    static char text[16 * MANY];
    size_t used = 0;
    text[0] = '\0';
    model_sweep();
    while (heap_size > 0 && heap[0].when < now + 1e-9) {
        int id = model_pop();
        if (!model_cancelled[id])
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", used > 0 ? " " : "", id);
    }
    return text;
}

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

/* Pushes, cancels and turns at random; 'spread' deadlines are possible, so that many are equal. */
static void random_run(uint32_t start, uint32_t spread, uint32_t pushes, uint32_t cancels)
{
    setup();
    seed = start;
    heap_size = cancelled_count = 0;
    for (int turn = 0; turn < 60; turn++) {
        for (uint32_t i = dice(pushes); i > 0; i--) {
            size_t id = dice(MANY);
            double when = th.now + 1 + dice(spread);
            if (ac_handle_scheduled(th_handle(timer(id))))
                continue;
            at(id, when);
            model_push(when, (int)id);
        }
        for (uint32_t i = dice(cancels); i > 0; i--) {
            size_t id = dice(MANY);
            if (!ac_handle_scheduled(th_handle(timer(id))) || ac_handle_cancelled(th_handle(timer(id))))
                continue;
            cancel(id);
            model_cancelled[id] = true;
            cancelled_count++;
        }
        th.now += dice(3) / 2.0;
        const char *expected = model_turn(th.now);
        th_turns(&th.loop, 1);
        ck_assert_str_eq(runs(), expected);
        ck_assert_int_eq((int)th.loop.timer_count, heap_size);
        ck_assert_int_eq((int)th.loop.timers_cancelled, cancelled_count);
    }
    ac_loop_close(&th.loop);
    th_loop_init(NULL);
}

START_TEST(test_random_runs_agree_with_a_naive_reimplementation)
{
    for (uint32_t start = 0; start < 40; start++) {
        random_run(start, 1, 20, 8);
        random_run(start, 3, 60, 20);
        random_run(start, 10, 100, 90);
        random_run(start, 1000, 150, 60);
    }
}
END_TEST

/* ---- Memory ---- */

START_TEST(test_a_timer_without_memory_is_not_set)
{
    setup();
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &timer(0)->timer), AC_E_MEMORY, "no memory for a timer");
    ck_assert(!ac_handle_scheduled(th_handle(&timers[0])));
    ck_assert_uint_eq(timers[0].dones, 0);
    at(0, 1);
}
END_TEST

START_TEST(test_the_heap_grows_by_doubling_and_may_fail_to)
{
    setup();
    for (size_t i = 0; i < 16; i++)
        at(i, 1);
    ck_assert_uint_eq(th.bytes, 16 * sizeof(ac_timer_slot));
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &timer(16)->timer), AC_E_MEMORY, "no memory for a timer");
    ck_assert_uint_eq(th.loop.timer_count, 16);
    th_check(&th.loop);
    at(16, 1);
    ck_assert_uint_eq(th.bytes, 32 * sizeof(ac_timer_slot));
}
END_TEST

START_TEST(test_a_host_without_realloc_has_no_timers)
{
    setup();
    th.table.realloc = NULL;
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &timer(0)->timer), AC_E_MEMORY, "no memory for a timer");
}
END_TEST

START_TEST(test_a_heap_that_would_be_larger_than_memory_is_refused)
{
    setup();
    th.loop.timer_room = th.loop.timer_count = SIZE_MAX / sizeof(ac_timer_slot) / 2 + 1;
    th_expect_failure(ac_loop_call_at(&th.loop, 1, &timer(0)->timer), AC_E_MEMORY, "no memory for a timer");
    th.loop.timer_room = th.loop.timer_count = 0;
}
END_TEST

START_TEST(test_closing_drops_all_timers_and_their_memory)
{
    setup();
    for (size_t i = 0; i < 20; i++)
        at(i, 1);
    cancel(3);
    th_ok(ac_loop_close(&th.loop));
    for (size_t i = 0; i < 20; i++) {
        ck_assert_uint_eq(timers[i].dones, 1);
        ck_assert_uint_eq(timers[i].runs, 0);
        ck_assert(!ac_handle_scheduled(th_handle(&timers[i])));
    }
    ck_assert_uint_eq(th.bytes, 0);
}
END_TEST

/* ---- Re-entry: giving up a cancelled timer runs host code, which sets and cancels timers ---- */

static void set_more(ac_loop *loop, th_object *object)
{
    (void)loop;
    (void)object;
    at(150, 1);
    at(151, 500);
    cancel(0);
}

START_TEST(test_timers_set_while_a_rebuild_gives_up_others_are_kept)
{
    setup();
    for (size_t i = 0; i < 120; i++)
        at(i, 10 + (double)i);
    for (size_t i = 1; i < 100; i++)
        cancel(i);
    timers[50].owned = th_new("bomb");
    th_object_of(ac_lend(timers[50].owned))->finalize = set_more;
    (void)ac_loop_timeout(&th.loop);
    th_check(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 21 + 2);
    ck_assert_uint_eq(th.loop.timers_cancelled, 1);
    th.now = 1000;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(
        runs(), "150 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 151");
}
END_TEST

START_TEST(test_timers_set_while_a_cancelled_head_is_given_up_are_kept)
{
    setup();
    at(0, 3);
    at(1, 2);
    timers[1].owned = th_new("bomb");
    th_object_of(ac_lend(timers[1].owned))->finalize = set_more;
    cancel(1);
    ck_assert(ac_loop_timeout(&th.loop) == 1);
    th_check(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 3);
}
END_TEST

/* ---- Inside ---- */

START_TEST(test_the_check_of_the_order_sees_a_child_before_its_parent)
{
    setup();
    for (size_t i = 0; i < 5; i++)
        at(i, 1 + (double)i);
    ck_assert(aci_timers_ordered(&th.loop));
    th.loop.timers[4].when = 1.5;
    ck_assert(!aci_timers_ordered(&th.loop));
    ck_assert_str_eq(ac_loop_check(&th.loop), "the timer heap is out of order");
    th.loop.timers[4].when = 5;
}
END_TEST

START_TEST(test_the_heap_can_be_looked_at)
{
    setup();
    ck_assert_ptr_null(ac_loop_timer_at(&th.loop, 0));
    for (size_t i = 0; i < 3; i++)
        at(i, 3 - (double)i);
    ck_assert_ptr_eq(ac_loop_timer_at(&th.loop, 0), &timers[2].timer);
    ck_assert_ptr_eq(ac_loop_timer_at(&th.loop, 1), &timers[0].timer);
    ck_assert_ptr_eq(ac_loop_timer_at(&th.loop, 2), &timers[1].timer);
    ck_assert_ptr_null(ac_loop_timer_at(&th.loop, 3));
    cancel(1);
    cancel(1);
    ck_assert_uint_eq(ac_loop_timers_cancelled(&th.loop), 1);
}
END_TEST

static void call_again(ac_loop *loop, ac_callback *callback)
{
    (void)callback;
    if (!ac_handle_scheduled(th_handle(&timers[5])))
        th_ok(ac_loop_call_at(loop, 1, &timer(5)->timer));
}

/* What is dropped may add timers, which stay. */
START_TEST(test_dropping_all_timers_runs_none_of_them)
{
    static const ac_handle_ops again = {.done = call_again};
    static ac_timer last;
    setup();
    ac_callback_init(&last.callback, &again, ac_none());
    th_ok(ac_loop_call_at(&th.loop, 9, &last));
    for (size_t i = 0; i < 3; i++)
        at(i, 1 + (double)i);
    cancel(0);
    ac_loop_drop_timers(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 1);
    ck_assert_uint_eq(ac_loop_timers_cancelled(&th.loop), 0);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(timers[i].dones, 1);
    th_check(&th.loop);
    ck_assert(ac_loop_timeout(&th.loop) == 1);
    ck_assert_str_eq(runs(), "");
}
END_TEST

START_TEST(test_next_up_is_the_next_double)
{
    static const double samples[] = {0, 1, 1.5, 1e-300, 1e300, 4503599627370496.0, 0.1};
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        ck_assert(aci_next_up(samples[i]) == nextafter(samples[i], INFINITY));
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_equal_deadlines_come_out_in_the_order_of_heapq,
        test_eight_equal_timers_and_a_later_one_turn_by_turn,
        test_a_timer_is_due_strictly_before_now_plus_the_resolution,
        test_the_resolution_of_the_clock_is_an_option,
        test_timers_less_than_the_resolution_apart_run_in_the_order_of_their_deadlines,
        test_without_the_ulp_flag_a_large_clock_is_never_past_its_own_deadline,
        test_with_the_ulp_flag_a_timer_is_due_at_its_deadline,
        test_a_clock_before_zero_works,
        test_due_timers_go_to_the_end_of_the_ready_list,
        test_a_negative_delay_is_now,
        test_a_nan_delay_is_never_before_another_and_always_due,
        test_a_nan_delay_alone_does_not_block,
        test_an_infinite_delay_never_comes,
        test_an_infinite_clock_fires_everything,
        test_the_timeout_is_the_time_to_the_earliest_timer_but_at_most_a_day,
        test_the_timeout_is_zero_if_something_is_ready_or_the_loop_is_stopping,
        test_a_cancelled_timer_at_the_head_is_dropped_before_the_poll,
        test_a_cancelled_timer_in_heap_is_skipped,
        test_cancelling_twice_counts_once,
        test_cancelling_after_it_ran_only_sets_the_mark,
        test_a_due_timer_that_is_cancelled_in_the_same_turn_is_skipped_and_not_counted,
        test_the_memory_of_a_timer_is_used_again,
        test_the_heap_is_rebuilt_beyond_both_thresholds_only,
        test_a_rebuild_moves_equal_deadlines_about,
        test_the_count_of_cancelled_timers_drifts_upwards,
        test_a_heap_is_rebuilt_because_of_the_drift_alone,
        test_a_turn_sweeps_only_if_no_timeout_was_asked_for,
        test_random_runs_agree_with_a_naive_reimplementation,
        test_a_timer_without_memory_is_not_set,
        test_the_heap_grows_by_doubling_and_may_fail_to,
        test_a_host_without_realloc_has_no_timers,
        test_a_heap_that_would_be_larger_than_memory_is_refused,
        test_closing_drops_all_timers_and_their_memory,
        test_timers_set_while_a_rebuild_gives_up_others_are_kept,
        test_timers_set_while_a_cancelled_head_is_given_up_are_kept,
        test_the_check_of_the_order_sees_a_child_before_its_parent,
        test_the_heap_can_be_looked_at,
        test_dropping_all_timers_runs_none_of_them,
        test_next_up_is_the_next_double,
    };
    return TH_MAIN("timers", tests);
}
