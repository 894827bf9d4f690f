/* play_verbs.c - what tasks and callbacks may both do: a letter, a verb of the core. */
#include "play_impl.h"

#include <string.h>

/* ---- What anybody may do to futures and tasks ---- */

static void set_result(play *play, ac_future *future)
{
    ac_value value = ac_c_str(play->loop, "result");
    ac_status status = ac_future_set_result(future, value);
    if (status != AC_OK && status != AC_E_CLOSED && status != AC_E_RAISED)
        ac_drop(play->loop, value);
    (void)play_check(play, status, NULL);
}

static void set_exception(play *play, ac_future *future, const ac_c_class *kind)
{
    ac_value value = play_exception(play, kind);
    ac_status status = ac_future_set_exception(future, value);
    if (status != AC_OK && status != AC_E_CLOSED && status != AC_E_RAISED)
        ac_drop(play->loop, value);
    (void)play_check(play, status, NULL);
}

static void cancel(play *play, ac_future *future)
{
    ac_value message = ac_c_str(play->loop, "enough");
    (void)play_check(play, ac_future_cancel(future, ac_lend(message), NULL), NULL);
    ac_drop(play->loop, message);
}

static void retrieve(play *play, ac_future *future)
{
    ac_value value = ac_none();
    ac_how how;

    if (play_check(play, ac_future_result(future, &how, &value), NULL))
        ac_drop(play->loop, value);
    value = ac_none();
    if (play_check(play, ac_future_exception(future, &value), NULL))
        ac_drop(play->loop, value);
    value = ac_none();
    if (play_check(play, ac_future_await_resumed(future, &how, &value), NULL))
        ac_drop(play->loop, value);
}

static void on_future(play *play, char letter, ac_future *future)
{
    if (future == NULL)
        return;
    ac_c_retain(future);
    if (letter == 'f')
        set_result(play, future);
    else if (letter == 'F' || letter == 'Q')
        set_exception(play, future, letter == 'F' ? &ac_c_ValueError : &ac_c_StopIteration);
    else if (letter == 'X')
        cancel(play, future);
    else if (letter == 'C')
        retrieve(play, future);
    else if (letter == 'J')
        ac_future_clear(future);
    else if (letter == 'N')
        ac_future_finalize(future);
    else if (letter == 'M' && ac_future_get_loop(future) != NULL)
        ac_future_set_overridden(future, true);
    else if (letter == 'm')
        play_remove_callbacks(play, future);
    ac_c_release(play->loop, future);
}

static void name_task(play *play, ac_task *task)
{
    ac_value name = ac_c_str(play->loop, "somebody");
    if (ac_future_get_loop(&task->future) != NULL)
        ac_task_set_name(task, name);
    else
        ac_drop(play->loop, name);
}

/* As a wakeup would: inside the task's context. */
void play_step(play *play, ac_task *task, ac_how how, ac_ref in)
{
    ac_loop *loop = play->loop;
    ac_value context = ac_dup(loop, ac_task_get_context(task));
    bool has_one = !ac_is_none(ac_lend(context));

    if (!has_one || play_check(play, ac_loop_host(loop)->enter(loop, ac_lend(context)), NULL)) {
        (void)play_check(play, ac_task_step(task, how, in), NULL);
        if (has_one)
            ac_loop_host(loop)->leave(loop, ac_lend(context));
    }
    ac_drop(loop, context);
}

static void step_by_hand(play *play, ac_task *task)
{
    ac_value error = play_exception(play, &ac_c_ValueError);
    play_step(play, task, ac_is_none(ac_lend(error)) ? AC_SEND : AC_THROW, ac_lend(error));
    ac_drop(play->loop, error);
}

static void on_task(play *play, char letter, actor *actor)
{
    ac_task *task = actor != NULL ? &actor->head.task : NULL;

    if (task == NULL || ac_future_get_loop(&task->future) == NULL)
        return;
    ac_c_retain(&task->future);
    if (letter == 'c')
        cancel(play, &task->future);
    else if (letter == 'u')
        (void)ac_task_uncancel(task);
    else if (letter == 'n')
        name_task(play, task);
    else if (letter == 'w')
        (void)play_check(play, ac_task_wake(task), NULL);
    else if (letter == 'q')
        step_by_hand(play, task);
    else if (letter == 'B')
        retrieve(play, &task->future);
    else if (letter == 'j')
        ac_future_clear(&task->future);
    else if (letter == 'K' && actor->depth > 0 && !actor->blocks[0].is_timeout)
        (void)play_check(play, ac_group_cancel(&actor->blocks[0].group), NULL);
    else if (letter == 'Z' && actor->depth > 0 && !actor->blocks[0].is_timeout)
        ac_group_clear(&actor->blocks[0].group);
    else if (letter == 'Y')
        ac_task_set_log_destroy_pending(task, false);
    ac_c_release(play->loop, &task->future);
}

/* ---- What anybody may do to the loop ---- */

static const ac_c_var variable = {"variable"};

static void set_variable(play *play)
{
    ac_value value = ac_c_str(play->loop, "set");
    ac_status status = ac_c_var_set(play->loop, &variable, value);
    if (status != AC_OK)
        ac_drop(play->loop, value);
}

static ac_status handle_report(ac_loop *loop, void *data, const ac_report *report)
{
    uint32_t raises = *(const char *)data == 'r';
    ac_status status = spy_enter(loop, HOOK_HANDLER);

    (void)report;
    if (status == AC_OK && raises)
        return ac_loop_raise(loop, play_exception(play_of(loop), &ac_c_ValueError));
    spy_leave(loop, HOOK_HANDLER);
    return status;
}

static ac_status make_by_factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    ac_status status = spy_enter(loop, HOOK_FACTORY);
    (void)data;
    return status == AC_OK ? ac_loop_host(loop)->make_task(loop, spec, out) : status;
}

static void choose_factory(play *play, uint32_t which)
{
    static ac_task_constructor constructor = {make_by_factory, NULL};

    if (which == 1)
        ac_loop_set_task_factory(play->loop, ac_eager_task_factory, NULL);
    else if (which == 2)
        ac_loop_set_task_factory(play->loop, ac_custom_eager_task_factory, &constructor);
    else if (which == 3)
        ac_loop_set_task_factory(play->loop, make_by_factory, NULL);
    else
        ac_loop_set_task_factory(play->loop, NULL, NULL);
}

static void choose_handler(play *play, uint32_t which)
{
    static char quiet[] = "quiet", raises[] = "raises";
    ac_loop_set_exception_handler(play->loop, which > 0 ? handle_report : NULL, which > 1 ? raises : quiet);
}

static int count_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    return ac_is_none(value);
}

static int count_future(ac_visitor *visitor, ac_future *kept)
{
    (void)visitor;
    return ac_future_get_loop(kept) == NULL ? 0 : (int)(ac_future_get_state(kept) > AC_CANCELLED);
}

static void visit_all(play *play)
{
    ac_visitor visitor = {.value = count_value, .future = count_future};

    (void)ac_loop_visit(play->loop, &visitor);
    for (size_t i = 0; i < play->spy.alive_end; i++)
        if (play->spy.alive[i] != NULL)
            (void)ac_future_visit(play->spy.alive[i], &visitor);
    (void)play_objects_visit(play, &visitor);
}

/* Everything above each future that is alive. */
static void look_at_graph(play *play)
{
    enum { LEVELS = 4, NODES = 100 };
    ac_graph_level levels[LEVELS];
    ac_graph graph;
    for (size_t i = 0; i < play->spy.alive_end; i++) {
        ac_future *future = play->spy.alive[i];
        if (future == NULL || ac_future_get_loop(future) == NULL)
            continue;
        ac_graph_begin(&graph, future, levels, LEVELS);
        for (int left = NODES; left > 0 && ac_graph_next(&graph) != NULL; left--)
            continue;
    }
}

static void look_at_parts(play *play)
{
    double when;
    for (size_t i = 0; i < play->spy.alive_end; i++) {
        ac_future *future = play->spy.alive[i];
        actor *actor = future != NULL ? play_actor(future) : NULL;
        ac_timeout *timeout = actor != NULL ? play_timeout(actor) : NULL;
        ac_gather *gather = future != NULL ? ac_future_gather(future) : NULL;
        if (timeout != NULL)
            (void)(ac_timeout_when(timeout, &when) + ac_timeout_expired(timeout) +
                   (*ac_timeout_state_name(ac_timeout_get_state(timeout)) != 0));
        if (gather != NULL)
            (void)(ac_gather_child(gather, ac_gather_count(gather)) == NULL);
        if (actor != NULL)
            (void)(*ac_task_place_name(ac_task_get_place(&actor->head.task)) != 0);
    }
}

/* Everything that only looks. */
static void look(play *play)
{
    ac_loop *loop = play->loop;
    void *data;

    (void)(ac_loop_is_closed(loop) + ac_loop_is_running(loop) + ac_loop_is_stopping(loop));
    (void)(ac_loop_has(loop, AC_S_FAST_GROUPS) + (ac_loop_semantics(loop) != 0) + (*ac_loop_why(loop) != 0));
    (void)(ac_loop_get_debug(loop) + (ac_loop_time(loop) > 0) + (ac_loop_timeout(loop) > 0));
    (void)ac_loop_get_task_factory(loop, &data);
    for (ac_task *task = NULL; (task = ac_loop_next_task(loop, task)) != NULL;) {
        (void)(ac_task_serial(task) + ac_task_cancelling(task) + ac_task_must_cancel(task));
        (void)(ac_task_name(task).bits + ac_task_get_context(task).bits);
        (void)(ac_task_get_coro(task) == NULL || ac_task_waiting_for(task) == &task->future);
        (void)(ac_future_cancelled(&task->future) + ac_future_get_log_traceback(&task->future));
    }
    (void)ac_loop_swap_current_task(loop, ac_loop_current_task(loop));
    look_at_graph(play);
    look_at_parts(play);
}

static void report(play *play)
{
    ac_report about = {.message = "a report of a play", .future = play->futures[0]};
    (void)play_check(play, ac_loop_call_exception_handler(play->loop, &about), NULL);
}

/* With every callback a slow one. */
static void toggle_debug(ac_loop *loop)
{
    ac_loop_set_debug(loop, !ac_loop_get_debug(loop));
    ac_loop_set_slow_callback_duration(loop, 0);
}

static void on_loop(play *play, char letter, uint32_t digit)
{
    if (letter == 's')
        play_call_soon(play, digit);
    else if (letter == 'S')
        play_call_threadsafe(play, digit);
    else if (letter == 'T')
        play_call_later(play, digit);
    else if (letter == 'H')
        play_cancel_handle(play, digit);
    else if (letter == 'v')
        set_variable(play);
    else if (letter == 'o')
        ac_loop_stop(play->loop);
    else if (letter == 'V')
        visit_all(play);
    else if (letter == 'I')
        look(play);
    else if (letter == 'L')
        report(play);
    else if (letter == 'P')
        choose_handler(play, digit);
    else if (letter == 'G')
        choose_factory(play, digit);
    else if (letter == '&')
        toggle_debug(play->loop);
    else if (letter == 'O')
        (void)play_check(play, ac_loop_close(play->loop), NULL);
    else if (letter == '^')
        play_cancel_all(play);
    else if (letter == '"')
        play_interrupt(play, digit);
}

static void on_link(play *play, char letter, uint32_t digit)
{
    if (letter == 'g')
        play_gather(play, digit);
    else if (letter == 'h')
        play_shield(play, digit);
    else if (letter == '|')
        play_chain_to(play, digit);
    else if (letter == '/')
        play_chain_end(play, digit);
    else if (letter == ']')
        play_on_lock(play, digit);
    else if (letter == '}')
        play_on_queue(play, digit);
}

/* What a task and a callback may both do; false if the letter is none of these.  Creating may fail. */
bool play_common(play *play, char letter, uint32_t digit, ac_value *raised, bool *failed)
{
    if (strchr("cunwqBjKZY", letter) != NULL)
        on_task(play, letter, play->tasks[digit]);
    else if (strchr("fFQXCJNMm", letter) != NULL)
        on_future(play, letter, play_future_in(play, digit));
    else if (strchr("sSTHvoVILPG&O^\"", letter) != NULL)
        on_loop(play, letter, digit);
    else if (strchr("gh|/]}", letter) != NULL)
        on_link(play, letter, digit);
    else if (letter == 'd')
        play_add_callback(play, play_future_in(play, digit), digit);
    else if (letter == 'D' && play->tasks[digit] != NULL)
        play_add_callback(play, &play->tasks[digit]->head.task.future, digit);
    else if (letter == 'R')
        play_put_task(play, digit, NULL);
    else if (letter == 'A')
        play_put_future(play, digit, NULL);
    else if (letter == 'l' || letter == 'E')
        *failed = !play_make_task(play, NULL, digit, letter == 'l' ? AC_EAGER_DEFAULT : AC_EAGER_YES, raised);
    else
        return false;
    return true;
}

const ac_c_class *play_class_of(char letter)
{
    switch (letter) {
    case 'e':
        return &ac_c_ValueError;
    case 'x':
        return &ac_c_SystemExit;
    case 'k':
        return &ac_c_CancelledError;
    case 'i':
        return &ac_c_StopIteration;
    case 'b':
        return &ac_c_GeneratorExit;
    default:
        return NULL;
    }
}

bool play_next(play *play, const char **at, char *letter, uint32_t *digit)
{
    const char *script = *at;
    if (script == NULL || *script == '\0' || play->fuel == 0)
        return false;
    play->fuel--;
    *letter = *script++;
    *digit = *script >= '0' && *script <= '9' ? (uint32_t)(*script++ - '0') : 0;
    *at = script;
    return true;
}

/* A script outside of a task: what would wait is left out; an error ends it. */
void play_script(play *play, const char *script, ac_value *raised, bool *failed)
{
    char letter;
    uint32_t digit;

    while (!*failed && play_next(play, &script, &letter, &digit)) {
        const ac_c_class *kind = play_class_of(letter);
        if (kind != NULL) {
            *raised = play_exception(play, kind);
            *failed = true;
        } else {
            (void)play_common(play, letter, digit, raised, failed);
        }
    }
}

void play_perform_inside(play *play, const char *script)
{
    ac_value raised = ac_none();
    bool failed = false;
    play_script(play, script, &raised, &failed);
    ac_drop(play->loop, raised);
}
