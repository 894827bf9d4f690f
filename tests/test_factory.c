/* test_factory.c - create_task, task factories, and what became of the name in each release.
 *
 * Mirrors    BaseEventLoop.create_task, tasks.create_task, eager_task_factory, create_eager_task_factory.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong; names are
 *            those of the flags in semantics.h. */
#include "host.h"

static const th_op ends[] = {{TH_END}};

static ac_value name;

/* A factory that logs what it is told and makes the task by the host. */
static ac_status factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    th_log("%s(name=%s, has_name=%d, eager=%d, user=%s)", (const char *)data, th_repr(spec->name),
           spec->has_name, spec->eager, spec->user != NULL ? (const char *)spec->user : "");
    return loop->host->make_task(loop, spec, out);
}

static ac_status quiet_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)data;
    return loop->host->make_task(loop, spec, out);
}

static char factory_word[] = "factory", user_word[] = "mine";

typedef ac_status create(ac_loop *loop, const ac_task_spec *spec, ac_task **out);

/* Creates a task called "name", or without a name, and keeps it in slot 0. */
static ac_status call(create *make, bool named, ac_eager eager)
{
    th_coro *coro = th_script("t", ends);
    ac_task_spec spec = {.body = &coro->co, .eager = eager, .user = user_word};
    ac_task *task = th_task_in(1);
    if (named) {
        spec.name = ac_lend(name);
        spec.has_name = true;
    }
    ac_status status = make(&th.loop, &spec, &task);
    th_coro_drop(coro);
    th.slots[0] = task != NULL ? &task->future : NULL;
    return status;
}

/* The name and number of the task in slot 0, which is then run and released. */
static void expect_name(const char *words, uint64_t serial)
{
    ac_task *task = th_task_in(0);
    ck_assert_str_eq(th_repr(ac_task_name(task)), words);
    ck_assert_uint_eq(ac_task_serial(task), serial);
    th_run(&th.loop);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
}

/* The fixture's loop is on the newest release; 'name' lives as long as a test. */
static void begin(const char *profile)
{
    th_use(profile);
    name = th_new("name");
    th_start(1, "other", ends, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th.loop.serial = 0;
}

static void end(void)
{
    th_drop(name);
}

/* ---- Without a factory ---- */

START_TEST(test_create_task_makes_a_task_by_the_host)
{
    begin(NULL);
    th_ok(call(ac_loop_create_task, true, AC_EAGER_DEFAULT));
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    expect_name("name", 0);
    end();
}
END_TEST

START_TEST(test_create_task_needs_a_make_task_hook)
{
    begin(NULL);
    th.table.make_task = NULL;
    th_expect_failure(call(ac_loop_create_task, false, AC_EAGER_DEFAULT), AC_E_TYPE,
                      "the host has no make_task hook");
    ck_assert_ptr_null(th.slots[0]);
    th_expect_failure(call(ac_create_task, false, AC_EAGER_DEFAULT), AC_E_TYPE,
                      "the host has no make_task hook");
    end();
}
END_TEST

START_TEST(test_create_task_on_a_closed_loop_is_refused)
{
    begin(NULL);
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(call(ac_loop_create_task, false, AC_EAGER_DEFAULT), AC_E_CLOSED,
                      "Event loop is closed");
    ac_loop_set_task_factory(&th.loop, factory, factory_word);
    th_expect_failure(call(ac_create_task, true, AC_EAGER_DEFAULT), AC_E_CLOSED, "Event loop is closed");
    th_expect("");
    end();
}
END_TEST

START_TEST(test_a_host_that_cannot_make_the_task_says_so)
{
    begin(NULL);
    th_fail(TH_HOOK_MAKE_TASK, 1);
    th_expect_status(call(ac_loop_create_task, false, AC_EAGER_DEFAULT), AC_E_RAISED);
    ck_assert_ptr_null(th.slots[0]);
    th_drop(ac_loop_take_raised(&th.loop));
    end();
}
END_TEST

/* create_task_passes_name (gh-112622): before 3.13 the name came after the constructor, and used up a
 * number. */
START_TEST(test_asyncio_create_task_uses_up_a_number_before_3_13)
{
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        begin(profiles[i]);
        th_ok(call(ac_create_task, true, AC_EAGER_DEFAULT));
        expect_name("name", 0);
        th_ok(call(ac_create_task, false, AC_EAGER_DEFAULT));
        expect_name("None", i == 0 ? 2 : 1);
        end();
    }
}
END_TEST

/* loop.create_task gave the name to the constructor in every release. */
START_TEST(test_loop_create_task_never_uses_up_a_number)
{
    begin("3.12");
    th_ok(call(ac_loop_create_task, true, AC_EAGER_DEFAULT));
    expect_name("name", 0);
    th_ok(call(ac_loop_create_task, false, AC_EAGER_DEFAULT));
    expect_name("None", 1);
    end();
}
END_TEST

START_TEST(test_asyncio_create_task_that_fails_sets_no_name)
{
    begin("3.12");
    th_fail(TH_HOOK_MAKE_TASK, 1);
    th_expect_status(call(ac_create_task, true, AC_EAGER_DEFAULT), AC_E_RAISED);
    ck_assert_ptr_null(th.slots[0]);
    th_drop(ac_loop_take_raised(&th.loop));
    end();
}
END_TEST

/* ---- With a factory ---- */

START_TEST(test_a_factory_is_known_with_its_data)
{
    void *data = NULL;
    begin(NULL);
    ck_assert_ptr_null((void *)(uintptr_t)ac_loop_get_task_factory(&th.loop, &data));
    ac_loop_set_task_factory(&th.loop, factory, factory_word);
    ck_assert(ac_loop_get_task_factory(&th.loop, &data) == factory);
    ck_assert_ptr_eq(data, factory_word);
    ck_assert(ac_loop_get_task_factory(&th.loop, NULL) == factory);
    ac_loop_set_task_factory(&th.loop, NULL, NULL);
    th_ok(call(ac_loop_create_task, false, AC_EAGER_DEFAULT));
    expect_name("None", 1);
    th_expect("");
    end();
}
END_TEST

/* create_task_forwards_kwargs (gh-128308): since 3.14 (and in 3.13.3) a factory is told everything. */
START_TEST(test_a_factory_is_told_the_name_since_3_14)
{
    static const char *const profiles[] = {"3.12", "3.13.2", "3.13.3", "3.13.18", "3.14", "3.15"};
    static const bool forwards[] = {false, false, true, false, true, true};
    static create *const makers[] = {ac_loop_create_task, ac_create_task};
    for (int i = 0; i < 6; i++) {
        for (int maker = 0; maker < 2; maker++) {
            begin(profiles[i]);
            ac_loop_set_task_factory(&th.loop, factory, factory_word);
            th_ok(call(makers[maker], true, AC_EAGER_NO));
            th_expect(forwards[i] ? "factory(name=name, has_name=1, eager=1, user=mine)"
                                  : "factory(name=None, has_name=0, eager=1, user=mine)");
            expect_name("name", 0);
            end();
        }
    }
}
END_TEST

/* create_task_functions_take_kwargs (gh-128307): asyncio.create_task of 3.13.3 gives on a name even if there
 * is none; nobody else gives on what there is not. */
START_TEST(test_a_factory_is_told_of_no_name_in_3_13_3)
{
    static const char *const profiles[] = {"3.12", "3.13.2", "3.13.3", "3.13.18", "3.14", "3.15"};
    for (int i = 0; i < 6; i++) {
        begin(profiles[i]);
        ac_loop_set_task_factory(&th.loop, factory, factory_word);
        th_ok(call(ac_create_task, false, AC_EAGER_NO));
        th_expect(i == 2 ? "factory(name=None, has_name=1, eager=1, user=mine)"
                         : "factory(name=None, has_name=0, eager=1, user=mine)");
        th_run(&th.loop);
        th_release(th.slots[0]);
        th.slots[0] = NULL;
        end();
    }
}
END_TEST

static ac_status log_set_name(ac_loop *loop, ac_task *task, ac_ref given)
{
    th_log("set_name(%s)", th_repr(given));
    if (th.fail_status != AC_OK)
        return ac_loop_raise(loop, th_exception(TH_TYPE, "no name"));
    ac_task_set_name(task, ac_dup(loop, given));
    return AC_OK;
}

/* factory_always_set_name (gh-105684, gh-130033): 3.13 sets the name even if none was given, 3.12 only one
 * that was. */
START_TEST(test_set_name_is_called_on_what_a_factory_made_as_the_release_does)
{
    static const struct {
        const char *profile, *named, *nameless;
        uint64_t number; /* of a task without a name that is made after one with a name */
    } cases[] = {
        {"3.12", "set_name(name)", "", 2},
        {"3.13.0", "set_name(name)", "set_name(None)", 0},
        {"3.13.3", "", "", 1},
        {"3.13.18", "set_name(name)", "set_name(None)", 0},
        {"3.14", "", "", 1},
        {"3.15", "", "", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].profile);
        th.table.set_name = log_set_name;
        ac_loop_set_task_factory(&th.loop, quiet_factory, NULL);
        th_ok(call(ac_loop_create_task, true, AC_EAGER_NO));
        th_expect(cases[i].named);
        expect_name("name", 0);
        th_ok(call(ac_loop_create_task, false, AC_EAGER_NO));
        th_expect(cases[i].nameless);
        expect_name("None", cases[i].number);
        end();
    }
}
END_TEST

/* Without the hook a missing name leaves the number: a host that wants the 'None' of 3.13 has the hook. */
START_TEST(test_without_a_set_name_hook_a_missing_name_changes_nothing)
{
    begin("3.13");
    ac_loop_set_task_factory(&th.loop, factory, factory_word);
    th_ok(call(ac_loop_create_task, false, AC_EAGER_NO));
    expect_name("None", 1);
    th.log[0] = '\0';
    end();
}
END_TEST

/* As the exception does in asyncio: nobody gets the task, which runs all the same. */
START_TEST(test_a_name_that_cannot_be_set_takes_the_task_from_the_caller)
{
    static create *const makers[] = {ac_loop_create_task, ac_create_task};
    for (int i = 0; i < 2; i++) {
        begin(i == 0 ? "3.13" : "3.12");
        th.table.set_name = log_set_name;
        th.fail_status = AC_E_TYPE;
        if (i == 0)
            ac_loop_set_task_factory(&th.loop, factory, factory_word);
        th.log[0] = '\0';
        th_expect_status(call(makers[i], true, AC_EAGER_NO), AC_E_RAISED);
        ck_assert_ptr_null(th.slots[0]);
        ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "TypeError('no name')");
        th.released[0] = '\0';
        th_run(&th.loop);
        th_expect_released("t");
        th.log[0] = '\0';
        th.fail_status = AC_OK;
        end();
    }
}
END_TEST

static ac_status failing_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)data;
    (void)spec;
    (void)out;
    return ac_loop_raise(loop, th_exception(TH_VALUE, "factory"));
}

START_TEST(test_a_factory_that_fails_gives_no_task)
{
    static const char *const profiles[] = {"3.12", "3.13", "3.14"};
    for (int i = 0; i < 3; i++) {
        begin(profiles[i]);
        ac_loop_set_task_factory(&th.loop, failing_factory, NULL);
        th_expect_status(call(ac_loop_create_task, true, AC_EAGER_DEFAULT), AC_E_RAISED);
        ck_assert_ptr_null(th.slots[0]);
        th_drop(ac_loop_take_raised(&th.loop));
        end();
    }
}
END_TEST

/* ---- The eager factories ---- */

static void create_three(ac_loop *loop, th_coro *self)
{
    static const ac_eager wishes[] = {AC_EAGER_DEFAULT, AC_EAGER_YES, AC_EAGER_NO};
    static const th_op script[] = {{TH_LOG, .text = "started"}, {TH_END}};
    (void)self;
    for (int i = 0; i < 3; i++) {
        ac_status status;
        ac_task *task = th_spawn(loop, th_script("child", script), wishes[i], &status);
        th_ok(status);
        th_log("made");
        th_release(&task->future);
    }
}

static const th_op creates[] = {{TH_CALL, .call = create_three}, {TH_END}};

START_TEST(test_the_default_is_lazy)
{
    th_start(0, "t", creates, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("made, started, made, made, started, started");
}
END_TEST

START_TEST(test_the_eager_factory_starts_at_once_unless_it_is_told_not_to)
{
    ac_loop_set_task_factory(&th.loop, ac_eager_task_factory, NULL);
    th_start(0, "t", creates, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("started, made, started, made, made, started");
}
END_TEST

/* Rule 44: the main task of a run is made before the loop runs. */
START_TEST(test_the_eager_factory_makes_lazy_tasks_before_the_loop_runs)
{
    static const th_op script[] = {{TH_LOG, .text = "started"}, {TH_END}};
    ac_loop_set_task_factory(&th.loop, ac_eager_task_factory, NULL);
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_expect("");
    th_run(&th.loop);
    th_expect("started");
}
END_TEST

START_TEST(test_the_eager_factory_needs_a_make_task_hook)
{
    begin(NULL);
    th.table.make_task = NULL;
    ac_loop_set_task_factory(&th.loop, ac_eager_task_factory, NULL);
    th_expect_failure(call(ac_loop_create_task, false, AC_EAGER_DEFAULT), AC_E_TYPE,
                      "the host has no make_task hook");
    end();
}
END_TEST

START_TEST(test_a_custom_eager_factory_makes_tasks_by_the_constructor_of_the_host)
{
    static char word[] = "constructor";
    static ac_task_constructor constructor = {factory, word};
    static const ac_eager wishes[] = {AC_EAGER_DEFAULT, AC_EAGER_YES, AC_EAGER_NO};
    static const char *const told[] = {"constructor(name=name, has_name=1, eager=2, user=mine)",
                                       "constructor(name=name, has_name=1, eager=2, user=mine)",
                                       "constructor(name=name, has_name=1, eager=1, user=mine)"};
    for (int i = 0; i < 3; i++) {
        begin(NULL);
        ac_loop_set_task_factory(&th.loop, ac_custom_eager_task_factory, &constructor);
        th_ok(call(ac_loop_create_task, true, wishes[i]));
        th_expect(told[i]);
        expect_name("name", 0);
        end();
    }
}
END_TEST

static void log_name(ac_loop *loop, th_coro *self)
{
    (void)self;
    th_log("%s", th_repr(ac_task_name(ac_loop_current_task(loop))));
}

static void create_named(ac_loop *loop, th_coro *self)
{
    static const th_op script[] = {{TH_CALL, .call = log_name}, {TH_END}};
    (void)self;
    th_coro *coro = th_script("child", script);
    ac_task_spec spec = {.body = &coro->co, .name = ac_lend(name), .has_name = true};
    ac_task *task = NULL;
    th_ok(ac_loop_create_task(loop, &spec, &task));
    th_coro_drop(coro);
    th_log("%s", th_repr(ac_task_name(task)));
    th_release(&task->future);
}

/* create_task_forwards_kwargs: an eager task sees its name in its first step since 3.14. */
START_TEST(test_an_eager_task_of_a_factory_sees_its_name_since_3_14)
{
    static const char *const profiles[] = {"3.12", "3.13", "3.14"};
    static const th_op script[] = {{TH_CALL, .call = create_named}, {TH_END}};
    for (int i = 0; i < 3; i++) {
        begin(profiles[i]);
        ac_loop_set_task_factory(&th.loop, ac_eager_task_factory, NULL);
        th_start(0, "t", script, AC_EAGER_DEFAULT);
        th_run(&th.loop);
        th_expect(i == 2 ? "name, name" : "None, name");
        end();
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_create_task_makes_a_task_by_the_host,
        test_create_task_needs_a_make_task_hook,
        test_create_task_on_a_closed_loop_is_refused,
        test_a_host_that_cannot_make_the_task_says_so,
        test_asyncio_create_task_uses_up_a_number_before_3_13,
        test_loop_create_task_never_uses_up_a_number,
        test_asyncio_create_task_that_fails_sets_no_name,
        test_a_factory_is_known_with_its_data,
        test_a_factory_is_told_the_name_since_3_14,
        test_a_factory_is_told_of_no_name_in_3_13_3,
        test_set_name_is_called_on_what_a_factory_made_as_the_release_does,
        test_without_a_set_name_hook_a_missing_name_changes_nothing,
        test_a_name_that_cannot_be_set_takes_the_task_from_the_caller,
        test_a_factory_that_fails_gives_no_task,
        test_the_default_is_lazy,
        test_the_eager_factory_starts_at_once_unless_it_is_told_not_to,
        test_the_eager_factory_makes_lazy_tasks_before_the_loop_runs,
        test_the_eager_factory_needs_a_make_task_hook,
        test_a_custom_eager_factory_makes_tasks_by_the_constructor_of_the_host,
        test_an_eager_task_of_a_factory_sees_its_name_since_3_14,
    };
    return TH_MAIN("factory", tests);
}
