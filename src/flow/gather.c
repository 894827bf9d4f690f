/* gather.c - gather: one future for many.
 *
 * Mirrors    tasks.gather with its _done_callback, and tasks._GatheringFuture.
 * Idea       The children lie in one piece of memory of their own, each with the callback that it tells its
 *            end by.  A callback outlives the gather if the host clears that early: so the piece has a count.
 * Holds      A child is retained from ac_gather_add until the gather is cleared.  A callback that waits for
 *            its child, or for its turn, retains what the gather lies in: the gather's own object, or for one
 *            in a frame of the core the task whose frame that is.  So each edge of CPython's graph (future,
 *            children, closure) is there once.  gathered->gather is NULL once that was cleared.
 * Owns       gather->gathered, and through it the children.
 * Re-enters  cancel and release run host code, which may clear the gather: the piece is held over them, and
 *            looked at again after them.  Finishing the outer future comes last.
 * Cost       One allocation; a callback a child; the list of results is made once, at the end.
 * Tests      tests/test_gather.c; difftests/scenarios/gather */
#include <aiocore/gather.h>

#include "flow/graph_impl.h"
#include "flow/group_impl.h"

typedef struct ac_gathered ac_gathered;

/* One place of the results.  A future that is there twice has its callback in the first of its places. */
typedef struct gather_child {
    union {
        ac_callback callback;
        struct {
            ac_value result; /* owned */
            uint64_t serial;
        } folded;
    };
    ac_future *future; /* retained; NULL: folded, an earlier child once more, or the gather was cleared */
    uint32_t index;    /* of the child whose future this is: its own, or an earlier one */
    bool early;        /* it was done when it was added, and has no callback */
    bool is_folded;    /* of a task that ended well this is all that is left */
} gather_child;

/* gathered->flags */
enum { GATHER_RETURN_EXCEPTIONS = 1, GATHER_STARTED = 2, GATHER_CANCEL_REQUESTED = 4 };

struct ac_gathered {
    ac_loop *loop;
    ac_gather *gather; /* NULL: it was cleared */
    ac_future *keeper; /* what each callback retains; NULL: a frame outside of all tasks */
    /* Retained while there is a callback: the task that waits; NULL: none, or nobody asks. */
    ac_future *caller;
    size_t room, count;
    size_t distinct, finished; /* futures, and how many of them have told their end */
    size_t listening;          /* callbacks that are to run */
    size_t holds;              /* the gather, each of those callbacks, and who works here */
    uint32_t flags;
    gather_child children[];
};

static gather_child *gather_child_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, gather_child, callback);
}

/* What has a callback is the first with its future. */
static ac_gathered *gather_of(gather_child *child)
{
    return AC_CONTAINER_OF(child - child->index, ac_gathered, children);
}

/* Behind the children there is room for the results. */
static ac_ref *gather_results_of(ac_gathered *all)
{
    return (ac_ref *)(void *)&all->children[all->room];
}

static size_t gather_size_for(size_t room)
{
    return sizeof(ac_gathered) + room * (sizeof(gather_child) + sizeof(ac_ref));
}

static gather_child *gather_first_at(ac_gathered *all, size_t index)
{
    return &all->children[all->children[index].index];
}

/* NULL of a folded one. */
static ac_future *gather_future_at(const ac_gathered *all, size_t index)
{
    return all->children[all->children[index].index].future;
}

static bool gather_is_marked(const ac_gathered *all, uint32_t flag)
{
    return (all->flags & flag) != 0;
}

static void gather_let_go(ac_loop *loop, ac_gathered *all)
{
    if (--all->holds == 0)
        loop->host->realloc(loop, all, gather_size_for(all->room), 0);
}

/* ---- Making ---- */

static ac_gathered *gathered_new(ac_loop *loop, size_t room)
{
    static const ac_gathered blank;
    bool fits = room <= UINT32_MAX &&
                room <= (SIZE_MAX - sizeof(ac_gathered)) / (sizeof(gather_child) + sizeof(ac_ref));
    ac_gathered *all = fits && loop->host->realloc != NULL && loop->host->make_list != NULL
                           ? loop->host->realloc(loop, NULL, 0, gather_size_for(room))
                           : NULL;
    if (all == NULL) {
        (void)aci_fail(loop, AC_E_MEMORY, "no memory for a gather");
        return NULL;
    }
    *all = blank;
    all->loop = loop;
    all->room = room;
    all->holds = 1;
    return all;
}

/* Links a gather whose future is there with its piece. */
static void gather_bind(ac_gather *gather, ac_gathered *all, ac_future *keeper, bool return_exceptions)
{
    gather->outer.flags |= ACI_F_GATHER;
    gather->gathered = all;
    all->gather = gather;
    all->keeper = keeper;
    all->flags = return_exceptions ? GATHER_RETURN_EXCEPTIONS : 0;
}

/* Since 3.14 the await graph has an edge from each child to the task that has called. */
static void gather_remember_caller(ac_gathered *all)
{
    ac_loop *loop = all->loop;
    if (loop->current == NULL || !aci_has(loop, AC_S_CALL_GRAPH_API))
        return;
    all->caller = &loop->current->future;
    aci_retain(loop, all->caller);
}

ac_status ac_gather_init(ac_gather *gather, ac_loop *loop, size_t room, bool return_exceptions)
{
    ac_gathered *all = gathered_new(loop, room);
    ac_status status = all != NULL ? ac_future_init(&gather->outer, loop) : AC_E_MEMORY;
    if (status == AC_OK)
        gather_bind(gather, all, &gather->outer, return_exceptions);
    else if (all != NULL)
        gather_let_go(loop, all);
    return status;
}

ac_status ac_gather_init_embedded(ac_gather *gather, ac_loop *loop, size_t room, bool return_exceptions)
{
    ac_gathered *all = gathered_new(loop, room);
    aci_future_init_embedded(&gather->outer, loop);
    gather->gathered = NULL;
    if (all == NULL)
        return AC_E_MEMORY;
    gather_bind(gather, all, loop->current != NULL ? &loop->current->future : NULL, return_exceptions);
    return AC_OK;
}

/* ---- A child is done ---- */

/* What future.exception() does beside its answer. */
static void gather_count_as_retrieved(ac_future *future)
{
    if (aci_state(future) == AC_FAILED)
        aci_unflag(future, ACI_F_LOG);
}

/* Ends the outer future; steals the value.  Finishing has taken it also where it then says that the loop is
 * closed, or has refused a callback. */
static ac_status gather_settle(ac_gathered *all, ac_how how, ac_value value)
{
    ac_loop *loop = all->loop;
    ac_future *outer = &all->gather->outer;
    ac_status status = how == AC_SEND ? ac_future_set_result(outer, value)     /* HOST */
                                      : ac_future_set_exception(outer, value); /* HOST */
    if (status != AC_OK && status != AC_E_CLOSED && status != AC_E_RAISED)
        aci_drop(loop, value); /* HOST */
    return status;
}

/* The first child that has failed ends the gather; a cancelled one has, too. */
static ac_status gather_pass_on(ac_gathered *all, ac_future *future)
{
    for (size_t i = 0; i < all->count; i++)
        if (!gather_first_at(all, i)->is_folded)
            aci_graph_forget(gather_future_at(all, i), all->caller);
    gather_count_as_retrieved(future);
    ac_value exception = aci_state(future) == AC_CANCELLED ? aci_cancelled_error(future)
                                                           : aci_dup(all->loop, ac_lend(future->result));
    return gather_settle(all, AC_THROW, exception); /* HOST */
}

/* A cancelled child in the list of results: a new error, whose message is '' if there was none.  What a
 * task's body has raised stays with the task. */
static ac_value gather_error_in_list(ac_loop *loop, const ac_future *future)
{
    ac_error error = {.kind = AC_X_CANCELLED, .text = ""};
    if (!aci_flag(future, ACI_F_CANCEL_EXC))
        error.value = ac_lend(future->result);
    if (ac_is_none(error.value))
        error.kind = AC_X_CANCELLED_EMPTY;
    return loop->host->error(loop, &error);
}

/* False: an exception is missing for want of memory. */
static bool gather_fill_result(ac_gathered *all, size_t index)
{
    const gather_child *child = gather_first_at(all, index);
    ac_ref *result = &gather_results_of(all)[index];
    ac_future *future = child->future;
    if (child->is_folded) {
        *result = ac_lend(child->folded.result);
        return true;
    }
    bool cancelled = aci_state(future) == AC_CANCELLED;
    gather_count_as_retrieved(future);
    ac_value made = cancelled ? gather_error_in_list(all->loop, future) : ac_none();
    *result = cancelled ? ac_lend(made) : ac_lend(future->result);
    return aci_state(future) == AC_FINISHED || !ac_is_none(*result);
}

/* Looks at all outcomes, which counts as retrieving them. */
static bool gather_fill_results(ac_gathered *all)
{
    bool whole = true;
    for (size_t i = 0; i < all->count; i++)
        whole &= gather_fill_result(all, i);
    return whole;
}

/* Leaves those of the results that were made here: the others are the children's. */
static void gather_keep_made(ac_gathered *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (gather_first_at(all, i)->is_folded || aci_state(gather_future_at(all, i)) != AC_CANCELLED)
            gather_results_of(all)[i] = ac_none_ref();
}

static void gather_drop_made(ac_gathered *all)
{
    for (size_t i = 0; i < all->count; i++) {
        ac_value made = {gather_results_of(all)[i].bits};
        aci_drop(all->loop, made); /* HOST */
    }
}

/* Of a gather that was cancelled: the error that its last child gives, even if that one was not cancelled.  A
 * task never forgets the message of a request. */
static ac_value gather_cancellation(ac_gathered *all)
{
    ac_future *last = gather_future_at(all, all->count - 1);
    if (last != NULL && aci_state(last) == AC_CANCELLED)
        return aci_cancelled_error(last);
    ac_error error = {.kind = AC_X_CANCELLED, .text = ""};
    if (last != NULL && aci_flag(last, ACI_F_TASK))
        error.value = aci_task_swallowed(aci_as_task(last));
    return all->loop->host->error(all->loop, &error);
}

/* What the outer future is to end with. */
static ac_how gather_outcome_of_all(ac_gathered *all, bool whole, ac_value *out)
{
    ac_loop *loop = all->loop;
    *out = ac_none();
    if (!whole)
        return AC_THROW;
    if (gather_is_marked(all, GATHER_CANCEL_REQUESTED)) {
        *out = gather_cancellation(all);
        return AC_THROW;
    }
    ac_status status = loop->host->make_list(loop, gather_results_of(all), all->count, out);
    if (status == AC_OK)
        return AC_SEND;
    *out = ac_loop_status_exception(loop, status, NULL);
    return AC_THROW;
}

static ac_status gather_finish(ac_gathered *all)
{
    ac_value out;
    bool whole = gather_fill_results(all);
    ac_how how = gather_outcome_of_all(all, whole, &out);
    gather_keep_made(all);
    ac_status status = gather_settle(all, how, out); /* HOST */
    gather_drop_made(all);                           /* HOST */
    return status;
}

static bool gather_is_open(const ac_gathered *all)
{
    return gather_is_marked(all, GATHER_STARTED) && all->gather != NULL &&
           !ac_future_done(&all->gather->outer);
}

static ac_status gather_folded_done(ac_gathered *all)
{
    all->finished++;
    return gather_is_open(all) && all->finished == all->distinct ? gather_finish(all) : AC_OK; /* HOST */
}

static ac_status gather_child_done(ac_gathered *all, ac_future *future)
{
    all->finished++;
    if (future == NULL)
        return AC_OK;
    if (!gather_is_open(all)) {
        gather_count_as_retrieved(future);
        return AC_OK;
    }
    if (!gather_is_marked(all, GATHER_RETURN_EXCEPTIONS) && aci_state(future) != AC_FINISHED)
        return gather_pass_on(all, future);                             /* HOST */
    return all->finished == all->distinct ? gather_finish(all) : AC_OK; /* HOST */
}

/* ---- The callback ---- */

static ac_status gather_run(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return gather_child_done(gather_of(gather_child_of(callback)),
                             gather_child_of(callback)->future); /* HOST */
}

static int gather_visit_callback(ac_callback *callback, ac_visitor *visitor)
{
    ac_future *keeper = gather_of(gather_child_of(callback))->keeper;
    return keeper != NULL ? visitor->future(visitor, keeper) : 0;
}

static void gather_forget_caller(ac_gathered *all)
{
    ac_future *caller = all->caller;
    all->caller = NULL;
    if (caller != NULL)
        aci_release(all->loop, caller); /* HOST */
}

/* The piece is held until the last line: what is released may have kept the gather. */
static void gather_callback_done(ac_loop *loop, ac_callback *callback)
{
    ac_gathered *all = gather_of(gather_child_of(callback));
    if (--all->listening == 0)
        gather_forget_caller(all); /* HOST */
    if (all->keeper != NULL)
        aci_release(loop, all->keeper); /* HOST */
    gather_let_go(loop, all);
}

/* Children that outlive the gather have lost the edge. */
static ac_future *gather_waiter(ac_callback *callback)
{
    ac_gathered *all = gather_of(gather_child_of(callback));
    if (all->gather == NULL || ac_future_done(&all->gather->outer))
        return NULL;
    return aci_has(all->loop, AC_S_CALL_GRAPH_API) ? all->caller : &all->gather->outer;
}

static ac_future *gather_awaited(ac_callback *callback)
{
    return gather_child_of(callback)->future;
}

static const ac_handle_ops gather_child_ops = {.run = gather_run,
                                               .visit = gather_visit_callback,
                                               .done = gather_callback_done,
                                               .name = "gather.<locals>._done_callback",
                                               .waiter = gather_waiter,
                                               .awaited = gather_awaited};

/* ---- Adding ---- */

static ac_status gather_check_room(ac_gathered *all, ac_loop *loop)
{
    if (all == NULL || gather_is_marked(all, GATHER_STARTED) || all->count == all->room)
        return aci_fail(loop, AC_E_RUNTIME, "there is no room for another child");
    return AC_OK;
}

static ac_status gather_check_child(ac_gather *gather, const ac_future *future)
{
    ac_loop *loop = gather->outer.loop;
    if (future->loop == NULL)
        return aci_fail(loop, AC_E_RUNTIME, "Future object is not initialized.");
    if (future->loop != loop)
        return aci_fail(loop, AC_E_VALUE,
                        "The future belongs to a different loop than the one specified as the loop argument");
    return gather_check_room(gather->gathered, loop);
}

static gather_child *gather_child_new(ac_gathered *all, ac_future *future, size_t index)
{
    gather_child *self = &all->children[all->count++];
    self->future = future;
    self->index = (uint32_t)index;
    self->early = future != NULL && ac_future_done(future);
    self->is_folded = false;
    return self;
}

/* The child is pending, its callback is new: neither can be refused. */
static void gather_listen(ac_gathered *all, gather_child *self)
{
    ac_callback_init(&self->callback, &gather_child_ops, ac_none());
    (void)ac_future_add_done_callback(self->future, &self->callback);
    all->holds++;
    if (all->listening++ == 0)
        gather_remember_caller(all);
    if (all->keeper != NULL)
        aci_retain(all->loop, all->keeper);
}

ac_status ac_gather_add(ac_gather *gather, ac_future *future)
{
    ac_status status = gather_check_child(gather, future);
    if (status != AC_OK)
        return status;
    ac_gathered *all = gather->gathered;
    gather_child *self = gather_child_new(all, future, all->count);
    aci_retain(all->loop, future);
    all->distinct++;
    if (!self->early)
        gather_listen(all, self);
    return AC_OK;
}

/* What can be made again: nothing but a result and a number. */
static bool gather_may_fold(const ac_gathered *all, const ac_task *task)
{
    enum {
        NEVER = ACI_T_NAMED | ACI_T_THROW | ACI_T_BUSY | ACI_T_HELD | ACI_T_LOOSE | ACI_T_LOG_DESTROY |
                ACI_F_LOG | ACI_F_BLOCKING | ACI_F_OVERRIDDEN | ACI_F_TRACED
    };
    return all != NULL && task->future.loop == all->loop && all->count < all->room &&
           aci_state(&task->future) == AC_FINISHED && (task->future.flags & NEVER) == 0 &&
           task->group == NULL && task->step.extra == 0 && !gather_is_marked(all, GATHER_STARTED) &&
           !aci_traced(all->loop);
}

bool ac_gather_fold(ac_gather *gather, ac_task *task)
{
    ac_gathered *all = gather->gathered;
    if (!gather_may_fold(all, task))
        return false;
    gather_child *self = gather_child_new(all, NULL, all->count);
    self->early = self->is_folded = true;
    self->folded.result = aci_dup(all->loop, ac_lend(task->future.result));
    self->folded.serial = task->id.serial;
    all->distinct++;
    return true;
}

bool ac_gather_is_folded(const ac_gather *gather, size_t index)
{
    return index < ac_gather_count(gather) && gather_first_at(gather->gathered, index)->is_folded;
}

void ac_gather_unfold(ac_gather *gather, size_t index, ac_task *again, ac_value context)
{
    ac_gathered *all = gather->gathered;
    gather_child *self = gather_first_at(all, index);
    aci_task_again(again, all->loop, ACI_F_TASK | (uint32_t)AC_FINISHED, self->folded.serial);
    again->future.result = ac_take(&self->folded.result);
    again->step.context = context;
    aci_retain(all->loop, &again->future);
    self->future = &again->future;
    self->is_folded = false;
}

ac_status ac_gather_add_again(ac_gather *gather, size_t index)
{
    ac_status status = gather_check_room(gather->gathered, gather->outer.loop);
    if (status != AC_OK)
        return status;
    ac_gathered *all = gather->gathered;
    if (index >= all->count)
        return aci_fail(all->loop, AC_E_VALUE, "there is no such child");
    (void)gather_child_new(all, NULL, all->children[index].index);
    return AC_OK;
}

/* A gather of nothing has its list at once. */
ac_status ac_gather_start(ac_gather *gather)
{
    ac_gathered *all = gather->gathered;
    ac_status status = AC_OK;
    if (all == NULL || gather_is_marked(all, GATHER_STARTED))
        return aci_fail(gather->outer.loop, AC_E_RUNTIME, "the gather was started already");
    ac_loop *loop = all->loop;
    all->flags |= GATHER_STARTED;
    all->holds++;
    if (all->count == 0)
        status = gather_finish(all); /* HOST */
    for (size_t i = 0; i < all->count && status == AC_OK; i++)
        if (all->children[i].is_folded)
            status = gather_folded_done(all); /* HOST */
        else if (all->children[i].early)
            status = gather_child_done(all, all->children[i].future); /* HOST */
    gather_let_go(loop, all);
    return status;
}

/* ---- What its future does ---- */

/* A child that is there twice is asked twice, as in CPython.  Asking runs host code, which may clear the
 * gather. */
ac_status aci_gather_cancel(ac_gather *gather, ac_ref message, bool *accepted)
{
    ac_gathered *all = gather->gathered;
    ac_status status = AC_OK;
    *accepted = false;
    if (ac_future_done(&gather->outer) || all == NULL)
        return AC_OK;
    ac_loop *loop = all->loop;
    all->holds++;
    for (size_t i = 0; i < all->count && status == AC_OK && all->gather != NULL; i++) {
        bool did = false;
        ac_future *future = gather_future_at(all, i);
        if (future == NULL)
            continue; /* folded, so done */
        aci_retain(loop, future);
        status = aci_future_cancel(future, message, AC_CANCEL_BY_NAME, &did); /* HOST */
        status = aci_release_after(loop, future, status);                     /* HOST */
        *accepted = *accepted || did;
    }
    if (status == AC_OK && *accepted)
        all->flags |= GATHER_CANCEL_REQUESTED;
    gather_let_go(loop, all);
    return status;
}

static void gather_release_children(ac_gathered *all)
{
    for (size_t i = 0; i < all->count; i++) {
        gather_child *child = &all->children[i];
        ac_future *future = child->future;
        child->future = NULL;
        if (future != NULL)
            aci_release(all->loop, future); /* HOST */
        else if (child->is_folded)
            aci_drop_slot(all->loop, &child->folded.result); /* HOST */
    }
}

/* Callbacks that still wait for their children find nothing, and let go of what is left. */
void aci_gather_clear(ac_gather *gather)
{
    ac_loop *loop = gather->outer.loop;
    ac_gathered *all = gather->gathered;
    ac_link callbacks;
    ac_value result = aci_future_take_apart(&gather->outer, &callbacks);
    gather->gathered = NULL;
    if (all != NULL) {
        all->gather = NULL;
        gather_forget_caller(all);    /* HOST */
        gather_release_children(all); /* HOST */
        gather_let_go(loop, all);
    }
    aci_future_drop_parts(loop, result, &callbacks); /* HOST */
}

int aci_gather_visit(ac_gather *gather, ac_visitor *visitor)
{
    ac_gathered *all = gather->gathered;
    int stop = 0;
    if (all == NULL)
        return 0;
    if (all->caller != NULL)
        stop = visitor->future(visitor, all->caller);
    for (size_t i = 0; i < all->count && stop == 0; i++)
        if (all->children[i].future != NULL)
            stop = visitor->future(visitor, all->children[i].future);
        else if (all->children[i].is_folded && all->children[i].folded.result.bits != 0)
            stop = visitor->value(visitor, ac_lend(all->children[i].folded.result));
    return stop;
}

/* ---- Looking inside ---- */

ac_gather *ac_future_gather(ac_future *future)
{
    return aci_flag(future, ACI_F_GATHER) ? aci_as_gather(future) : NULL;
}

size_t ac_gather_count(const ac_gather *gather)
{
    return gather->gathered != NULL ? gather->gathered->count : 0;
}

ac_future *ac_gather_child(const ac_gather *gather, size_t index)
{
    return index < ac_gather_count(gather) ? gather_future_at(gather->gathered, index) : NULL;
}

bool ac_gather_cancel_requested(const ac_gather *gather)
{
    return gather->gathered != NULL && gather_is_marked(gather->gathered, GATHER_CANCEL_REQUESTED);
}
