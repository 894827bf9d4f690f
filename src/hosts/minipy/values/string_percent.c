/* string_percent.c - the % operator of strings: "%-8s|%5.2f" % (name, x).
 *
 * Each conversion becomes the format specification that means the same, and is laid out by number_format.c.
 * The right side is a tuple of values, one value, or a mapping for %(name)s.  Converting runs code of the
 * program; template and values are borrowed from the caller for that time. */
#include <limits.h>
#include <string.h>

#include "values/containers_impl.h"
#include "values/number_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

typedef struct percent_state {
    mp_vm *vm;
    mp_builder builder;
    const mp_str *format;
    const char *at, *end;
    mp_value values;
    bool mapping; /* values can be asked by name */
    size_t next;  /* values taken so far */
} percent_state;

static bool percent_error(percent_state *state, mp_exception_index kind, const char *message)
{
    mp_raise(state->vm, kind, "%s", message);
    return false;
}

static size_t percent_count(percent_state *state)
{
    return mp_is(state->vm, state->values, MP_TYPE_TUPLE) ? ((mp_tuple *)state->values)->count : 1;
}

/* The next value, a new reference; NULL: raised. */
static mp_value percent_take(percent_state *state)
{
    if (state->next >= percent_count(state)) {
        percent_error(state, MP_X_TYPE_ERROR, "not enough arguments for format string");
        return NULL;
    }
    size_t n = state->next++;
    if (mp_is(state->vm, state->values, MP_TYPE_TUPLE))
        return mp_incref(((mp_tuple *)state->values)->items[n]);
    return mp_incref(state->values);
}

/* "(name)": the value of that name; *value stays NULL where there is no name. */
static bool percent_read_name(percent_state *state, mp_value *value)
{
    if (state->at == state->end || *state->at != '(')
        return true;
    if (!state->mapping)
        return percent_error(state, MP_X_TYPE_ERROR, "format requires a mapping");
    const char *start = ++state->at;
    for (int open = 1; state->at != state->end; state->at++) {
        open += (*state->at == '(') - (*state->at == ')');
        if (open == 0)
            break;
    }
    if (state->at == state->end)
        return percent_error(state, MP_X_VALUE_ERROR, "incomplete format key");
    mp_str *key = mp_str_new(state->vm, start, (size_t)(state->at++ - start));
    if (key == NULL)
        return false;
    *value = mp_get_item(state->vm, state->values, mp_as_value(key));
    mp_decref(state->vm, mp_as_value(key));
    state->next = 1; /* the mapping counts as used */
    return *value != NULL;
}

static void percent_read_flags(percent_state *state, mp_format_spec *spec)
{
    bool zero = false;
    for (; state->at != state->end && *state->at != '\0' && strchr("-+ #0", *state->at) != NULL;
         state->at++) {
        if (*state->at == '-')
            spec->align = '<';
        else if (*state->at == '#')
            spec->alternate = true;
        else if (*state->at == '0')
            zero = true;
        else if (spec->sign != '+')
            spec->sign = *state->at;
    }
    if (zero && spec->align != '<') {
        spec->fill[0] = '0';
        spec->align = '=';
    }
}

/* Digits, or "*" for a value; *out stays as it is where there is neither. */
static bool percent_read_count(percent_state *state, const char *what, int64_t *out)
{
    if (state->at != state->end && *state->at == '*') {
        state->at++;
        mp_value value = percent_take(state);
        if (value == NULL)
            return false;
        bool good = mp_is_int(state->vm, value);
        if (good)
            *out = mp_int_of(value);
        mp_decref(state->vm, value);
        return good || percent_error(state, MP_X_TYPE_ERROR, "* wants int");
    }
    for (; state->at != state->end && *state->at >= '0' && *state->at <= '9'; state->at++) {
        *out = (*out < 0 ? 0 : *out) * 10 + (*state->at - '0');
        if (*out <= INT_MAX)
            continue;
        mp_raise(state->vm, MP_X_VALUE_ERROR, "%s too big", what);
        return false;
    }
    return true;
}

static bool percent_read_spec(percent_state *state, mp_format_spec *spec)
{
    percent_read_flags(state, spec);
    if (!percent_read_count(state, "width", &spec->width))
        return false;
    if (spec->width < -1) { /* a negative "*" aligns to the left */
        spec->align = '<';
        spec->fill[0] = ' ';
        spec->width = spec->width == INT64_MIN ? INT64_MAX : -spec->width;
    }
    if (state->at != state->end && *state->at == '.') {
        state->at++;
        spec->precision = 0;
        if (!percent_read_count(state, "precision", &spec->precision))
            return false;
        if (spec->precision < 0)
            spec->precision = 0;
    }
    while (state->at != state->end && *state->at != '\0' && strchr("hlL", *state->at) != NULL)
        state->at++;
    size_t size;
    if (state->at == state->end)
        return percent_error(state, MP_X_VALUE_ERROR, "incomplete format");
    spec->type = mp_utf8_decode(state->at, &size);
    state->at += size;
    return true;
}

/* ---- Conversions ---- */

/* str is stolen; NULL: raised. */
static bool percent_add_text(percent_state *state, mp_format_spec *spec, mp_value text)
{
    mp_str *str = (mp_str *)text;
    if (str == NULL)
        return false;
    size_t length = str->length, size = str->size;
    if (spec->precision >= 0 && (size_t)spec->precision < length) {
        length = (size_t)spec->precision;
        size = mp_str_offset(str, length);
    }
    spec->fill[0] = ' ';
    spec->align = spec->align == '<' ? '<' : '>';
    mp_add_aligned(&state->builder, spec, str->data, size, length);
    mp_decref(state->vm, text);
    return true;
}

/* The int that a value is for %d and the like; a float loses its fraction for %d. */
static bool percent_to_int(percent_state *state, mp_value value, uint32_t type, int64_t *out)
{
    mp_vm *vm = state->vm;
    bool decimal = type == 'd' || type == 'i' || type == 'u';
    if (mp_is_int(vm, value) || mp_has_dunder(vm, value, MP_S___index__))
        return mp_to_index(vm, value, out);
    if (!decimal || !mp_is(vm, value, MP_TYPE_FLOAT)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%%%c format: %s is required, not %T", (int)type,
                 decimal ? "a real number" : "an integer", value);
        return false;
    }
    mp_value whole = mp_int_from_double(vm, ((mp_float *)value)->number);
    if (whole == NULL)
        return false;
    *out = mp_int_of(whole);
    mp_decref(vm, whole);
    return true;
}

/* The precision of an int says how many digits it has at least: they are made first, with a sign that is left
 * out again, since INT64_MIN has no positive counterpart. */
static bool percent_add_int(percent_state *state, const mp_format_spec *spec, mp_value value)
{
    int64_t number = 0;
    if (!percent_to_int(state, value, spec->type, &number))
        return false;
    bool hex = spec->type == 'x' || spec->type == 'X', octal = spec->type == 'o';
    mp_format_spec inner = {.fill = "0", .fill_size = 1, .align = '=', .width = -1, .precision = -1};
    inner.type = hex || octal ? spec->type : 'd';
    if (spec->precision >= 0)
        inner.width = spec->precision + (number < 0);
    mp_builder digits;
    mp_builder_init(&digits, state->vm);
    mp_add_int(&digits, &inner, number);
    mp_str *made = mp_builder_finish(&digits);
    if (made == NULL)
        return false;
    mp_number_text text = {.sign = mp_format_sign(spec, number < 0), .prefix = "", .rest = "", .tail = ""};
    if (spec->alternate && (hex || octal))
        text.prefix = octal ? "0o" : spec->type == 'x' ? "0x" : "0X";
    text.digits = made->data + (number < 0);
    text.digit_count = made->size - (number < 0);
    mp_add_number(&state->builder, spec, &text);
    mp_decref(state->vm, mp_as_value(made));
    return true;
}

static void raise_no_character(mp_vm *vm, mp_value value)
{
    if (vm->minor < 14)
        mp_raise(vm, MP_X_TYPE_ERROR, "%%c requires int or char");
    else if (mp_is_str(vm, value))
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "%%c requires an int or a unicode character, not a string of length %zu",
                 (size_t)((mp_str *)value)->length);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "%%c requires an int or a unicode character, not %T", value);
}

static bool percent_add_character(percent_state *state, mp_format_spec *spec, mp_value value)
{
    mp_vm *vm = state->vm;
    char text[4];
    spec->precision = -1;
    if (mp_is_str(vm, value) && ((mp_str *)value)->length == 1)
        return percent_add_text(state, spec, mp_incref(value));
    if (!mp_is_int(vm, value)) {
        raise_no_character(vm, value);
        return false;
    }
    int64_t point = mp_int_of(value);
    if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        return percent_error(state, MP_X_OVERFLOW_ERROR, "%c arg not in range(0x110000)");
    size_t size = mp_utf8_encode((uint32_t)point, text);
    return percent_add_text(state, spec, mp_as_value(mp_str_new(vm, text, size)));
}

static bool percent_add_value(percent_state *state, mp_format_spec *spec, mp_value value)
{
    mp_vm *vm = state->vm;
    double number = 0;
    switch (spec->type) {
    case 's':
        return percent_add_text(state, spec, mp_to_str(vm, value));
    case 'r':
        return percent_add_text(state, spec, mp_repr(vm, value));
    case 'a':
        return percent_add_text(state, spec, mp_as_value(mp_ascii(vm, value)));
    case 'c':
        return percent_add_character(state, spec, value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return percent_add_int(state, spec, value);
    default:
        if (!mp_to_double(vm, value, &number))
            return false;
        mp_add_double(&state->builder, spec, number);
        return true;
    }
}

static bool percent_type_known(percent_state *state, uint32_t type)
{
    if (type != 0 && type < 0x80 && strchr("sracdiuoxXeEfFgG", (char)type) != NULL)
        return true;
    int64_t place = mp_str_index(state->format, (size_t)(state->at - state->format->data)) - 1;
    mp_raise(state->vm, MP_X_VALUE_ERROR, "unsupported format character '%c' (0x%x) at index %lld",
             type > 31 && type < 128 ? (int)type : '?', (unsigned)type, (long long)place);
    return false;
}

/* One conversion, whose "%" has been read. */
static bool percent_convert(percent_state *state)
{
    mp_value value = NULL;
    mp_format_spec spec = {.fill = " ", .fill_size = 1, .align = '>', .width = -1, .precision = -1};
    bool good = percent_read_name(state, &value) && percent_read_spec(state, &spec);
    if (good && spec.type == '%')
        mp_builder_add(&state->builder, "%", 1);
    else if (good) {
        if (value == NULL)
            value = percent_take(state);
        good = value != NULL && percent_type_known(state, spec.type) &&
               percent_add_value(state, &spec, value);
    }
    mp_xdecref(state->vm, value);
    return good;
}

static bool percent_expand(percent_state *state)
{
    while (state->at != state->end) {
        const char *sign = memchr(state->at, '%', (size_t)(state->end - state->at));
        const char *stop = sign == NULL ? state->end : sign;
        mp_builder_add(&state->builder, state->at, (size_t)(stop - state->at));
        state->at = stop;
        if (sign == NULL)
            break;
        state->at++;
        if (!percent_convert(state))
            return false;
    }
    if (state->mapping || state->next >= percent_count(state))
        return true;
    return percent_error(state, MP_X_TYPE_ERROR, "not all arguments converted during string formatting");
}

mp_value mp_str_percent(mp_vm *vm, mp_str *format, mp_value values)
{
    percent_state state = {.vm = vm, .format = format, .at = format->data, .values = values};
    state.end = format->data + format->size;
    state.mapping = !mp_is(vm, values, MP_TYPE_TUPLE) && !mp_is_str(vm, values) &&
                    (mp_type_of(vm, values)->slots.get_item != NULL ||
                     mp_has_dunder(vm, values, MP_S___getitem__));
    mp_builder_init(&state.builder, vm);
    if (percent_expand(&state))
        return mp_as_value(mp_builder_finish(&state.builder));
    mp_builder_drop(&state.builder);
    return NULL;
}
