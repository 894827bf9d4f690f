/* string_repr.c - the repr of strings, and the one that is all ASCII.
 *
 * Mirrors Python: single quotes unless the text has some and no double ones; what is not printable is escaped
 * by the shortest of \xNN, \uNNNN, \UNNNNNNNN. */
#include <string.h>

#include "values/string_impl.h"
#include "values/unicode.h"

static void repr_escape(mp_builder *builder, uint32_t point)
{
    if (point < 0x100)
        mp_builder_printf(builder, "\\x%02x", (unsigned)point);
    else if (point < 0x10000)
        mp_builder_printf(builder, "\\u%04x", (unsigned)point);
    else
        mp_builder_printf(builder, "\\U%08x", (unsigned)point);
}

static void repr_add_point(mp_builder *builder, const char *at, char quote)
{
    size_t size;
    uint32_t point = mp_utf8_decode(at, &size);
    if (*at == quote || *at == '\\') {
        mp_builder_add(builder, "\\", 1);
        mp_builder_add(builder, at, 1);
    } else if (point == '\n')
        mp_builder_text(builder, "\\n");
    else if (point == '\r')
        mp_builder_text(builder, "\\r");
    else if (point == '\t')
        mp_builder_text(builder, "\\t");
    else if (mp_point_is_printable(point))
        mp_builder_add(builder, at, size);
    else
        repr_escape(builder, point);
}

/* Printable ASCII that needs no escape, as much as stands at the beginning. */
static size_t repr_plain(const char *data, size_t size, char quote)
{
    size_t count = 0;
    while (count < size && data[count] >= ' ' && data[count] < 0x7f && data[count] != quote &&
           data[count] != '\\')
        count++;
    return count;
}

mp_value mp_str_repr(mp_vm *vm, mp_value self)
{
    const mp_str *str = (const mp_str *)self;
    mp_builder builder;
    mp_builder_init(&builder, vm);
    bool single = memchr(str->data, '\'', str->size) != NULL;
    char quote = single && memchr(str->data, '"', str->size) == NULL ? '"' : '\'';
    mp_builder_add(&builder, &quote, 1);
    for (size_t at = 0; at < str->size;) {
        size_t plain = repr_plain(str->data + at, str->size - at, quote);
        mp_builder_add(&builder, str->data + at, plain);
        at += plain;
        if (at == str->size)
            break;
        repr_add_point(&builder, str->data + at, quote);
        at += mp_utf8_size(str->data[at]);
    }
    mp_builder_add(&builder, &quote, 1);
    return mp_as_value(mp_builder_finish(&builder));
}

mp_str *mp_ascii(mp_vm *vm, mp_value value)
{
    mp_str *shown = (mp_str *)mp_repr(vm, value);
    if (shown == NULL || shown->size == shown->length)
        return shown;
    mp_builder builder;
    mp_builder_init(&builder, vm);
    for (size_t at = 0, size; at < shown->size; at += size) {
        uint32_t point = mp_utf8_decode(shown->data + at, &size);
        if (point < 0x80)
            mp_builder_add(&builder, shown->data + at, 1);
        else
            repr_escape(&builder, point);
    }
    mp_decref(vm, mp_as_value(shown));
    return mp_builder_finish(&builder);
}
