/* factory.c - create_task, task factories, and what became of the name in each release.
 *
 * Mirrors    BaseEventLoop.create_task, tasks.create_task, tasks._set_task_name, create_eager_task_factory.
 * Idea       The difference between releases is what a factory is told, and who sets the name after it.
 * Tests      tests/test_factory.c; difftests/twins/factory_*.py */
#include "task/task_impl.h"

static ac_status make_by_host(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    if (loop->host->make_task == NULL)
        return aci_fail(loop, AC_E_TYPE, "the host has no make_task hook");
    return loop->host->make_task(loop, spec, out); /* HOST */
}

/* Task.set_name; a name that cannot be set takes the task with it, as the exception does in asyncio. */
static ac_status set_name(ac_loop *loop, ac_task **task, ac_ref name)
{
    ac_status status = AC_OK;
    if (loop->host->set_name != NULL)
        status = loop->host->set_name(loop, *task, name); /* HOST */
    else if (!ac_is_none(name))
        ac_task_set_name(*task, aci_dup(loop, name)); /* HOST */
    if (status != AC_OK) {
        ac_task *lost = *task;
        *task = NULL;
        aci_release(loop, &lost->future); /* HOST */
    }
    return status;
}

static ac_status make_by_factory(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    ac_task_factory *factory = loop->factory;
    void *data = loop->factory_data;
    if (aci_has(loop, AC_S_CREATE_TASK_FORWARDS_KWARGS))
        return factory(loop, data, spec, out); /* HOST */
    ac_task_spec bare = *spec;
    bare.name = ac_none_ref();
    bare.has_name = false;
    ac_status status = factory(loop, data, &bare, out); /* HOST */
    if (status == AC_OK && (!ac_is_none(spec->name) || aci_has(loop, AC_S_FACTORY_ALWAYS_SET_NAME)))
        status = set_name(loop, out, spec->name);
    return status;
}

ac_status ac_loop_create_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    *out = NULL;
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    return loop->factory != NULL ? make_by_factory(loop, spec, out) : make_by_host(loop, spec, out);
}

ac_status ac_create_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    bool passes = aci_has(loop, AC_S_CREATE_TASK_PASSES_NAME);
    ac_task_spec given = *spec;
    if (!aci_has(loop, AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS)) {
        given.has_name = passes;
        given.has_context = given.has_context && !ac_is_none(given.context);
    }
    if (passes || ac_is_none(spec->name))
        return ac_loop_create_task(loop, &given, out);
    given.name = ac_none_ref();
    given.has_name = false;
    ac_status status = ac_loop_create_task(loop, &given, out);
    return status == AC_OK ? set_name(loop, out, spec->name) : status;
}

static ac_task_spec eagerly(const ac_task_spec *spec)
{
    ac_task_spec eager = *spec;
    if (eager.eager == AC_EAGER_DEFAULT)
        eager.eager = AC_EAGER_YES;
    return eager;
}

ac_status ac_eager_task_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    (void)data;
    ac_task_spec eager = eagerly(spec);
    return make_by_host(loop, &eager, out);
}

ac_status ac_custom_eager_task_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    const ac_task_constructor *constructor = data;
    ac_task_spec eager = eagerly(spec);
    return constructor->make(loop, constructor->data, &eager, out); /* HOST */
}
