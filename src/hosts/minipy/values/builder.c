/* builder.c - strings in the making, and the formats of mp_raise and mp_str_formatted.
 *
 * A builder keeps the first failure: callers add piece after piece and look once, at the end.  The formats
 * are a small printf of their own, since %S and %R ask objects for their text, which may run code of the
 * program: the values are borrowed from the caller for that time. */
#include <string.h>

#include "values/number_impl.h"
#include "values/unicode.h"

void mp_builder_init(mp_builder *builder, mp_vm *vm)
{
    *builder = (mp_builder){.vm = vm};
}

static bool builder_reserve(mp_builder *builder, size_t more)
{
    if (builder->failed)
        return false;
    if (more <= builder->room - builder->size)
        return true;
    size_t room = builder->room < 32 ? 64 : builder->room * 2;
    if (room < builder->size + more)
        room = builder->size + more;
    char *data = NULL;
    if (more < SIZE_MAX / 4)
        data = mp_resize(builder->vm, builder->data, builder->room, room);
    else
        mp_raise(builder->vm, MP_X_MEMORY_ERROR, "string too long");
    if (data == NULL) {
        builder->failed = true;
        return false;
    }
    builder->data = data;
    builder->room = room;
    return true;
}

void mp_builder_add(mp_builder *builder, const char *data, size_t size)
{
    if (size == 0 || !builder_reserve(builder, size))
        return;
    memcpy(builder->data + builder->size, data, size);
    builder->size += size;
}

void mp_builder_text(mp_builder *builder, const char *text)
{
    mp_builder_add(builder, text, strlen(text));
}

void mp_builder_str(mp_builder *builder, const mp_str *str)
{
    mp_builder_add(builder, str->data, str->size);
}

void mp_builder_fill(mp_builder *builder, const char *piece, size_t size, size_t count)
{
    if (size == 0 || count == 0)
        return;
    size_t total;
    if (__builtin_mul_overflow(size, count, &total))
        total = SIZE_MAX;
    if (!builder_reserve(builder, total))
        return;
    char *at = builder->data + builder->size;
    if (size == 1)
        memset(at, *piece, count);
    else
        for (size_t i = 0; i < count; i++)
            memcpy(at + i * size, piece, size);
    builder->size += total;
}

/* Adds what mp_repr or mp_to_str gave, and drops it. */
static void builder_take(mp_builder *builder, mp_value str)
{
    if (str == NULL) {
        builder->failed = true;
        return;
    }
    mp_builder_str(builder, (mp_str *)str);
    mp_decref(builder->vm, str);
}

void mp_builder_repr(mp_builder *builder, mp_value value)
{
    if (!builder->failed)
        builder_take(builder, mp_repr(builder->vm, value));
}

mp_str *mp_builder_finish(mp_builder *builder)
{
    mp_str *made = NULL;
    if (!builder->failed)
        made = mp_str_new(builder->vm, builder->data, builder->size);
    mp_builder_drop(builder);
    return made;
}

void mp_builder_drop(mp_builder *builder)
{
    if (builder->data != NULL)
        mp_release(builder->vm, builder->data, builder->room);
    builder->data = NULL;
    builder->size = builder->room = 0;
    builder->failed = true;
}

/* ---- Formats ---- */

/* A va_list in a struct can be handed on and read further by whoever gets it. */
typedef struct format_list {
    va_list list;
} format_list;

/* One %...: flags and width go to snprintf as they stand. */
typedef struct format_item {
    char flags[8];
    int precision; /* -1: none */
    char length;   /* 0, 'l', 'L' (ll), 'z' */
} format_item;

static const char *format_read(const char *at, format_list *arguments, format_item *item)
{
    size_t count = 0;
    while (*at != '\0' && strchr("-+ #0123456789", *at) != NULL && count + 1 < sizeof item->flags)
        item->flags[count++] = *at++;
    item->flags[count] = '\0';
    item->precision = -1;
    if (at[0] == '.' && at[1] == '*') {
        item->precision = va_arg(arguments->list, int);
        at += 2;
    }
    item->length = 0;
    for (; *at == 'l' || *at == 'z'; at++)
        item->length = *at == 'z' ? 'z' : item->length == 'l' ? 'L' : 'l';
    return at;
}

static long long format_signed(const format_item *item, format_list *arguments)
{
    switch (item->length) {
    case 'L':
        return va_arg(arguments->list, long long);
    case 'l':
        return va_arg(arguments->list, long);
    case 'z':
        return (long long)va_arg(arguments->list, size_t);
    default:
        return va_arg(arguments->list, int);
    }
}

static unsigned long long format_unsigned(const format_item *item, format_list *arguments)
{
    if (item->length == 'L')
        return va_arg(arguments->list, unsigned long long);
    if (item->length == 'z')
        return va_arg(arguments->list, size_t);
    if (item->length == 'l')
        return va_arg(arguments->list, unsigned long);
    return va_arg(arguments->list, unsigned);
}

static void format_number(mp_builder *builder, char kind, const format_item *item, format_list *arguments)
{
    char format[16], text[64];
    snprintf(format, sizeof format, "%%%sll%c", item->flags, kind);
    if (kind == 'd')
        snprintf(text, sizeof text, format, format_signed(item, arguments));
    else
        snprintf(text, sizeof text, format, format_unsigned(item, arguments));
    mp_builder_text(builder, text);
}

/* A C string, at most 'precision' bytes of it and no half code point. */
static void format_text(mp_builder *builder, const format_item *item, const char *text)
{
    if (item->precision < 0) {
        mp_builder_text(builder, text);
        return;
    }
    size_t size = 0, most = (size_t)item->precision;
    while (size < most && text[size] != '\0')
        size++;
    if (size == most && text[size] != '\0')
        while (size > 0 && mp_utf8_continues(text[size]))
            size--;
    mp_builder_add(builder, text, size);
}

/* As CPython's %T: with its module, if that has to be said. */
static void format_full_type(mp_builder *builder, const mp_type *type)
{
    if (!mp_str_is(type->module, "builtins") && !mp_str_is(type->module, "__main__")) {
        mp_builder_str(builder, type->module);
        mp_builder_add(builder, ".", 1);
    }
    mp_builder_str(builder, type->qualname);
}

static void format_value(mp_builder *builder, char kind, mp_value value)
{
    if (builder->failed)
        return;
    if (kind == 'Q')
        format_full_type(builder, mp_type_of(builder->vm, value));
    else if (kind == 'T')
        mp_builder_str(builder, mp_type_of(builder->vm, value)->name);
    else
        builder_take(builder, kind == 'R' ? mp_repr(builder->vm, value) : mp_to_str(builder->vm, value));
}

static void format_one(mp_builder *builder, char kind, const format_item *item, format_list *arguments)
{
    char byte;
    switch (kind) {
    case 'd':
    case 'u':
    case 'x':
        format_number(builder, kind, item, arguments);
        break;
    case 's':
        format_text(builder, item, va_arg(arguments->list, const char *));
        break;
    case 'c':
        byte = (char)va_arg(arguments->list, int);
        mp_builder_add(builder, &byte, 1);
        break;
    case 'S':
    case 'R':
    case 'T':
    case 'Q':
        format_value(builder, kind, va_arg(arguments->list, mp_value));
        break;
    default: /* %% */
        mp_builder_add(builder, &kind, 1);
    }
}

void mp_builder_vprintf(mp_builder *builder, const char *format, va_list list)
{
    format_list arguments;
    va_copy(arguments.list, list);
    const char *at = format;
    for (;;) {
        size_t plain = strcspn(at, "%");
        mp_builder_add(builder, at, plain);
        at += plain;
        if (*at == '\0')
            break;
        format_item item;
        at = format_read(at + 1, &arguments, &item);
        format_one(builder, *at++, &item, &arguments);
    }
    va_end(arguments.list);
}

void mp_builder_printf(mp_builder *builder, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    mp_builder_vprintf(builder, format, list);
    va_end(list);
}

mp_str *mp_str_vformatted(mp_vm *vm, const char *format, va_list list)
{
    mp_builder builder;
    mp_builder_init(&builder, vm);
    mp_builder_vprintf(&builder, format, list);
    return mp_builder_finish(&builder);
}

mp_str *mp_str_formatted(mp_vm *vm, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    mp_str *made = mp_str_vformatted(vm, format, list);
    va_end(list);
    return made;
}
