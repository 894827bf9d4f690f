/* runner.c - Runner: what may be run, and Ctrl-C as a cancel of the main task.
 *
 * Mirrors    runners.Runner, runners.run.
 * Idea       A runner is a state, a context and a main task; the run itself is the loop's, and making loops
 *            and tasks is the host's.  So each host puts the same pieces around its own way to run.
 * Holds      main != NULL between start and finish.  travels is 1 <=> the request is in the loop, or is just
 *            being put there by whoever has set it.
 * Re-enters  interrupt and finish run host code.
 * Cost       An interrupt of this thread allocates the callback that wakes the loop, if there is memory.
 * Tests      tests/test_runner.c, tests/test_threadsafe_run.c; difftests/scenarios/runner */
#include <aiocore/runner.h>

#include "task/task_impl.h"

/* ---- State ---- */

static ac_status runner_refuse(ac_runner *runner, ac_status status, const char *why)
{
    runner->why = why;
    return status;
}

ac_runner_state ac_runner_get_state(const ac_runner *runner)
{
    return runner->state;
}

ac_loop *ac_runner_get_loop(const ac_runner *runner)
{
    return runner->loop;
}

ac_ref ac_runner_get_context(const ac_runner *runner)
{
    return ac_lend(runner->context);
}

const char *ac_runner_why(const ac_runner *runner)
{
    return runner->why;
}

ac_status ac_runner_may_open(ac_runner *runner)
{
    return runner->state == AC_RUNNER_CLOSED ? runner_refuse(runner, AC_E_RUNTIME, "Runner is closed")
                                             : AC_OK;
}

void ac_runner_open(ac_runner *runner, ac_loop *loop, ac_value context)
{
    aci_assert(runner->state == AC_RUNNER_CREATED);
    runner->loop = loop;
    runner->context = context;
    runner->state = AC_RUNNER_INITIALIZED;
}

/* The loop is closed: whatever was on its way there has been dropped. */
void ac_runner_close(ac_runner *runner)
{
    ac_loop *loop = runner->loop;
    if (runner->state != AC_RUNNER_INITIALIZED)
        return;
    runner->state = AC_RUNNER_CLOSED;
    runner->loop = NULL;
    aci_drop_slot(loop, &runner->context); /* HOST */
}

/* ---- What may be run ---- */

static bool runner_takes_awaitables(const ac_runner *runner)
{
    return ac_semantics_has(runner->semantics, AC_S_RUNNER_ACCEPTS_AWAITABLE);
}

ac_status ac_runner_admit_run(ac_runner *runner, bool busy)
{
    return busy ? runner_refuse(runner, AC_E_RUNTIME,
                                "asyncio.run() cannot be called from a running event loop")
                : AC_OK;
}

ac_status ac_runner_admit(ac_runner *runner, ac_runnable what, bool busy)
{
    if (!runner_takes_awaitables(runner) && what != AC_A_COROUTINE)
        return runner_refuse(runner, AC_E_VALUE, "a coroutine was expected, got %V");
    if (busy)
        return runner_refuse(runner, AC_E_RUNTIME, "Runner.run() cannot be called from a running event loop");
    return ac_runner_may_open(runner);
}

ac_status ac_runner_accept(ac_runner *runner, ac_runnable what)
{
    if (runner_takes_awaitables(runner) && what == AC_NOT_RUNNABLE)
        return runner_refuse(runner, AC_E_TYPE, "An asyncio.Future, a coroutine or an awaitable is required");
    return AC_OK;
}

/* ---- A run ---- */

void ac_runner_start(ac_runner *runner, ac_future *main)
{
    aci_assert(runner->main == NULL && runner->state == AC_RUNNER_INITIALIZED);
    aci_retain(runner->loop, main);
    runner->main = main;
    runner->interrupts = 0;
}

/* True if the cancellation is that of an interrupt alone: the request is taken back. */
static bool runner_was_interrupted(ac_runner *runner, ac_future *main, ac_ref raised)
{
    ac_task *task = ac_future_task(main);
    return runner->interrupts > 0 && task != NULL &&
           (aci_classify(runner->loop, raised) & AC_IS_CANCELLED) != 0 && ac_task_uncancel(task) == 0;
}

void ac_runner_finish(ac_runner *runner, ac_value *raised)
{
    ac_loop *loop = runner->loop;
    ac_future *main = runner->main;
    ac_value cancelled = ac_none();
    runner->main = NULL;
    if (runner_was_interrupted(runner, main, ac_lend(*raised))) {
        cancelled = ac_take(raised);
        ac_error error = {.kind = AC_X_INTERRUPT, .text = "", .context = ac_lend(cancelled)};
        *raised = loop->host->error(loop, &error);
    }
    aci_drop(loop, cancelled); /* HOST */
    aci_release(loop, main);   /* HOST */
}

ac_status ac_runner_run(ac_runner *runner, ac_future *main, ac_value *result)
{
    ac_loop *loop = runner->loop;
    ac_value outcome = ac_none(), raised = ac_none();
    ac_how how = AC_SEND;
    ac_runner_start(runner, main);
    ac_status status = ac_loop_run_until_complete(loop, main); /* HOST */
    if (status == AC_OK)
        status = ac_future_result(main, &how, &outcome);
    else if (status == AC_E_RAISED)
        raised = ac_loop_take_raised(loop);
    if (status == AC_OK && how == AC_THROW) {
        raised = ac_take(&outcome);
        status = AC_E_RAISED;
    }
    ac_runner_finish(runner, &raised); /* HOST */
    *result = status == AC_E_RAISED ? raised : outcome;
    return status;
}

/* ---- The end ---- */

ac_status ac_loop_shutdown_default_executor(ac_loop *loop, double timeout)
{
    ac_selector *selector = ac_loop_get_selector(loop);
    if (selector == NULL || selector->shutdown_default_executor == NULL)
        return AC_OK;
    return selector->shutdown_default_executor(selector, loop, timeout); /* HOST */
}

/* ---- Ctrl-C ---- */

static ac_status runner_do_nothing(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    return AC_OK;
}

static void runner_free_callback(ac_loop *loop, ac_callback *callback)
{
    loop->host->realloc(loop, callback, sizeof *callback, 0);
}

static const ac_handle_ops wakeup_ops = {
    .run = runner_do_nothing, .done = runner_free_callback, .name = "Runner._on_sigint.<locals>.<lambda>"};

/* The cancel has made something ready, so the next poll will not wait: CPython's does, without this.  Failing
 * is no harm. */
static void runner_wake(ac_loop *loop)
{
    ac_callback *callback = loop->host->realloc != NULL ? loop->host->realloc(loop, NULL, 0, sizeof *callback)
                                                        : NULL;
    ac_value context = ac_none();
    if (callback == NULL)
        return;
    if (loop->host->copy_context != NULL && loop->host->copy_context(loop, &context) != AC_OK)
        aci_drop(loop, ac_loop_take_raised(loop)); /* HOST */
    ac_callback_init(callback, &wakeup_ops, context);
    if (ac_loop_call_soon(loop, callback) == AC_OK)
        return;
    ac_callback_clear(loop, callback); /* HOST */
    runner_free_callback(loop, callback);
}

ac_status ac_runner_interrupt(ac_runner *runner)
{
    ac_loop *loop = runner->loop;
    ac_future *main = runner->main;
    if (main == NULL || ++runner->interrupts > 1 || ac_future_done(main))
        return ac_loop_raise(loop, aci_error(loop, AC_X_INTERRUPT, ""));
    aci_retain(loop, main);
    ac_status status = ac_future_cancel(main, ac_none_ref(), NULL); /* HOST */
    ac_value raised = status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();
    if (status == AC_OK)
        runner_wake(loop);
    aci_release(loop, main); /* HOST */
    return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
}

/* ---- From elsewhere ---- */

static ac_runner *runner_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_runner, request);
}

/* Whoever sets the mark puts the request in.  A closed loop needs none. */
static void runner_send(ac_runner *runner)
{
    if (atomic_exchange(&runner->travels, 1) != 0)
        return;
    if (ac_loop_call_soon_threadsafe(runner->loop, &runner->request) != AC_OK)
        atomic_store(&runner->travels, 0);
}

void ac_runner_interrupt_threadsafe(ac_runner *runner)
{
    atomic_fetch_add(&runner->asked, 1);
    runner_send(runner);
}

/* One that raises leaves the loop; those after it count for nothing, as signals of one kind do. */
static ac_status request_run(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_runner *runner = runner_of(callback);
    ac_status status = AC_OK;
    for (uint32_t asked = atomic_exchange(&runner->asked, 0); asked > 0 && status == AC_OK; asked--)
        status = ac_runner_interrupt(runner); /* HOST */
    return status;
}

/* Only now may it be put in again, and what came meanwhile was not. */
static void request_done(ac_loop *loop, ac_callback *callback)
{
    ac_runner *runner = runner_of(callback);
    atomic_store(&runner->travels, 0);
    if (atomic_load(&runner->asked) > 0 && !ac_loop_is_closed(loop))
        runner_send(runner);
}

static const ac_handle_ops request_ops = {
    .run = request_run, .done = request_done, .name = "Runner._on_sigint"};

void ac_runner_init(ac_runner *runner, ac_semantics semantics)
{
    runner->loop = NULL;
    runner->main = NULL;
    runner->context = ac_none();
    ac_callback_init(&runner->request, &request_ops, ac_none());
    atomic_init(&runner->asked, 0);
    atomic_init(&runner->travels, 0);
    runner->interrupts = 0;
    runner->semantics = semantics;
    runner->state = AC_RUNNER_CREATED;
    runner->why = "";
}
