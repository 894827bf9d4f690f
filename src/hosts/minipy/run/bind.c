/* bind.c - arguments find their parameters.
 *
 * Mirrors    initialize_locals of ceval.c, with its words; and for functions in C,
 *            PyArg_ParseTupleAndKeywords.
 * Idea       Positional arguments fill locals from the left, keywords are looked up by name (names are
 *            interned, so a pointer comparison nearly always decides), what is left over goes to *args and
 *            **kwargs, and defaults fill the holes.
 * Owns       Arguments are borrowed; the frame gets references of its own. */
#include "run/frame.h"

#include <stdio.h>
#include <string.h>

/* ---- Python functions ---- */

static mp_value default_of(mp_function *function, uint32_t local)
{
    const mp_code *code = function->code;
    if (local >= code->positional)
        return function->kwdefaults != NULL ? mp_dict_get_str(function->kwdefaults, code->locals[local])
                                            : NULL;
    size_t count = function->defaults != NULL ? function->defaults->count : 0;
    size_t first = code->positional - count;
    return local >= first ? function->defaults->items[local - first] : NULL;
}

/* "'a', 'b', and 'c'", as Python lists missing names. */
static mp_str *list_of_names(mp_vm *vm, mp_str *const *names, size_t count)
{
    mp_builder text;
    mp_builder_init(&text, vm);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            mp_builder_text(&text, count == 2 ? " and " : i + 1 == count ? ", and " : ", ");
        mp_builder_printf(&text, "'%S'", names[i]);
    }
    return mp_builder_finish(&text);
}

static void raise_missing(mp_vm *vm, mp_function *function, mp_frame *frame, uint32_t from, uint32_t to)
{
    const mp_code *code = function->code;
    mp_str *missing[64];
    size_t count = 0;
    for (uint32_t i = from; i < to && count < 64; i++)
        if (frame->locals[i] == NULL)
            missing[count++] = code->locals[i];
    mp_str *names = list_of_names(vm, missing, count);
    if (names == NULL)
        return;
    mp_raise(vm, MP_X_TYPE_ERROR, "%S() missing %zu required %s argument%s: %S", function->qualname, count,
             from < code->positional ? "positional" : "keyword-only", count == 1 ? "" : "s", names);
    mp_decref(vm, mp_as_value(names));
}

static bool fill_defaults(mp_vm *vm, mp_function *function, mp_frame *frame, uint32_t from, uint32_t to)
{
    bool missing = false;
    for (uint32_t i = from; i < to; i++) {
        if (frame->locals[i] != NULL)
            continue;
        mp_value value = default_of(function, i);
        if (value == NULL)
            missing = true;
        else
            frame->locals[i] = mp_incref(value);
    }
    if (missing)
        raise_missing(vm, function, frame, from, to);
    return !missing;
}

static size_t count_given_keyword_only(const mp_code *code, const mp_frame *frame)
{
    size_t given = 0;
    for (uint32_t i = code->positional; i < code->positional + code->keyword_only; i++)
        given += frame->locals[i] != NULL;
    return given;
}

static void raise_too_many(mp_vm *vm, mp_function *function, const mp_frame *frame, size_t given)
{
    const mp_code *code = function->code;
    size_t defaults = function->defaults != NULL ? function->defaults->count : 0;
    size_t keyword_only = count_given_keyword_only(code, frame);
    char takes[64], extra[96] = "";
    if (defaults > 0)
        snprintf(takes, sizeof takes, "from %zu to %u", (size_t)code->positional - defaults,
                 code->positional);
    else
        snprintf(takes, sizeof takes, "%u", code->positional);
    if (keyword_only > 0)
        snprintf(extra, sizeof extra, " positional argument%s (and %zu keyword-only argument%s)",
                 given == 1 ? "" : "s", keyword_only, keyword_only == 1 ? "" : "s");
    bool plural = defaults > 0 || code->positional != 1;
    mp_raise(vm, MP_X_TYPE_ERROR, "%S() takes %s positional argument%s but %zu%s %s given",
             function->qualname, takes, plural ? "s" : "", given, extra,
             given == 1 && keyword_only == 0 ? "was" : "were");
}

static uint32_t rest_local(const mp_code *code)
{
    return code->positional + code->keyword_only;
}

static uint32_t keywords_local(const mp_code *code)
{
    return rest_local(code) + ((code->flags & MP_C_REST) != 0 ? 1 : 0);
}

/* The number of the parameter with this name; -1: none that takes keywords. */
static int64_t find_parameter(const mp_code *code, const mp_str *name)
{
    uint32_t end = rest_local(code);
    for (uint32_t i = code->positional_only; i < end; i++)
        if (code->locals[i] == name)
            return i;
    for (uint32_t i = code->positional_only; i < end; i++)
        if (mp_str_equal(code->locals[i], name))
            return i;
    return -1;
}

static bool is_positional_only(const mp_code *code, const mp_str *name)
{
    for (uint32_t i = 0; i < code->positional_only; i++)
        if (mp_str_equal(code->locals[i], name))
            return true;
    return false;
}

/* How far two letters are from each other, and how far a letter more or less is: as CPython weighs them. */
enum { LETTER_MOVES = 2, LETTER_CASE = 1, NAME_MAX_SIZE = 40 };

static size_t letter_distance(char a, char b)
{
    if (a == b)
        return 0;
    if (a >= 'A' && a <= 'Z')
        a = (char)(a - 'A' + 'a');
    if (b >= 'A' && b <= 'Z')
        b = (char)(b - 'A' + 'a');
    return a == b ? LETTER_CASE : LETTER_MOVES;
}

/* How much one name must be changed to be the other one. */
static size_t name_distance(const mp_str *a, const mp_str *b)
{
    size_t row[NAME_MAX_SIZE + 1];
    for (size_t i = 0; i <= b->size; i++)
        row[i] = i * LETTER_MOVES;
    for (size_t i = 0; i < a->size; i++) {
        size_t diagonal = row[0];
        row[0] += LETTER_MOVES;
        for (size_t k = 0; k < b->size; k++) {
            size_t replaced = diagonal + letter_distance(a->data[i], b->data[k]);
            size_t moved = (row[k] < row[k + 1] ? row[k] : row[k + 1]) + LETTER_MOVES;
            diagonal = row[k + 1];
            row[k + 1] = replaced < moved ? replaced : moved;
        }
    }
    return row[b->size];
}

/* The parameter whose name is nearest, if it is near enough; NULL: none. */
static mp_str *nearest_parameter(const mp_code *code, const mp_str *name)
{
    mp_str *nearest = NULL;
    size_t best = SIZE_MAX;
    for (uint32_t i = code->positional_only; i < rest_local(code) && name->size <= NAME_MAX_SIZE; i++) {
        mp_str *candidate = code->locals[i];
        if (candidate->size > NAME_MAX_SIZE)
            continue;
        size_t distance = name_distance(name, candidate);
        if (distance <= (name->size + candidate->size + 3) * LETTER_MOVES / 6 && distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

static void raise_unknown_keyword(mp_vm *vm, mp_function *function, mp_str *name)
{
    mp_str *nearest = vm->minor >= 13 ? nearest_parameter(function->code, name) : NULL;
    if (is_positional_only(function->code, name))
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "%S() got some positional-only arguments passed as keyword arguments: '%S'",
                 function->qualname, name);
    else if (nearest != NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "%S() got an unexpected keyword argument '%S'. Did you mean '%S'?",
                 function->qualname, name, nearest);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "%S() got an unexpected keyword argument '%S'", function->qualname,
                 name);
}

static bool bind_keyword(mp_vm *vm, mp_function *function, mp_frame *frame, mp_str *name, mp_value value)
{
    const mp_code *code = function->code;
    int64_t local = find_parameter(code, name);
    if (local < 0 && (code->flags & MP_C_KEYWORDS) != 0)
        return mp_dict_set(vm, (mp_dict *)frame->locals[keywords_local(code)], mp_as_value(name), value);
    if (local < 0) {
        raise_unknown_keyword(vm, function, name);
        return false;
    }
    if (frame->locals[local] != NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%S() got multiple values for argument '%S'", function->qualname, name);
        return false;
    }
    frame->locals[local] = mp_incref(value);
    return true;
}

static bool bind_keywords(mp_vm *vm, mp_function *function, mp_frame *frame, const mp_args *args)
{
    const mp_code *code = function->code;
    if ((code->flags & MP_C_KEYWORDS) != 0) {
        frame->locals[keywords_local(code)] = mp_as_value(mp_dict_new(vm));
        if (frame->locals[keywords_local(code)] == NULL)
            return false;
    }
    size_t count = args->names != NULL ? args->names->count : 0;
    for (size_t i = 0; i < count; i++)
        if (!bind_keyword(vm, function, frame, (mp_str *)args->names->items[i],
                          args->values[args->count + i]))
            return false;
    return true;
}

static bool bind_rest(mp_vm *vm, mp_function *function, mp_frame *frame, const mp_args *args)
{
    const mp_code *code = function->code;
    if ((code->flags & MP_C_REST) == 0)
        return true;
    size_t extra = args->count > code->positional ? args->count - code->positional : 0;
    mp_tuple *rest = mp_tuple_of(vm, extra > 0 ? args->values + (args->count - extra) : NULL, extra);
    frame->locals[rest_local(code)] = mp_as_value(rest);
    return rest != NULL;
}

static bool bind_all(mp_vm *vm, mp_function *function, mp_frame *frame, const mp_args *args)
{
    const mp_code *code = function->code;
    size_t plain = args->count < code->positional ? args->count : code->positional;
    for (size_t i = 0; i < plain; i++)
        frame->locals[i] = mp_incref(args->values[i]);
    if (!bind_keywords(vm, function, frame, args))
        return false;
    if (args->count > code->positional && (code->flags & MP_C_REST) == 0) {
        raise_too_many(vm, function, frame, args->count);
        return false;
    }
    return bind_rest(vm, function, frame, args) && fill_defaults(vm, function, frame, 0, code->positional) &&
           fill_defaults(vm, function, frame, code->positional, rest_local(code));
}

mp_frame *mp_bind_frame(mp_vm *vm, mp_function *function, const mp_args *args)
{
    mp_frame *frame = mp_frame_new(vm, function->code, function->globals, function->closure, NULL);
    if (frame == NULL)
        return NULL;
    if (bind_all(vm, function, frame, args)) {
        mp_frame_fill_cells(frame);
        return frame;
    }
    mp_frame_free(vm, frame);
    return NULL;
}

/* ---- Functions in C ---- */

bool mp_positional(mp_vm *vm, const mp_args *args, const char *function, size_t least, size_t most)
{
    if (args->names != NULL && args->names->count > 0) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes no keyword arguments", function);
        return false;
    }
    if (args->count >= least && args->count <= most)
        return true;
    size_t bound = args->count < least ? least : most;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s expected %s%zu argument%s, got %zu", function,
             least == most         ? ""
             : args->count < least ? "at least "
                                   : "at most ",
             bound, bound == 1 ? "" : "s", args->count);
    return false;
}

/* One word of a format. */
struct parameter {
    const char *name;
    size_t size;
    bool optional, keyword_only, positional_only;
};

static const char *next_parameter(const char *format, struct parameter *parameter)
{
    for (; *format == ' ' || *format == '|' || *format == '$'; format++) {
        parameter->optional |= *format == '|';
        parameter->keyword_only |= *format == '$';
    }
    if (*format == '\0')
        return NULL;
    parameter->name = format;
    parameter->size = strcspn(format, " |$/");
    format += parameter->size;
    parameter->positional_only = *format == '/';
    return parameter->positional_only ? format + 1 : format;
}

static bool is_named(const mp_str *name, const struct parameter *parameter)
{
    return name->size == parameter->size && memcmp(name->data, parameter->name, name->size) == 0;
}

static mp_value find_keyword(const mp_args *args, const struct parameter *parameter, size_t *found)
{
    size_t count = args->names != NULL ? args->names->count : 0;
    for (size_t i = 0; i < count && !parameter->positional_only; i++)
        if (is_named((mp_str *)args->names->items[i], parameter)) {
            ++*found;
            return args->values[args->count + i];
        }
    return NULL;
}

static bool is_parameter(const char *format, const mp_str *name)
{
    struct parameter parameter = {0};
    while ((format = next_parameter(format, &parameter)) != NULL)
        if (!parameter.positional_only && is_named(name, &parameter))
            return true;
    return false;
}

static bool raise_unexpected(mp_vm *vm, const mp_args *args, const char *function, const char *format)
{
    for (size_t i = 0; i < args->names->count; i++) {
        mp_str *name = (mp_str *)args->names->items[i];
        if (!is_parameter(format, name)) {
            mp_raise(vm, MP_X_TYPE_ERROR, "%s() got an unexpected keyword argument '%S'", function, name);
            break;
        }
    }
    return false;
}

static bool raise_excess(mp_vm *vm, const mp_args *args, const char *function, size_t most)
{
    mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes %s%zu positional argument%s (%zu given)", function,
             most == 0 ? "exactly " : "at most ", most, most == 1 ? "" : "s", args->count);
    return false;
}

bool mp_bind(mp_vm *vm, const mp_args *args, const char *function, const char *format, mp_value *values)
{
    struct parameter parameter = {0};
    size_t index = 0, places = 0, found = 0;
    const char *rest = format;
    while ((rest = next_parameter(rest, &parameter)) != NULL) {
        mp_value named = find_keyword(args, &parameter, &found);
        bool by_place = !parameter.keyword_only && index < args->count;
        places += !parameter.keyword_only;
        if (by_place && named != NULL) {
            mp_raise(vm, MP_X_TYPE_ERROR, "argument for %s() given by name ('%.*s') and position (%zu)",
                     function, (int)parameter.size, parameter.name, index + 1);
            return false;
        }
        values[index] = by_place ? args->values[index] : named;
        if (values[index] == NULL && !parameter.optional && !parameter.keyword_only) {
            mp_raise(vm, MP_X_TYPE_ERROR, "%s() missing required argument '%.*s' (pos %zu)", function,
                     (int)parameter.size, parameter.name, index + 1);
            return false;
        }
        index++;
    }
    if (args->count > places)
        return raise_excess(vm, args, function, places);
    if (args->names != NULL && found < args->names->count)
        return raise_unexpected(vm, args, function, format);
    return true;
}

/* ---- Functions in C that are written in Python in CPython ---- */

struct shape {
    size_t most, least; /* by position */
};

static struct shape shape_of(const char *format)
{
    struct parameter parameter = {0};
    struct shape shape = {0, 0};
    while ((format = next_parameter(format, &parameter)) != NULL) {
        shape.most += !parameter.keyword_only;
        shape.least += !parameter.keyword_only && !parameter.optional;
    }
    return shape;
}

static bool raise_given(mp_vm *vm, const char *function, struct shape shape, size_t given)
{
    char from[32] = "";
    if (shape.least < shape.most)
        snprintf(from, sizeof from, "from %zu to ", shape.least);
    bool plural = shape.least < shape.most || shape.most != 1;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes %s%zu positional argument%s but %zu %s given", function, from,
             shape.most, plural ? "s" : "", given, given == 1 ? "was" : "were");
    return false;
}

/* "'a', 'b', and 'c'" of those that are missing. */
static bool raise_lacking(mp_vm *vm, const char *function, const char *format, const mp_value *values,
                          size_t missing)
{
    struct parameter parameter = {0};
    char names[128] = "";
    size_t size = 0, index = 0, left = missing;
    while ((format = next_parameter(format, &parameter)) != NULL && size < sizeof names) {
        if (values[index++] != NULL || parameter.optional)
            continue;
        left--;
        size += (size_t)snprintf(names + size, sizeof names - size, "'%.*s'%s", (int)parameter.size,
                                 parameter.name,
                                 left == 0     ? ""
                                 : left > 1    ? ", "
                                 : missing > 2 ? ", and "
                                               : " and ");
    }
    mp_raise(vm, MP_X_TYPE_ERROR, "%s() missing %zu required positional argument%s: %s", function, missing,
             missing == 1 ? "" : "s", names);
    return false;
}

/* hidden: how many come before those that are here. */
static bool bind_python(mp_vm *vm, const mp_args *args, size_t hidden, const char *function,
                        const char *format, mp_value *values)
{
    struct parameter parameter = {0};
    struct shape shape = shape_of(format);
    size_t index = 0, found = 0, missing = 0;
    for (const char *rest = format; (rest = next_parameter(rest, &parameter)) != NULL; index++) {
        mp_value named = find_keyword(args, &parameter, &found);
        bool by_place = !parameter.keyword_only && index < args->count;
        if (by_place && named != NULL) {
            mp_raise(vm, MP_X_TYPE_ERROR, "%s() got multiple values for argument '%.*s'", function,
                     (int)parameter.size, parameter.name);
            return false;
        }
        values[index] = by_place ? args->values[index] : named;
        missing += values[index] == NULL && !parameter.optional;
    }
    if (args->names != NULL && found < args->names->count)
        return raise_unexpected(vm, args, function, format);
    if (args->count > shape.most)
        return raise_given(vm, function, (struct shape){shape.most + hidden, shape.least + hidden},
                           args->count + hidden);
    return missing == 0 || raise_lacking(vm, function, format, values, missing);
}

bool mp_bind_python(mp_vm *vm, const mp_args *args, const char *function, const char *format,
                    mp_value *values)
{
    return bind_python(vm, args, 0, function, format, values);
}

bool mp_bind_init(mp_vm *vm, const mp_args *args, const char *function, const char *format, mp_value *values)
{
    return bind_python(vm, args, 1, function, format, values);
}
