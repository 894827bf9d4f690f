/* repr.c - texts: repr of values, tasks, futures and groups; messages with placeholders; reports.
 *
 * Mirrors  repr() of str, int, list and exceptions; the reprs of Task, Future and TaskGroup without
 *          addresses; BaseEventLoop.default_exception_handler.
 * Holds    Every writer works like snprintf: what does not fit is counted, so a text is measured by
 *          writing it nowhere.
 * Cost     No allocation, save for a report that is longer than a kilobyte.
 * Tests    tests/test_chost_values.c, tests/test_chost_loop.c (reports) */
#include "chost_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Groups within groups, lists within lists: what is nested deeper is shown as "...". */
enum { DEEPEST = 100 };

/* ---- Writing ------------------------------------------------------------------------------------- */

void aci_c_text_put(c_text *text, const char *chars, size_t count)
{
    size_t room = text->length < text->size ? text->size - text->length - 1 : 0;
    size_t fits = count < room ? count : room;

    if (fits)
        memcpy(text->buffer + text->length, chars, fits);
    text->length += count;
    if (text->size)
        text->buffer[text->length < text->size ? text->length : text->size - 1] = '\0';
}

void aci_c_text_puts(c_text *text, const char *chars)
{
    aci_c_text_put(text, chars, strlen(chars));
}

static void put_number(c_text *text, int64_t number)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, number);
    aci_c_text_puts(text, digits);
}

/* ---- Values -------------------------------------------------------------------------------------- */

static void put_char(c_text *text, char character, char quote)
{
    static const char plain[] = "\n\r\t\\", letters[] = "nrt\\";
    const char *special = character ? strchr(plain, character) : NULL;
    unsigned char code = (unsigned char)character;
    char escaped[8] = {'\\', character, '\0'};

    if (special)
        escaped[1] = letters[special - plain];
    else if (code < 0x20 || code == 0x7f)
        snprintf(escaped, sizeof escaped, "\\x%02x", code);
    aci_c_text_puts(text,
                    special || character == quote || code < 0x20 || code == 0x7f ? escaped : escaped + 1);
}

static void put_string(c_text *text, const c_string *string)
{
    bool single = memchr(string->text, '\'', string->length) != NULL;
    bool both = single && memchr(string->text, '"', string->length) != NULL;
    char quote = single && !both ? '"' : '\'';

    aci_c_text_put(text, &quote, 1);
    for (size_t i = 0; i < string->length; i++)
        put_char(text, string->text[i], quote);
    aci_c_text_put(text, &quote, 1);
}

static void put_value(c_text *text, ac_ref value, int depth);

static void put_exception(c_text *text, ac_ref exception, int depth)
{
    size_t members = ac_c_errno(exception) == 0 ? ac_c_member_count(exception) : 0;

    aci_c_text_puts(text, ac_c_class_of(exception)->name);
    aci_c_text_puts(text, "(");
    if (ac_c_errno(exception) != 0) {
        put_number(text, ac_c_errno(exception));
        aci_c_text_puts(text, ", ");
    }
    if (!ac_is_none(ac_c_argument(exception)))
        put_value(text, ac_c_argument(exception), depth + 1);
    if (members)
        aci_c_text_puts(text, ", [");
    for (size_t i = 0; i < members; i++) {
        ac_ref member = ac_c_member(exception, i);
        aci_c_text_puts(text, i ? ", " : "");
        if (ac_is_none(member))
            put_exception(text, member, depth + 1);
        else
            put_value(text, member, depth + 1);
    }
    aci_c_text_puts(text, members ? "])" : ")");
}

static void put_list(c_text *text, const c_list *list, int depth)
{
    aci_c_text_puts(text, "[");
    for (size_t i = 0; i < list->count; i++) {
        aci_c_text_puts(text, i ? ", " : "");
        put_value(text, ac_lend(list->items[i]), depth + 1);
    }
    aci_c_text_puts(text, "]");
}

static void put_value(c_text *text, ac_ref value, int depth)
{
    const c_string *string = c_object_as(value, AC_C_STR);
    const c_list *list = c_object_as(value, AC_C_LIST);
    ac_c_kind kind = ac_c_kind_of(value);

    if (depth > DEEPEST)
        aci_c_text_puts(text, "...");
    else if (string)
        put_string(text, string);
    else if (list)
        put_list(text, list, depth);
    else if (kind == AC_C_NONE)
        aci_c_text_puts(text, "None");
    else if (kind == AC_C_INT)
        put_number(text, ac_c_as_int(value));
    else if (kind == AC_C_EXC)
        put_exception(text, value, depth);
    else
        aci_c_text_puts(text, kind == AC_C_CONTEXT ? "<Context>" : "<pointer>");
}

void aci_c_text_repr(c_text *text, ac_ref value)
{
    put_value(text, value, 0);
}

size_t ac_c_repr(ac_ref value, char *buffer, size_t size)
{
    c_text text = {buffer, size, 0};

    aci_c_text_put(&text, "", 0);
    aci_c_text_repr(&text, value);
    return text.length;
}

/* ---- Tasks, futures, groups, loops --------------------------------------------------------------- */

static void put_name(c_text *text, const ac_task *task)
{
    ac_ref name = ac_task_name(task);
    char number[32];

    snprintf(number, sizeof number, "Task-%" PRIu64, ac_task_serial(task));
    if (ac_task_serial(task))
        aci_c_text_puts(text, number);
    else if (ac_c_kind_of(name) == AC_C_STR)
        aci_c_text_puts(text, ac_c_as_str(name));
    else
        aci_c_text_repr(text, name);
}

size_t ac_c_task_name(const ac_task *task, char *buffer, size_t size)
{
    c_text text = {buffer, size, 0};

    aci_c_text_put(&text, "", 0);
    put_name(&text, task);
    return text.length;
}

static const char *state_name(const ac_future *future)
{
    if (!ac_future_done(future))
        return "pending";
    return ac_future_cancelled(future) ? "cancelled" : "finished";
}

void aci_c_text_repr_future(c_text *text, ac_future *future)
{
    ac_task *task = ac_future_task(future);
    bool cancelling = task && !ac_future_done(future) && ac_task_cancelling(task);

    aci_c_text_puts(text, task ? "<Task " : "<Future ");
    aci_c_text_puts(text, cancelling ? "cancelling" : state_name(future));
    if (task) {
        aci_c_text_puts(text, " name='");
        put_name(text, task);
        aci_c_text_puts(text, "'");
    }
    aci_c_text_puts(text, ">");
}

static void put_group(c_text *text, const ac_group *group)
{
    size_t tasks = ac_group_task_count(group), errors = ac_group_error_count(group);

    aci_c_text_puts(text, "<TaskGroup");
    if (tasks) {
        aci_c_text_puts(text, " tasks=");
        put_number(text, (int64_t)tasks);
    }
    if (errors) {
        aci_c_text_puts(text, " errors=");
        put_number(text, (int64_t)errors);
    }
    if (ac_group_is_aborting(group))
        aci_c_text_puts(text, " cancelling");
    else if (ac_group_is_entered(group))
        aci_c_text_puts(text, " entered");
    aci_c_text_puts(text, ">");
}

static void put_loop(c_text *text, const ac_loop *loop)
{
    aci_c_text_puts(text, ac_loop_is_running(loop) ? "<Loop running=True" : "<Loop running=False");
    aci_c_text_puts(text, ac_loop_is_closed(loop) ? " closed=True>" : " closed=False>");
}

static void put_future(c_text *text, ac_future *future)
{
    if (future)
        aci_c_text_repr_future(text, future);
    else
        aci_c_text_puts(text, "None");
}

static const char *class_name(ac_ref exception)
{
    const ac_c_class *kind = ac_c_class_of(exception);

    return kind ? kind->name : "?";
}

static void put_subject(c_text *text, char letter, const c_subjects *subjects)
{
    if (letter == 'T')
        put_future(text, subjects->task ? &subjects->task->future : NULL);
    else if (letter == 'P')
        put_future(text, subjects->parent ? &subjects->parent->future : NULL);
    else if (letter == 'F')
        put_future(text, subjects->future);
    else if (letter == 'G' && subjects->group)
        put_group(text, subjects->group);
    else if (letter == 'L')
        put_loop(text, subjects->loop);
    else if (letter == 'E')
        aci_c_text_puts(text, class_name(subjects->value));
    else
        aci_c_text_repr(text, subjects->value);
}

void aci_c_text_resolve(c_text *text, const char *from, const c_subjects *subjects)
{
    const char *mark;

    while ((mark = strchr(from, '%')) != NULL && mark[1]) {
        aci_c_text_put(text, from, (size_t)(mark - from));
        if (strchr("TPFGLVE", mark[1]))
            put_subject(text, mark[1], subjects);
        else
            aci_c_text_put(text, mark, 2);
        from = mark + 2;
    }
    aci_c_text_puts(text, from);
}

/* ---- Reports ------------------------------------------------------------------------------------- */

static void write_report(c_text *text, ac_loop *loop, const ac_report *report)
{
    c_subjects subjects = {loop, report->task, report->parent, report->future, NULL, report->exception};

    aci_c_text_resolve(text, report->message, &subjects);
    if (!ac_is_none(report->exception)) {
        aci_c_text_puts(text, "\nexception: ");
        aci_c_text_repr(text, report->exception);
    }
    if (report->cause) {
        aci_c_text_puts(text, "\nwhile handling: ");
        write_report(text, loop, report->cause);
    }
}

static void say(ac_loop *loop, const char *words)
{
    c_loop *self = c_loop_of(loop);

    if (self->report)
        self->report(self->report_data, words);
    else
        fprintf(stderr, "%s\n", words);
}

/* A report that is too long for the stack, and for which there is no memory, is cut off. */
void aci_c_report(ac_loop *loop, const ac_report *report)
{
    char short_text[1024];
    c_text text = {short_text, sizeof short_text, 0};
    size_t size;
    char *memory;

    write_report(&text, loop, report);
    size = text.length + 1;
    memory = size > sizeof short_text ? aci_c_new(loop, size) : NULL;
    if (memory) {
        text = (c_text){memory, size, 0};
        write_report(&text, loop, report);
    }
    say(loop, memory ? memory : short_text);
    if (memory)
        aci_c_delete(loop, memory, size);
}

void aci_c_slow(ac_loop *loop, ac_handle *handle, double seconds)
{
    ac_task *task = ac_handle_task(handle);
    char words[512], took[48];
    c_text text = {words, sizeof words, 0};

    aci_c_text_puts(&text, "Executing ");
    if (task)
        aci_c_text_repr_future(&text, &task->future);
    else
        aci_c_text_puts(&text, "<Handle>");
    snprintf(took, sizeof took, " took %.3f seconds", seconds);
    aci_c_text_puts(&text, took);
    say(loop, words);
}
