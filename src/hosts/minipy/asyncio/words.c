/* words.c - the core's texts: "TaskGroup %G is finished" becomes what CPython says.
 *
 * Mirrors    The f-strings of taskgroups.py and tasks.py, and PyErr_Format in _asynciomodule.c.
 * Re-enters  A repr may run code of the program. */
#include "asyncio/host.h"

#include <string.h>

static void words_future(mp_builder *text, ac_future *future)
{
    mp_value shown = NULL;
    if (future == NULL) {
        mp_builder_text(text, "None");
        return;
    }
    shown = mp_core_future_repr(text->vm, future);
    if (shown == NULL)
        text->failed = true;
    else
        mp_builder_str(text, (mp_str *)shown);
    mp_xdecref(text->vm, shown);
}

static void words_class(mp_builder *text, mp_value exception)
{
    mp_builder_printf(text, "%T", exception != NULL ? exception : text->vm->memory_error);
}

static void words_value(mp_builder *text, mp_value value)
{
    mp_builder_repr(text, value != NULL ? value : text->vm->none);
}

static void words_subject(mp_builder *text, char letter, const mp_subjects *subjects)
{
    if (letter == 'T')
        words_future(text, subjects->task != NULL ? &subjects->task->future : NULL);
    else if (letter == 'P')
        words_future(text, subjects->parent != NULL ? &subjects->parent->future : NULL);
    else if (letter == 'F')
        words_future(text, subjects->future);
    else if (letter == 'G')
        words_value(text, subjects->group != NULL ? mp_as_value(mp_group_of(subjects->group)) : NULL);
    else if (letter == 'L')
        words_value(text, subjects->loop != NULL ? mp_as_value(mp_loop_of(subjects->loop)) : NULL);
    else if (letter == 'E')
        words_class(text, subjects->value);
    else
        words_value(text, subjects->value);
}

mp_str *mp_words(mp_vm *vm, const char *from, const mp_subjects *subjects)
{
    mp_builder text;
    const char *mark;
    mp_builder_init(&text, vm);
    while ((mark = strchr(from, '%')) != NULL && mark[1] != '\0') {
        mp_builder_add(&text, from, (size_t)(mark - from));
        if (strchr("TPFGLVE", mark[1]) != NULL)
            words_subject(&text, mark[1], subjects);
        else
            mp_builder_add(&text, mark, 2);
        from = mark + 2;
    }
    mp_builder_text(&text, from);
    return mp_builder_finish(&text);
}
