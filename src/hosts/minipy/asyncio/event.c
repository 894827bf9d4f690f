/* event.c - Event.
 *
 * Mirrors    locks.Event. */
#include "asyncio/locks.h"

static mp_event *event_of(mp_vm *vm, mp_value self)
{
    mp_event *event = (mp_event *)self;
    return mp_bound_ready(vm, self, &event->core.waiters, "_value") ? event : NULL;
}

static mp_event *event_self(mp_vm *vm, mp_args *args, const char *method)
{
    mp_value self;
    return mp_bind_python(vm, args, method, "self", &self) ? event_of(vm, self) : NULL;
}

static bool event_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_event *event = (mp_event *)self;
    if (!mp_bind_init(vm, args, "Event.__init__", "", NULL))
        return false;
    ac_loop *loop = event->core.bound.loop;
    if (event->core.waiters.next != NULL)
        ac_event_abandon(&event->core);
    ac_event_init(&event->core, mp_lent(self));
    event->core.bound.loop = loop;
    return true;
}

static mp_value event_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, event_init);
}

static int event_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_event *event = (mp_event *)self;
    mp_showing showing = mp_show_to(visit, data);
    int answer = mp_bound_visit(self, visit, data);
    return answer == 0 && event->core.waiters.next != NULL ? ac_event_visit(&event->core, &showing.visitor)
                                                           : answer;
}

static void event_clear_slots(mp_vm *vm, mp_value self)
{
    mp_event *event = (mp_event *)self;
    if (event->core.waiters.next != NULL)
        ac_event_abandon(&event->core);
    mp_bound_clear(vm, self);
}

static mp_value event_repr(mp_vm *vm, mp_value self)
{
    mp_builder text;
    const mp_event *event = event_of(vm, self);
    if (event == NULL)
        return NULL;
    mp_bound_begin_repr(&text, vm, self);
    mp_builder_text(&text, ac_event_is_set(&event->core) ? "set" : "unset");
    return mp_bound_end_repr(&text, ac_event_waiter_count(&event->core));
}

static mp_value event_is_set(mp_vm *vm, mp_args *args)
{
    const mp_event *event = event_self(vm, args, "Event.is_set");
    return event != NULL ? mp_bool_new(vm, ac_event_is_set(&event->core)) : NULL;
}

static mp_value event_set(mp_vm *vm, mp_args *args)
{
    mp_event *event = event_self(vm, args, "Event.set");
    return event != NULL ? mp_bound_done(vm, &event->core.bound, ac_event_set(&event->core)) : NULL;
}

static mp_value event_clear(mp_vm *vm, mp_args *args)
{
    mp_event *event = event_self(vm, args, "Event.clear");
    if (event == NULL)
        return NULL;
    ac_event_clear(&event->core);
    return mp_incref(vm->none);
}

static mp_value event_begin_wait(mp_vm *vm, mp_native_coroutine *self)
{
    mp_event *event = event_of(vm, self->subject);
    if (event == NULL)
        return NULL;
    if (ac_event_is_set(&event->core))
        return mp_bool_new(vm, true);
    mp_loop *loop = mp_bound_loop(vm, self->subject, &event->core.bound);
    if (loop == NULL)
        return NULL;
    ac_event_wait *wait = mp_native_frame(self);
    ac_event_wait_init(wait, &event->core);
    return mp_native_bind(self, loop, &wait->co);
}

static mp_value event_wait(mp_vm *vm, mp_args *args)
{
    return mp_bound_coroutine(vm, args, "Event.wait", sizeof(ac_event_wait), event_begin_wait,
                              mp_finish_true);
}

static const mp_slots event_slots = {.visit = event_visit,
                                     .clear = event_clear_slots,
                                     .repr = event_repr,
                                     .make = event_make,
                                     .init = event_init};

static const mp_method event_methods[] = {
    {"is_set", event_is_set, MP_M_METHOD},
    {"set", event_set, MP_M_METHOD},
    {"clear", event_clear, MP_M_METHOD},
    {"wait", event_wait, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_event_def = {
    .name = "Event",
    .module = "asyncio.locks",
    .size = sizeof(mp_event),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &event_slots,
    .methods = event_methods,
};
