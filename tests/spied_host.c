/* spied_host.c - see spied_host.h.
 *
 * Each wrapper is: tell the spy, let the C host's hook do its work, tell the spy again.  What the C host
 * leaves out (set_name, next_serial, cancel, post) is here in the plainest way. */
#include "spied_host.h"

#include <string.h>

const rights spy_rights[HOOKS] = {
    /*                      name            user   back   fail */
    [HOOK_DUP] = {"dup", false, false, false},
    [HOOK_DROP] = {"drop", true, true, false},
    [HOOK_RETAIN] = {"retain", false, false, false},
    [HOOK_RELEASE] = {"release", true, true, false},
    [HOOK_RETAIN_GROUP] = {"retain_group", false, false, false},
    [HOOK_RELEASE_GROUP] = {"release_group", true, true, false},
    [HOOK_ERROR] = {"error", false, false, true},
    [HOOK_CLASSIFY] = {"classify", false, false, false},
    [HOOK_COPY_CONTEXT] = {"copy_context", false, false, true},
    [HOOK_ENTER] = {"enter", false, false, true},
    [HOOK_LEAVE] = {"leave", false, false, false},
    [HOOK_MAKE_TASK] = {"make_task", true, true, true},
    [HOOK_SET_NAME] = {"set_name", true, true, true},
    [HOOK_NEXT_SERIAL] = {"next_serial", false, false, false},
    [HOOK_CANCEL] = {"cancel", true, true, true},
    [HOOK_REPORT] = {"report", true, true, false},
    [HOOK_NOW] = {"now", false, false, false},
    [HOOK_POLL] = {"poll", true, true, true},
    [HOOK_WAKE] = {"wake", false, false, false},
    [HOOK_SET_RUNNING] = {"set_running", false, false, true},
    [HOOK_THREAD] = {"thread", false, false, false},
    [HOOK_SLOW] = {"slow", true, true, false},
    [HOOK_POST] = {"post", true, true, true},
    [HOOK_REALLOC] = {"realloc", false, false, true},
    [HOOK_MAKE_LIST] = {"make_list", false, false, true},
    [HOOK_BOUND] = {"bound", false, false, false},
    [HOOK_RAISING] = {"raising", false, false, false},
    [HOOK_WAITER] = {"waiter", false, false, false},
    [HOOK_EXCEPTION_CONTEXT] = {"exception_context", false, false, false},
    [HOOK_SET_EXCEPTION_CONTEXT] = {"set_exception_context", true, true, false},
    [HOOK_EXCEPTION_MEMBER] = {"exception_member", false, false, false},
    [HOOK_RESUME] = {"resume", true, true, false},
    [HOOK_UNPARK] = {"unpark", true, true, false},
    [HOOK_CLEAR] = {"clear", true, true, false},
    [HOOK_RUN] = {"run", true, true, true},
    [HOOK_DONE] = {"done", true, true, false},
    [HOOK_HANDLER] = {"handler", true, true, true},
    [HOOK_FACTORY] = {"factory", true, true, true},
    [HOOK_PREDICATE] = {"predicate", true, true, true},
    [HOOK_QUEUE_PUT] = {"queue put", true, true, true},
    [HOOK_QUEUE_GET] = {"queue get", true, true, true},
    [HOOK_QUEUE_LESS] = {"queue less", true, true, true},
    [HOOK_QUEUE_ASK] = {"queue empty and full", true, true, true},
    [HOOK_CHAIN_LISTEN] = {"chain listen", true, true, true},
    [HOOK_CHAIN_CANCEL] = {"chain cancel", true, true, true},
    [HOOK_CHAIN_START] = {"chain set_running", false, false, true},
    [HOOK_CHAIN_SET] = {"chain set_result and set_exception", true, true, true},
    [HOOK_CHAIN_OUTCOME] = {"chain outcome", false, false, true},
    [HOOK_CHAIN_RELEASE] = {"chain release", true, true, false},
};

static spy *loopless;

void spy_watch_loopless(spy *spy)
{
    loopless = spy;
}

static spy *spy_of(ac_loop *loop)
{
    return loop != NULL ? ac_loop_user(loop) : loopless;
}

static const ac_host *base(void)
{
    return ac_c_host();
}

/* ---- Telling the spy ---- */

static void tell(ac_loop *loop, hook which)
{
    spy *self = spy_of(loop);
    const char *wrong;

    if (!spy_rights[which].runs_user_code)
        return;
    if (self->quiet > 0 && self->broken == NULL)
        self->broken = spy_rights[which].name;
    wrong = self->known ? NULL : ac_loop_check(loop);
    if (wrong != NULL && self->broken == NULL)
        self->broken = wrong;
    if (self->calls != NULL && spy_rights[which].may_call_back)
        self->calls(self, loop, which);
}

static bool fails(ac_loop *loop, hook which)
{
    spy *self = spy_of(loop);

    if (self == NULL)
        return false;
    self->called[which]++;
    return spy_rights[which].may_fail && self->fails != NULL && self->fails(self, which);
}

/* The failure of a hook with a status.  The exception is made while nothing else fails. */
static ac_status failure(ac_loop *loop)
{
    spy *self = spy_of(loop);
    bool (*asked)(spy *, hook) = self->fails;
    const ac_c_class *kind = self->failure_is_exit ? &ac_c_SystemExit : &ac_c_RuntimeError;

    if (self->failure != AC_E_RAISED)
        return self->failure;
    self->fails = NULL;
    (void)ac_loop_raise(loop, ac_c_error(loop, kind, "sabotage"));
    self->fails = asked;
    return AC_E_RAISED;
}

ac_status spy_enter(ac_loop *loop, hook which)
{
    tell(loop, which);
    return fails(loop, which) ? failure(loop) : AC_OK;
}

void spy_leave(ac_loop *loop, hook which)
{
    tell(loop, which);
}

static void begin_quiet(ac_loop *loop, hook which)
{
    spy *self = spy_of(loop);

    self->called[which]++;
    self->quiet++;
}

static void end_quiet(ac_loop *loop)
{
    spy_of(loop)->quiet--;
}

/* ---- What is alive ---- */

static void add(void **list, size_t *end, void *member)
{
    size_t i = 0;
    for (size_t known = 0; known < *end; known++)
        if (list[known] == member)
            return;
    while (i < *end && list[i] != NULL)
        i++;
    if (i == SPY_ALIVE)
        return;
    list[i] = member;
    *end = i < *end ? *end : i + 1;
}

void spy_born(ac_loop *loop, ac_future *future)
{
    add(spy_of(loop)->alive, &spy_of(loop)->alive_end, future);
}

void spy_call_born(ac_loop *loop, ac_callback *callback)
{
    add(spy_of(loop)->calls_alive, &spy_of(loop)->calls_end, callback);
}

static bool within(const void *pointer, const void *memory, size_t size)
{
    uintptr_t at = (uintptr_t)pointer, start = (uintptr_t)memory;
    return pointer != NULL && at >= start && at < start + size;
}

static void forget(void **list, size_t end, const void *memory, size_t size)
{
    for (size_t i = 0; i < end; i++)
        if (within(list[i], memory, size))
            list[i] = NULL;
}

static void freed(spy *self, const void *memory, size_t size)
{
    forget(self->alive, self->alive_end, memory, size);
    forget(self->calls_alive, self->calls_end, memory, size);
}

/* ---- Values, objects, exceptions, contexts ---- */

static ac_value spied_dup(ac_loop *loop, ac_ref value)
{
    ac_value same;

    begin_quiet(loop, HOOK_DUP);
    same = base()->dup(loop, value);
    end_quiet(loop);
    return same;
}

static void spied_drop(ac_loop *loop, ac_value value)
{
    (void)fails(loop, HOOK_DROP);
    tell(loop, HOOK_DROP);
    base()->drop(loop, value);
    tell(loop, HOOK_DROP);
}

static void spied_retain(ac_loop *loop, ac_future *future)
{
    begin_quiet(loop, HOOK_RETAIN);
    base()->retain(loop, future);
    end_quiet(loop);
}

static void spied_release(ac_loop *loop, ac_future *future)
{
    (void)fails(loop, HOOK_RELEASE);
    tell(loop, HOOK_RELEASE);
    base()->release(loop, future);
    tell(loop, HOOK_RELEASE);
}

static void spied_retain_group(ac_loop *loop, ac_group *group)
{
    begin_quiet(loop, HOOK_RETAIN_GROUP);
    ac_c_retain(spy_of(loop)->group_owner(spy_of(loop), group));
    end_quiet(loop);
}

static void spied_release_group(ac_loop *loop, ac_group *group)
{
    (void)fails(loop, HOOK_RELEASE_GROUP);
    tell(loop, HOOK_RELEASE_GROUP);
    ac_c_release(loop, spy_of(loop)->group_owner(spy_of(loop), group));
    tell(loop, HOOK_RELEASE_GROUP);
}

static ac_value spied_error(ac_loop *loop, const ac_error *error)
{
    ac_value made = ac_none();

    if (fails(loop, HOOK_ERROR))
        return made;
    spy_of(loop)->quiet++;
    made = base()->error(loop, error);
    end_quiet(loop);
    return made;
}

static unsigned spied_classify(ac_loop *loop, ac_ref exception)
{
    unsigned bits;

    begin_quiet(loop, HOOK_CLASSIFY);
    bits = base()->classify(loop, exception);
    end_quiet(loop);
    return bits;
}

static ac_status spied_copy_context(ac_loop *loop, ac_value *out)
{
    ac_status status;

    if (fails(loop, HOOK_COPY_CONTEXT))
        return failure(loop);
    spy_of(loop)->quiet++;
    status = base()->copy_context(loop, out);
    end_quiet(loop);
    return status;
}

static ac_status spied_enter(ac_loop *loop, ac_ref context)
{
    return fails(loop, HOOK_ENTER) ? failure(loop) : base()->enter(loop, context);
}

static void spied_leave(ac_loop *loop, ac_ref context)
{
    begin_quiet(loop, HOOK_LEAVE);
    base()->leave(loop, context);
    end_quiet(loop);
}

/* ---- Tasks ---- */

static ac_status spied_make_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    ac_status status = spy_enter(loop, HOOK_MAKE_TASK);

    if (status == AC_OK)
        status = base()->make_task(loop, spec, out);
    if (status == AC_OK)
        spy_born(loop, &(*out)->future);
    tell(loop, HOOK_MAKE_TASK);
    return status;
}

static ac_status spied_set_name(ac_loop *loop, ac_task *task, ac_ref name)
{
    ac_value own = ac_dup(loop, name);
    ac_status status = spy_enter(loop, HOOK_SET_NAME);

    if (status == AC_OK && ac_future_get_loop(&task->future) != NULL)
        ac_task_set_name(task, own);
    else
        ac_drop(loop, own);
    return status;
}

static uint64_t spied_next_serial(ac_loop *loop)
{
    spy_of(loop)->called[HOOK_NEXT_SERIAL]++;
    return ++spy_of(loop)->serial;
}

/* A program's cancel method that calls super().cancel(). */
static ac_status spied_cancel(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call,
                              bool *did)
{
    ac_value own = ac_dup(loop, message);
    ac_status status;

    (void)call;
    ac_c_retain(future);
    status = spy_enter(loop, HOOK_CANCEL);
    if (status == AC_OK)
        status = ac_future_cancel_base(future, ac_lend(own), did);
    ac_c_release(loop, future);
    ac_drop(loop, own);
    return status;
}

/* ---- The loop ---- */

static void spied_report(ac_loop *loop, const ac_report *report)
{
    (void)fails(loop, HOOK_REPORT);
    tell(loop, HOOK_REPORT);
    base()->report(loop, report);
    tell(loop, HOOK_REPORT);
}

static double spied_now(ac_loop *loop)
{
    spy_of(loop)->called[HOOK_NOW]++;
    return spy_of(loop)->time;
}

static ac_status spied_poll(ac_loop *loop, double timeout)
{
    ac_status status = spy_enter(loop, HOOK_POLL);

    if (status != AC_OK)
        return status;
    if (timeout < 0)
        return ac_loop_raise(loop, ac_c_error(loop, &ac_c_RuntimeError, "nothing will ever happen"));
    spy_of(loop)->time += timeout;
    return AC_OK;
}

static void spied_wake(ac_loop *loop)
{
    begin_quiet(loop, HOOK_WAKE);
    base()->wake(loop);
    end_quiet(loop);
}

static ac_status spied_set_running(ac_loop *loop, bool running)
{
    if (running && fails(loop, HOOK_SET_RUNNING))
        return failure(loop);
    return base()->set_running(loop, running);
}

static uint64_t spied_thread(ac_loop *loop)
{
    spy_of(loop)->called[HOOK_THREAD]++;
    return base()->thread(loop);
}

static void spied_slow(ac_loop *loop, ac_handle *handle, double seconds)
{
    (void)fails(loop, HOOK_SLOW);
    tell(loop, HOOK_SLOW);
    base()->slow(loop, handle, seconds);
}

static ac_status spied_post(ac_loop *loop, ac_handle *handle)
{
    spy *self = spy_of(loop);
    ac_status status = spy_enter(loop, HOOK_POST);

    if (status != AC_OK)
        return status;
    if (self->posted_count == SPY_POSTED)
        return AC_E_MEMORY;
    self->posted[(self->posted_first + self->posted_count++) % SPY_POSTED] = handle;
    tell(loop, HOOK_POST);
    return AC_OK;
}

/* A foreign loop tells of failures itself, but of those that are to leave it. */
static ac_status spy_posted_ran(ac_loop *loop, ac_status status)
{
    ac_value raised;

    if (status != AC_E_RAISED)
        return status;
    raised = ac_loop_take_raised(loop);
    if (raised.bits != 0 && (ac_loop_host(loop)->classify(loop, ac_lend(raised)) & AC_IS_EXIT) != 0)
        return ac_loop_raise(loop, raised);
    ac_report report = {.message = "Exception in callback", .exception = ac_lend(raised)};
    status = ac_loop_call_exception_handler(loop, &report);
    ac_drop(loop, raised);
    return status;
}

ac_status spy_run_posted(spy *self, ac_loop *loop)
{
    ac_status status = AC_OK;

    for (size_t left = self->posted_count; left > 0 && status == AC_OK; left--) {
        ac_handle *handle = self->posted[self->posted_first];
        self->posted_first = (self->posted_first + 1) % SPY_POSTED;
        self->posted_count--;
        status = spy_posted_ran(loop, ac_handle_run(loop, handle));
    }
    return status;
}

static void *spied_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    void *made;

    if (now > old && fails(loop, HOOK_REALLOC))
        return NULL;
    if (loop != NULL && memory != NULL && now == 0)
        freed(spy_of(loop), memory, old);
    if (loop != NULL)
        spy_of(loop)->quiet++;
    made = base()->realloc(loop, memory, old, now);
    if (loop != NULL)
        spy_of(loop)->quiet--;
    return made;
}

/* ---- Results, chains of exceptions, and what sync.h and graph.h ask for ---- */

static ac_status spied_make_list(ac_loop *loop, const ac_ref *items, size_t count, ac_value *out)
{
    ac_status status;

    if (fails(loop, HOOK_MAKE_LIST))
        return failure(loop);
    spy_of(loop)->quiet++;
    status = base()->make_list(loop, items, count, out);
    end_quiet(loop);
    return status;
}

static void spied_bound(ac_loop *loop, ac_ref object)
{
    (void)object;
    spy_of(loop)->called[HOOK_BOUND]++;
}

static void spied_raising(ac_loop *loop, ac_ref exception, ac_ref context)
{
    begin_quiet(loop, HOOK_RAISING);
    if (context.bits != 0 && context.bits != exception.bits)
        ac_c_set_context_of(loop, exception, context);
    end_quiet(loop);
}

static ac_future *spied_waiter(ac_loop *loop, const ac_future *future, size_t index)
{
    (void)future;
    (void)index;
    spy_of(loop)->called[HOOK_WAITER]++;
    return NULL;
}

static ac_ref spied_exception_context(ac_loop *loop, ac_ref exception)
{
    spy_of(loop)->called[HOOK_EXCEPTION_CONTEXT]++;
    return base()->exception_context(loop, exception);
}

static void spied_set_exception_context(ac_loop *loop, ac_ref exception, ac_value context)
{
    (void)fails(loop, HOOK_SET_EXCEPTION_CONTEXT);
    tell(loop, HOOK_SET_EXCEPTION_CONTEXT);
    base()->set_exception_context(loop, exception, context);
    tell(loop, HOOK_SET_EXCEPTION_CONTEXT);
}

static bool spied_exception_member(ac_loop *loop, ac_ref exception, size_t index, ac_ref *out)
{
    spy_of(loop)->called[HOOK_EXCEPTION_MEMBER]++;
    return base()->exception_member(loop, exception, index, out);
}

const ac_host *spied_host(bool posts, bool keeps_groups)
{
    static ac_host tables[4];
    ac_host own;

    own = (ac_host){
        .abi = AC_ABI,
        .size = sizeof(ac_host),
        .dup = spied_dup,
        .drop = spied_drop,
        .retain = spied_retain,
        .release = spied_release,
        .error = spied_error,
        .classify = spied_classify,
        .copy_context = spied_copy_context,
        .enter = spied_enter,
        .leave = spied_leave,
        .make_task = spied_make_task,
        .set_name = spied_set_name,
        .next_serial = spied_next_serial,
        .cancel = spied_cancel,
        .report = spied_report,
        .now = spied_now,
        .poll = spied_poll,
        .wake = spied_wake,
        .set_running = spied_set_running,
        .thread = spied_thread,
        .slow = spied_slow,
        .realloc = spied_realloc,
        .make_list = spied_make_list,
        .bound = spied_bound,
        .raising = spied_raising,
        .waiter = spied_waiter,
        .exception_context = spied_exception_context,
        .set_exception_context = spied_set_exception_context,
        .exception_member = spied_exception_member,
    };
    own.post = posts ? spied_post : NULL;
    own.retain_group = keeps_groups ? spied_retain_group : NULL;
    own.release_group = keeps_groups ? spied_release_group : NULL;
    tables[posts * 2 + keeps_groups] = own;
    return &tables[posts * 2 + keeps_groups];
}
