/* values.c - what a value can be: integers, strings, lists, pointers; counting.
 *
 * Idea       A word is none, an integer, or the address of a counted object.
 * Holds      What a dropped object held is not dropped by recursion: it queues on the loop's list of the
 *            dead, which the outermost drop works off.  So a chain of a million exceptions needs no more
 *            stack than one.
 * Re-enters  Only the free_it of a pointer is a program's code.
 * Cost       One allocation for each object; none for integers.
 * Tests      tests/test_chost_values.c */
#include "chost_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Life ---------------------------------------------------------------------------------------- */

void *aci_c_object_new(ac_loop *loop, uint32_t kind, size_t size)
{
    c_object *object = size <= UINT32_MAX ? aci_c_new(loop, size) : NULL;

    if (!object)
        return NULL;
    object->life.refs = 1;
    object->kind = kind;
    object->size = (uint32_t)size;
    return object;
}

static void drop_all(ac_loop *loop, ac_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        aci_c_drop(loop, values[i]);
}

static void bury_exception(ac_loop *loop, c_exception *exception)
{
    aci_c_drop(loop, exception->argument);
    aci_c_drop(loop, exception->cause);
    aci_c_drop(loop, exception->context);
    drop_all(loop, exception->members, exception->count);
}

static void bury_pointer(c_pointer *pointer)
{
    pointer->link.prev->next = pointer->link.next;
    pointer->link.next->prev = pointer->link.prev;
    if (pointer->free_it)
        pointer->free_it(pointer->pointer);
}

static void bury_bindings(ac_loop *loop, c_bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++)
        aci_c_drop(loop, bindings->items[i].value);
}

static void bury(ac_loop *loop, c_object *object)
{
    if (object->kind == AC_C_EXC)
        bury_exception(loop, (c_exception *)(void *)object);
    else if (object->kind == AC_C_LIST)
        drop_all(loop, ((c_list *)(void *)object)->items, ((c_list *)(void *)object)->count);
    else if (object->kind == AC_C_POINTER)
        bury_pointer((c_pointer *)(void *)object);
    else if (object->kind == AC_C_CONTEXT)
        aci_c_drop(loop, c_value_of(((c_context *)(void *)object)->bindings));
    else if (object->kind == C_BINDINGS)
        bury_bindings(loop, (c_bindings *)(void *)object);
    aci_c_delete(loop, object, object->size);
}

void aci_c_drop(ac_loop *loop, ac_value value)
{
    c_loop *self = c_loop_of(loop);
    c_object *object = c_object_of(ac_lend(value));

    if (!object || --object->life.refs > 0)
        return;
    object->life.next_dead = self->dead;
    self->dead = object;
    if (self->burying)
        return;
    self->burying = true;
    while (self->dead) {
        object = self->dead;
        self->dead = object->life.next_dead;
        bury(loop, object);
    }
    self->burying = false;
}

/* ---- Kinds --------------------------------------------------------------------------------------- */

ac_c_kind ac_c_kind_of(ac_ref value)
{
    c_object *object = c_object_of(value);

    if (object)
        return (ac_c_kind)object->kind;
    return ac_is_none(value) ? AC_C_NONE : AC_C_INT;
}

ac_value ac_c_int(int64_t number)
{
    ac_value value = {(uint64_t)number << C_TAG_BITS | C_INT_TAG};
    return value;
}

int64_t ac_c_as_int(ac_ref value)
{
    /* The division gives the sign back without a shift of a negative number. */
    return ac_c_kind_of(value) == AC_C_INT ? (int64_t)(value.bits - C_INT_TAG) / (1 << C_TAG_BITS) : 0;
}

c_string *aci_c_string_new(ac_loop *loop, size_t length)
{
    c_string *string = aci_c_object_new(loop, AC_C_STR, sizeof *string + length + 1);

    if (!string)
        return NULL;
    string->length = length;
    string->text[length] = '\0';
    return string;
}

c_string *aci_c_string(ac_loop *loop, const char *text)
{
    size_t length = strlen(text);
    c_string *string = aci_c_string_new(loop, length);

    if (string)
        memcpy(string->text, text, length);
    return string;
}

ac_value ac_c_str(ac_loop *loop, const char *text)
{
    return c_value_of(aci_c_string(loop, text));
}

ac_value ac_c_strf(ac_loop *loop, const char *format, ...)
{
    va_list arguments;
    c_string *string;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    string = length < 0 ? NULL : aci_c_string_new(loop, (size_t)length);
    if (!string)
        return ac_none();
    va_start(arguments, format);
    vsnprintf(string->text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return c_value_of(string);
}

const char *ac_c_as_str(ac_ref value)
{
    const c_string *string = c_object_as(value, AC_C_STR);

    return string ? string->text : "";
}

ac_value ac_c_list(ac_loop *loop, const ac_ref *items, size_t count)
{
    bool fits = count <= (UINT32_MAX - sizeof(c_list)) / sizeof *items;
    c_list *list = fits ? aci_c_object_new(loop, AC_C_LIST, sizeof *list + count * sizeof *items) : NULL;

    if (!list)
        return ac_none();
    list->count = count;
    for (size_t i = 0; i < count; i++)
        list->items[i] = c_dup(items[i]);
    return c_value_of(list);
}

size_t ac_c_list_size(ac_ref list)
{
    const c_list *self = c_object_as(list, AC_C_LIST);

    return self ? self->count : 0;
}

ac_ref ac_c_list_item(ac_ref list, size_t index)
{
    const c_list *self = c_object_as(list, AC_C_LIST);

    return self && index < self->count ? ac_lend(self->items[index]) : ac_none_ref();
}

ac_value ac_c_pointer(ac_loop *loop, void *pointer, void (*free_it)(void *pointer))
{
    ac_link *all = &c_loop_of(loop)->pointers;
    c_pointer *self = aci_c_object_new(loop, AC_C_POINTER, sizeof *self);

    if (!self)
        return ac_none();
    self->pointer = pointer;
    self->free_it = free_it;
    self->link.prev = all->prev;
    self->link.next = all;
    all->prev->next = &self->link;
    all->prev = &self->link;
    return c_value_of(self);
}

void *ac_c_as_pointer(ac_ref value)
{
    const c_pointer *self = c_object_as(value, AC_C_POINTER);

    return self ? self->pointer : NULL;
}
