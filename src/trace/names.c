/* names.c - what things are called: by the host, else by the order in which they appeared.
 *
 * Idea       Records of two runs, or of two implementations, can only be compared if no address is in them.
 * Holds      A thing in the table is alive as far as the core has said.
 * Cost       O(1) a look; the table grows with what is alive, not with what ever was: what is gone is swept
 *            when the table is full.
 * Tests      tests/test_trace_recorder.c */
#include <stdio.h>
#include <string.h>

#include "trace_impl.h"

/* ---- The table ---- */

static size_t place_of(const t_table *table, t_kind kind, const void *address)
{
    uint64_t bits = (uint64_t)(uintptr_t)address + (uint64_t)kind;
    bits *= 0x9e3779b97f4a7c15u;
    return (size_t)(bits >> 20) & (table->room - 1);
}

/* The thing, or the free place where its search ends. */
static t_thing *find(const t_table *table, t_kind kind, const void *address)
{
    size_t at = place_of(table, kind, address);
    while (table->things[at].kind != T_FREE &&
           (table->things[at].kind != kind || table->things[at].address != address))
        at = (at + 1) & (table->room - 1);
    return &table->things[at];
}

static size_t count_alive(const t_table *table)
{
    size_t alive = 0;
    for (size_t at = 0; at < table->room; at++)
        alive += table->things[at].kind > T_GONE;
    return alive;
}

/* Moves what is alive to a new table of at least twice its size. */
static bool grow(ac_trace *trace)
{
    t_table old = trace->table, now = trace->table;
    size_t alive = count_alive(&old);
    for (now.room = 32; now.room < 2 * alive + 2; now.room *= 2)
        ;
    now.room *= 2;
    now.things = aci_t_realloc(trace, NULL, now.room * sizeof *now.things);
    if (now.things == NULL)
        return false;
    memset(now.things, 0, now.room * sizeof *now.things);
    now.used = alive;
    for (size_t at = 0; at < old.room; at++)
        if (old.things[at].kind > T_GONE)
            *find(&now, old.things[at].kind, old.things[at].address) = old.things[at];
    trace->table = now;
    if (old.things != NULL)
        (void)aci_t_realloc(trace, old.things, 0);
    return true;
}

/* A place for a thing that is not in the table; NULL: no memory. */
static t_thing *add(ac_trace *trace, t_kind kind, const void *address)
{
    t_table *table = &trace->table;
    if (3 * (table->used + 1) > 2 * table->room && !grow(trace))
        return NULL;
    t_thing *thing = find(table, kind, address);
    thing->kind = kind;
    thing->address = address;
    table->used++;
    return thing;
}

static t_thing *look(const ac_trace *trace, t_kind kind, const void *address)
{
    if (trace->table.room == 0)
        return NULL;
    t_thing *thing = find(&trace->table, kind, address);
    return thing->kind == kind ? thing : NULL;
}

uint64_t aci_t_known(const ac_trace *trace, t_kind kind, const void *address)
{
    const t_thing *thing = look(trace, kind, address);
    return thing != NULL ? thing->number : 0;
}

uint64_t aci_t_number(ac_trace *trace, t_kind kind, const void *address)
{
    uint64_t known = aci_t_known(trace, kind, address);
    return known != 0 ? known : aci_t_renumber(trace, kind, address);
}

void aci_t_set_number(ac_trace *trace, t_kind kind, const void *address, uint64_t number)
{
    t_thing *thing = look(trace, kind, address);
    if (thing == NULL)
        thing = add(trace, kind, address);
    if (thing != NULL)
        thing->number = number;
}

uint64_t aci_t_renumber(ac_trace *trace, t_kind kind, const void *address)
{
    aci_t_set_number(trace, kind, address, ++trace->table.numbers[kind]);
    return aci_t_known(trace, kind, address);
}

void aci_t_forget(ac_trace *trace, t_kind kind, const void *address)
{
    t_thing *thing = look(trace, kind, address);
    if (thing != NULL)
        thing->kind = T_GONE;
}

void aci_t_table_free(ac_trace *trace)
{
    if (trace->table.things != NULL)
        (void)aci_t_realloc(trace, trace->table.things, 0);
    trace->table.things = NULL;
    trace->table.room = 0;
}

/* ---- Names of the host ---- */

/* snprintf's way: the full length, whatever there was room for. */
static size_t copy_word(const char *word, char *buffer, size_t size)
{
    size_t length = strlen(word);
    if (length < size)
        memcpy(buffer, word, length + 1);
    return length;
}

static size_t ask_callback(const ac_trace_names *names, ac_handle *handle, char *buffer, size_t size)
{
    const char *word = ac_handle_word(handle);
    if (word != NULL)
        return copy_word(word, buffer, size);
    return names->callback != NULL ? names->callback(names->data, handle, buffer, size) : 0;
}

static size_t ask_once(const ac_trace *trace, t_what what, char *buffer, size_t size)
{
    const ac_trace_names *names = &trace->options.names;
    switch (what.of) {
    case T_OF_TASK:
        return names->task != NULL ? names->task(names->data, what.task, buffer, size) : 0;
    case T_OF_BODY:
        return names->body != NULL ? names->body(names->data, what.task, buffer, size) : 0;
    case T_OF_CALLBACK:
        return ask_callback(names, what.handle, buffer, size);
    case T_OF_VALUE:
        return names->value != NULL ? names->value(names->data, what.value, buffer, size) : 0;
    }
    return 0;
}

/* Asked with the room that is there, and again if that was too little. */
bool aci_t_ask(ac_trace *trace, t_what what)
{
    t_text *name = &trace->name;
    name->size = ask_once(trace, what, name->bytes, name->room);
    if (name->size >= name->room && name->size > 0) {
        size_t room = name->size + 1;
        char *bytes = aci_t_realloc(trace, name->bytes, room);
        if (bytes == NULL)
            return false;
        name->bytes = bytes;
        name->room = room;
        if (ask_once(trace, what, bytes, room) != name->size)
            return false;
    }
    return name->size > 0;
}

/* ---- Names on the line ---- */

static void put_numbered(ac_trace *trace, const char *word, uint64_t number, bool json)
{
    aci_t_put(trace, json ? "\"" : "");
    aci_t_put(trace, word);
    if (number > 0)
        aci_t_put_number(trace, number);
    else
        aci_t_put(trace, "?");
    aci_t_put(trace, json ? "\"" : "");
}

/* The number of its default name; 0: it had another one when it appeared. */
static uint64_t serial_of(ac_trace *trace, const ac_task *task)
{
    uint64_t serial = aci_t_known(trace, T_SERIAL, task);
    if (serial == 0 && aci_t_known(trace, T_TASK, task) == 0 && ac_task_serial(task) > 0) {
        serial = ac_task_serial(task);
        aci_t_set_number(trace, T_SERIAL, task, serial);
    }
    return serial;
}

/* Releases of CPython differ in when a name is set; a trace calls a task by one name. */
void aci_t_put_task(ac_trace *trace, const ac_task *task, bool json)
{
    uint64_t serial = serial_of(trace, task);
    uint64_t number = aci_t_number(trace, T_TASK, task);
    if (serial > 0)
        put_numbered(trace, "Task-", serial, json);
    else if (aci_t_ask(trace, (t_what){.of = T_OF_TASK, .task = task}))
        aci_t_put_quoted(trace, trace->name.bytes, trace->name.size, json);
    else
        put_numbered(trace, "Task#", number, json);
}

void aci_t_put_future(ac_trace *trace, ac_future *future, bool json)
{
    const ac_task *task = ac_future_task(future);
    if (task != NULL)
        aci_t_put_task(trace, task, json);
    else
        put_numbered(trace, "Future#", aci_t_number(trace, T_FUTURE, future), json);
}

void aci_t_put_handle(ac_trace *trace, const ac_handle *handle, bool json)
{
    put_numbered(trace, "Handle#", aci_t_number(trace, T_HANDLE, handle), json);
}

/* A group that has ended may still have callbacks of children: it is not numbered again. */
void aci_t_put_group(ac_trace *trace, const ac_group *group, bool json)
{
    put_numbered(trace, "TaskGroup#", aci_t_known(trace, T_GROUP, group), json);
}

/* ---- Messages ---- */

/* The exception's class: its text up to what it says. */
void aci_t_put_class(ac_trace *trace, ac_ref exception)
{
    if (!aci_t_ask(trace, (t_what){.of = T_OF_VALUE, .value = exception}))
        return;
    const char *end = memchr(trace->name.bytes, '(', trace->name.size);
    size_t size = end != NULL ? (size_t)(end - trace->name.bytes) : trace->name.size;
    aci_t_put_bytes(trace, &trace->line, trace->name.bytes, size);
}

/* Puts what a placeholder stands for; false if it is none, or stands for nothing. */
static bool put_placeholder(ac_trace *trace, const ac_report *report, char letter)
{
    if ((letter == 'T' && report->task == NULL) || (letter == 'P' && report->parent == NULL) ||
        (letter == 'F' && report->future == NULL))
        return false;
    switch (letter) {
    case 'T':
        aci_t_put_task(trace, report->task, false);
        return true;
    case 'P':
        aci_t_put_task(trace, report->parent, false);
        return true;
    case 'F':
        aci_t_put_future(trace, report->future, false);
        return true;
    case 'E':
        aci_t_put_class(trace, report->exception);
        return true;
    default:
        return false;
    }
}

/* The message is put together on the line, then quoted as a whole. */
void aci_t_put_message(ac_trace *trace, const ac_report *report, bool json)
{
    size_t start = trace->line.size;
    for (const char *at = report->message; *at != '\0'; at++) {
        if (*at == '%' && put_placeholder(trace, report, at[1]))
            at++;
        else
            aci_t_put_bytes(trace, &trace->line, at, 1);
    }
    if (!json)
        return;
    size_t size = trace->line.size - start;
    trace->name.size = 0;
    aci_t_put_bytes(trace, &trace->name, trace->line.bytes + start, size);
    trace->line.size = start;
    aci_t_put_quoted(trace, trace->name.bytes, trace->name.size, true);
}
