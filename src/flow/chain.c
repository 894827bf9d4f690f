/* chain.c - a future of a loop and one of other threads, tied together.
 *
 * Mirrors    futures._chain_future, _set_concurrent_future_state, _copy_future_state;
 *            tasks.run_coroutine_threadsafe.
 * Idea       The thread's future is a table of methods.  What it has to say is done at once where the loop
 *            runs on the very thread (gh-105836), and is sent to the loop otherwise; what the loop's has to
 *            say is always said on the loop's thread.
 * Holds      While users > 0 the future is retained.  They are the callback 'done'; 'across' from before it
 *            is sent; where the thread's future is the source, that until it was heard.  They end on the
 *            loop's thread; what another thread could not send to a closed loop is 'lost' and counts until
 *            somebody cuts the chain.  Each callback in the loop retains the object around the chain.
 * Re-enters  The methods run callbacks of programs.
 * Cost       No allocation.
 * Tests      tests/test_chain.c, tests/test_threadsafe_run.c; difftests/scenarios/runner */
#include <aiocore/runner.h>

#include "task/task_impl.h"

/* ---- Who needs the future ---- */

/* One more, unless all is over. */
static bool chain_hold(ac_chain *chain)
{
    uint32_t users = atomic_load(&chain->users);
    while (users > 0)
        if (atomic_compare_exchange_weak(&chain->users, &users, users + 1))
            return true;
    return false;
}

static void chain_let_go(ac_chain *chain)
{
    ac_future *future = chain->future;
    if (atomic_fetch_sub(&chain->users, 1) != 1)
        return;
    chain->future = NULL;
    aci_release(chain->loop, future); /* HOST */
}

/* A callback has left the loop. */
static void chain_callback_over(ac_chain *chain)
{
    chain_let_go(chain);        /* HOST */
    chain->ops->release(chain); /* HOST */
}

/* What was raised goes on after that. */
static ac_status chain_let_go_with(ac_chain *chain, ac_status status)
{
    ac_loop *loop = chain->loop;
    ac_value raised = status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();
    chain_let_go(chain); /* HOST */
    return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
}

int ac_chain_visit(ac_chain *chain, ac_visitor *visitor)
{
    ac_future *future = chain->future;
    if (future == NULL || aci_flag(future, ACI_F_EMBEDDED))
        return 0;
    return visitor->future(visitor, future);
}

static int chain_visit_object(ac_chain *chain, ac_visitor *visitor)
{
    return chain->ops->visit != NULL ? chain->ops->visit(chain, visitor) : 0;
}

/* ---- What the loop's future says to the thread's ---- */

static ac_status chain_drop_after(ac_loop *loop, ac_value value, ac_status status)
{
    if (status != AC_OK)
        aci_drop(loop, value); /* HOST */
    return status;
}

/* A future that nobody asked yet; it is done. */
static ac_status chain_tell_thread(ac_chain *chain)
{
    ac_future *future = chain->future;
    ac_how how = AC_SEND;
    ac_value value = ac_none();
    bool go = false;
    ac_status status = AC_OK;
    if (ac_future_cancelled(future))
        status = chain->ops->cancel(chain); /* HOST */
    if (status == AC_OK)
        status = chain->ops->set_running(chain, &go);
    if (status == AC_OK && go)
        status = ac_future_result(future, &how, &value);
    if (status != AC_OK || !go)
        return status;
    status = how == AC_SEND ? chain->ops->set_result(chain, value)     /* HOST */
                            : chain->ops->set_exception(chain, value); /* HOST */
    return chain_drop_after(chain->loop, value, status);
}

static ac_chain *chain_of_done(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_chain, done);
}

static ac_status chain_source_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return chain_tell_thread(chain_of_done(callback));
}

static ac_status chain_destination_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_chain *chain = chain_of_done(callback);
    return ac_future_cancelled(chain->future) ? chain->ops->cancel(chain) : AC_OK; /* HOST */
}

static void chain_done_over(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    chain_callback_over(chain_of_done(callback)); /* HOST */
}

static int chain_visit_done(ac_callback *callback, ac_visitor *visitor)
{
    return chain_visit_object(chain_of_done(callback), visitor);
}

static const ac_handle_ops source_ops = {
    .run = chain_source_done,
    .visit = chain_visit_done,
    .done = chain_done_over,
    .name = "_chain_future.<locals>._call_set_state",
};

static const ac_handle_ops destination_ops = {
    .run = chain_destination_done,
    .visit = chain_visit_done,
    .done = chain_done_over,
    .name = "_chain_future.<locals>._call_check_cancel",
};

/* ---- What the thread's future says to the loop's ---- */

/* Steals the value. */
static ac_status chain_set_state(ac_chain *chain, ac_future_state state, ac_value value)
{
    ac_future *future = chain->future;
    if (state == AC_CANCELLED)
        return ac_future_cancel(future, ac_none_ref(), NULL); /* HOST */
    ac_status status = state == AC_FAILED ? ac_future_set_exception(future, value)
                                          : ac_future_set_result(future, value);
    if (status == AC_E_CLOSED || status == AC_E_RAISED)
        return status; /* which have taken it */
    return chain_drop_after(chain->loop, value, status);
}

static ac_status chain_copy_state(ac_chain *chain)
{
    ac_future_state state = AC_CANCELLED;
    ac_value value = ac_none();
    if (ac_future_cancelled(chain->future))
        return AC_OK;
    if (ac_future_done(chain->future))
        return ac_loop_raise(chain->loop, aci_error(chain->loop, AC_X_ASSERTION, ""));
    ac_status status = chain->ops->outcome(chain, &state, &value);
    return status == AC_OK ? chain_set_state(chain, state, value) : status; /* HOST */
}

static ac_status chain_obey(ac_chain *chain)
{
    return chain->way == AC_FROM_THREAD ? chain_copy_state(chain)                               /* HOST */
                                        : ac_future_cancel(chain->future, ac_none_ref(), NULL); /* HOST */
}

static ac_chain *chain_of_across(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_chain, across);
}

static ac_status chain_across_run(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return chain_obey(chain_of_across(callback)); /* HOST */
}

static void chain_across_over(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    chain_callback_over(chain_of_across(callback)); /* HOST */
}

static int chain_visit_across(ac_callback *callback, ac_visitor *visitor)
{
    return chain_visit_object(chain_of_across(callback), visitor);
}

static const ac_handle_ops cancel_ops = {
    .run = chain_across_run, .visit = chain_visit_across, .done = chain_across_over, .name = "Future.cancel"};

static const ac_handle_ops state_ops = {.run = chain_across_run,
                                        .visit = chain_visit_across,
                                        .done = chain_across_over,
                                        .name = "_chain_future.<locals>._set_state"};

static ac_status chain_copy_context(ac_chain *chain, ac_value *context)
{
    *context = ac_none();
    return chain->ops->context != NULL ? chain->ops->context(chain, context) : AC_OK;
}

static ac_status chain_post(ac_chain *chain)
{
    ac_loop *loop = chain->loop;
    chain->ops->retain(chain);
    ac_status status = chain->ops->send != NULL ? chain->ops->send(loop, &chain->across)
                                                : ac_loop_call_soon_threadsafe(loop, &chain->across);
    if (status == AC_OK)
        return AC_OK;
    ac_callback_clear(loop, &chain->across); /* HOST */
    chain->ops->release(chain);              /* HOST */
    return status;
}

/* A closed loop hears of nothing any more, and nobody minds. */
static ac_status chain_send(ac_chain *chain)
{
    ac_value context;
    ac_status status = chain_copy_context(chain, &context);
    if (status == AC_OK) {
        ac_callback_init(&chain->across, chain->way == AC_TO_THREAD ? &cancel_ops : &state_ops, context);
        status = chain_post(chain);
    }
    if (status != AC_OK)
        atomic_store(&chain->lost, 1);
    return status == AC_E_CLOSED ? AC_OK : status;
}

/* Since gh-105836 what happens in the loop's own run needs no queue. */
static bool chain_acts_at_once(ac_chain *chain)
{
    return aci_has(chain->loop, AC_S_CHAIN_FUTURE_CANCELS_IN_RUNNING_LOOP) && chain->ops->is_here(chain);
}

/* True: there is something to do, and the future is held for it. */
static bool chain_hear(ac_chain *chain)
{
    if (chain->way == AC_FROM_THREAD)
        return atomic_exchange(&chain->heard, 1) == 0;
    return chain->ops->cancelled(chain) && chain_hold(chain);
}

ac_status ac_chain_thread_done(ac_chain *chain)
{
    if (!chain_hear(chain))
        return AC_OK;
    if (!chain_acts_at_once(chain))
        return chain_send(chain);
    return chain_let_go_with(chain, chain_obey(chain)); /* HOST */
}

/* ---- Begin and end ---- */

static void chain_init(ac_chain *chain, const ac_chain_ops *ops, ac_loop *loop)
{
    chain->ops = ops;
    chain->loop = loop;
    chain->future = NULL;
    chain->way = AC_TO_THREAD;
    ac_callback_init(&chain->done, &source_ops, ac_none());
    ac_callback_init(&chain->across, &cancel_ops, ac_none());
    atomic_init(&chain->users, 0);
    atomic_init(&chain->heard, 0);
    atomic_init(&chain->lost, 0);
}

/* The future is held for the callback already. */
static ac_status chain_add_callback(ac_chain *chain)
{
    ac_value context;
    ac_status status = chain_copy_context(chain, &context);
    if (status != AC_OK)
        return chain_let_go_with(chain, status); /* HOST */
    ac_callback_init(&chain->done, chain->way == AC_TO_THREAD ? &source_ops : &destination_ops, context);
    chain->ops->retain(chain);
    status = ac_future_add_done_callback(chain->future, &chain->done);
    if (status == AC_OK)
        return AC_OK;
    ac_callback_clear(chain->loop, &chain->done); /* HOST */
    status = chain_let_go_with(chain, status);    /* HOST */
    chain->ops->release(chain);                   /* HOST */
    return status;
}

/* The thread's future will not be heard. */
static ac_status chain_be_deaf(ac_chain *chain, ac_status status)
{
    bool held = atomic_exchange(&chain->heard, 1) == 0;
    return held ? chain_let_go_with(chain, status) : status; /* HOST */
}

static ac_status chain_tie_to(ac_chain *chain)
{
    ac_status status = chain->ops->listen(chain);                                          /* HOST */
    return status == AC_OK ? chain_add_callback(chain) : chain_let_go_with(chain, status); /* HOST */
}

static ac_status chain_tie_from(ac_chain *chain)
{
    ac_status status = chain_add_callback(chain);
    if (status == AC_OK)
        status = chain->ops->listen(chain);                        /* HOST */
    return status == AC_OK ? AC_OK : chain_be_deaf(chain, status); /* HOST */
}

/* First who is told, then who tells. */
static ac_status chain_tie(ac_chain *chain, ac_future *future, ac_chain_way way)
{
    aci_retain(chain->loop, future);
    chain->future = future;
    chain->way = way;
    atomic_store(&chain->users, way == AC_TO_THREAD ? 1 : 2);
    return way == AC_TO_THREAD ? chain_tie_to(chain) : chain_tie_from(chain); /* HOST */
}

ac_status ac_chain_begin(ac_chain *chain, const ac_chain_ops *ops, ac_future *future, ac_chain_way way)
{
    chain_init(chain, ops, future->loop);
    return chain_tie(chain, future, way);
}

void ac_chain_cut(ac_chain *chain)
{
    if (chain->future == NULL)
        return;
    bool held = atomic_exchange(&chain->lost, 0) != 0;
    if (chain->way == AC_FROM_THREAD && atomic_exchange(&chain->heard, 1) == 0)
        held = true;
    if (!ac_future_done(chain->future) && ac_handle_scheduled(&chain->done.handle))
        (void)ac_future_remove_done_callback(chain->future, &chain->done); /* HOST: 'held' keeps the future */
    if (held)
        chain_let_go(chain); /* HOST */
}

/* ---- Submissions ---- */

static ac_submission *submission_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, ac_submission, callback);
}

/* The thread hears of it, and the loop's exception handler, too. */
static ac_status chain_fail(ac_chain *chain, ac_value exception)
{
    ac_loop *loop = chain->loop;
    bool go = false;
    ac_status status = chain->ops->set_running(chain, &go);
    if (status == AC_OK && go) {
        ac_value told = aci_dup(loop, ac_lend(exception));
        status = chain_drop_after(loop, told, chain->ops->set_exception(chain, told)); /* HOST */
    }
    if (status == AC_OK)
        return ac_loop_raise(loop, exception);
    aci_drop(loop, exception); /* HOST */
    return status;
}

static ac_status chain_start(ac_loop *loop, ac_submission *submission)
{
    ac_chain *chain = &submission->chain;
    ac_future *future = NULL;
    ac_status status = submission->start(loop, submission, &future); /* HOST */
    if (status != AC_OK)
        return status;
    status = chain_tie(chain, future, AC_TO_THREAD); /* HOST */
    aci_release(loop, future);                       /* HOST */
    return status;
}

static ac_status submission_run(ac_loop *loop, ac_callback *callback)
{
    ac_submission *submission = submission_of(callback);
    ac_status status = chain_start(loop, submission); /* HOST */
    if (status == AC_OK)
        return AC_OK;
    ac_value exception = ac_loop_status_exception(loop, status, NULL);
    if ((aci_classify(loop, ac_lend(exception)) & AC_IS_EXIT) != 0)
        return ac_loop_raise(loop, exception);
    return chain_fail(&submission->chain, exception); /* HOST */
}

static void submission_over(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    ac_chain *chain = &submission_of(callback)->chain;
    chain->ops->release(chain); /* HOST */
}

static const ac_handle_ops submission_ops = {
    .run = submission_run, .done = submission_over, .name = "run_coroutine_threadsafe.<locals>.callback"};

ac_status ac_loop_submit_threadsafe(ac_loop *loop, ac_submission *submission, const ac_chain_ops *ops,
                                    ac_status (*starts)(ac_loop *, ac_submission *, ac_future **))
{
    chain_init(&submission->chain, ops, loop);
    submission->start = starts;
    ac_callback_init(&submission->callback, &submission_ops, ac_none());
    ops->retain(&submission->chain);
    ac_status status = ac_loop_call_soon_threadsafe(loop, &submission->callback);
    if (status != AC_OK)
        ops->release(&submission->chain);
    return status;
}
