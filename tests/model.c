/* model.c - see model.h. */
#include "model.h"

#include <string.h>

const char model_letters[] = "yatcfFXdDslEuekr!,.";

enum { OBJECTS = 512, WAITERS = 512, READY = 4096, NOBODY = -1 };
typedef enum state { PENDING, FINISHED, FAILED, CANCELLED } state;
typedef enum raised { NOTHING, ERROR, CANCELLATION } raised;

/* Somebody who will run: a task's step, or a callback of a script. */
typedef struct entry {
    bool is_task;
    int who; /* the object, or the script */
} entry;

/* A future or a task. */
typedef struct object {
    state state;
    entry waiters[WAITERS];
    size_t waiter_count;
    bool is_task, started, must_cancel, swallows;
    int number, waits_for, cancelling;
    raised thrown; /* what the next step throws */
    const char *at;
} object;

static struct {
    object objects[OBJECTS];
    int object_count, task_in[PLAY_SLOTS], future_in[PLAY_SLOTS];
    entry ready[READY];
    size_t ready_count;
    const char *const *scripts;
    unsigned fuel;
    bool running;
    uint32_t *trace;
    size_t trace_count;
} m;

static void note(char what, int who, ac_how how)
{
    if (m.trace_count < PLAY_TRACE)
        m.trace[m.trace_count++] = (uint32_t)(unsigned char)what << 16 | (uint32_t)who << 8 | (uint32_t)how;
}

static int new_object(bool is_task, int number)
{
    object *new = &m.objects[m.object_count];
    memset(new, 0, sizeof *new);
    new->is_task = is_task;
    new->number = number;
    new->waits_for = NOBODY;
    new->at = is_task &&m.scripts[number] != NULL ? m.scripts[number] : "";
    return m.object_count++;
}

static void make_ready(entry entry)
{
    m.ready[m.ready_count++] = entry;
}

static void finish(int which, state state)
{
    object *self = &m.objects[which];
    self->state = state;
    for (size_t i = 0; i < self->waiter_count; i++)
        make_ready(self->waiters[i]);
    self->waiter_count = 0;
}

static void add_waiter(int which, entry entry)
{
    object *self = &m.objects[which];
    if (self->state != PENDING)
        make_ready(entry);
    else
        self->waiters[self->waiter_count++] = entry;
}

static bool is_cycle(int which)
{
    int steps = 0;
    for (int at = which; at != NOBODY && m.objects[at].is_task; at = m.objects[at].waits_for)
        if (m.objects[at].state != PENDING || ++steps > m.object_count)
            return steps > m.object_count;
    return false;
}

/* True if the request was accepted. */
static bool cancel(int which)
{
    object *self = &m.objects[which];
    if (self->state != PENDING)
        return false;
    if (!self->is_task) {
        finish(which, CANCELLED);
        return true;
    }
    self->cancelling++;
    if (self->waits_for == NOBODY || !cancel(self->waits_for))
        self->must_cancel = true;
    return true;
}

static bool begin_cancel(int which)
{
    return !is_cycle(which) && cancel(which);
}

static void uncancel(int which)
{
    object *self = &m.objects[which];
    if (self->cancelling > 0 && --self->cancelling == 0)
        self->must_cancel = false;
}

static int future(int slot)
{
    if (m.future_in[slot] == NOBODY)
        m.future_in[slot] = new_object(false, slot);
    return m.future_in[slot];
}

static void run_task(int which);

/* False: there was no fuel left. */
static bool create(int number, bool eager)
{
    if (m.fuel == 0)
        return false;
    int which = new_object(true, number);
    if (eager && m.running)
        run_task(which);
    else
        make_ready((entry){true, which});
    m.task_in[number] = which;
    return true;
}

static bool next(const char **at, char *letter, int *digit)
{
    const char *script = *at;
    if (script == NULL || *script == '\0' || m.fuel == 0)
        return false;
    m.fuel--;
    *letter = *script++;
    *digit = *script >= '0' && *script <= '9' ? *script++ - '0' : 0;
    *at = script;
    return true;
}

/* What anybody may do; what it raises. */
static raised common(char letter, int digit)
{
    int task = m.task_in[digit];
    entry callback = {false, digit};
    switch (letter) {
    case 'c':
        if (task != NOBODY)
            (void)begin_cancel(task);
        return NOTHING;
    case 'u':
        if (task != NOBODY)
            uncancel(task);
        return NOTHING;
    case 'f':
    case 'F':
        if (m.objects[future(digit)].state == PENDING)
            finish(future(digit), letter == 'f' ? FINISHED : FAILED);
        return NOTHING;
    case 'X':
        (void)cancel(future(digit));
        return NOTHING;
    case 'd':
        add_waiter(future(digit), callback);
        return NOTHING;
    case 'D':
        if (task != NOBODY)
            add_waiter(task, callback);
        return NOTHING;
    case 's':
        make_ready(callback);
        return NOTHING;
    case 'l':
    case 'E':
        return create(digit, letter == 'E') ? NOTHING : ERROR;
    case 'e':
        return ERROR;
    case 'k':
        return CANCELLATION;
    default:
        return NOTHING;
    }
}

static void run_callback(int number)
{
    const char *at = m.scripts[number];
    char letter;
    int digit;
    note('c', number, AC_SEND);
    while (next(&at, &letter, &digit) && common(letter, digit) == NOTHING)
        continue;
}

static raised outcome(const object *of)
{
    return of->state == FAILED ? ERROR : of->state == CANCELLED ? CANCELLATION : NOTHING;
}

/* Waits for a pending object. */
static void wait_for(int which, int other)
{
    object *self = &m.objects[which];
    if (other == which) {
        self->thrown = ERROR;
        make_ready((entry){true, which});
        return;
    }
    self->waits_for = other;
    add_waiter(other, (entry){true, which});
    if (self->must_cancel && begin_cancel(other))
        self->must_cancel = false;
}

static void end(int which, raised raised)
{
    object *self = &m.objects[which];
    state state = raised == ERROR ? FAILED : raised == CANCELLATION ? CANCELLED : FINISHED;
    if (raised == NOTHING && self->must_cancel)
        state = CANCELLED;
    self->must_cancel = false;
    finish(which, state);
}

/* Runs operations until the task stops; what it was given is raised first. */
static void go_on(int which, raised raised)
{
    object *self = &m.objects[which];
    char letter;
    int digit;
    for (;;) {
        if (raised != NOTHING && !self->swallows) {
            end(which, raised);
            return;
        }
        raised = NOTHING;
        if (!next(&self->at, &letter, &digit) || letter == 'r') {
            end(which, NOTHING);
            return;
        }
        if (letter == 'y') {
            make_ready((entry){true, which});
            return;
        }
        int other = letter == 'a' ? future(digit) : letter == 't' ? m.task_in[digit] : NOBODY;
        if (other != NOBODY && m.objects[other].state == PENDING) {
            wait_for(which, other);
            return;
        }
        if (other != NOBODY)
            raised = outcome(&m.objects[other]);
        else if (letter == '!' || letter == ',')
            self->swallows = letter == '!';
        else
            raised = common(letter, digit);
    }
}

static void run_task(int which)
{
    object *self = &m.objects[which];
    raised given = self->thrown;
    if (self->waits_for != NOBODY)
        given = outcome(&m.objects[self->waits_for]);
    if (self->must_cancel)
        given = CANCELLATION;
    self->must_cancel = false;
    self->waits_for = NOBODY;
    self->thrown = NOTHING;
    if (!self->started && given != NOTHING) {
        end(which, given);
        return;
    }
    self->started = true;
    note('t', self->number, given == NOTHING ? AC_SEND : AC_THROW);
    go_on(which, given);
}

static void turn(void)
{
    entry batch[READY];
    size_t count = m.ready_count;
    memcpy(batch, m.ready, count * sizeof *batch);
    m.ready_count = 0;
    m.running = true;
    for (size_t i = 0; i < count; i++) {
        if (batch[i].is_task)
            run_task(batch[i].who);
        else
            run_callback(batch[i].who);
    }
    m.running = false;
}

size_t model_predict(const scenario *scenario, uint32_t trace[PLAY_TRACE])
{
    const char *outside = scenario->outside;
    char letter;
    int digit;

    m.object_count = 0;
    m.ready_count = m.trace_count = 0;
    m.scripts = scenario->scripts;
    m.fuel = PLAY_FUEL - 1; /* play_create takes one */
    m.trace = trace;
    for (int i = 0; i < PLAY_SLOTS; i++)
        m.task_in[i] = m.future_in[i] = NOBODY;
    (void)create(0, false);
    while (next(&outside, &letter, &digit)) {
        if (letter == '.')
            turn();
        else
            (void)common(letter, digit);
    }
    return m.trace_count;
}
