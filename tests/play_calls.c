/* play_calls.c - callbacks of a play: on the ready list, in the heap, in the inbox, on futures. */
#include "play_impl.h"

/* ---- Callbacks ---- */

typedef struct call {
    ac_timer timer; /* the callback comes first */
    uint32_t number;
    ac_future *future; /* retained; NULL if it is no done callback */
} call;

static call *call_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, call, timer.callback);
}

static ac_status call_run(ac_loop *loop, ac_callback *callback)
{
    play *play = play_of(loop);
    ac_value raised = ac_none();
    bool failed = false;
    ac_status status;

    play_note(play, 'c', call_of(callback)->number, 0);
    status = spy_enter(loop, HOOK_RUN);
    if (status != AC_OK)
        return status;
    play_script(play, play->scripts[call_of(callback)->number], &raised, &failed);
    spy_leave(loop, HOOK_RUN);
    return failed ? ac_loop_raise(loop, raised) : AC_OK;
}

static int call_visit(ac_callback *callback, ac_visitor *visitor)
{
    ac_future *future = call_of(callback)->future;
    return future != NULL ? visitor->future(visitor, future) : 0;
}

static void call_done(ac_loop *loop, ac_callback *callback)
{
    ac_future *future = call_of(callback)->future;

    (void)spy_enter(loop, HOOK_DONE);
    ac_loop_host(loop)->realloc(loop, call_of(callback), sizeof(call), 0);
    if (future != NULL)
        ac_c_release(loop, future);
    spy_leave(loop, HOOK_DONE);
}

static const ac_handle_ops call_ops = {.run = call_run, .visit = call_visit, .done = call_done};

static call *call_new(play *play, uint32_t number, ac_future *future)
{
    ac_loop *loop = play->loop;
    ac_value context = ac_none();
    if (ac_loop_host(loop)->copy_context(loop, &context) != AC_OK)
        return NULL;
    call *self = ac_loop_host(loop)->realloc(loop, NULL, 0, sizeof *self);
    if (self == NULL) {
        ac_drop(loop, context);
        return NULL;
    }
    ac_callback_init(&self->timer.callback, &call_ops, context);
    self->number = number;
    self->future = future;
    if (future != NULL)
        ac_c_retain(future);
    spy_call_born(loop, &self->timer.callback);
    return self;
}

/* A callback that was not taken is given up as the loop would. */
static void scheduled(play *play, call *self, ac_status status)
{
    if (play_check(play, status, NULL))
        return;
    ac_value context = ac_take(&self->timer.callback.handle.context);
    call_done(play->loop, &self->timer.callback);
    ac_drop(play->loop, context);
}

void play_call_soon(play *play, uint32_t number)
{
    call *self = call_new(play, number, NULL);
    if (self != NULL)
        scheduled(play, self, ac_loop_call_soon(play->loop, &self->timer.callback));
}

void play_call_threadsafe(play *play, uint32_t number)
{
    call *self = call_new(play, number, NULL);
    if (self != NULL)
        scheduled(play, self, ac_loop_call_soon_threadsafe(play->loop, &self->timer.callback));
}

void play_call_later(play *play, uint32_t number)
{
    call *self = call_new(play, number, NULL);
    if (self != NULL)
        scheduled(play, self, ac_loop_call_later(play->loop, 0.5 * number, &self->timer));
}

void play_add_callback(play *play, ac_future *future, unsigned number)
{
    call *self = future != NULL && ac_future_get_loop(future) != NULL
                     ? call_new(play, number % PLAY_SLOTS, future)
                     : NULL;
    if (self != NULL)
        scheduled(play, self, ac_future_add_done_callback(future, &self->timer.callback));
}

static bool is_ours(const play *play, const ac_handle *handle)
{
    for (size_t i = 0; i < play->spy.calls_end; i++)
        if (handle == play->spy.calls_alive[i])
            return true;
    return false;
}

/* Each removal ends the walk. */
void play_remove_callbacks(play *play, ac_future *future)
{
    ac_handle *handle = NULL;

    ac_c_retain(future);
    while (ac_future_get_loop(future) != NULL && (handle = ac_future_next_callback(future, handle)) != NULL) {
        if (!is_ours(play, handle))
            continue;
        (void)ac_future_remove_done_callback(future, AC_CONTAINER_OF(handle, ac_callback, handle));
        handle = NULL;
    }
    ac_c_release(play->loop, future);
}

void play_cancel_handle(play *play, uint32_t which)
{
    ac_callback *callback = play->spy.calls_alive[which];
    if (callback != NULL)
        ac_handle_cancel(play->loop, &callback->handle);
}
