/* test_halves.c - the two halves of a step, driven by the dispatch loop of a toy interpreter.
 *
 * Idea       The interpreter keeps its frames on a stack of its own.  A turn of the loop, a step and an eager
 *            start inside a step are pushed and popped there; the resume operation of its bodies is never
 *            called, so that 10,000 eager starts nest without one C frame each.
 * Holds      What the halves do is what ac_loop_turn does by resume: the same logs. */
#include "host.h"

/* ---- The interpreter ---- */

typedef enum vm_do {
    VM_RETURN, /* number */
    VM_RAISE,  /* kind */
    VM_LOG,    /* text */
    VM_YIELD,
    VM_PARK,
    VM_AWAIT, /* slot; logs how it ended */
    VM_START, /* a task in slot, from code */
    VM_NEST,  /* a task one level deeper, unless this is level 'number' */
    VM_CANCEL_SELF
} vm_do;

typedef struct vm_op {
    vm_do what;
    unsigned slot;
    int number;
    const char *text;
    th_kind kind;
    ac_eager eager;
    const struct vm_op *code;
} vm_op;

/* A frame: on the heap, in its task's object. */
typedef struct vm_frame {
    th_coro head;
    const vm_op *code;
    int level;
} vm_frame;

/* A frame that runs, and how it is to be left. */
typedef struct activation {
    vm_frame *frame;
    ac_task *task, *previous;
    ac_how how;
    ac_ref in;
    bool eager, entered;
} activation;

enum { ROOM = 10002 };
static activation stack[ROOM];
static size_t top, highest;
static ac_status last; /* of the latest leave */
static ac_task *nested[ROOM];

static ac_turn never_resumed(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    (void)co;
    (void)how;
    (void)in;
    (void)out;
    ck_abort_msg("the interpreter runs its frames itself");
    return AC_PARKED;
}

static const ac_coro_ops vm_ops = {.resume = never_resumed};

static void push(ac_task *task, ac_task *previous, ac_how how, ac_ref in, bool eager)
{
    vm_frame *frame = (vm_frame *)(void *)AC_CONTAINER_OF(ac_task_get_coro(task), th_coro, co);
    activation entry = {frame, task, previous, how, in, eager, false};
    ck_assert_uint_lt(top, ROOM);
    stack[top++] = entry;
    if (top > highest)
        highest = top;
}

/* A task in memory of its own; an eager one is pushed, to go on with it first. */
static ac_status vm_start(const char *name, const vm_op *code, int level, ac_eager eager, ac_task **out)
{
    vm_frame *frame = th_coro_new(name, sizeof *frame, &vm_ops);
    frame->code = code;
    frame->level = level;
    ac_task *task = th_task_new(name, &frame->head);
    ac_task_spec spec = {.body = &frame->head.co, .eager = eager};
    ac_task *previous = NULL;
    bool start = false;
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    ac_status status = eager == AC_EAGER_YES
                           ? ac_task_init_eager(task, &th.loop, &spec, &previous, &start, &how, &in)
                           : ac_task_init(task, &th.loop, &spec);
    if (start && status == AC_OK)
        push(task, previous, how, in, true);
    th_coro_drop(&frame->head);
    *out = task;
    return status;
}

static void into_slot(unsigned slot, ac_task *task)
{
    if (th.slots[slot] != NULL)
        th_release(th.slots[slot]);
    th.slots[slot] = &task->future;
}

/* What the frame gets at the place where it stopped.  True if that ends it. */
static bool receive(activation *now, ac_turn *turn, ac_out *out)
{
    vm_frame *frame = now->frame;
    bool first = frame->head.co.at == 0;
    now->entered = true;
    frame->head.co.at = 1;
    if (now->how == AC_THROW) {
        if (!first)
            th_log("%s thrown %s", frame->head.name, th_repr(now->in));
        *turn = ac_raise(&th.loop, now->in, out);
        return true;
    }
    if (!first && frame->code[-1].what == VM_AWAIT)
        th_log("%s got %s", frame->head.name, th_repr(now->in));
    return false;
}

/* One instruction.  True if the frame has stopped, with *turn and *out. */
static bool execute(activation *now, const vm_op *op, ac_turn *turn, ac_out *out)
{
    ac_task *task = NULL;
    switch (op->what) {
    case VM_RETURN:
        *turn = ac_return(out, th_int(op->number));
        return true;
    case VM_RAISE:
        out->value = th_exception(op->kind, op->text);
        *turn = AC_RAISED;
        return true;
    case VM_LOG:
        th_log("%s", op->text);
        return false;
    case VM_YIELD:
        *turn = AC_YIELDED;
        return true;
    case VM_PARK:
        *turn = AC_PARKED;
        return true;
    case VM_AWAIT:
        *turn = ac_future_await(th.slots[op->slot], out);
        return true;
    case VM_START:
        th_ok(vm_start(op->text, op->code, 0, op->eager, &task));
        into_slot(op->slot, task);
        return false;
    case VM_NEST:
        if (now->frame->level < op->number)
            th_ok(vm_start("", op->code, now->frame->level + 1, AC_EAGER_YES, &nested[now->frame->level]));
        return false;
    case VM_CANCEL_SELF:
        th_ok(ac_task_cancel(now->task, ac_none_ref(), NULL));
        return false;
    }
    return false;
}

/* Runs what is on the stack until that is empty. */
static void dispatch(void)
{
    static bool running;
    ck_assert(!running);
    running = true;
    while (top > 0) {
        activation *now = &stack[top - 1];
        ac_out out = {.value = ac_none()};
        ac_turn turn = AC_RETURNED;
        ck_assert_ptr_eq(ac_loop_current_task(&th.loop), now->task);
        bool stopped = !now->entered && receive(now, &turn, &out);
        if (!stopped && !execute(now, now->frame->code++, &turn, &out))
            continue;
        activation done = *now;
        top--;
        last = done.eager ? ac_task_leave_eager(done.task, done.previous, turn, &out)
                          : ac_task_step_leave(done.task, turn, &out);
    }
    running = false;
}

/* A whole step: a task that is ready, or one that is parked and given 'in'. */
static ac_status step(ac_task *task, ac_how how, ac_ref in)
{
    ac_status status = ac_task_step_enter(task, &how, &in);
    if (status != AC_OK)
        return status;
    push(task, NULL, how, in, false);
    dispatch();
    return last;
}

/* One turn, as loop.h says a VM does it. */
static ac_status vm_turn(void)
{
    ac_handle *handle = NULL;
    ac_status status = ac_loop_turn_begin(&th.loop);
    while (status == AC_OK && (status = ac_loop_turn_next(&th.loop, &handle)) == AC_OK && handle != NULL) {
        ac_task *task = ac_handle_task(handle);
        status = task != NULL ? step(task, AC_SEND, ac_none_ref()) : ac_handle_call(&th.loop, handle);
        status = ac_loop_turn_ran(&th.loop, handle, status);
        if (highest < 1000) /* else this would take the square of them */
            th_check(&th.loop);
    }
    ac_loop_turn_end(&th.loop);
    th_check(&th.loop);
    return status;
}

static void vm_turns(int count)
{
    for (int i = 0; i < count; i++)
        th_ok(vm_turn());
}

static ac_task *vm_lazy(unsigned slot, const char *name, const vm_op *code)
{
    ac_task *task = NULL;
    th_ok(vm_start(name, code, 0, AC_EAGER_NO, &task));
    into_slot(slot, task);
    return task;
}

static void use(const char *profile, uint32_t max_depth)
{
    ac_loop_options options = {.semantics = profile, .max_depth = max_depth};
    th_ok(ac_loop_close(&th.loop));
    th_loop_init(&options);
}

/* ---- Steps of tasks that are ready ---- */

START_TEST(test_a_body_that_the_interpreter_runs_ends_like_any_other)
{
    static const vm_op code[] = {
        {VM_LOG, .text = "one"}, {VM_YIELD}, {VM_LOG, .text = "two"}, {VM_RETURN, .number = 3}};
    th.log_contexts = true;
    vm_lazy(0, "t", code);
    vm_turns(1);
    th_expect("+copy, one, -copy");
    vm_turns(1);
    th_expect("+copy, two, -copy");
    ck_assert_str_eq(th_state(th.slots[0]), "result 3");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
}
END_TEST

/* The same order as with ac_loop_turn: queue, wake-ups, callbacks. */
START_TEST(test_steps_and_callbacks_take_turns_as_in_the_loops_own_turn)
{
    static const vm_op code[] = {{VM_LOG, .text = "start"}, {VM_AWAIT, 1}, {VM_RETURN}};
    th_callback callback, done;
    th_slot(1, "f");
    vm_lazy(0, "t", code);
    th_callback_init(&callback, "callback", NULL);
    th_callback_init(&done, "done", NULL);
    th_ok(ac_future_add_done_callback(th.slots[1], th_cb(&done)));
    th_soon(&callback);
    vm_turns(1);
    th_expect("start, callback");
    th_ok(ac_future_set_result(th.slots[1], th_int(4)));
    vm_turns(1);
    th_expect("done, t got 4");
}
END_TEST

START_TEST(test_errors_and_cancellations_are_thrown_into_the_frame)
{
    static const vm_op code[] = {{VM_AWAIT, 1}, {VM_RETURN}};
    static const vm_op itself[] = {{VM_CANCEL_SELF}, {VM_AWAIT, 2}, {VM_RETURN}};
    th_slot(1, "f");
    th_slot(2, "g");
    vm_lazy(0, "t", code);
    vm_lazy(3, "u", itself);
    vm_turns(1);
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_VALUE, "x")));
    vm_turns(1);
    th_expect("u thrown CancelledError(), t thrown ValueError('x')");
    ck_assert_str_eq(th_state(th.slots[0]), "exception ValueError('x')");
    ck_assert(ac_future_cancelled(th.slots[3]));
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

START_TEST(test_a_request_before_the_first_step_is_thrown_into_a_frame_that_has_not_started)
{
    static const vm_op code[] = {{VM_LOG, .text = "never"}, {VM_RETURN}};
    vm_lazy(0, "t", code);
    th_ok(ac_task_cancel(th_task_in(0), ac_none_ref(), NULL));
    vm_turns(1);
    th_expect("");
    ck_assert(ac_future_cancelled(th.slots[0]));
}
END_TEST

/* The rest of the batch stays first in line. */
START_TEST(test_an_exit_exception_comes_out_of_leave_and_ends_the_turn)
{
    static const vm_op code[] = {{VM_RAISE, .kind = TH_EXIT, .text = "3"}};
    th_callback rest;
    vm_lazy(0, "t", code);
    th_callback_init(&rest, "rest", NULL);
    th_soon(&rest);
    th_expect_status(vm_turn(), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('3')");
    th_expect("");
    vm_turns(1);
    th_expect("rest");
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

static ac_status enter_done(ac_loop *loop, th_callback *callback)
{
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    (void)callback;
    th_expect_failure(ac_task_step_enter(th_task_in(0), &how, &in), AC_E_STATE, "__step(): already done: %T");
    ck_assert_ptr_null(ac_loop_current_task(loop));
    return AC_OK;
}

/* Enter fails as ac_task_step does, and there is nothing to leave then. */
START_TEST(test_enter_refuses_a_task_that_is_done)
{
    static const vm_op code[] = {{VM_RETURN}};
    th_callback callback;
    vm_lazy(0, "t", code);
    th_callback_init(&callback, NULL, enter_done);
    th_soon(&callback);
    vm_turns(1);
    ck_assert_uint_eq(callback.runs, 1);
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    th_expect_failure(ac_task_step_enter(th_task_in(0), &how, &in), AC_E_RUNTIME,
                      "loop %L is not the running loop");
}
END_TEST

/* ---- Parked tasks ---- */

static ac_status step_parked(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    ac_value in = callback->name[0] == 's' ? th_int(6) : th_exception(TH_VALUE, "x");
    th_ok(step(th_task_in(0), callback->name[0] == 's' ? AC_SEND : AC_THROW, ac_lend(in)));
    th_drop(in);
    return AC_OK;
}

/* What is given to enter is what the frame gets; nothing holds the task once it is parked again or has
 * ended. */
START_TEST(test_a_parked_task_is_stepped_by_the_halves_and_let_go_by_leave)
{
    static const vm_op code[] = {{VM_PARK}, {VM_LOG, .text = "on"}, {VM_PARK}, {VM_RETURN}};
    th_callback send, throw;
    vm_lazy(0, "t", code);
    vm_turns(1);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_callback_init(&send, "send", step_parked);
    th_soon(&send);
    vm_turns(1);
    th_expect("send, on");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_callback_init(&throw, "throw", step_parked);
    th_soon(&throw);
    vm_turns(1);
    th_expect("throw, t thrown ValueError('x')");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

START_TEST(test_a_parked_task_that_is_woken_comes_with_the_turn)
{
    static const vm_op code[] = {{VM_PARK}, {VM_RETURN, .number = 2}};
    vm_lazy(0, "t", code);
    vm_turns(1);
    th_ok(ac_task_wake(th_task_in(0)));
    vm_turns(1);
    ck_assert_str_eq(th_state(th.slots[0]), "result 2");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}
END_TEST

/* ---- Eager starts ---- */

START_TEST(test_an_eager_start_before_the_loop_runs_has_nothing_to_leave)
{
    static const vm_op code[] = {{VM_LOG, .text = "started"}, {VM_RETURN}};
    ac_task *task = NULL;
    th_ok(vm_start("t", code, 0, AC_EAGER_YES, &task));
    into_slot(0, task);
    ck_assert_uint_eq(top, 0);
    th_expect("");
    vm_turns(1);
    th_expect("started");
}
END_TEST

/* The creator goes on when the child has stopped, and is the current task again. */
START_TEST(test_an_eager_start_runs_inside_the_step_of_its_creator)
{
    static const vm_op child[] = {
        {VM_LOG, .text = "child"}, {VM_AWAIT, 2}, {VM_LOG, .text = "child again"}, {VM_RETURN}};
    static const vm_op ended[] = {{VM_LOG, .text = "short"}, {VM_RETURN, .number = 5}};
    static const vm_op code[] = {{VM_START, 1, .text = "child", .eager = AC_EAGER_YES, .code = child},
                                 {VM_LOG, .text = "creator"},
                                 {VM_START, 3, .text = "short", .eager = AC_EAGER_YES, .code = ended},
                                 {VM_LOG, .text = "creator again"},
                                 {VM_RETURN}};
    th.log_contexts = true;
    th_slot(2, "f");
    vm_lazy(0, "t", code);
    vm_turns(1);
    th_expect("+copy, +copy, child, -copy, creator, +copy, short, -copy, creator again, -copy");
    ck_assert_str_eq(th_state(th.slots[3]), "result 5");
    ck_assert_ptr_null(ac_task_get_coro(th_task_in(3)));
    ck_assert_uint_eq(th_refs(th.slots[3]), 1);
    th_ok(ac_future_set_result(th.slots[2], th_int(1)));
    vm_turns(1);
    th_expect("+copy, child got 1, child again, -copy");
}
END_TEST

START_TEST(test_an_exit_exception_comes_out_of_leave_eager)
{
    static const vm_op child[] = {{VM_RAISE, .kind = TH_EXIT, .text = "3"}};
    static const vm_op code[] = {{VM_START, 1, .text = "child", .eager = AC_EAGER_YES, .code = child},
                                 {VM_LOG, .text = "creator"},
                                 {VM_RETURN}};
    ac_handle *handle = NULL;
    vm_lazy(0, "t", code);
    th_ok(ac_loop_turn_begin(&th.loop));
    th_ok(ac_loop_turn_next(&th.loop, &handle));
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    th_ok(ac_task_step_enter(th_task_in(0), &how, &in));
    push(th_task_in(0), NULL, how, in, false);
    /* the interpreter's next step is the start; then the child's, which raises */
    ac_task *child_task = NULL;
    th_ok(vm_start("child", child, 0, AC_EAGER_YES, &child_task));
    into_slot(1, child_task);
    activation *now = &stack[--top];
    ac_out out = {.value = th_exception(TH_EXIT, "3")};
    th_expect_status(ac_task_leave_eager(now->task, now->previous, AC_RAISED, &out), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('3')");
    ck_assert_str_eq(th_state(th.slots[1]), "exception SystemExit('3')");
    ck_assert_ptr_eq(ac_loop_current_task(&th.loop), th_task_in(0));
    ac_future_set_log_traceback(th.slots[1], false);
    stack[top - 1].frame->code++;
    dispatch();
    th_expect("creator");
    th_ok(ac_loop_turn_ran(&th.loop, handle, last));
    ac_loop_turn_end(&th.loop);
}
END_TEST

/* ---- Depth ---- */

static void release_nested(void)
{
    for (size_t i = 0; i < ROOM && nested[i] != NULL; i++) {
        ck_assert(ac_future_done(&nested[i]->future));
        ac_future_set_log_traceback(&nested[i]->future, false);
        th_release(&nested[i]->future);
        th.released[0] = '\0';
        nested[i] = NULL;
    }
    highest = 0;
}

static const vm_op nest_ten_thousand[] = {
    {VM_NEST, .number = 10000, .code = nest_ten_thousand}, {VM_YIELD}, {VM_RETURN, .number = 1}};

/* With max_depth raised they nest as deep as the interpreter's own stack allows; each yields once, and ends
 * in the next turn, the deepest first. */
START_TEST(test_ten_thousand_eager_starts_nest_without_c_recursion)
{
    use(NULL, 10000);
    highest = 0;
    vm_lazy(0, "t", nest_ten_thousand);
    vm_turns(1);
    ck_assert_uint_eq(highest, 10001);
    ck_assert_uint_eq(th.loop.depth, 0);
    for (size_t i = 0; i < 10000; i++)
        ck_assert(!ac_future_done(&nested[i]->future));
    ck_assert_ptr_eq(ac_handle_task(AC_CONTAINER_OF(th.loop.ready.next, ac_handle, link)), nested[9999]);
    vm_turns(1);
    ck_assert_str_eq(th_state(th.slots[0]), "result 1");
    release_nested();
}
END_TEST

static const vm_op nest_for_ever[] = {{VM_NEST, .number = ROOM, .code = nest_for_ever},
                                      {VM_RETURN, .number = 1}};

/* One too deep: its frame is thrown the RecursionError and has not started. */
START_TEST(test_an_eager_start_beyond_the_limit_is_thrown_a_recursion_error)
{
    use(NULL, 100);
    highest = 0;
    vm_lazy(0, "t", nest_for_ever);
    vm_turns(1);
    ck_assert_uint_eq(highest, 102);
    ck_assert_str_eq(th_state(&nested[99]->future), "result 1");
    ck_assert_str_eq(th_state(&nested[100]->future),
                     "exception RecursionError('maximum recursion depth exceeded')");
    ck_assert_uint_eq(th.loop.depth, 0);
    release_nested();
}
END_TEST

/* ---- Groups ---- */

static ac_group group;

static ac_status enter_group(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_loop_swap_current_task(loop, th_task_in(0));
    ac_group_init(&group, loop);
    th_ok(ac_group_enter(&group));
    ac_loop_swap_current_task(loop, NULL);
    return AC_OK;
}

/* A child's handle is its group's done callback in the end: no task's step, but a call. */
START_TEST(test_a_groups_callback_is_called_and_not_stepped)
{
    static const vm_op parent[] = {{VM_PARK}, {VM_RETURN}};
    static const vm_op child[] = {{VM_RETURN}};
    th_callback enter;
    vm_lazy(0, "parent", parent);
    th_callback_init(&enter, NULL, enter_group);
    th_soon(&enter);
    vm_turns(1);
    vm_lazy(1, "child", child);
    th_ok(ac_group_add(&group, th_task_in(1)));
    vm_turns(1);
    ck_assert_uint_eq(ac_group_task_count(&group), 1);
    ac_handle *handle = AC_CONTAINER_OF(th.loop.ready.next, ac_handle, link);
    ck_assert_ptr_eq(handle, &th_task_in(1)->step);
    ck_assert_ptr_null(ac_handle_task(handle));
    vm_turns(1);
    ck_assert_uint_eq(ac_group_task_count(&group), 0);
    ac_group_clear(&group);
    th_ok(ac_task_wake(th_task_in(0)));
    vm_turns(1);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_body_that_the_interpreter_runs_ends_like_any_other,
        test_steps_and_callbacks_take_turns_as_in_the_loops_own_turn,
        test_errors_and_cancellations_are_thrown_into_the_frame,
        test_a_request_before_the_first_step_is_thrown_into_a_frame_that_has_not_started,
        test_an_exit_exception_comes_out_of_leave_and_ends_the_turn,
        test_enter_refuses_a_task_that_is_done,
        test_a_parked_task_is_stepped_by_the_halves_and_let_go_by_leave,
        test_a_parked_task_that_is_woken_comes_with_the_turn,
        test_an_eager_start_before_the_loop_runs_has_nothing_to_leave,
        test_an_eager_start_runs_inside_the_step_of_its_creator,
        test_an_exit_exception_comes_out_of_leave_eager,
        test_ten_thousand_eager_starts_nest_without_c_recursion,
        test_an_eager_start_beyond_the_limit_is_thrown_a_recursion_error,
        test_a_groups_callback_is_called_and_not_stepped,
    };
    return TH_MAIN("halves", tests);
}
