/* callbacks.c - call_soon, call_later, call_at, add_done_callback with plain C functions.
 *
 * Mirrors    BaseEventLoop.call_soon and its kin; Future.add_done_callback and remove_done_callback.
 * Idea       A small block holds the core's callback or timer, the function and its data.  The loop owns
 *            it until 'done', which frees it.
 * Holds      A function without a context that sets a variable has that variable for as long as it runs:
 *            see contexts.c.
 * Owns       A done callback retains its future until it ran.  So a future with callbacks that is never
 *            finished lives as long as the loop, unless they are taken off.
 * Re-enters  A function runs a program; 'done' of a done callback releases a future, which may run
 *            finalizers.
 * Cost       One allocation each, and one for a copy of the context if a variable was set.
 * Tests      tests/test_chost_loop.c; docs/examples/timeouts.c, threads.c */
#include "chost_impl.h"

typedef struct call {
    ac_timer timer; /* the callback comes first; 'when' is used by call_at only */
    ac_c_function *function;
    void *data;
} call;

typedef struct done_call {
    ac_callback callback;
    ac_c_done_function *function;
    void *data;
    ac_future *future; /* retained */
} done_call;

/* ---- Functions of the loop ----------------------------------------------------------------------- */

static call *call_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, call, timer.callback);
}

static ac_status call_run(ac_loop *loop, ac_callback *callback)
{
    call *self = call_of(callback);
    c_scope scope;
    ac_status status;

    aci_c_scope_begin(loop, &scope);
    status = self->function(loop, self->data);
    aci_c_scope_end(loop, &scope);
    return status;
}

static void call_done(ac_loop *loop, ac_callback *callback)
{
    aci_c_delete(loop, call_of(callback), sizeof(call));
}

static const ac_handle_ops call_ops = {.run = call_run, .done = call_done};

static call *call_new(ac_loop *loop, ac_c_function *function, void *data)
{
    call *self = aci_c_new(loop, sizeof *self);
    ac_value context;

    if (!self)
        return NULL;
    if (aci_c_copy_context(loop, &context) != AC_OK) {
        aci_c_delete(loop, self, sizeof *self);
        return NULL;
    }
    self->function = function;
    self->data = data;
    ac_callback_init(&self->timer.callback, &call_ops, context);
    return self;
}

/* Ends a scheduling: a block that the loop did not take is freed. */
static ac_status scheduled(ac_loop *loop, ac_status status, call *self, ac_handle **handle)
{
    if (status != AC_OK) {
        ac_callback_clear(loop, &self->timer.callback);
        aci_c_delete(loop, self, sizeof *self);
    } else if (handle) {
        *handle = &self->timer.callback.handle;
    }
    return status;
}

ac_status ac_c_call_soon(ac_loop *loop, ac_c_function *function, void *data, ac_handle **handle)
{
    call *self = call_new(loop, function, data);

    if (!self)
        return AC_E_MEMORY;
    return scheduled(loop, ac_loop_call_soon(loop, &self->timer.callback), self, handle);
}

ac_status ac_c_call_later(ac_loop *loop, double delay, ac_c_function *function, void *data,
                          ac_handle **handle)
{
    call *self = call_new(loop, function, data);

    if (!self)
        return AC_E_MEMORY;
    return scheduled(loop, ac_loop_call_later(loop, delay, &self->timer), self, handle);
}

ac_status ac_c_call_at(ac_loop *loop, double when, ac_c_function *function, void *data, ac_handle **handle)
{
    call *self = call_new(loop, function, data);

    if (!self)
        return AC_E_MEMORY;
    return scheduled(loop, ac_loop_call_at(loop, when, &self->timer), self, handle);
}

/* ---- From other threads -------------------------------------------------------------------------- */

/* The loop's memory may not be touched on another thread: with no loop the realloc hook is plain malloc. */
static void *foreign_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    return ac_loop_host(loop)->realloc(NULL, memory, old, now);
}

static void foreign_done(ac_loop *loop, ac_callback *callback)
{
    foreign_realloc(loop, call_of(callback), sizeof(call), 0);
}

static const ac_handle_ops foreign_ops = {.run = call_run, .done = foreign_done};

ac_status ac_c_call_soon_threadsafe(ac_loop *loop, ac_c_function *function, void *data)
{
    call *self = foreign_realloc(loop, NULL, 0, sizeof *self);
    ac_status status;

    if (!self)
        return AC_E_MEMORY;
    self->function = function;
    self->data = data;
    ac_callback_init(&self->timer.callback, &foreign_ops, ac_none());
    status = ac_loop_call_soon_threadsafe(loop, &self->timer.callback);
    if (status != AC_OK)
        foreign_realloc(loop, self, sizeof *self, 0);
    return status;
}

/* ---- Callbacks of futures ------------------------------------------------------------------------ */

static done_call *done_call_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, done_call, callback);
}

static ac_status done_call_run(ac_loop *loop, ac_callback *callback)
{
    done_call *self = done_call_of(callback);
    c_scope scope;
    ac_status status;

    aci_c_scope_begin(loop, &scope);
    status = self->function(loop, self->future, self->data);
    aci_c_scope_end(loop, &scope);
    return status;
}

static int done_call_visit(ac_callback *callback, ac_visitor *visitor)
{
    return visitor->future(visitor, done_call_of(callback)->future);
}

static void done_call_done(ac_loop *loop, ac_callback *callback)
{
    ac_future *future = done_call_of(callback)->future;

    aci_c_delete(loop, done_call_of(callback), sizeof(done_call));
    ac_c_release(loop, future);
}

static const ac_handle_ops done_call_ops = {
    .run = done_call_run, .visit = done_call_visit, .done = done_call_done};

static done_call *done_call_new(ac_loop *loop, ac_future *future)
{
    done_call *self = aci_c_new(loop, sizeof *self);
    ac_value context;

    if (!self)
        return NULL;
    if (aci_c_copy_context(loop, &context) != AC_OK) {
        aci_c_delete(loop, self, sizeof *self);
        return NULL;
    }
    ac_callback_init(&self->callback, &done_call_ops, context);
    self->future = future;
    ac_c_retain(future);
    return self;
}

ac_status ac_c_add_done_callback(ac_future *future, ac_c_done_function *function, void *data)
{
    ac_loop *loop = ac_future_get_loop(future);
    done_call *self = loop ? done_call_new(loop, future) : NULL;
    ac_status status;

    if (!loop)
        return AC_E_RUNTIME;
    if (!self)
        return AC_E_MEMORY;
    self->function = function;
    self->data = data;
    status = ac_future_add_done_callback(future, &self->callback);
    if (status != AC_OK) {
        ac_callback_clear(loop, &self->callback);
        done_call_done(loop, &self->callback);
    }
    return status;
}

/* The first callback of the future with this function and data. */
static ac_callback *find(const ac_future *future, ac_c_done_function *function, const void *data)
{
    ac_handle *handle = NULL;

    while ((handle = ac_future_next_callback(future, handle)) != NULL) {
        ac_callback *callback = AC_CONTAINER_OF(handle, ac_callback, handle);
        if (ac_handle_task(handle) || callback->ops != &done_call_ops)
            continue;
        if (done_call_of(callback)->function == function && done_call_of(callback)->data == data)
            return callback;
    }
    return NULL;
}

/* Each removal may run finalizers, which end the walk: so it begins anew. */
size_t ac_c_remove_done_callback(ac_future *future, ac_c_done_function *function, void *data)
{
    ac_loop *loop = ac_future_get_loop(future);
    ac_callback *callback;
    size_t removed = 0;

    if (!loop)
        return 0;
    ac_c_retain(future);
    while ((callback = find(future, function, data)) != NULL) {
        ac_future_remove_done_callback(future, callback);
        removed++;
    }
    ac_c_release(loop, future);
    return removed;
}
