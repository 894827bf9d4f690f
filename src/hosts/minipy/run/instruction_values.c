/* instruction_values.c - displays, unpacking, f-strings, and the raise statement. */
#include "run/instructions.h"

/* ---- Displays ---- */

static mp_value build_list(mp_vm *vm, mp_value *items, size_t count)
{
    mp_list *list = mp_list_new(vm, count);
    for (size_t i = 0; list != NULL && i < count; i++)
        list->items[i] = mp_incref(items[i]);
    if (list != NULL)
        list->count = count;
    return mp_as_value(list);
}

static mp_value build_set(mp_vm *vm, mp_value *items, size_t count)
{
    mp_set *set = mp_set_new(vm);
    for (size_t i = 0; set != NULL && i < count; i++)
        if (!mp_set_add(vm, set, items[i]))
            mp_clear_slot(vm, (mp_value *)&set);
    return mp_as_value(set);
}

static mp_value build_dict(mp_vm *vm, mp_value *items, size_t count)
{
    mp_dict *dict = mp_dict_new(vm);
    for (size_t i = 0; dict != NULL && i < count; i += 2)
        if (!mp_dict_set(vm, dict, items[i], items[i + 1]))
            mp_clear_slot(vm, (mp_value *)&dict);
    return mp_as_value(dict);
}

static mp_value build_string(mp_vm *vm, mp_value *items, size_t count)
{
    mp_builder text;
    mp_builder_init(&text, vm);
    for (size_t i = 0; i < count; i++)
        mp_builder_str(&text, (mp_str *)items[i]);
    return mp_as_value(mp_builder_finish(&text));
}

mp_value mp_build(mp_vm *vm, mp_opcode opcode, mp_value *items, size_t count)
{
    switch (opcode) {
    case MP_I_BUILD_TUPLE:
        return mp_as_value(mp_tuple_of(vm, items, count));
    case MP_I_BUILD_LIST:
        return build_list(vm, items, count);
    case MP_I_BUILD_SET:
        return build_set(vm, items, count);
    case MP_I_BUILD_DICT:
        return build_dict(vm, items, count);
    default:
        return build_string(vm, items, count);
    }
}

/* ---- Displays with stars ---- */

static bool is_iterable(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    return type->slots.iter != NULL || type->slots.get_item != NULL ||
           mp_lookup(type, vm->names[MP_S___iter__]) != NULL ||
           mp_lookup(type, vm->names[MP_S___getitem__]) != NULL;
}

static bool extend_list(mp_vm *vm, mp_list *list, mp_value iterable)
{
    if (is_iterable(vm, iterable))
        return mp_list_extend(vm, list, iterable);
    mp_raise(vm, MP_X_TYPE_ERROR, "Value after * must be an iterable, not %T", iterable);
    return false;
}

static bool is_mapping(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_DICT) || mp_lookup(mp_type_of(vm, value), vm->names[MP_S_keys]) != NULL;
}

static bool update_dict(mp_vm *vm, mp_dict *dict, mp_value mapping)
{
    if (is_mapping(vm, mapping))
        return mp_dict_update(vm, dict, mapping);
    mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not a mapping", mapping);
    return false;
}

/* A str among its attributes; NULL: there is none. */
static mp_str *callee_text(mp_vm *vm, mp_value callee, mp_name name)
{
    mp_value text = mp_find_attr(vm, callee, vm->names[name]);
    if (text != NULL && mp_is_str(vm, text))
        return (mp_str *)text;
    mp_xdecref(vm, text);
    mp_clear_slot(vm, &vm->raised);
    return NULL;
}

/* The callee's name for an error about its arguments: with its module, unless that is builtins. */
static mp_str *callee_name(mp_vm *vm, mp_value callee)
{
    mp_str *name = callee_text(vm, callee, MP_S___qualname__);
    if (name == NULL)
        return (mp_str *)mp_incref(mp_as_value(mp_type_of(vm, callee)->name));
    mp_str *module = callee_text(vm, callee, MP_S___module__);
    if (module == NULL || mp_str_is(module, "builtins")) {
        mp_xdecref(vm, mp_as_value(module));
        return name;
    }
    mp_str *both = mp_str_formatted(vm, "%S.%S", mp_as_value(module), mp_as_value(name));
    mp_decref(vm, mp_as_value(module));
    mp_decref(vm, mp_as_value(name));
    return both;
}

static bool merge_one(mp_vm *vm, mp_value callee, mp_dict *keywords, mp_value key, mp_value value)
{
    const char *trouble = !mp_is_str(vm, key) ? "keywords must be strings" : NULL;
    if (trouble == NULL && mp_dict_get_str(keywords, (mp_str *)key) == NULL)
        return mp_dict_set(vm, keywords, key, value);
    mp_str *name = trouble == NULL ? callee_name(vm, callee) : NULL;
    if (trouble != NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "%s", trouble);
    else if (name != NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "%S() got multiple values for keyword argument '%S'", name, key);
    mp_xdecref(vm, mp_as_value(name));
    return false;
}

static bool merge_keywords(mp_vm *vm, mp_value callee, mp_dict *keywords, mp_value mapping)
{
    if (!is_mapping(vm, mapping)) {
        mp_str *name = vm->minor < 15 ? callee_name(vm, callee) : NULL;
        if (name != NULL)
            mp_raise(vm, MP_X_TYPE_ERROR, "%S() argument after ** must be a mapping, not %T", name, mapping);
        else if (vm->raised == NULL)
            mp_raise(vm, MP_X_TYPE_ERROR, "Value after ** must be a mapping, not %T", mapping);
        mp_xdecref(vm, mp_as_value(name));
        return false;
    }
    mp_dict *copy = mp_dict_new(vm);
    bool good = copy != NULL && mp_dict_update(vm, copy, mapping);
    mp_value key, value;
    for (size_t at = 0; good && mp_dict_next(copy, &at, &key, &value);)
        good = merge_one(vm, callee, keywords, key, value);
    mp_xdecref(vm, mp_as_value(copy));
    return good;
}

bool mp_extend(mp_vm *vm, mp_opcode opcode, mp_value *sp)
{
    switch (opcode) {
    case MP_I_LIST_EXTEND:
        return extend_list(vm, (mp_list *)sp[-2], sp[-1]);
    case MP_I_SET_UPDATE:
        return mp_set_update(vm, (mp_set *)sp[-2], sp[-1]);
    case MP_I_DICT_UPDATE:
        return update_dict(vm, (mp_dict *)sp[-2], sp[-1]);
    default:
        return merge_keywords(vm, sp[-5], (mp_dict *)sp[-2], sp[-1]);
    }
}

/* ---- Unpacking ---- */

static mp_value *push_reversed(mp_value *sp, const mp_value *items, size_t count)
{
    for (size_t i = count; i > 0; i--)
        *sp++ = mp_incref(items[i - 1]);
    return sp;
}

static mp_list *list_of_middle(mp_vm *vm, const mp_list *all, size_t before, size_t after)
{
    mp_list *middle = mp_list_new(vm, all->count - before - after);
    for (size_t i = before; middle != NULL && i < all->count - after; i++)
        middle->items[middle->count++] = mp_incref(all->items[i]);
    return middle;
}

static mp_value *unpack_star(mp_vm *vm, const mp_list *all, mp_value *sp, size_t before, size_t after)
{
    if (all->count < before + after) {
        mp_raise(vm, MP_X_VALUE_ERROR, "not enough values to unpack (expected at least %zu, got %zu)",
                 before + after, all->count);
        return sp;
    }
    mp_list *middle = list_of_middle(vm, all, before, after);
    if (middle == NULL)
        return sp;
    sp = push_reversed(sp, all->items + (all->count - after), after);
    *sp++ = mp_as_value(middle);
    return push_reversed(sp, all->items, before);
}

/* Python takes one item more than it wants and no further, so that endless iterators end in an error. */
static mp_list *take_at_most(mp_vm *vm, mp_value iterable, size_t most)
{
    mp_list *list = mp_list_new(vm, 4);
    mp_value iterator = list != NULL ? mp_iter(vm, iterable) : NULL;
    mp_value item = NULL;
    bool good = iterator != NULL;
    while (good && list->count < most && (item = mp_next(vm, iterator)) != NULL) {
        good = mp_list_append(vm, list, item);
        mp_decref(vm, item);
    }
    mp_xdecref(vm, iterator);
    if (vm->raised != NULL)
        mp_clear_slot(vm, (mp_value *)&list);
    return list;
}

/* How many there are is only said of what has a length at hand, and only since 3.14. */
static bool tells_length(mp_vm *vm, mp_value iterable, size_t *length)
{
    bool dict = mp_is_exactly(vm, iterable, MP_TYPE_DICT), list = mp_is_exactly(vm, iterable, MP_TYPE_LIST);
    if (dict)
        *length = ((mp_dict *)iterable)->count;
    if (list)
        *length = ((mp_list *)iterable)->count;
    return vm->minor >= 14 && (dict || list || mp_is_exactly(vm, iterable, MP_TYPE_TUPLE));
}

static mp_value *unpack_items(mp_vm *vm, mp_value from, const mp_value *items, size_t count, mp_value *sp,
                              uint32_t wanted)
{
    if (count == wanted)
        return push_reversed(sp, items, count);
    size_t length = count;
    if (count > wanted && tells_length(vm, from, &length))
        mp_raise(vm, MP_X_VALUE_ERROR, "too many values to unpack (expected %u, got %zu)", wanted, length);
    else if (count > wanted)
        mp_raise(vm, MP_X_VALUE_ERROR, "too many values to unpack (expected %u)", wanted);
    else
        mp_raise(vm, MP_X_VALUE_ERROR, "not enough values to unpack (expected %u, got %zu)", wanted, count);
    return sp;
}

mp_value *mp_unpack(mp_vm *vm, mp_value iterable, mp_value *sp, uint32_t argument, bool star)
{
    if (!star && mp_is_exactly(vm, iterable, MP_TYPE_TUPLE)) {
        const mp_tuple *tuple = (const mp_tuple *)iterable;
        return unpack_items(vm, iterable, tuple->items, tuple->count, sp, argument);
    }
    if (!is_iterable(vm, iterable)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "cannot unpack non-iterable %T object", iterable);
        return sp;
    }
    mp_list *all = star ? mp_to_list(vm, iterable) : take_at_most(vm, iterable, (size_t)argument + 1);
    if (all == NULL)
        return sp;
    sp = star ? unpack_star(vm, all, sp, argument & 0xfff, argument >> 12)
              : unpack_items(vm, iterable, all->items, all->count, sp, argument);
    mp_decref(vm, mp_as_value(all));
    return sp;
}

/* ---- f-strings ---- */

mp_value mp_format_value(mp_vm *vm, mp_value value, int conversion, mp_str *spec)
{
    if (conversion == 0 && spec == NULL && mp_is_exactly(vm, value, MP_TYPE_STR))
        return mp_incref(value);
    if (conversion == 0)
        return mp_format(vm, value, spec);
    mp_value text = conversion == 's'   ? mp_to_str(vm, value)
                    : conversion == 'a' ? mp_as_value(mp_ascii(vm, value))
                                        : mp_repr(vm, value);
    if (text == NULL || spec == NULL)
        return text;
    mp_value formatted = mp_format(vm, text, spec);
    mp_decref(vm, text);
    return formatted;
}

/* ---- raise ---- */

static void raise_again(mp_vm *vm)
{
    mp_value handled = mp_handled(vm);
    if (handled != NULL)
        mp_reraise(vm, mp_incref(handled));
    else
        mp_raise(vm, MP_X_RUNTIME_ERROR, "No active exception to reraise");
}

void mp_raise_statement(mp_vm *vm, mp_value *sp, uint32_t count)
{
    if (count == 0) {
        raise_again(vm);
        return;
    }
    mp_raise_from(vm, sp[-(ptrdiff_t)count], count == 2 ? sp[-1] : NULL);
}

bool mp_end_of_iteration(mp_vm *vm)
{
    if (!mp_raised_is(vm, MP_X_STOP_ITERATION))
        return false;
    mp_decref(vm, mp_take_raised(vm));
    return true;
}
