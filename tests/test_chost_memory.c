/* test_chost_memory.c - programs on the C host whose nth allocation fails, for every n; and the pool
 * (pool.c).
 *
 * Idea   The loop's table is the C host's but for realloc, which fails once, or from then on.  A program goes
 *        on as far as it can and gives up all that it has: whatever failed, no other error but want of memory
 *        came of it, every invariant holds, and nothing is left alive. */
#include "chost_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Memory that fails ---- */

typedef enum failing { ONCE, FROM_THEN_ON, FAILINGS } failing;

static struct {
    unsigned fails_at; /* 1: the next allocation; 0: none */
    unsigned count;
    failing how;
    bool failed;
} memory;

static void *realloc_or_fail(ac_loop *loop, void *block, size_t old, size_t now)
{
    if (now > old && memory.fails_at != 0) {
        memory.count++;
        if (memory.count == memory.fails_at ||
            (memory.how == FROM_THEN_ON && memory.count > memory.fails_at)) {
            memory.failed = true;
            return NULL;
        }
    }
    return ac_c_host()->realloc(loop, block, old, now);
}

/* Whether a call went well; if not, memory was short. */
static bool well(ac_status status)
{
    if (status == AC_OK)
        return true;
    kit_status(status, AC_E_MEMORY);
    ck_assert(memory.failed);
    return false;
}

static bool made(ac_value value)
{
    ck_assert(memory.failed || !ac_is_none(ac_lend(value)));
    return !ac_is_none(ac_lend(value));
}

/* What a run raised: MemoryError, or what it would have raised. */
static bool ran(ac_status status, ac_value result, const char *expected)
{
    char text[512];
    ac_c_repr(ac_lend(result), text, sizeof text);
    bool as_expected = strcmp(text, expected) == 0;
    ck_assert_msg(as_expected || memory.failed, "%s %s", ac_status_name(status), text);
    ac_drop(kit.loop, result);
    return as_expected;
}

static void ignore_report(void *data, const char *text)
{
    (void)data;
    ck_assert_uint_lt(strlen(text), 4096);
}

static bool new_loop(const char *semantics)
{
    static ac_host host;
    const char *why;
    host = *ac_c_host();
    host.realloc = realloc_or_fail;
    ac_clock_init(&kit.clock);
    kit.loop = ac_c_loop_new_with(&host, &(ac_loop_options){.clock = &kit.clock, .semantics = semantics},
                                  &why);
    ck_assert_str_eq(why, kit.loop == NULL ? "no memory" : "");
    if (kit.loop != NULL)
        ac_c_set_report(kit.loop, ignore_report, NULL);
    return kit.loop != NULL;
}

/* Runs the program with memory that fails at n; false once there are not so many allocations. */
static bool fail_at(void (*program)(void), const char *semantics, failing how, unsigned n)
{
    memory.fails_at = n;
    memory.how = how;
    memory.count = 0;
    memory.failed = false;
    if (new_loop(semantics)) {
        program();
        const char *wrong = ac_loop_check(kit.loop);
        ck_assert_msg(wrong == NULL, "%s: %s at %u", semantics, wrong, n);
        size_t left = kit_free_loop();
        ck_assert_msg(left == 0, "%s: %zu left at %u", semantics, left, n);
    }
    return memory.failed;
}

static void fail_everywhere(void (*program)(void), const char *semantics, unsigned at_least)
{
    ck_assert_uint_eq(kit_free_loop(), 0);
    for (int how = ONCE; how < FAILINGS; how++) {
        unsigned n = 1;
        while (fail_at(program, semantics, (failing)how, n))
            n++;
        ck_assert_uint_gt(n, at_least);
    }
    memory.fails_at = 0;
}

/* ---- Values ---- */

enum { VALUES = 11 };

static void make_values(ac_value *values)
{
    ac_ref items[3];
    values[0] = ac_c_str(kit.loop, "text");
    values[1] = ac_c_strf(kit.loop, "%d%s", 5, "text");
    values[2] = ac_c_exception(kit.loop, &ac_c_ValueError, ac_lend(values[0]));
    values[3] = ac_c_error(kit.loop, &ac_c_TypeError, "text");
    items[0] = ac_lend(values[0]);
    items[1] = ac_lend(values[2]);
    items[2] = ac_lend(values[3]);
    values[4] = ac_c_list(kit.loop, items, 3);
    values[5] = ac_c_group(kit.loop, "text", items + 1, 2);
    values[6] = ac_c_pointer(kit.loop, NULL, free);
    values[7] = ac_c_copy_context(kit.loop);
    ac_error error = {
        .kind = AC_X_GROUP, .text = "%V", .items = items + 1, .item_count = 2, .cause = items[1]};
    values[8] = ac_c_host()->error(kit.loop, &error);
    error = (ac_error){.kind = AC_X_CANCELLED, .value = ac_lend(values[0]), .context = ac_lend(values[3])};
    values[9] = ac_c_host()->error(kit.loop, &error);
    ac_out out;
    ck_assert_int_eq(ac_c_throw(kit.loop, &out, &ac_c_ValueError, "text"), AC_RAISED);
    values[10] = out.value;
}

static void values_program(void)
{
    ac_value values[VALUES];
    char text[512];
    make_values(values);
    ac_c_set_cause(kit.loop, ac_lend(values[2]), ac_lend(values[3]));
    for (int i = 0; i < VALUES; i++) {
        (void)made(values[i]);
        ck_assert_uint_gt(ac_c_repr(ac_lend(values[i]), text, sizeof text), 0);
        ac_drop(kit.loop, values[i]);
    }
}

START_TEST(test_values_are_made_or_are_none)
{
    fail_everywhere(values_program, NULL, 14);
}
END_TEST

/* ---- Contexts and callbacks ---- */

static const ac_c_var color = {"color"}, size = {"size"};

static ac_status set_size(ac_loop *loop, void *data)
{
    ac_value text = ac_c_str(loop, data);
    if (!made(text))
        return AC_E_MEMORY;
    ac_status status = ac_c_var_set(loop, &size, text);
    if (status == AC_OK)
        ck_assert_ptr_eq(ac_c_as_str(ac_c_var_get(loop, &size)), ac_c_as_str(ac_lend(text)));
    else
        ac_drop(loop, text); /* it is still ours */
    return status;
}

static ac_status set_size_when_done(ac_loop *loop, ac_future *future, void *data)
{
    (void)future;
    return set_size(loop, data);
}

static ac_status raise_text(ac_loop *loop, void *data)
{
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, data));
}

static char one[] = "one", two[] = "two";

static void schedule_all(void)
{
    ac_handle *handle = NULL;
    (void)well(ac_c_call_soon(kit.loop, set_size, one, NULL));
    if (well(ac_c_call_soon(kit.loop, set_size, two, &handle)))
        ac_handle_cancel(kit.loop, handle);
    (void)well(ac_c_call_later(kit.loop, 1, set_size, one, NULL));
    (void)well(ac_c_call_at(kit.loop, 1, raise_text, one, NULL));
    (void)well(ac_c_call_soon_threadsafe(kit.loop, set_size, one));
}

static void callbacks_program(void)
{
    ac_future *future = ac_c_future_new(kit.loop);
    schedule_all();
    (void)well(ac_c_var_set(kit.loop, &color, ac_c_int(1)));
    schedule_all();
    (void)well(ac_c_var_set(kit.loop, &color, ac_c_int(2)));
    (void)well(set_size(kit.loop, one));
    if (future != NULL) {
        bool added = well(ac_c_add_done_callback(future, set_size_when_done, one));
        (void)well(ac_c_add_done_callback(future, set_size_when_done, two));
        ck_assert_uint_eq(ac_c_remove_done_callback(future, set_size_when_done, one), added ? 1 : 0);
        ck_assert_int_eq(ac_future_set_result(future, ac_c_int(1)), AC_OK);
        ac_c_release(kit.loop, future);
    }
    for (int i = 0; i < 3; i++) {
        kit_ok(ac_loop_turn(kit.loop));
        kit.clock.now = i;
    }
    ck_assert(memory.failed || ac_c_as_int(ac_c_var_get(kit.loop, &color)) == 2);
}

START_TEST(test_callbacks_and_contexts_without_memory)
{
    fail_everywhere(callbacks_program, NULL, 30);
}
END_TEST

/* ---- Jobs ---- */

static int jobs_freed;

static ac_status start_job(ac_loop *loop, void *data, ac_future **out)
{
    (void)data;
    *out = ac_c_future_new(loop);
    if (*out == NULL)
        return AC_E_MEMORY;
    ac_status status = ac_future_set_result(*out, ac_c_int(7));
    if (status != AC_OK)
        ac_c_release(loop, *out);
    return status;
}

static void free_job(void *data)
{
    (void)data;
    jobs_freed++;
}

/* Its data is freed once if it was taken, and not at all if it was refused. */
static void jobs_program(void)
{
    static const ac_c_job_ops ops = {.start = start_job, .free_data = free_job};
    jobs_freed = 0;
    ac_c_job *job = ac_c_submit(kit.loop, &ops, NULL);
    for (int i = 0; i < 3; i++)
        kit_ok(ac_loop_turn(kit.loop));
    if (job != NULL) {
        ac_c_job_state end = ac_c_job_wait(job, 0);
        ck_assert(end == AC_C_JOB_RETURNED || (memory.failed && end == AC_C_JOB_RAISED));
        ac_c_job_release(job);
    }
    ck_assert_int_eq(jobs_freed, job != NULL);
}

START_TEST(test_jobs_without_memory)
{
    fail_everywhere(jobs_program, NULL, 2);
}
END_TEST

/* ---- Tasks ---- */

static void read_result(ac_future *future)
{
    ac_how how;
    ac_value result = ac_none();
    if (well(ac_future_result(future, &how, &result)))
        ac_drop(kit.loop, result);
}

static worker *task_or_null(const char *name, double naps)
{
    worker *self = ac_c_task_new(kit.loop, sizeof *self, &kit_worker_ops);
    ck_assert(self != NULL || memory.failed);
    if (self == NULL)
        return NULL;
    self->naps = naps;
    if (name != NULL)
        (void)well(ac_c_task_set_name(kit.loop, &self->head, name));
    return self;
}

static void start(worker *self, ac_eager eager)
{
    if (self == NULL)
        return;
    (void)well(ac_c_create_task(kit.loop, &self->head, eager));
    (void)well(ac_c_task_set_name(kit.loop, &self->head, "another name"));
    kit_release(self);
}

/* Runs it, and whatever else was started; false if the loop had no memory to run. */
static bool run(worker *self, const char *expected)
{
    ac_value result = ac_none();
    if (self == NULL)
        return false;
    ac_status status = ac_c_run(kit.loop, &self->head, &result);
    (void)ran(status, result, expected);
    return status != AC_E_MEMORY;
}

static void set_variable(ac_loop *loop, worker *self)
{
    ac_value text = ac_c_str(loop, self->data);
    if (!made(text) || !well(ac_c_var_set(loop, &color, text)))
        ac_drop(loop, text);
}

static void start_both_kinds(ac_loop *loop, worker *self)
{
    set_variable(loop, self);
    start(task_or_null("eager", 1), AC_EAGER_YES);
    start(task_or_null(NULL, 2), AC_EAGER_NO);
}

static void tasks_program(void)
{
    worker *main_task = task_or_null("main", 3), *other = task_or_null(NULL, 1);
    if (other != NULL) {
        other->first = set_variable;
        other->data = one;
    }
    start(other, AC_EAGER_DEFAULT);
    if (main_task == NULL)
        return;
    main_task->first = start_both_kinds;
    main_task->data = two;
    main_task->gives = ac_c_str(kit.loop, "result");
    (void)run(main_task, "'result'");
}

START_TEST(test_tasks_without_memory)
{
    fail_everywhere(tasks_program, NULL, 15);
}
END_TEST

static ac_status factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)data;
    return ac_c_host()->make_task(loop, spec, out);
}

static void factory_program(void)
{
    ac_loop_set_task_factory(kit.loop, factory, NULL);
    tasks_program();
}

START_TEST(test_tasks_of_a_factory_without_memory_for_the_name)
{
    fail_everywhere(factory_program, "3.12.0", 15);
    kit_loop(NULL);
    fail_everywhere(factory_program, "3.13.0", 15);
}
END_TEST

static void eager_program(void)
{
    ac_loop_set_task_factory(kit.loop, ac_eager_task_factory, NULL);
    tasks_program();
}

START_TEST(test_eager_tasks_without_memory)
{
    fail_everywhere(eager_program, "fast", 15);
}
END_TEST

/* The body outlives the loop, which may be freed with the task. */
static void foreign_program(void)
{
    static ac_sleep nap;
    ac_task_spec spec = {.body = &nap.co};
    ac_task *task;
    ac_sleep_init(&nap, kit.loop, 1, ac_c_str(kit.loop, "slept"));
    if (well(ac_loop_create_task(kit.loop, &spec, &task))) {
        if (well(ac_loop_run_until_complete(kit.loop, &task->future)))
            read_result(&task->future);
        ac_c_release(kit.loop, &task->future);
    }
    nap.co.ops->clear(kit.loop, &nap.co);
}

START_TEST(test_bodies_of_another_kind_without_memory)
{
    fail_everywhere(foreign_program, NULL, 3);
}
END_TEST

/* Cancelling and a turn need no memory: what sleeps is not left to itself. */
static void cancel_by_hand(void)
{
    for (ac_task *task = NULL; (task = ac_loop_next_task(kit.loop, task)) != NULL;)
        kit_ok(ac_task_cancel(task, ac_none_ref(), NULL));
    for (int i = 0; i < 2; i++)
        kit_ok(ac_loop_turn(kit.loop));
}

static void leftovers_program(void)
{
    for (int i = 0; i < 20; i++) {
        worker *failing_task = task_or_null(NULL, 100);
        if (failing_task != NULL)
            failing_task->raises = &ac_c_ValueError;
        start(failing_task, AC_EAGER_NO);
    }
    if (!run(task_or_null(NULL, 1), "None"))
        cancel_by_hand();
    ck_assert_ptr_null(ac_loop_next_task(kit.loop, NULL));
}

START_TEST(test_all_that_is_left_is_cancelled_even_without_memory_for_a_list)
{
    fail_everywhere(leftovers_program, NULL, 60);
}
END_TEST

/* ---- Futures ---- */

static void futures_program(void)
{
    ac_future *future = ac_c_future_new(kit.loop);
    if (future == NULL)
        return;
    ac_how how;
    ac_value result;
    kit_status(ac_future_result(future, &how, &result), AC_E_STATE);
    ac_drop(kit.loop, ac_loop_status_exception(kit.loop, AC_E_STATE, future));
    ac_value message = ac_c_str(kit.loop, "why");
    kit_ok(ac_future_cancel(future, ac_lend(message), NULL));
    ac_drop(kit.loop, message);
    read_result(future);
    ac_c_release(kit.loop, future);
    future = ac_c_future_new(kit.loop);
    if (future == NULL)
        return;
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_ValueError, "x")));
    read_result(future);
    ac_c_release(kit.loop, future);
}

START_TEST(test_futures_without_memory)
{
    fail_everywhere(futures_program, NULL, 6);
}
END_TEST

/* ---- Groups ---- */

struct nursery {
    ac_c_task head;
    ac_group group;
};

static void add_child(ac_group *group, const ac_c_class *raises, double naps, ac_eager eager)
{
    worker *child = task_or_null("child", naps);
    if (child == NULL)
        return;
    child->raises = raises;
    child->gives = raises != NULL ? ac_c_str(kit.loop, "x") : ac_none();
    ac_status status = ac_c_group_create_task(group, &child->head, eager);
    if (status == AC_E_RUNTIME) /* it is shutting down: an eager child has failed */
        ac_drop(kit.loop, ac_group_status_exception(group, status));
    else
        (void)well(status);
    kit_release(child);
}

enum { EXIT = 1 };

static ac_turn nursery_run(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct nursery *self = AC_C_SELF(co, struct nursery);
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&self->group, loop);
    kit_ok(ac_group_enter(&self->group));
    add_child(&self->group, NULL, 2, AC_EAGER_NO);
    add_child(&self->group, &ac_c_TypeError, 1, AC_EAGER_DEFAULT);
    add_child(&self->group, &ac_c_ValueError, 1, AC_EAGER_YES);
    add_child(&self->group, NULL, 0, AC_EAGER_YES);
    kit_ok(ac_group_exit(&self->group, ac_none_ref()));
    AC_AWAIT_CORO(EXIT, &self->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static void nursery_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_group_clear(&AC_C_SELF(co, struct nursery)->group);
}

static void groups_program(void)
{
    static const ac_coro_ops ops = {.resume = nursery_run, .clear = nursery_clear};
    struct nursery *self = ac_c_task_new(kit.loop, sizeof *self, &ops);
    ac_value result = ac_none();
    if (self == NULL)
        return;
    ac_status status = ac_c_run(kit.loop, &self->head, &result);
    (void)ran(status, result,
              "ExceptionGroup('unhandled errors in a TaskGroup', [ValueError('x'), TypeError('x')])");
}

START_TEST(test_groups_without_memory)
{
    static const char *const profiles[] = {"3.12.0", "3.12", "3.13", "3.14", "3.15", "fast"};
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        fail_everywhere(groups_program, profiles[i], 20);
        kit_loop(NULL);
    }
}
END_TEST

/* ---- Reports ---- */

static size_t reported;

static void measure_report(void *data, const char *text)
{
    (void)data;
    reported = strlen(text);
    ck_assert_int_eq(strncmp(text, "long\nexception: ValueError('", 28), 0);
}

static void report_program(void)
{
    ac_value text = ac_c_strf(kit.loop, "%2000d", 7);
    ac_value exception = ac_c_exception(kit.loop, &ac_c_ValueError, ac_lend(text));
    ac_report report = {.message = "long", .exception = ac_lend(exception)};
    if (made(text) && made(exception)) {
        bool failed = memory.failed;
        ac_c_set_report(kit.loop, measure_report, NULL);
        kit_ok(ac_loop_call_exception_handler(kit.loop, &report));
        ck_assert_uint_eq(reported, memory.failed && !failed ? 1023 : 2030);
    }
    ac_drop(kit.loop, text);
    ac_drop(kit.loop, exception);
}

START_TEST(test_a_long_report_without_memory_is_cut_off)
{
    fail_everywhere(report_program, NULL, 3);
}
END_TEST

/* ---- The pool ---- */

static void *resize(void *block, size_t old, size_t now)
{
    return ac_c_host()->realloc(kit.loop, block, old, now);
}

static void fill(unsigned char *block, size_t from, size_t to, unsigned seed)
{
    for (size_t i = from; i < to; i++)
        block[i] = (unsigned char)(seed + i);
}

static bool is_filled(const unsigned char *block, size_t length, unsigned seed)
{
    for (size_t i = 0; i < length; i++)
        if (block[i] != (unsigned char)(seed + i))
            return false;
    return true;
}

static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

START_TEST(test_blocks_keep_what_is_in_them_whatever_else_is_resized)
{
    enum { BLOCKS = 200 };
    unsigned char *blocks[BLOCKS] = {NULL};
    size_t sizes[BLOCKS] = {0};
    unsigned state = 1;
    size_t alive = 0;
    for (int i = 0; i < 10000; i++) {
        unsigned k = draw(&state) % BLOCKS;
        size_t now = draw(&state) % 3 == 0 ? 0 : draw(&state) % (draw(&state) % 10 != 0 ? 600 : 5000);
        ck_assert(is_filled(blocks[k], sizes[k], k));
        blocks[k] = resize(blocks[k], sizes[k], now);
        ck_assert((blocks[k] != NULL) == (now > 0));
        ck_assert_uint_eq((uintptr_t)blocks[k] % 16, 0);
        ck_assert(is_filled(blocks[k], sizes[k] < now ? sizes[k] : now, k));
        if (blocks[k] != NULL)
            fill(blocks[k], sizes[k], now, k);
        sizes[k] = now;
    }
    for (int k = 0; k < BLOCKS; k++)
        alive += sizes[k] > 0;
    ck_assert_uint_eq(kit_free_loop(), alive);
}
END_TEST

/* Enough for several pages of one size, and for a second slab, given back in another order and taken
 * again. */
START_TEST(test_blocks_of_many_pages_are_used_again)
{
    enum { BLOCKS = 10000, SIZE = 496 };
    static unsigned char *blocks[BLOCKS];
    for (int round = 0; round < 3; round++) {
        for (unsigned i = 0; i < BLOCKS; i++) {
            blocks[i] = resize(NULL, 0, SIZE);
            ck_assert_ptr_nonnull(blocks[i]);
            fill(blocks[i], 0, 4, i);
        }
        for (unsigned i = 0; i < BLOCKS; i++) {
            unsigned k = (i * 7919u + 13) % BLOCKS; /* prime to BLOCKS: each once */
            ck_assert(is_filled(blocks[k], 4, k));
            ck_assert_ptr_null(resize(blocks[k], SIZE, 0));
        }
    }
}
END_TEST

START_TEST(test_a_block_that_cannot_be_is_refused)
{
    unsigned char *block = resize(NULL, 0, 1000);
    ck_assert_ptr_null(resize(NULL, 0, 0));
    ck_assert_ptr_null(resize(NULL, 0, SIZE_MAX));
    ck_assert_ptr_null(resize(block, 1000, SIZE_MAX - 8));
    fill(block, 0, 1000, 1);
    block = resize(block, 1000, 100);
    ck_assert(is_filled(block, 100, 1));
    ck_assert_ptr_null(resize(block, 100, SIZE_MAX));
    ck_assert(is_filled(block, 100, 1));
    resize(block, 100, 0);
}
END_TEST

START_TEST(test_memory_without_a_loop_is_mallocs)
{
    const ac_host *host = ac_c_host();
    char *block = host->realloc(NULL, NULL, 0, 100);
    ck_assert_ptr_nonnull(block);
    memset(block, 'a', 100);
    block = host->realloc(NULL, block, 100, 5000);
    ck_assert_int_eq(block[99], 'a');
    ck_assert_ptr_null(host->realloc(NULL, block, 5000, 0));
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_values_are_made_or_are_none,
        test_callbacks_and_contexts_without_memory,
        test_jobs_without_memory,
        test_tasks_without_memory,
        test_tasks_of_a_factory_without_memory_for_the_name,
        test_eager_tasks_without_memory,
        test_bodies_of_another_kind_without_memory,
        test_all_that_is_left_is_cancelled_even_without_memory_for_a_list,
        test_futures_without_memory,
        test_groups_without_memory,
        test_a_long_report_without_memory_is_cut_off,
        test_blocks_keep_what_is_in_them_whatever_else_is_resized,
        test_blocks_of_many_pages_are_used_again,
        test_a_block_that_cannot_be_is_refused,
        test_memory_without_a_loop_is_mallocs,
    };
    return KIT_MAIN("chost_memory", tests);
}
