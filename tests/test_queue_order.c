/* test_queue_order.c - the orders of queues: the ring, the heap against a plain one, and comparisons that
 * fail or use the queue.
 *
 * Mirrors    heapq of CPython: what is compared with what. */
#include "host.h"

#include <string.h>

static ac_queue queue;
static unsigned fail_in;        /* 1: the next comparison fails */
static void (*meanwhile)(void); /* runs in the next comparison */
static unsigned comparisons;

static ac_status less(ac_queue *self, ac_ref a, ac_ref b, bool *answer)
{
    comparisons++;
    void (*now)(void) = meanwhile;
    meanwhile = NULL;
    if (now != NULL)
        now();
    if (fail_in > 0 && --fail_in == 0)
        return ac_loop_raise(self->home, th_exception(TH_VALUE, "less"));
    const th_object *one = th_object_of(a), *two = th_object_of(b);
    *answer = one != NULL ? strcmp(one->name, two->name) < 0 : th_as_int(a) < th_as_int(b);
    return AC_OK;
}

static const ac_queue_ops by_name = {.put = ac_queue_heap_put, .get = ac_queue_heap_get, .less = less};

static void begin(const ac_queue_ops *ops)
{
    ac_queue_init(&queue, ac_none_ref(), &th.loop, 0, ops);
    fail_in = comparisons = 0;
    meanwhile = NULL;
}

static ac_status put_status(const char *name)
{
    ac_value item = th_new(name);
    ac_status status = ac_queue_put_nowait(&queue, ac_lend(item));
    th_drop(item);
    return status;
}

static void put(const char *name)
{
    th_ok(put_status(name));
}

static const char *get(void)
{
    ac_value item;
    th_ok(ac_queue_get_nowait(&queue, &item));
    return th_repr_of(item);
}

static ac_status get_status(void)
{
    ac_value item;
    ac_status status = ac_queue_get_nowait(&queue, &item);
    ck_assert_int_ne(status, AC_OK);
    return status;
}

static const char *raised(ac_status status)
{
    return th_repr_of(ac_loop_status_exception(&th.loop, status, NULL));
}

static const char *stored(void)
{
    static char text[256];
    text[0] = '\0';
    for (size_t i = 0; i < ac_queue_count(&queue); i++)
        strcat(text, th_repr(ac_queue_item(&queue, i)));
    return text;
}

static void put_all(const char *const *names)
{
    for (; *names != NULL; names++)
        put(*names);
}

static const char *const some[] = {"e", "b", "h", "a", "i", "c", NULL};

/* ---- The ring ---- */

START_TEST(test_the_ring_grows_wherever_it_begins)
{
    static const ac_queue_ops *const kinds[] = {&ac_queue_fifo, &ac_queue_lifo};
    for (int first = 0; first < 9; first++) {
        for (int kind = 0; kind < 2; kind++) {
            begin(kinds[kind]);
            for (int i = 0; i < first; i++) {
                th_ok(ac_queue_append(&queue, ac_none_ref()));
                ac_value item;
                th_ok(ac_queue_take_first(&queue, &item));
            }
            for (int64_t i = 0; i < 40; i++)
                th_ok(ac_queue_put_nowait(&queue, ac_lend(th_int(i))));
            for (int64_t i = 0; i < 40; i++) {
                ac_value item;
                th_ok(ac_queue_get_nowait(&queue, &item));
                ck_assert_int_eq(th_as_int(ac_lend(item)), kind == 0 ? i : 39 - i);
            }
            ac_queue_clear(&queue);
        }
    }
}
END_TEST

START_TEST(test_there_is_nothing_to_take_from_an_empty_queue)
{
    ac_value item;
    begin(&by_name);
    th_expect_failure(ac_queue_take_first(&queue, &item), AC_E_STATE, "the queue is empty");
    th_expect_failure(ac_queue_take_last(&queue, &item), AC_E_STATE, "the queue is empty");
    th_expect_failure(ac_queue_heap_get(&queue, &item), AC_E_STATE, "the queue is empty");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_a_ring_that_cannot_grow_is_as_it_was)
{
    begin(&ac_queue_fifo);
    for (int i = 0; i < 8; i++)
        put("item");
    th_fail(TH_HOOK_REALLOC, 1);
    th_expect_failure(put_status("refused"), AC_E_MEMORY, "no memory for a queue");
    ck_assert_uint_eq(ac_queue_count(&queue), 8);
    put("item");
    ac_queue_clear(&queue);
    th_ok(ac_loop_close(&th.loop));
    th.table.realloc = NULL;
    th_loop_init(NULL);
    begin(&ac_queue_fifo);
    th_expect_status(put_status("refused"), AC_E_MEMORY);
    ac_queue_clear(&queue);
}
END_TEST

/* ---- The heap ---- */

/* The places and the number of comparisons are those of _heapq. */
START_TEST(test_the_heap_is_heapqs)
{
    begin(&by_name);
    put_all(some);
    ck_assert_str_eq(stored(), "abceih");
    ck_assert_uint_eq(comparisons, 7);
    ck_assert_str_eq(get(), "a");
    ck_assert_str_eq(stored(), "bechi");
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_the_heap_gives_everything_in_order)
{
    uint64_t random = 12345;
    for (int size = 0; size < 40; size++) {
        begin(&by_name);
        for (int i = 0; i < size; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            th_ok(ac_queue_put_nowait(&queue, ac_lend(th_int((int64_t)(random >> 33) % 20))));
        }
        int64_t last = -1;
        for (int i = 0; i < size; i++) {
            ac_value item;
            th_ok(ac_queue_get_nowait(&queue, &item));
            ck_assert_int_ge(th_as_int(ac_lend(item)), last);
            last = th_as_int(ac_lend(item));
        }
        ck_assert(ac_queue_empty(&queue));
        ac_queue_clear(&queue);
    }
}
END_TEST

/* The item stays where it has got to and is not counted. */
START_TEST(test_a_comparison_that_fails_in_a_put)
{
    begin(&by_name);
    put_all(some);
    fail_in = 2;
    ac_status status = put_status("A");
    ck_assert_str_eq(raised(status), "ValueError('less')");
    ck_assert_str_eq(stored(), "abAeihc");
    ck_assert_uint_eq(ac_queue_unfinished(&queue), 6);
    ac_queue_clear(&queue);
}
END_TEST

/* The item that was to come out is lost. */
START_TEST(test_a_comparison_that_fails_in_a_get)
{
    begin(&by_name);
    put_all(some);
    fail_in = 1;
    ck_assert_str_eq(raised(get_status()), "ValueError('less')");
    ck_assert_str_eq(stored(), "hbcei");
    ck_assert_int_eq(th.objects, 5);
    ac_queue_clear(&queue);
}
END_TEST

START_TEST(test_every_comparison_may_fail)
{
    for (unsigned n = 1; n < 60; n++) {
        begin(&by_name);
        fail_in = n;
        for (const char *const *name = some; *name != NULL; name++)
            th_drop(ac_loop_status_exception(&th.loop, put_status(*name), NULL));
        while (!ac_queue_empty(&queue)) {
            ac_value item = ac_none();
            ac_status status = ac_queue_get_nowait(&queue, &item);
            th_drop(status == AC_OK ? item : ac_loop_status_exception(&th.loop, status, NULL));
        }
        ck_assert_int_eq(th.objects, 0);
        ac_queue_clear(&queue);
    }
}
END_TEST

static void put_one(void)
{
    put("0");
}

static void take_one(void)
{
    (void)get();
}

static void take_all(void)
{
    while (!ac_queue_empty(&queue)) {
        ac_value item;
        th_ok(ac_queue_take_first(&queue, &item));
        th_drop(item);
    }
}

static void fill(void)
{
    for (int i = 0; i < 20; i++)
        th_ok(ac_queue_append(&queue, ac_none_ref()));
    for (int i = 0; i < 20; i++) {
        ac_value item;
        th_ok(ac_queue_take_last(&queue, &item));
    }
}

START_TEST(test_a_comparison_that_changes_the_heap_is_an_error)
{
    static void (*const changes[])(void) = {put_one, take_one, take_all};
    for (int i = 0; i < 3; i++) {
        begin(&by_name);
        put_all(some);
        meanwhile = changes[i];
        th_expect_failure(put_status("A"), AC_E_RUNTIME, "list changed size during iteration");
        ac_queue_clear(&queue);
        begin(&by_name);
        put_all(some);
        meanwhile = changes[i];
        th_expect_failure(get_status(), AC_E_RUNTIME, "list changed size during iteration");
        ac_queue_clear(&queue);
        ck_assert_int_eq(th.objects, 0);
    }
}
END_TEST

/* Changed and back again, in another block of memory: nobody notices, as in CPython. */
START_TEST(test_a_ring_that_moves_during_a_comparison_is_followed)
{
    begin(&by_name);
    put_all(some);
    meanwhile = fill;
    put("A");
    ck_assert_str_eq(stored(), "Abaeihc");
    meanwhile = fill;
    ck_assert_str_eq(get(), "A");
    ac_queue_clear(&queue);
}
END_TEST

/* What a comparison has raised outlives what dropping the operands runs. */
static void raise_another(ac_loop *loop, th_object *object)
{
    (void)object;
    th_drop(ac_loop_status_exception(loop, ac_loop_raise(loop, th_exception(TH_TYPE, "finalizer")), NULL));
}

static void forget_first(void)
{
    ac_value item;
    th_ok(ac_queue_take_first(&queue, &item));
    th_object_of(ac_lend(item))->finalize = raise_another;
    th_drop(item);
}

START_TEST(test_what_a_comparison_raises_outlives_its_operands)
{
    begin(&by_name);
    put("b");
    meanwhile = forget_first;
    fail_in = 1;
    ck_assert_str_eq(raised(put_status("a")), "ValueError('less')");
    ac_queue_clear(&queue);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_the_ring_grows_wherever_it_begins,
        test_there_is_nothing_to_take_from_an_empty_queue,
        test_a_ring_that_cannot_grow_is_as_it_was,
        test_the_heap_is_heapqs,
        test_the_heap_gives_everything_in_order,
        test_a_comparison_that_fails_in_a_put,
        test_a_comparison_that_fails_in_a_get,
        test_every_comparison_may_fail,
        test_a_comparison_that_changes_the_heap_is_an_error,
        test_a_ring_that_moves_during_a_comparison_is_followed,
        test_what_a_comparison_raises_outlives_its_operands,
    };
    return TH_MAIN("queue_order", tests);
}
