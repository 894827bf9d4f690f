/* test_chost_contexts.c - contexts and their variables on the C host (contexts.c): who has which. */
#include "chost_kit.h"

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

static void soon(ac_c_function *function, const char *text)
{
    kit_ok(ac_c_call_soon(kit.loop, function, (void *)(uintptr_t)text, NULL));
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
    ac_future *future = kit_pending();
    set_var(&color, 1);
    kit_ok(ac_c_add_done_callback(future, see_color_when_done, (void *)(uintptr_t) "first"));
    set_var(&color, 2);
    kit_ok(ac_c_add_done_callback(future, see_color_when_done, (void *)(uintptr_t) "second"));
    kit_finish(future, 0);
    kit_turns(1);
    kit_expect("first sees 1, second sees 2");
    kit_release_future(future);
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
    };
    return KIT_MAIN("chost_contexts", tests);
}
