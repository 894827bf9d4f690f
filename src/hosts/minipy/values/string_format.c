/* string_format.c - str.format, and strings by a format specification.
 *
 * A template is read once from left to right.  A field {name!r:spec} has a name (which argument, then
 * attributes and items of it), a conversion, and a specification that may have fields of its own, one level
 * deep.  Looking up and formatting run code of the program: the template, the arguments and the value at hand
 * are held meanwhile. */
#include <string.h>

#include "values/containers_impl.h"
#include "values/number_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* ---- A string by a specification ---- */

static const char *format_refusal(const mp_format_spec *spec)
{
    if (spec->sign != 0)
        return spec->sign == ' ' ? "Space not allowed in string format specifier"
                                 : "Sign not allowed in string format specifier";
    if (spec->no_minus_zero)
        return "Negative zero coercion (z) not allowed in string format specifier";
    if (spec->alternate)
        return "Alternate form (#) not allowed in string format specifier";
    return spec->align == '=' ? "'=' alignment not allowed in string format specifier" : NULL;
}

mp_value mp_str_format(mp_vm *vm, mp_value self, mp_str *spec)
{
    mp_str *str = (mp_str *)self;
    mp_format_spec format;
    mp_builder builder;
    if (spec == NULL || spec->size == 0)
        return mp_str_itself(str);
    if (!mp_read_format(vm, self, spec, 's', '<', &format))
        return NULL;
    if (format.type != 's')
        return mp_unknown_format(vm, self, format.type);
    const char *refusal = format_refusal(&format);
    if (refusal != NULL) {
        mp_raise(vm, MP_X_VALUE_ERROR, "%s", refusal);
        return NULL;
    }
    size_t length = str->length, size = str->size;
    if (format.precision >= 0 && (size_t)format.precision < length) {
        length = (size_t)format.precision;
        size = mp_str_offset(str, length);
    }
    mp_builder_init(&builder, vm);
    mp_add_aligned(&builder, &format, str->data, size, length);
    return mp_as_value(mp_builder_finish(&builder));
}

/* ---- str.format ---- */

enum { TEMPLATE_DEPTH = 2 };

typedef enum template_numbering { NOT_NUMBERED, NUMBERED_BY_HAND, NUMBERED_IN_ORDER } template_numbering;

/* One call of str.format. */
typedef struct template_call {
    mp_vm *vm;
    mp_args args;     /* without self */
    mp_value mapping; /* format_map's; NULL: format */
    template_numbering numbering;
    size_t next; /* the argument of the next {} */
} template_call;

typedef struct template_text {
    const char *at, *end;
} template_text;

typedef struct template_field {
    template_text name, spec;
    uint32_t conversion; /* 0: none */
} template_field;

static bool template_error(template_call *call, const char *message)
{
    mp_raise(call->vm, MP_X_VALUE_ERROR, "%s", message);
    return false;
}

/* Reads past the name; what stands behind it is at text->at. */
static bool template_read_name(template_call *call, template_text *text, template_text *name)
{
    bool bracket = false;
    name->at = text->at;
    for (; text->at != text->end; text->at++) {
        char c = *text->at;
        if (c == '{' && !bracket)
            return template_error(call, "unexpected '{' in field name");
        bracket = bracket ? c != ']' : c == '[';
        if (!bracket && (c == '}' || c == ':' || c == '!'))
            break;
    }
    name->end = text->at;
    return text->at != text->end || template_error(call, "expected '}' before end of string");
}

static bool template_read_conversion(template_call *call, template_text *text, template_field *field)
{
    size_t size;
    if (*text->at != '!')
        return true;
    if (++text->at == text->end)
        return template_error(call, "end of string while looking for conversion specifier");
    field->conversion = mp_utf8_decode(text->at, &size);
    text->at += size;
    if (text->at == text->end)
        return template_error(call, "unmatched '{' in format spec");
    if (*text->at == '}' || *text->at == ':')
        return true;
    return template_error(call, "expected ':' after conversion specifier");
}

/* Reads a field whose opening brace has been read, its closing brace included. */
static bool template_read_field(template_call *call, template_text *text, template_field *field)
{
    *field = (template_field){0};
    if (text->at == text->end)
        return template_error(call, "Single '{' encountered in format string");
    if (!template_read_name(call, text, &field->name) || !template_read_conversion(call, text, field))
        return false;
    field->spec.at = field->spec.end = text->at;
    if (*text->at++ == '}')
        return true;
    field->spec.at = text->at;
    for (size_t open = 1; text->at != text->end; text->at++) {
        open += *text->at == '{';
        open -= *text->at == '}';
        if (open == 0) {
            field->spec.end = text->at++;
            return true;
        }
    }
    return template_error(call, "unmatched '{' in format spec");
}

/* ---- What a name stands for ---- */

/* true: the text is a decimal number. */
static bool template_number(template_text text, int64_t *out)
{
    *out = 0;
    for (const char *at = text.at; at != text.end; at++)
        if (*at < '0' || *at > '9' || *out > INT64_MAX / 10 - 1)
            return false;
        else
            *out = *out * 10 + (*at - '0');
    return text.at != text.end;
}

static mp_value template_positional(template_call *call, size_t index, template_numbering numbering)
{
    if (call->mapping != NULL) {
        template_error(call, "Format string contains positional fields");
        return NULL;
    }
    if (call->numbering != NOT_NUMBERED && call->numbering != numbering) {
        template_error(call,
                       numbering == NUMBERED_IN_ORDER
                           ? "cannot switch from manual field specification to automatic field numbering"
                           : "cannot switch from automatic field numbering to manual field specification");
        return NULL;
    }
    call->numbering = numbering;
    if (index < call->args.count)
        return mp_incref(call->args.values[index]);
    mp_raise(call->vm, MP_X_INDEX_ERROR, "Replacement index %zu out of range for positional args tuple",
             index);
    return NULL;
}

static mp_value template_named(template_call *call, template_text name)
{
    mp_vm *vm = call->vm;
    mp_str *key = mp_str_new(vm, name.at, (size_t)(name.end - name.at));
    mp_value found = NULL;
    size_t count = call->args.names == NULL ? 0 : call->args.names->count;
    if (key == NULL)
        return NULL;
    if (call->mapping != NULL)
        found = mp_get_item(vm, call->mapping, mp_as_value(key));
    for (size_t i = 0; found == NULL && i < count; i++)
        if (mp_str_equal((mp_str *)call->args.names->items[i], key))
            found = mp_incref(call->args.values[call->args.count + i]);
    if (found == NULL && vm->raised == NULL)
        mp_raise_key(vm, mp_as_value(key));
    mp_decref(vm, mp_as_value(key));
    return found;
}

static mp_value template_first(template_call *call, template_text name)
{
    int64_t index;
    if (name.at == name.end)
        return template_positional(call, call->next++, NUMBERED_IN_ORDER);
    if (template_number(name, &index))
        return template_positional(call, (size_t)index, NUMBERED_BY_HAND);
    return template_named(call, name);
}

/* value.name or value[name]; value is stolen. */
static mp_value template_part(template_call *call, mp_value value, template_text name, bool item)
{
    mp_vm *vm = call->vm;
    int64_t index;
    mp_value found = NULL;
    if (name.at == name.end)
        template_error(call, "Empty attribute in format string");
    else if (item && template_number(name, &index))
        found = mp_get_item(vm, value, mp_from_small(index));
    else {
        size_t size = (size_t)(name.end - name.at);
        mp_str *key = item ? mp_str_new(vm, name.at, size) : mp_str_intern(vm, name.at, size);
        if (key != NULL)
            found = item ? mp_get_item(vm, value, mp_as_value(key)) : mp_get_attr(vm, value, key);
        mp_xdecref(vm, mp_as_value(key));
    }
    mp_decref(vm, value);
    return found;
}

static const char *template_find(template_text text, const char *set)
{
    const char *at = text.at;
    while (at != text.end && (*at == '\0' || strchr(set, *at) == NULL))
        at++;
    return at;
}

/* The value of a whole name: "0.attribute[key]". */
static mp_value template_value(template_call *call, template_text name)
{
    template_text part = {name.at, template_find(name, ".[")};
    mp_value value = template_first(call, part);
    const char *at = part.end;
    while (value != NULL && at != name.end) {
        bool item = *at == '[';
        const char *problem = item || *at == '.' ? NULL
                                                 : "Only '.' or '[' may follow ']' in format field specifier";
        part.at = at + 1;
        part.end = name.end;
        at = part.end = template_find(part, item ? "]" : ".[");
        if (item && problem == NULL && at++ == name.end)
            problem = "Missing ']' in format string";
        if (problem == NULL) {
            value = template_part(call, value, part, item);
            continue;
        }
        template_error(call, problem);
        mp_decref(call->vm, value);
        return NULL;
    }
    return value;
}

/* ---- Putting together ---- */

/* value is stolen. */
static mp_value template_convert(template_call *call, mp_value value, uint32_t conversion)
{
    mp_vm *vm = call->vm;
    mp_value text = NULL;
    if (conversion == 0)
        return value;
    if (conversion == 'r')
        text = mp_repr(vm, value);
    else if (conversion == 's')
        text = mp_to_str(vm, value);
    else if (conversion == 'a')
        text = mp_as_value(mp_ascii(vm, value));
    else if (conversion > 32 && conversion < 127)
        mp_raise(vm, MP_X_VALUE_ERROR, "Unknown conversion specifier %c", (int)conversion);
    else
        mp_raise(vm, MP_X_VALUE_ERROR, "Unknown conversion specifier \\x%x", (unsigned)conversion);
    mp_decref(vm, value);
    return text;
}

static bool template_expand(template_call *call, mp_builder *builder, template_text text, int depth);

static mp_str *template_spec(template_call *call, template_text spec, int depth)
{
    size_t size = (size_t)(spec.end - spec.at);
    if (memchr(spec.at, '{', size) == NULL)
        return mp_str_new(call->vm, spec.at, size);
    mp_builder builder;
    mp_builder_init(&builder, call->vm);
    if (template_expand(call, &builder, spec, depth - 1))
        return mp_builder_finish(&builder);
    mp_builder_drop(&builder);
    return NULL;
}

static bool template_add_field(template_call *call, mp_builder *builder, const template_field *field,
                               int depth)
{
    mp_vm *vm = call->vm;
    mp_value value = template_value(call, field->name);
    if (value != NULL)
        value = template_convert(call, value, field->conversion);
    if (value == NULL)
        return false;
    mp_str *spec = template_spec(call, field->spec, depth);
    mp_value text = spec == NULL ? NULL : mp_format(vm, value, spec);
    if (text != NULL)
        mp_builder_str(builder, (mp_str *)text);
    mp_xdecref(vm, mp_as_value(spec));
    mp_decref(vm, value);
    mp_xdecref(vm, text);
    return text != NULL;
}

static bool template_expand(template_call *call, mp_builder *builder, template_text text, int depth)
{
    if (depth == 0)
        return template_error(call, "Max string recursion exceeded");
    while (text.at != text.end) {
        const char *brace = template_find(text, "{}");
        mp_builder_add(builder, text.at, (size_t)(brace - text.at));
        if (brace == text.end)
            break;
        text.at = brace + 1;
        if (text.at != text.end && *text.at == *brace) {
            mp_builder_add(builder, text.at++, 1);
            continue;
        }
        template_field field;
        if (*brace == '}')
            return template_error(call, "Single '}' encountered in format string");
        if (!template_read_field(call, &text, &field) || !template_add_field(call, builder, &field, depth))
            return false;
    }
    return true;
}

static mp_value template_run(template_call *call, const mp_str *str)
{
    mp_builder builder;
    mp_builder_init(&builder, call->vm);
    template_text text = {str->data, str->data + str->size};
    if (template_expand(call, &builder, text, TEMPLATE_DEPTH))
        return mp_as_value(mp_builder_finish(&builder));
    mp_builder_drop(&builder);
    return NULL;
}

mp_value mp_str_format_method(mp_vm *vm, mp_args *args)
{
    template_call call = {.vm = vm, .args = mp_after_self(args)};
    return template_run(&call, mp_self_str(args));
}

mp_value mp_str_format_map(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "str.format_map", MP_SELF, 1))
        return NULL;
    template_call call = {.vm = vm, .mapping = args->values[1]};
    return template_run(&call, mp_self_str(args));
}
