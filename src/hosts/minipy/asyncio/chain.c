/* chain.c - a future of asyncio and one of concurrent.futures, tied together by the core.
 *
 * Mirrors    futures._chain_future.
 * Idea       The methods that the core asks of a thread's future are those of the object, called by name.  A
 *            machine has one thread, so whatever they say to the loop is queued at once.
 * Holds      The object is held by the core's callbacks, which show it, and by that of the thread's future.
 * Owns       loop and thread.
 * Re-enters  Every method of the thread's future runs its callbacks. */
#include "asyncio/host.h"

typedef struct mp_chain {
    mp_object head;
    mp_value loop;   /* owned */
    mp_value thread; /* owned; the concurrent.futures.Future */
    ac_chain core;
} mp_chain;

static mp_chain *chain_of(ac_chain *core)
{
    return AC_CONTAINER_OF(core, mp_chain, core);
}

static mp_vm *chain_vm(const ac_chain *core)
{
    return mp_vm_of(core->loop);
}

/* thread.NAME(*values); NULL with the exception left for the core. */
static mp_value chain_call(ac_chain *core, const char *name, const mp_value *values, size_t count)
{
    mp_vm *vm = chain_vm(core);
    mp_str *word = mp_str_from(vm, name);
    mp_value answer = word != NULL ? mp_call_method(vm, chain_of(core)->thread, word, values, count) : NULL;
    mp_xdecref(vm, mp_as_value(word));
    return answer;
}

static ac_status chain_raise(ac_chain *core)
{
    return ac_loop_raise(core->loop, mp_take_for_core(chain_vm(core)));
}

/* Steals the answer. */
static ac_status chain_done(ac_chain *core, mp_value answer)
{
    if (answer == NULL)
        return chain_raise(core);
    mp_decref(chain_vm(core), answer);
    return AC_OK;
}

/* ---- What its callback does ---- */

static mp_value chain_hear(mp_vm *vm, mp_args *args)
{
    mp_chain *self = (mp_chain *)args->values[0];
    if (!mp_positional(vm, args, "_call_set_state", 2, 2))
        return NULL;
    ac_status status = ac_chain_thread_done(&self->core);
    return status == AC_OK ? mp_incref(vm->none) : mp_fail(vm, self->core.loop, status);
}

static ac_status chain_listen(ac_chain *core)
{
    mp_vm *vm = chain_vm(core);
    mp_value hear = mp_native_bound(vm, core->way == AC_TO_THREAD ? "_call_check_cancel" : "_call_set_state",
                                    chain_hear, mp_incref(mp_as_value(chain_of(core))));
    mp_value answer = hear != NULL ? chain_call(core, "add_done_callback", &hear, 1) : NULL;
    mp_xdecref(vm, hear);
    return chain_done(core, answer);
}

/* ---- What the core asks ---- */

static bool chain_cancelled(ac_chain *core)
{
    mp_vm *vm = chain_vm(core);
    mp_value answer = chain_call(core, "cancelled", NULL, 0);
    bool cancelled = answer == vm->true_;
    if (answer == NULL)
        mp_clear_slot(vm, &vm->raised);
    mp_xdecref(vm, answer);
    return cancelled;
}

static ac_status chain_cancel(ac_chain *core)
{
    return chain_done(core, chain_call(core, "cancel", NULL, 0));
}

static ac_status chain_set_running(ac_chain *core, bool *go)
{
    mp_value answer = chain_call(core, "set_running_or_notify_cancel", NULL, 0);
    *go = answer == chain_vm(core)->true_;
    return chain_done(core, answer);
}

/* The core keeps what it gave if that was refused. */
static ac_status chain_set(ac_chain *core, const char *name, ac_value value)
{
    mp_value given = mp_seen(ac_lend(value));
    ac_status status = chain_done(core, chain_call(core, name, &given, 1));
    if (status == AC_OK)
        ac_drop(core->loop, value);
    return status;
}

static ac_status chain_set_result(ac_chain *core, ac_value result)
{
    return chain_set(core, "set_result", result);
}

/* Asyncio's classes for those of concurrent.futures. */
static mp_value chain_convert(mp_vm *vm, mp_value error)
{
    return mp_part_call(vm, MP_PART_THREADS, "_convert_future_exc", &error, 1);
}

static ac_status chain_set_exception(ac_chain *core, ac_value exception)
{
    mp_value converted = chain_convert(chain_vm(core), mp_seen(ac_lend(exception)));
    if (converted == NULL)
        return chain_raise(core);
    ac_status status = chain_set(core, "set_exception", mp_owned(converted));
    if (status == AC_OK)
        ac_drop(core->loop, exception);
    else
        mp_decref(chain_vm(core), converted);
    return status;
}

static ac_status chain_failed(ac_chain *core, mp_value exception, ac_future_state *state, ac_value *value)
{
    mp_vm *vm = chain_vm(core);
    mp_value converted = chain_convert(vm, exception);
    mp_decref(vm, exception);
    if (converted == NULL)
        return chain_raise(core);
    *state = AC_FAILED;
    *value = mp_owned(converted);
    return AC_OK;
}

static ac_status chain_outcome(ac_chain *core, ac_future_state *state, ac_value *value)
{
    mp_vm *vm = chain_vm(core);
    *state = AC_CANCELLED;
    *value = ac_none();
    if (chain_cancelled(core))
        return AC_OK;
    mp_value exception = chain_call(core, "exception", NULL, 0);
    if (exception == NULL)
        return chain_raise(core);
    if (exception != vm->none)
        return chain_failed(core, exception, state, value);
    mp_decref(vm, exception);
    mp_value result = chain_call(core, "result", NULL, 0);
    if (result == NULL)
        return chain_raise(core);
    *state = AC_FINISHED;
    *value = mp_owned(result);
    return AC_OK;
}

static bool chain_is_here(ac_chain *core)
{
    return chain_vm(core)->running_loop == chain_of(core)->loop;
}

static ac_status chain_context(ac_chain *core, ac_value *out)
{
    mp_value context = mp_context_copy(chain_vm(core));
    *out = mp_owned(context);
    return context != NULL ? AC_OK : chain_raise(core);
}

static int chain_show(ac_chain *core, ac_visitor *visitor)
{
    return visitor->value(visitor, mp_lent(mp_as_value(chain_of(core))));
}

static void chain_retain(ac_chain *core)
{
    (void)mp_incref(mp_as_value(chain_of(core)));
}

static void chain_release(ac_chain *core)
{
    mp_decref(chain_vm(core), mp_as_value(chain_of(core)));
}

static const ac_chain_ops chain_ops = {
    .listen = chain_listen,
    .cancelled = chain_cancelled,
    .cancel = chain_cancel,
    .set_running = chain_set_running,
    .set_result = chain_set_result,
    .set_exception = chain_set_exception,
    .outcome = chain_outcome,
    .is_here = chain_is_here,
    .context = chain_context,
    .send = mp_tell_loop,
    .visit = chain_show,
    .retain = chain_retain,
    .release = chain_release,
};

/* ---- Making one ---- */

/* _chain_future(source, destination): one of the two is asyncio's. */
mp_value mp_chain_future(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_chain_future", 2, 2))
        return NULL;
    ac_chain_way way = mp_is_future(vm, args->values[0]) ? AC_TO_THREAD : AC_FROM_THREAD;
    mp_value future = args->values[way == AC_TO_THREAD ? 0 : 1];
    ac_future *core = mp_is_future(vm, future) ? mp_future_core(vm, future) : NULL;
    if (core == NULL) {
        if (vm->raised == NULL)
            mp_raise(vm, MP_X_TYPE_ERROR, "A future is required for source argument");
        return NULL;
    }
    mp_chain *self = (mp_chain *)mp_new(vm, vm->types[MP_TYPE_CHAIN], 0);
    if (self == NULL)
        return NULL;
    self->loop = mp_incref(((mp_future *)future)->loop);
    self->thread = mp_incref(args->values[way == AC_TO_THREAD ? 1 : 0]);
    ac_status status = ac_chain_begin(&self->core, &chain_ops, core, way);
    mp_value answer = status == AC_OK ? mp_incref(vm->none) : mp_fail(vm, self->core.loop, status);
    mp_decref(vm, mp_as_value(self));
    return answer;
}

static int chain_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_chain *chain = (mp_chain *)self;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {chain->loop, chain->thread};
    int answer = mp_visit_all(owned, 2, visit, data);
    return answer == 0 && chain->core.ops != NULL ? ac_chain_visit(&chain->core, &showing.visitor) : answer;
}

static void chain_clear(mp_vm *vm, mp_value self)
{
    mp_chain *chain = (mp_chain *)self;
    if (chain->core.ops != NULL)
        ac_chain_cut(&chain->core);
    mp_clear_slot(vm, &chain->thread);
    mp_clear_slot(vm, &chain->loop);
}

static const mp_slots chain_slots = {.visit = chain_visit, .clear = chain_clear};

const mp_type_def mp_chain_def = {
    .name = "_Chain",
    .module = "asyncio.futures",
    .size = sizeof(mp_chain),
    .flags = MP_T_GC,
    .slots = &chain_slots,
};
