/* test_chost_tasks.c - tasks, futures and factories on the C host (tasks.c): names, starts, ends. */
#include "chost_kit.h"

#include <stdio.h>
#include <string.h>

static ac_task *task_of(worker *self)
{
    return &self->head.task;
}

static ac_future *future_of(worker *self)
{
    return &self->head.task.future;
}

/* ---- Names ---- */

START_TEST(test_tasks_are_named_by_number_unless_they_are_given_a_name)
{
    worker *first = kit_worker(NULL), *second = kit_worker(NULL), *third = kit_worker(NULL);
    char name[] = "given";
    kit_ok(ac_c_task_set_name(kit.loop, &second->head, "other"));
    kit_ok(ac_c_task_set_name(kit.loop, &second->head, name));
    name[0] = '\0';
    kit_start(first);
    kit_start(second);
    kit_start(third);
    ck_assert_str_eq(kit_name(&first->head), "Task-1");
    ck_assert_str_eq(kit_name(&second->head), "given");
    ck_assert_str_eq(kit_name(&third->head), "Task-2");
    kit_ok(ac_c_task_set_name(kit.loop, &first->head, "late"));
    kit_ok(ac_c_task_set_name(kit.loop, &second->head, ""));
    ck_assert_str_eq(kit_name(&first->head), "late");
    ck_assert_str_eq(kit_name(&second->head), "");
    kit_turns(1);
}
END_TEST

START_TEST(test_a_name_is_written_like_snprintf)
{
    char buffer[4] = "###";
    worker *self = kit_worker(NULL);
    kit_ok(ac_c_task_set_name(kit.loop, &self->head, "abcdef"));
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    ck_assert_uint_eq(ac_c_task_name(task_of(self), buffer, sizeof buffer), 6);
    ck_assert_str_eq(buffer, "abc");
    ck_assert_uint_eq(ac_c_task_name(task_of(self), NULL, 0), 6);
    kit_release(self);
    kit_turns(1);
}
END_TEST

START_TEST(test_a_name_that_is_no_text_is_shown_by_its_repr)
{
    worker *self = kit_worker(NULL);
    ac_task_spec spec = {
        .body = &self->head.co, .user = self, .name = ac_lend(ac_c_int(7)), .has_name = true};
    ac_task *task;
    kit_ok(ac_loop_create_task(kit.loop, &spec, &task));
    kit_release(self);
    ck_assert_str_eq(kit_name(&self->head), "7");
    kit_turns(1);
    kit_release_future(&task->future);
}
END_TEST

/* ---- Making and starting tasks ---- */

START_TEST(test_a_new_task_is_zeroed_and_whole)
{
    worker *self = kit_worker(NULL);
    const char *bytes = (const char *)self;
    for (size_t i = sizeof(ac_c_task); i < sizeof *self; i++)
        ck_assert_int_eq(bytes[i], 0);
    ac_coro *co = &self->head.co;
    ck_assert_ptr_eq(AC_C_SELF(co, worker), self);
    ck_assert_ptr_eq(self->head.co.ops, &kit_worker_ops);
    kit_release(self);
}
END_TEST

START_TEST(test_a_task_may_be_as_large_as_one_mebibyte)
{
    const size_t sizes[] = {0, 1, sizeof(ac_c_task), sizeof(ac_c_task) + 1, 511, 512, 513, 65536, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        ac_c_task *task = ac_c_task_new(kit.loop, sizes[i], &kit_worker_ops);
        ck_assert_ptr_nonnull(task);
        task->co.ops = NULL; /* it is not large enough for a worker */
        memset(task + 1, 1, sizes[i] > sizeof *task ? sizes[i] - sizeof *task : 0);
        kit_release_future(&task->task.future);
    }
    ck_assert_ptr_null(ac_c_task_new(kit.loop, (1 << 20) + 1, &kit_worker_ops));
    ck_assert_ptr_null(ac_c_task_new(kit.loop, SIZE_MAX, &kit_worker_ops));
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_task_that_was_never_started_goes_without_a_word)
{
    worker *self = kit_worker("a");
    self->gives = ac_c_str(kit.loop, "result");
    self->awaits = kit_pending();
    kit_ok(ac_c_task_set_name(kit.loop, &self->head, "name"));
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 4);
    kit_release(self);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
    kit_expect("");
}
END_TEST

START_TEST(test_a_task_is_retained_and_released)
{
    worker *self = kit_worker("a");
    ac_c_retain(future_of(self));
    kit_release(self);
    kit_start(self); /* gives up the second */
    kit_turns(1);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
    kit_expect("a");
}
END_TEST

START_TEST(test_a_task_is_started_once)
{
    worker *self = kit_worker("a");
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT));
    kit_status(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT), AC_E_STATE);
    kit_turns(1);
    kit_status(ac_c_create_task(kit.loop, &self->head, AC_EAGER_YES), AC_E_STATE);
    kit_release(self);
    kit_expect("a");
}
END_TEST

START_TEST(test_a_closed_loop_refuses_tasks_and_the_task_keeps_its_name)
{
    worker *self = kit_worker("a");
    kit_ok(ac_c_task_set_name(kit.loop, &self->head, "name"));
    kit_ok(ac_loop_close(kit.loop));
    for (int i = 0; i < 2; i++) {
        kit_fails(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT), AC_E_CLOSED,
                  "Event loop is closed");
        ck_assert_uint_eq(ac_c_loop_live(kit.loop), 2);
    }
    kit_release(self);
    kit_expect("");
}
END_TEST

START_TEST(test_a_frame_gives_up_what_it_owns_when_its_task_goes)
{
    worker *self = kit_worker(NULL);
    ac_future *awaited = kit_pending();
    self->awaits = awaited;
    ac_c_retain(awaited);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    kit_turns(1);
    kit_finish(awaited, 1);
    kit_turns(1);
    ck_assert(ac_future_done(future_of(self)));
    kit_release(self);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 1);
    kit_release_future(awaited);
}
END_TEST

static void start_child_eagerly(ac_loop *loop, worker *self)
{
    (void)loop;
    kit_start_eager(self->data);
    kit_log("started");
}

START_TEST(test_tasks_start_at_once_only_where_they_are_asked_to)
{
    worker *self = kit_worker("a"), *child = kit_worker("child");
    kit_start_eager(kit_worker("lazy: no loop runs"));
    child->naps = 1;
    self->data = child;
    self->first = start_child_eagerly;
    kit_start(self);
    kit_expect("");
    worker *other = kit_worker(NULL);
    other->naps = 3;
    ck_assert_str_eq(kit_run(other), "AC_OK None");
    kit_expect("lazy: no loop runs, a, child, started, child got None");
}
END_TEST

/* A body that is no part of an ac_c_task: its task is made around it. */
START_TEST(test_a_body_of_another_kind_gets_a_task_around_it)
{
    ac_sleep nap;
    ac_sleep_init(&nap, kit.loop, 1, ac_c_str(kit.loop, "slept"));
    ac_task_spec spec = {.body = &nap.co};
    ac_task *task;
    kit_ok(ac_loop_create_task(kit.loop, &spec, &task));
    kit_ok(ac_loop_run_until_complete(kit.loop, &task->future));
    ac_how how;
    ac_value result;
    kit_ok(ac_future_result(&task->future, &how, &result));
    ck_assert_str_eq(kit_repr_of(result), "'slept'");
    kit_release_future(&task->future);
}
END_TEST

/* ---- The ends of tasks and futures ---- */

START_TEST(test_a_pending_task_that_goes_is_reported)
{
    worker *self = kit_worker(NULL);
    self->awaits = kit_pending();
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    kit_turns(1);
    ac_future *awaited = self->awaits;
    ac_c_retain(awaited);
    ac_future_clear(awaited); /* nobody will wake it */
    kit_release(self);
    kit_expect_reports("Task was destroyed but it is pending!");
    kit_release_future(awaited);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_an_exception_that_nobody_asked_for_is_reported)
{
    worker *self = kit_worker(NULL);
    self->raises = &ac_c_ValueError;
    self->gives = ac_c_str(kit.loop, "lost");
    kit_start(self);
    kit_turns(1);
    kit_expect_reports("Task exception was never retrieved\nexception: ValueError('lost')");
    ac_future *future = kit_pending();
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_TypeError, "lost, too")));
    kit_release_future(future);
    kit_expect_reports("Future exception was never retrieved\nexception: TypeError('lost, too')");
    future = kit_pending();
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_TypeError, "found")));
    ac_value exception;
    kit_ok(ac_future_exception(future, &exception));
    ck_assert_str_eq(kit_repr_of(exception), "TypeError('found')");
    kit_release_future(future);
}
END_TEST

static ac_future *kept;

static ac_status keep_reported(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop;
    (void)data;
    kit_log("%s", report->message);
    kept = report->future != NULL ? report->future : &report->task->future;
    ac_c_retain(kept);
    return AC_OK;
}

START_TEST(test_a_handler_may_keep_what_was_about_to_go)
{
    ac_future *future = kit_pending();
    ac_loop_set_exception_handler(kit.loop, keep_reported, NULL);
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_TypeError, "x")));
    kit_release_future(future);
    kit_expect("Future exception was never retrieved");
    ck_assert_ptr_eq(kept, future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 3);
    kit_release_future(kept);
    kit_expect("");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

struct clinging {
    ac_c_task head;
    unsigned cleared;
};

static ac_turn cling(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_none());
}

static void cling_clear(ac_loop *loop, ac_coro *co)
{
    struct clinging *self = AC_C_SELF(co, struct clinging);
    (void)loop;
    if (self->cleared++ == 0)
        ac_c_retain(&self->head.task.future);
}

START_TEST(test_a_frame_that_is_cleared_may_keep_its_task)
{
    static const ac_coro_ops ops = {.resume = cling, .clear = cling_clear};
    struct clinging *self = ac_c_task_new(kit.loop, sizeof *self, &ops);
    kit_release_future(&self->head.task.future);
    ck_assert_uint_eq(self->cleared, 1);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 1);
    kit_release_future(&self->head.task.future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_future_is_retained_and_released)
{
    ac_future *future = kit_pending();
    ck_assert_int_eq(ac_future_get_state(future), AC_PENDING);
    ck_assert_ptr_eq(ac_future_get_loop(future), kit.loop);
    ck_assert_ptr_null(ac_future_task(future));
    ac_c_retain(future);
    kit_release_future(future);
    kit_finish(future, 5);
    ac_how how;
    ac_value result;
    kit_ok(ac_future_result(future, &how, &result));
    ck_assert_int_eq(how, AC_SEND);
    ck_assert_str_eq(kit_repr_of(result), "5");
    kit_release_future(future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_task_that_waits_keeps_what_it_waits_for)
{
    ac_future *future = kit_pending();
    worker *self = kit_worker("a");
    self->awaits = future;
    kit_start(self);
    kit_turns(1);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 2);
    kit_finish(future, 3);
    kit_turns(1);
    kit_expect("a, a got 3");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

/* ---- Factories ---- */

static ac_status plain_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    kit_log("factory %s", (const char *)data);
    return ac_c_host()->make_task(loop, spec, out);
}

static const char *name_by_factory(const char *semantics, const char *name)
{
    static char text[64];
    kit_loop(semantics);
    worker *self = kit_worker(NULL);
    if (name != NULL)
        kit_ok(ac_c_task_set_name(kit.loop, &self->head, name));
    ac_loop_set_task_factory(kit.loop, plain_factory, (void *)(uintptr_t)semantics);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT));
    snprintf(text, sizeof text, "%s", kit_name(&self->head));
    kit_turns(1);
    kit_release(self);
    return text;
}

START_TEST(test_a_factory_makes_the_tasks)
{
    ck_assert_str_eq(name_by_factory("3.14", NULL), "Task-1");
    ck_assert_str_eq(name_by_factory("3.14", "given"), "given");
    kit_expect("factory 3.14, factory 3.14");
}
END_TEST

START_TEST(test_where_create_task_names_every_task_a_nameless_one_is_called_none)
{
    ck_assert_str_eq(name_by_factory("3.13.0", NULL), "None");
    ck_assert_str_eq(name_by_factory("3.13.0", "given"), "given");
    ck_assert_str_eq(name_by_factory("3.12.0", NULL), "Task-1");
    ck_assert_str_eq(name_by_factory("3.12.0", "given"), "given");
    kit.log[0] = '\0';
}
END_TEST

START_TEST(test_the_hook_that_names_a_task_takes_any_value)
{
    worker *self = kit_worker(NULL);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    kit_ok(ac_c_host()->set_name(kit.loop, task_of(self), ac_none_ref()));
    ck_assert_str_eq(kit_name(&self->head), "None");
    ck_assert_int_eq(ac_c_kind_of(ac_task_name(task_of(self))), AC_C_STR);
    ac_value text = ac_c_str(kit.loop, "text");
    kit_ok(ac_c_host()->set_name(kit.loop, task_of(self), ac_lend(text)));
    ac_drop(kit.loop, text);
    ck_assert_str_eq(kit_name(&self->head), "text");
    kit_turns(1);
    kit_release(self);
}
END_TEST

static void start_child(ac_loop *loop, worker *self)
{
    (void)loop;
    kit_start(self->data);
}

START_TEST(test_the_eager_factory_starts_tasks_at_once)
{
    worker *self = kit_worker("a"), *child = kit_worker("child");
    self->data = child;
    self->first = start_child;
    ac_loop_set_task_factory(kit.loop, ac_eager_task_factory, NULL);
    self->naps = 1;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, child, a got None");
    ac_task_constructor constructor = {plain_factory, (void *)(uintptr_t) "own"};
    ac_loop_set_task_factory(kit.loop, ac_custom_eager_task_factory, &constructor);
    self = kit_worker("b");
    self->data = kit_worker("child");
    self->first = start_child;
    self->naps = 1;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("factory own, b, factory own, child, b got None");
}
END_TEST

static void start_exiting_child(ac_loop *loop, worker *self)
{
    worker *child = self->data;
    kit_status(ac_c_create_task(loop, &child->head, AC_EAGER_YES), AC_E_RAISED);
    kit_log("%s", kit_repr_of(ac_loop_take_raised(loop)));
    ck_assert(ac_future_done(future_of(child)));
    ac_value exception;
    kit_ok(ac_future_exception(future_of(child), &exception));
    kit_log("%s", kit_repr_of(exception));
    kit_release(child);
}

START_TEST(test_an_eager_task_that_exits_is_done_and_says_so)
{
    worker *self = kit_worker("a"), *child = kit_worker("child");
    child->raises = &ac_c_SystemExit;
    child->gives = ac_c_int(3);
    self->data = child;
    self->first = start_exiting_child;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, child, SystemExit(3), SystemExit(3)");
}
END_TEST

static ac_status raising_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)data;
    (void)spec;
    (void)out;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, "no task"));
}

START_TEST(test_a_factory_that_raises_makes_no_task)
{
    worker *self = kit_worker("a");
    kit_ok(ac_c_task_set_name(kit.loop, &self->head, "name"));
    ac_loop_set_task_factory(kit.loop, raising_factory, NULL);
    kit_status(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)), "ValueError('no task')");
    ac_loop_set_task_factory(kit.loop, NULL, NULL);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT));
    ck_assert_str_eq(kit_name(&self->head), "name");
    kit_turns(1);
    kit_release(self);
    kit_expect("a");
}
END_TEST

static ac_status wrapping_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    ac_task_spec other = *spec;
    other.user = data; /* not the memory that the task was to be made in */
    return ac_c_host()->make_task(loop, &other, out);
}

/* The frame must outlive the task that was made around it. */
START_TEST(test_a_factory_may_make_another_task_around_the_body)
{
    worker *self = kit_worker("a");
    ac_task_spec spec = {.body = &self->head.co, .user = self};
    ac_task *task;
    ac_loop_set_task_factory(kit.loop, wrapping_factory, NULL);
    self->gives = ac_c_int(4);
    kit_ok(ac_loop_create_task(kit.loop, &spec, &task));
    ck_assert_ptr_ne(task, task_of(self));
    kit_turns(1);
    ck_assert(ac_future_done(&task->future));
    kit_release_future(&task->future);
    kit_release(self);
    kit_expect("a");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_tasks_are_named_by_number_unless_they_are_given_a_name,
        test_a_name_is_written_like_snprintf,
        test_a_name_that_is_no_text_is_shown_by_its_repr,
        test_a_new_task_is_zeroed_and_whole,
        test_a_task_may_be_as_large_as_one_mebibyte,
        test_a_task_that_was_never_started_goes_without_a_word,
        test_a_task_is_retained_and_released,
        test_a_task_is_started_once,
        test_a_closed_loop_refuses_tasks_and_the_task_keeps_its_name,
        test_a_frame_gives_up_what_it_owns_when_its_task_goes,
        test_tasks_start_at_once_only_where_they_are_asked_to,
        test_a_body_of_another_kind_gets_a_task_around_it,
        test_a_pending_task_that_goes_is_reported,
        test_an_exception_that_nobody_asked_for_is_reported,
        test_a_handler_may_keep_what_was_about_to_go,
        test_a_frame_that_is_cleared_may_keep_its_task,
        test_a_future_is_retained_and_released,
        test_a_task_that_waits_keeps_what_it_waits_for,
        test_a_factory_makes_the_tasks,
        test_where_create_task_names_every_task_a_nameless_one_is_called_none,
        test_the_hook_that_names_a_task_takes_any_value,
        test_the_eager_factory_starts_tasks_at_once,
        test_an_eager_task_that_exits_is_done_and_says_so,
        test_a_factory_that_raises_makes_no_task,
        test_a_factory_may_make_another_task_around_the_body,
    };
    return KIT_MAIN("chost_tasks", tests);
}
