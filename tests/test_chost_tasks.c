/* test_chost_tasks.c - contexts, tasks, futures, factories and groups on the C host (contexts.c, tasks.c). */
#include "chost_kit.h"

#include <stdio.h>
#include <string.h>

static const ac_c_var color = {"color"}, size = {"size"};

static void set_var(const ac_c_var *var, int64_t number)
{
    kit_ok(ac_c_var_set(kit.loop, var, ac_c_int(number)));
}

static const char *get_var(const ac_c_var *var)
{
    return kit_repr(ac_c_var_get(kit.loop, var));
}

static ac_task *task_of(worker *self)
{
    return &self->head.task;
}

static ac_future *future_of(worker *self)
{
    return &self->head.task.future;
}

static void soon(ac_c_function *function, const char *text)
{
    kit_ok(ac_c_call_soon(kit.loop, function, (void *)(uintptr_t)text, NULL));
}

/* A future that is kept by nobody else. */
static ac_future *pending(void)
{
    ac_future *future = ac_c_future_new(kit.loop);
    ck_assert_ptr_nonnull(future);
    return future;
}

static void release(ac_future *future)
{
    ac_c_release(kit.loop, future);
}

static void finish(ac_future *future, int64_t result)
{
    kit_ok(ac_future_set_result(future, ac_c_int(result)));
}

/* ---- Contexts ---- */

START_TEST(test_a_variable_that_was_never_set_is_none)
{
    ck_assert_str_eq(get_var(&color), "None");
    set_var(&size, 1);
    ck_assert_str_eq(get_var(&color), "None");
}
END_TEST

START_TEST(test_variables_are_set_outside_of_everything)
{
    ac_value text = ac_c_str(kit.loop, "red");
    set_var(&color, 1);
    kit_ok(ac_c_var_set(kit.loop, &size, text));
    ck_assert_str_eq(get_var(&color), "1");
    ck_assert_str_eq(get_var(&size), "'red'");
    set_var(&size, 2);
    ck_assert_str_eq(get_var(&color), "1");
    ck_assert_str_eq(get_var(&size), "2");
    kit_ok(ac_c_var_set(kit.loop, &size, ac_none()));
    ck_assert_str_eq(get_var(&size), "None");
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 2);
}
END_TEST

static void enter(ac_value context)
{
    kit_ok(ac_c_host()->enter(kit.loop, ac_lend(context)));
}

static void leave(ac_value context)
{
    ac_c_host()->leave(kit.loop, ac_lend(context));
}

START_TEST(test_copies_share_nothing_that_is_set_later)
{
    ac_value empty = ac_c_copy_context(kit.loop), copy;
    ck_assert_int_eq(ac_c_kind_of(ac_lend(empty)), AC_C_CONTEXT);
    enter(empty);
    set_var(&color, 1);
    set_var(&size, 1);
    copy = ac_c_copy_context(kit.loop);
    set_var(&color, 2);
    enter(copy);
    ck_assert_str_eq(get_var(&color), "1");
    set_var(&color, 3);
    set_var(&size, 3);
    leave(copy);
    ck_assert_str_eq(get_var(&color), "2");
    ck_assert_str_eq(get_var(&size), "1");
    leave(empty);
    ck_assert_str_eq(get_var(&color), "None");
    enter(copy);
    ck_assert_str_eq(get_var(&color), "3");
    leave(copy);
    ac_drop(kit.loop, empty);
    ac_drop(kit.loop, copy);
}
END_TEST

START_TEST(test_a_copy_outlives_its_original)
{
    ac_value original = ac_c_copy_context(kit.loop), copy;
    enter(original);
    kit_ok(ac_c_var_set(kit.loop, &color, ac_c_str(kit.loop, "red")));
    copy = ac_c_copy_context(kit.loop);
    leave(original);
    ac_drop(kit.loop, original);
    enter(copy);
    ck_assert_str_eq(get_var(&color), "'red'");
    set_var(&color, 1);
    leave(copy);
    ac_drop(kit.loop, copy);
}
END_TEST

START_TEST(test_a_context_is_entered_once_at_a_time)
{
    ac_value context = ac_c_copy_context(kit.loop);
    enter(context);
    kit_status(ac_c_host()->enter(kit.loop, ac_lend(context)), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)),
                     "RuntimeError('cannot enter context: it is already entered')");
    leave(context);
    enter(context);
    leave(context);
    ac_drop(kit.loop, context);
}
END_TEST

START_TEST(test_what_is_no_context_cannot_be_entered)
{
    kit_status(ac_c_host()->enter(kit.loop, ac_lend(ac_c_int(1))), AC_E_RAISED);
    ck_assert_str_eq(kit_repr_of(ac_loop_take_raised(kit.loop)),
                     "TypeError('a contextvars.Context was expected')");
}
END_TEST

static void log_color(ac_loop *loop, worker *self)
{
    (void)loop;
    kit_log("%s sees %s", self->name, get_var(&color));
}

/* data is a number: logs the color, and sets it. */
static void change_color(ac_loop *loop, worker *self)
{
    log_color(loop, self);
    set_var(&color, (int64_t)(intptr_t)self->data);
    log_color(loop, self);
}

static worker *color_worker(const char *name, int64_t sets, double naps)
{
    worker *self = kit_worker(name);
    self->first = change_color;
    self->last = log_color;
    self->data = (void *)(intptr_t)sets;
    self->naps = naps;
    return self;
}

START_TEST(test_a_task_has_a_copy_of_the_context_in_which_it_was_created)
{
    worker *self = color_worker("a", 2, 1);
    set_var(&color, 1);
    kit_start(self);
    set_var(&color, 5);
    kit_turns(1);
    kit_expect("a, a sees 1, a sees 2");
    ck_assert_str_eq(get_var(&color), "5");
    kit.clock.now = 2;
    kit_turns(2);
    kit_expect("a got None, a sees 2");
    ck_assert_str_eq(get_var(&color), "5");
}
END_TEST

START_TEST(test_the_first_variable_that_a_task_sets_is_its_own_for_its_whole_life)
{
    kit_start(color_worker("a", 1, 1));
    kit_start(color_worker("b", 2, 1));
    kit_turns(1);
    kit_expect("a, a sees None, a sees 1, b, b sees None, b sees 2");
    ck_assert_str_eq(get_var(&color), "None");
    kit.clock.now = 1;
    kit_turns(2);
    kit_expect("a got None, a sees 1, b got None, b sees 2");
}
END_TEST

static void start_eager_child(ac_loop *loop, worker *self)
{
    kit_start_eager(color_worker("child", 2, 1));
    log_color(loop, self);
    set_var(&color, 1);
}

START_TEST(test_an_eager_task_sets_its_first_variable_for_itself)
{
    worker *self = kit_worker("a");
    self->first = start_eager_child;
    self->last = log_color;
    self->naps = 2;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect(
        "a, child, child sees None, child sees 2, a sees None, child got None, child sees 2, a got None, "
        "a sees 1");
}
END_TEST

static ac_status set_color(ac_loop *loop, void *data)
{
    (void)loop;
    kit_log("sees %s", get_var(&color));
    set_var(&color, (int64_t)(intptr_t)data);
    kit_log("set %s", get_var(&color));
    return AC_OK;
}

static ac_status see_color(ac_loop *loop, void *data)
{
    (void)loop;
    kit_log("%s sees %s", (const char *)data, get_var(&color));
    return AC_OK;
}

static ac_status set_color_and_go_on(ac_loop *loop, void *data)
{
    set_color(loop, data);
    soon(see_color, "next");
    kit_start(color_worker("task", 7, 0));
    set_var(&color, 99);
    return AC_OK;
}

START_TEST(test_the_first_variable_that_a_callback_sets_lasts_as_long_as_it_runs)
{
    kit_ok(ac_c_call_soon(kit.loop, set_color, (void *)1, NULL));
    soon(see_color, "other");
    kit_turns(1);
    kit_expect("sees None, set 1, other sees None");
    ck_assert_str_eq(get_var(&color), "None");
}
END_TEST

START_TEST(test_what_a_callback_schedules_sees_what_it_had_set_by_then)
{
    kit_ok(ac_c_call_soon(kit.loop, set_color_and_go_on, (void *)1, NULL));
    kit_turns(2);
    kit_expect("sees None, set 1, next sees 1, task, task sees 1, task sees 7, task sees 7");
}
END_TEST

START_TEST(test_callbacks_run_in_copies_of_the_context_in_which_they_were_scheduled)
{
    set_var(&color, 1);
    kit_ok(ac_c_call_soon(kit.loop, set_color, (void *)2, NULL));
    kit_ok(ac_c_call_later(kit.loop, 0, see_color, (void *)(uintptr_t) "later", NULL));
    kit_ok(ac_c_call_at(kit.loop, 0, see_color, (void *)(uintptr_t) "at", NULL));
    set_var(&color, 3);
    kit_turns(1);
    kit_expect("sees 1, set 2, later sees 1, at sees 1");
    ck_assert_str_eq(get_var(&color), "3");
}
END_TEST

START_TEST(test_a_call_from_another_thread_has_the_empty_context)
{
    set_var(&color, 1);
    kit_ok(ac_c_call_soon_threadsafe(kit.loop, set_color, (void *)2));
    kit_ok(ac_c_call_soon_threadsafe(kit.loop, see_color, (void *)(uintptr_t) "other"));
    worker *self = kit_worker(NULL);
    self->naps = 1;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("sees None, set 2, other sees None");
    ck_assert_str_eq(get_var(&color), "1");
}
END_TEST

static ac_status see_color_when_done(ac_loop *loop, ac_future *future, void *data)
{
    (void)future;
    return see_color(loop, data);
}

START_TEST(test_a_done_callback_runs_in_a_copy_of_the_context_in_which_it_was_added)
{
    ac_future *future = pending();
    set_var(&color, 1);
    kit_ok(ac_c_add_done_callback(future, see_color_when_done, (void *)(uintptr_t) "first"));
    set_var(&color, 2);
    kit_ok(ac_c_add_done_callback(future, see_color_when_done, (void *)(uintptr_t) "second"));
    finish(future, 0);
    kit_turns(1);
    kit_expect("first sees 1, second sees 2");
    release(future);
}
END_TEST

START_TEST(test_a_run_begins_in_the_empty_context_and_puts_the_outer_one_back)
{
    kit_ok(ac_c_call_soon(kit.loop, see_color, (void *)(uintptr_t) "before", NULL));
    set_var(&color, 1);
    worker *self = color_worker("a", 2, 1);
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("before sees None, a, a sees 1, a sees 2, a got None, a sees 2");
    ck_assert_str_eq(get_var(&color), "1");
}
END_TEST

static ac_status raw_set(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    set_var(&color, 8);
    return AC_OK;
}

/* A callback of the core, without the C host's help: it has no context to give the variable to. */
START_TEST(test_a_variable_that_is_set_outside_of_tasks_and_callbacks_belongs_to_the_outermost_context)
{
    static const ac_handle_ops ops = {.run = raw_set};
    ac_callback callback;
    ac_callback_init(&callback, &ops, ac_none());
    set_var(&size, 1);
    kit_ok(ac_loop_call_soon(kit.loop, &callback));
    worker *self = kit_worker(NULL);
    self->naps = 1;
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    ck_assert_str_eq(get_var(&color), "8");
    ck_assert_str_eq(get_var(&size), "1");
}
END_TEST

static ac_status raise_value(ac_loop *loop, void *data)
{
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, data));
}

static ac_status setting_handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop;
    (void)data;
    kit_log("%s sees %s", report->message, get_var(&color));
    set_var(&color, 8);
    return AC_OK;
}

START_TEST(test_what_an_exception_handler_sets_is_not_seen_by_tasks_and_callbacks)
{
    worker *self = color_worker("a", 2, 1);
    kit_ok(ac_c_call_soon(kit.loop, raise_value, (void *)(uintptr_t) "x", NULL));
    kit_ok(ac_c_call_soon(kit.loop, set_color, (void *)1, NULL));
    kit_ok(ac_c_call_soon(kit.loop, raise_value, (void *)(uintptr_t) "x", NULL));
    kit_ok(ac_c_call_soon(kit.loop, set_color_and_go_on, (void *)3, NULL));
    ac_loop_set_exception_handler(kit.loop, setting_handler, NULL);
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("Exception in callback sees None, sees None, set 1, Exception in callback sees 8, sees None, "
               "set 3, a, "
               "a sees None, a sees 2, next sees 3, task, task sees 3, task sees 7, task sees 7, a got None, "
               "a sees 2");
}
END_TEST

START_TEST(test_a_variable_cannot_be_set_for_a_task_whose_context_is_not_entered)
{
    ac_value context = ac_c_copy_context(kit.loop);
    worker *self = kit_worker("a");
    kit_start(self);
    kit_ok(ac_task_set_context(task_of(self), context));
    ck_assert_ptr_null(ac_loop_swap_current_task(kit.loop, task_of(self)));
    ac_value text = ac_c_str(kit.loop, "mine");
    kit_status(ac_c_var_set(kit.loop, &color, text), AC_E_STATE);
    ck_assert_str_eq(kit_repr_of(text), "'mine'");
    ac_loop_swap_current_task(kit.loop, NULL);
    kit_turns(1);
    kit_expect("a");
}
END_TEST

/* Task b is to run in the very context of task a, in which a runs. */
static void start_in_my_context(ac_loop *loop, worker *self)
{
    worker *other = self->data;
    ac_task_spec spec = {.body = &other->head.co,
                         .context = ac_task_get_context(task_of(self)),
                         .has_context = true,
                         .eager = AC_EAGER_YES,
                         .user = other};
    ac_task *task = NULL;
    ac_status status = ac_loop_create_task(loop, &spec, &task);
    kit_log("%s %s", ac_status_name(status), kit_repr_of(ac_loop_status_exception(loop, status, NULL)));
    ck_assert_ptr_null(task);
    kit_release(other);
}

START_TEST(test_an_eager_task_cannot_enter_a_context_that_is_entered)
{
    worker *self = kit_worker("a");
    self->data = kit_worker("b");
    self->first = start_in_my_context;
    set_var(&color, 1);
    ck_assert_str_eq(kit_run(self), "AC_OK None");
    kit_expect("a, AC_E_RAISED RuntimeError('cannot enter context: it is already entered')");
}
END_TEST

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
    release(&task->future);
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
        release(&task->task.future);
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
    self->awaits = pending();
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
    ac_future *awaited = pending();
    self->awaits = awaited;
    ac_c_retain(awaited);
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    kit_turns(1);
    finish(awaited, 1);
    kit_turns(1);
    ck_assert(ac_future_done(future_of(self)));
    kit_release(self);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 1);
    release(awaited);
}
END_TEST

START_TEST(test_tasks_start_at_once_only_where_they_are_asked_to)
{
    worker *self = kit_worker("a");
    kit_start_eager(kit_worker("lazy: no loop runs"));
    self->first = start_eager_child;
    kit_start(self);
    kit_expect("");
    worker *other = kit_worker(NULL);
    other->naps = 3;
    ck_assert_str_eq(kit_run(other), "AC_OK None");
    kit_expect("lazy: no loop runs, a, child, child sees None, child sees 2, a sees None, child got None, "
               "child sees 2");
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
    release(&task->future);
}
END_TEST

/* ---- The ends of tasks and futures ---- */

START_TEST(test_a_pending_task_that_goes_is_reported)
{
    worker *self = kit_worker(NULL);
    self->awaits = pending();
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_NO));
    kit_turns(1);
    ac_future *awaited = self->awaits;
    ac_c_retain(awaited);
    ac_future_clear(awaited); /* nobody will wake it */
    kit_release(self);
    kit_expect_reports("Task was destroyed but it is pending!");
    release(awaited);
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
    ac_future *future = pending();
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_TypeError, "lost, too")));
    release(future);
    kit_expect_reports("Future exception was never retrieved\nexception: TypeError('lost, too')");
    future = pending();
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_TypeError, "found")));
    ac_value exception;
    kit_ok(ac_future_exception(future, &exception));
    ck_assert_str_eq(kit_repr_of(exception), "TypeError('found')");
    release(future);
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
    ac_future *future = pending();
    ac_loop_set_exception_handler(kit.loop, keep_reported, NULL);
    kit_ok(ac_future_set_exception(future, ac_c_error(kit.loop, &ac_c_TypeError, "x")));
    release(future);
    kit_expect("Future exception was never retrieved");
    ck_assert_ptr_eq(kept, future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 3);
    release(kept);
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
    release(&self->head.task.future);
    ck_assert_uint_eq(self->cleared, 1);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 1);
    release(&self->head.task.future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_future_is_retained_and_released)
{
    ac_future *future = pending();
    ck_assert_int_eq(ac_future_get_state(future), AC_PENDING);
    ck_assert_ptr_eq(ac_future_get_loop(future), kit.loop);
    ck_assert_ptr_null(ac_future_task(future));
    ac_c_retain(future);
    release(future);
    finish(future, 5);
    ac_how how;
    ac_value result;
    kit_ok(ac_future_result(future, &how, &result));
    ck_assert_int_eq(how, AC_SEND);
    ck_assert_str_eq(kit_repr_of(result), "5");
    release(future);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
}
END_TEST

START_TEST(test_a_task_that_waits_keeps_what_it_waits_for)
{
    ac_future *future = pending();
    worker *self = kit_worker("a");
    self->awaits = future;
    kit_start(self);
    kit_turns(1);
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 2);
    finish(future, 3);
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
    release(&task->future);
    kit_release(self);
    kit_expect("a");
}
END_TEST

/* ---- Groups ---- */

struct nursery {
    ac_c_task head;
    ac_group group;
    void (*fill)(ac_loop *loop, struct nursery *self);
};

enum { EXIT = 1 };

static ac_turn nursery_run(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct nursery *self = AC_C_SELF(co, struct nursery);
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&self->group, loop);
    kit_ok(ac_group_enter(&self->group));
    self->fill(loop, self);
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

static const ac_coro_ops nursery_ops = {.resume = nursery_run, .clear = nursery_clear};

static ac_c_task *nursery(void (*fill)(ac_loop *loop, struct nursery *self))
{
    struct nursery *self = ac_c_task_new(kit.loop, sizeof *self, &nursery_ops);
    ck_assert_ptr_nonnull(self);
    self->fill = fill;
    return &self->head;
}

static const char *run(ac_c_task *task)
{
    static char text[512];
    ac_value result = ac_none();
    ac_status status = ac_c_run(kit.loop, task, &result);
    snprintf(text, sizeof text, "%s %s", ac_status_name(status), kit_repr_of(result));
    return text;
}

static void add(ac_group *group, worker *child, ac_eager eager)
{
    kit_ok(ac_c_group_create_task(group, &child->head, eager));
    kit_release(child);
}

static void add_three(ac_loop *loop, struct nursery *self)
{
    worker *named = kit_worker("named"), *failing = kit_worker("failing"), *eager = kit_worker("eager");
    (void)loop;
    named->naps = 5;
    failing->raises = &ac_c_ValueError;
    failing->gives = ac_c_str(kit.loop, "x");
    kit_ok(ac_c_task_set_name(kit.loop, &named->head, "the first"));
    ac_c_retain(future_of(named));
    add(&self->group, named, AC_EAGER_NO);
    add(&self->group, failing, AC_EAGER_DEFAULT);
    add(&self->group, eager, AC_EAGER_YES);
    kit_log("%s", kit_name(&named->head));
    kit_release(named);
}

START_TEST(test_children_of_a_group_are_cancelled_with_it_and_their_errors_come_out)
{
    ck_assert_str_eq(run(nursery(add_three)),
                     "AC_E_RAISED ExceptionGroup('unhandled errors in a TaskGroup', [ValueError('x')])");
    kit_expect("eager, the first, named, failing, named caught CancelledError()");
}
END_TEST

static void refused(ac_group *group)
{
    worker *child = kit_worker("never");
    ac_status status = ac_c_group_create_task(group, &child->head, AC_EAGER_DEFAULT);
    kit_log("%s %s", ac_status_name(status), kit_repr_of(ac_group_status_exception(group, status)));
    ck_assert_ptr_null(ac_future_get_loop(future_of(child)));
    kit_release(child);
}

static void cancel_and_add(ac_loop *loop, struct nursery *self)
{
    worker *child = kit_worker("child");
    (void)loop;
    child->naps = 1;
    add(&self->group, child, AC_EAGER_NO);
    kit_status(ac_group_enter(&self->group), AC_E_RUNTIME);
    kit_log("%s", kit_repr_of(ac_group_status_exception(&self->group, AC_E_RUNTIME)));
    kit_ok(ac_group_cancel(&self->group));
    refused(&self->group);
}

START_TEST(test_a_group_that_refuses_says_why_with_its_repr)
{
    struct nursery *self = (struct nursery *)(void *)nursery(cancel_and_add);
    ac_group_init(&self->group, kit.loop);
    refused(&self->group);
    kit_expect("AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup> has not been entered')");
    kit_status(ac_group_enter(&self->group), AC_E_RUNTIME);
    ck_assert_str_eq(kit_repr_of(ac_group_status_exception(&self->group, AC_E_RUNTIME)),
                     "RuntimeError('TaskGroup <TaskGroup> cannot determine the parent task')");
    ac_c_retain(&self->head.task.future);
    ck_assert_str_eq(run(&self->head), "AC_OK None");
    kit_expect("RuntimeError('TaskGroup <TaskGroup tasks=1 entered> has already been entered'), "
               "AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup tasks=1 cancelling> is shutting down')");
    release(&self->head.task.future);
}
END_TEST

static void fail_and_wait(ac_loop *loop, struct nursery *self)
{
    worker *failing = kit_worker(NULL), *stubborn = kit_worker("stubborn");
    (void)loop;
    failing->raises = &ac_c_ValueError;
    stubborn->naps = 1;
    stubborn->data = &self->group;
    stubborn->swallows = true;
    add(&self->group, failing, AC_EAGER_NO);
    add(&self->group, stubborn, AC_EAGER_NO);
}

static void fill_finished(ac_loop *loop, struct nursery *self)
{
    (void)loop;
    (void)self;
}

static void add_to_finished(ac_loop *loop, worker *self)
{
    (void)loop;
    refused(self->data);
}

static void fail_and_refuse(ac_loop *loop, struct nursery *self)
{
    worker *stubborn = kit_worker("stubborn");
    stubborn->naps = 1;
    stubborn->data = &self->group;
    stubborn->swallows = true;
    stubborn->last = add_to_finished;
    add(&self->group, stubborn, AC_EAGER_NO);
    fail_and_wait(loop, self);
}

START_TEST(test_the_repr_of_a_group_counts_its_errors)
{
    ck_assert_str_eq(run(nursery(fail_and_refuse)),
                     "AC_E_RAISED ExceptionGroup('unhandled errors in a TaskGroup', [ValueError()])");
    kit_expect(
        "stubborn, stubborn, stubborn caught CancelledError(), "
        "AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup tasks=2 errors=1 cancelling> is shutting down'), "
        "stubborn caught CancelledError()");
}
END_TEST

START_TEST(test_a_group_that_has_exited_is_finished)
{
    struct nursery *self = (struct nursery *)(void *)nursery(fill_finished);
    ac_c_retain(&self->head.task.future);
    ck_assert_str_eq(run(&self->head), "AC_OK None");
    refused(&self->group);
    ck_assert_int_eq(strncmp(kit.log, "AC_E_RUNTIME RuntimeError('TaskGroup <TaskGroup", 46), 0);
    kit.log[0] = '\0';
    release(&self->head.task.future);
}
END_TEST

START_TEST(test_a_group_of_an_older_release_has_no_cancel)
{
    ac_group group;
    kit_loop("3.12.0");
    ac_group_init(&group, kit.loop);
    kit_status(ac_group_cancel(&group), AC_E_TYPE);
    ck_assert_str_eq(kit_repr_of(ac_group_status_exception(&group, AC_E_TYPE)),
                     "TypeError(\"'TaskGroup' object has no attribute 'cancel'\")");
    ck_assert_str_eq(kit_repr_of(ac_group_status_exception(&group, AC_E_MEMORY)), "None");
    ac_group_clear(&group);
}
END_TEST

/* ---- gather and shield ---- */

START_TEST(test_futures_are_gathered)
{
    ac_future *a = ac_c_future_new(kit.loop), *b = ac_c_future_new(kit.loop), *out;
    ac_future *const children[] = {a, b, a};
    ac_how how;
    ac_value value;
    kit_ok(ac_c_gather(kit.loop, children, 3, false, &out));
    ac_c_release(kit.loop, a);
    ac_c_release(kit.loop, b);
    kit_ok(ac_future_set_result(a, ac_c_int(1)));
    kit_ok(ac_future_set_result(b, ac_c_int(2)));
    kit_turns(1);
    kit_ok(ac_future_result(out, &how, &value));
    ck_assert_str_eq(kit_repr_of(value), "[1, 2, 1]");
    ac_c_release(kit.loop, out);
}
END_TEST

START_TEST(test_a_gather_of_a_future_of_another_loop_is_refused)
{
    ac_loop *other = ac_c_loop_new(NULL, NULL);
    ac_future *a = ac_c_future_new(kit.loop), *b = ac_c_future_new(other), *out;
    ac_future *const children[] = {a, b};
    kit_status(ac_c_gather(kit.loop, children, 2, false, &out), AC_E_VALUE);
    ck_assert_ptr_null(out);
    kit_status(ac_c_shield(kit.loop, b, &out), AC_E_VALUE);
    ck_assert_ptr_null(out);
    kit_ok(ac_future_set_result(a, ac_none()));
    kit_turns(1);
    ac_c_release(kit.loop, a);
    ac_c_release(other, b);
    ck_assert_uint_eq(ac_c_loop_free(other), 0);
}
END_TEST

START_TEST(test_a_future_is_shielded)
{
    ac_future *inner = ac_c_future_new(kit.loop), *outer;
    kit_ok(ac_c_shield(kit.loop, inner, &outer));
    kit_ok(ac_future_cancel(outer, ac_none_ref(), NULL));
    kit_turns(1);
    ck_assert(!ac_future_done(inner));
    ac_c_release(kit.loop, outer);
    kit_ok(ac_future_set_result(inner, ac_none()));
    kit_ok(ac_c_shield(kit.loop, inner, &outer));
    ck_assert_ptr_eq(inner, outer);
    ac_c_release(kit.loop, outer);
    ac_c_release(kit.loop, inner);
}
END_TEST

/* ---- timeouts ---- */

/* A body that has so much time for a nap, or for none. */
struct limited {
    ac_c_task head;
    ac_sleep nap;
    ac_timeout timeout;
    double limit, seconds;
    const ac_c_class *raises; /* in the block, after the nap */
};

static ac_turn be_limited(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct limited *self = AC_C_SELF(co, struct limited);
    ac_turn turn;
    ac_status status;
    AC_BEGIN(co);
    if ((status = ac_c_timeout_enter(&self->timeout, loop, self->limit)) != AC_OK)
        return ac_c_fail(loop, out, status);
    ac_sleep_init(&self->nap, loop, self->seconds, ac_c_int(7));
    AC_AWAIT_CORO(1, &self->nap.co, turn);
    if (self->raises != NULL) {
        ac_drop(loop, out->value);
        turn = ac_c_throw(loop, out, self->raises, "own");
    }
    turn = ac_c_timeout_exit(&self->timeout, turn, out);
    ck_assert_uint_eq(ac_task_cancelling(ac_loop_current_task(loop)), 0);
    AC_END(co);
    return turn;
}

static void clear_limited(ac_loop *loop, ac_coro *co)
{
    struct limited *self = AC_C_SELF(co, struct limited);
    ac_coro_clear(loop, &self->nap.co);
    ac_timeout_clear(&self->timeout);
}

static const ac_coro_ops limited_ops = {.resume = be_limited, .clear = clear_limited};

static struct limited *limited(double limit, double seconds)
{
    struct limited *task = ac_c_task_new(kit.loop, sizeof *task, &limited_ops);
    ck_assert_ptr_nonnull(task);
    task->limit = limit;
    task->seconds = seconds;
    return task;
}

static const char *run_limited(struct limited *task)
{
    ac_value result;
    (void)ac_c_run(kit.loop, &task->head, &result);
    return kit_repr_of(result);
}

START_TEST(test_a_block_that_ends_in_time_gives_what_it_gives)
{
    ck_assert_str_eq(run_limited(limited(2, 1)), "7");
    ck_assert_double_eq(ac_loop_time(kit.loop), 1);
}
END_TEST

START_TEST(test_a_block_that_takes_too_long_raises)
{
    ac_value result;
    ac_status status = ac_c_run(kit.loop, &limited(1, 2)->head, &result);
    kit_status(status, AC_E_RAISED);
    ck_assert_ptr_eq(ac_c_class_of(ac_lend(result)), &ac_c_TimeoutError);
    ck_assert_ptr_eq(ac_c_class_of(ac_c_cause(ac_lend(result))), &ac_c_CancelledError);
    ac_drop(kit.loop, result);
    ck_assert_double_eq(ac_loop_time(kit.loop), 1);
}
END_TEST

START_TEST(test_a_block_keeps_an_error_of_its_own)
{
    struct limited *task = limited(2, 1);
    task->raises = &ac_c_ValueError;
    ck_assert_str_eq(run_limited(task), "ValueError('own')");
    task = limited(1, 2);
    task->raises = &ac_c_ValueError;
    ck_assert_str_eq(run_limited(task), "ValueError('own')");
}
END_TEST

START_TEST(test_a_timeout_outside_of_tasks_is_refused)
{
    ac_timeout timeout;
    ac_out out;
    ac_status status = ac_c_timeout_enter(&timeout, kit.loop, 1);
    kit_status(status, AC_E_RUNTIME);
    ck_assert_int_eq(ac_c_fail(kit.loop, &out, status), AC_RAISED);
    ck_assert_str_eq(kit_repr_of(out.value), "RuntimeError('Timeout should be used inside a task')");
    ac_timeout_clear(&timeout);
}
END_TEST

/* A collector takes a task apart in the middle of its block: nothing may be left of the timers. */
START_TEST(test_a_frame_gives_up_its_coroutines)
{
    struct limited *waiting = limited(1, 2), *new_one = limited(1, 2);
    ac_value result = ac_none();
    kit_ok(ac_c_create_task(kit.loop, &waiting->head, AC_EAGER_NO));
    kit_turns(1);
    ac_future_clear(&waiting->head.task.future);
    ac_c_release(kit.loop, &waiting->head.task.future);
    ac_c_release(kit.loop, &new_one->head.task.future); /* zeroed, and never prepared */
    ck_assert_uint_eq(ac_c_loop_live(kit.loop), 0);
    kit_ok(ac_c_runner_run(kit.loop, &limited(9, 5)->head, &result)); /* past both deadlines */
    ac_drop(kit.loop, result);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_variable_that_was_never_set_is_none,
        test_variables_are_set_outside_of_everything,
        test_copies_share_nothing_that_is_set_later,
        test_a_copy_outlives_its_original,
        test_a_context_is_entered_once_at_a_time,
        test_what_is_no_context_cannot_be_entered,
        test_a_task_has_a_copy_of_the_context_in_which_it_was_created,
        test_the_first_variable_that_a_task_sets_is_its_own_for_its_whole_life,
        test_an_eager_task_sets_its_first_variable_for_itself,
        test_the_first_variable_that_a_callback_sets_lasts_as_long_as_it_runs,
        test_what_a_callback_schedules_sees_what_it_had_set_by_then,
        test_callbacks_run_in_copies_of_the_context_in_which_they_were_scheduled,
        test_a_call_from_another_thread_has_the_empty_context,
        test_a_done_callback_runs_in_a_copy_of_the_context_in_which_it_was_added,
        test_a_run_begins_in_the_empty_context_and_puts_the_outer_one_back,
        test_a_variable_that_is_set_outside_of_tasks_and_callbacks_belongs_to_the_outermost_context,
        test_what_an_exception_handler_sets_is_not_seen_by_tasks_and_callbacks,
        test_a_variable_cannot_be_set_for_a_task_whose_context_is_not_entered,
        test_an_eager_task_cannot_enter_a_context_that_is_entered,
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
        test_children_of_a_group_are_cancelled_with_it_and_their_errors_come_out,
        test_a_group_that_refuses_says_why_with_its_repr,
        test_the_repr_of_a_group_counts_its_errors,
        test_a_group_that_has_exited_is_finished,
        test_a_group_of_an_older_release_has_no_cancel,
        test_futures_are_gathered,
        test_a_gather_of_a_future_of_another_loop_is_refused,
        test_a_future_is_shielded,
        test_a_block_that_ends_in_time_gives_what_it_gives,
        test_a_block_that_takes_too_long_raises,
        test_a_block_keeps_an_error_of_its_own,
        test_a_timeout_outside_of_tasks_is_refused,
        test_a_frame_gives_up_its_coroutines,
    };
    return KIT_MAIN("chost_tasks", tests);
}
