/* format_spec.c - reads a format specification: what stands behind the colon of {x:>10.3f}.
 *
 * Mirrors Python's mini-language, with the errors in the words and the order in which Python finds them.
 * What the parts mean is the matter of number_format.c and string_format.c. */
#include <string.h>

#include "values/number_impl.h"
#include "values/unicode.h"

/* What is still to be read. */
typedef struct spec_reader {
    mp_vm *vm;
    mp_value value; /* for the words of errors */
    mp_str *whole;
    const char *at, *end;
} spec_reader;

static bool spec_error(spec_reader *reader, const char *message)
{
    mp_raise(reader->vm, MP_X_VALUE_ERROR, "%s", message);
    return false;
}

static bool spec_take(spec_reader *reader, char c)
{
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static bool spec_is_align(const char *at, const char *end)
{
    return at != end && *at != '\0' && strchr("<>=^", *at) != NULL;
}

static void spec_read_align(spec_reader *reader, mp_format_spec *out)
{
    if (reader->at == reader->end)
        return;
    size_t fill = mp_utf8_size(*reader->at);
    if (spec_is_align(reader->at + fill, reader->end)) {
        memcpy(out->fill, reader->at, fill);
        out->fill_size = (uint8_t)fill;
        reader->at += fill;
    } else if (!spec_is_align(reader->at, reader->end))
        return;
    out->align = *reader->at++;
    out->aligned = true;
}

static void spec_read_flags(spec_reader *reader, mp_format_spec *out)
{
    bool filled = out->fill_size != 0;
    if (!filled) {
        out->fill[0] = ' ';
        out->fill_size = 1;
    }
    if (reader->at != reader->end && (*reader->at == '+' || *reader->at == '-' || *reader->at == ' '))
        out->sign = *reader->at++;
    out->no_minus_zero = spec_take(reader, 'z');
    out->alternate = spec_take(reader, '#');
    if (!filled && spec_take(reader, '0')) {
        out->fill[0] = '0';
        if (!out->aligned && out->align == '>')
            out->align = '=';
    }
}

/* Digits, or -1 where there are none. */
static bool spec_read_count(spec_reader *reader, int64_t *out)
{
    *out = -1;
    for (; reader->at != reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        int64_t before = *out < 0 ? 0 : *out;
        if (before > (INT64_MAX - 9) / 10)
            return spec_error(reader, "Too many decimal digits in format string");
        *out = before * 10 + (*reader->at - '0');
    }
    return true;
}

static bool spec_read_comma(spec_reader *reader, mp_format_spec *out)
{
    while (reader->at != reader->end && (*reader->at == ',' || *reader->at == '_')) {
        char comma = *reader->at++;
        if (out->comma == 0) {
            out->comma = comma;
            continue;
        }
        if (out->comma != comma)
            return spec_error(reader, "Cannot specify both ',' and '_'.");
        mp_raise(reader->vm, MP_X_VALUE_ERROR, "Cannot specify '%c' with '%c'.", comma, comma);
        return false;
    }
    return true;
}

static bool spec_comma_fits(spec_reader *reader, const mp_format_spec *out)
{
    if (out->comma == 0 || out->type == 0 ||
        (out->type < 0x80 && strchr("defgEGF%", (char)out->type) != NULL))
        return true;
    if (out->comma == '_' && out->type < 0x80 && strchr("boxX", (char)out->type) != NULL)
        return true;
    if (out->type > 32 && out->type < 128)
        mp_raise(reader->vm, MP_X_VALUE_ERROR, "Cannot specify '%c' with '%c'.", out->comma, (int)out->type);
    else
        mp_raise(reader->vm, MP_X_VALUE_ERROR, "Cannot specify '%c' with '\\x%x'.", out->comma,
                 (unsigned)out->type);
    return false;
}

static bool spec_read_type(spec_reader *reader, mp_format_spec *out)
{
    if (reader->at == reader->end)
        return true;
    size_t size;
    out->type = mp_utf8_decode(reader->at, &size);
    reader->at += size;
    if (reader->at == reader->end)
        return true;
    mp_raise(reader->vm, MP_X_VALUE_ERROR, "Invalid format specifier '%S' for object of type '%T'",
             mp_as_value(reader->whole), reader->value);
    return false;
}

bool mp_read_format(mp_vm *vm, mp_value value, mp_str *spec, uint32_t type, char align, mp_format_spec *out)
{
    *out = (mp_format_spec){.align = align, .type = type, .width = -1, .precision = -1};
    spec_reader reader = {vm, value, spec, spec->data, spec->data + spec->size};
    spec_read_align(&reader, out);
    spec_read_flags(&reader, out);
    if (!spec_read_count(&reader, &out->width) || !spec_read_comma(&reader, out))
        return false;
    if (spec_take(&reader, '.')) {
        if (!spec_read_count(&reader, &out->precision))
            return false;
        if (out->precision < 0)
            return spec_error(&reader, "Format specifier missing precision");
    }
    return spec_read_type(&reader, out) && spec_comma_fits(&reader, out);
}

mp_value mp_unknown_format(mp_vm *vm, mp_value value, uint32_t type)
{
    if (type > 32 && type < 128)
        mp_raise(vm, MP_X_VALUE_ERROR, "Unknown format code '%c' for object of type '%T'", (int)type, value);
    else
        mp_raise(vm, MP_X_VALUE_ERROR, "Unknown format code '\\x%x' for object of type '%T'", (unsigned)type,
                 value);
    return NULL;
}
