/* super.c - super(): the attributes of an object as the class above some class sees them.
 *
 * Idea       With one chain of bases, what comes after a class is its base.  Without arguments, the class is
 *            in the free variable __class__ of the method that runs, and the object is its first argument,
 *            which may have moved into a cell.  A comprehension belongs to the method that it stands in. */
#include "objects/types_impl.h"

typedef struct mp_super {
    mp_object head;
    mp_type *above; /* owned; look up above this class */
    mp_value self;  /* owned; an instance, or a class */
    mp_type *type;  /* owned; of the instance, or the class itself */
} mp_super;

static int super_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_super *super = (const mp_super *)self;
    return mp_show(super->above, visit, data) || mp_show(super->self, visit, data) ||
           mp_show(super->type, visit, data);
}

static void super_clear(mp_vm *vm, mp_value self)
{
    mp_super *super = (mp_super *)self;
    MP_DROP_FIELD(vm, super->above);
    MP_DROP_FIELD(vm, super->type);
    mp_clear_slot(vm, &super->self);
}

/* The class that looks up for this object; NULL: raised. */
static mp_type *super_check(mp_vm *vm, mp_value above, mp_value self)
{
    if (!mp_is_type(vm, above)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "super() argument 1 must be a type, not %T", above);
        return NULL;
    }
    if (mp_is_type(vm, self) && mp_is_subtype((mp_type *)self, (mp_type *)above))
        return (mp_type *)self;
    if (mp_is_subtype(mp_type_of(vm, self), (mp_type *)above))
        return mp_type_of(vm, self);
    mp_raise(vm, MP_X_TYPE_ERROR,
             "super(type, obj): obj (instance of %T) is not an instance or subtype of "
             "type (%S)",
             self, ((mp_type *)above)->name);
    return NULL;
}

static mp_value super_new(mp_vm *vm, mp_value above, mp_value self)
{
    mp_type *type = super_check(vm, above, self);
    mp_super *super = type == NULL ? NULL : (mp_super *)mp_new(vm, vm->types[MP_TYPE_SUPER], 0);
    if (super == NULL)
        return NULL;
    super->above = (mp_type *)mp_incref(above);
    super->self = mp_incref(self);
    super->type = (mp_type *)mp_new_ref(type);
    return mp_as_value(super);
}

/* Borrowed; NULL: the frame has no such thing. */
static mp_value super_first_argument(const mp_frame *frame)
{
    const mp_code *code = frame->code;
    if (code->positional == 0 && (code->flags & MP_C_REST) == 0)
        return NULL;
    for (uint32_t i = 0; i < code->made_cells; i++)
        if (code->cell_locals[i] == 0)
            return ((mp_cell *)frame->cells[i])->value;
    return frame->locals[0];
}

static mp_value super_class_cell(mp_vm *vm, const mp_frame *frame)
{
    const mp_code *code = frame->code;
    mp_str *name = mp_str_intern(vm, "__class__", 9);
    mp_value found = NULL;
    for (uint32_t i = code->made_cells; name != NULL && i < code->cell_count; i++)
        if (mp_str_equal(code->cells[i], name))
            found = ((mp_cell *)frame->cells[i])->value;
    mp_xdecref(vm, mp_as_value(name));
    return found;
}

static mp_value super_without_arguments(mp_vm *vm)
{
    const mp_frame *frame = vm->frame;
    if (frame == NULL || frame->native != NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "super(): no current frame");
        return NULL;
    }
    mp_value above = super_class_cell(vm, frame);
    while ((frame->code->flags & MP_C_INLINED) != 0)
        frame = frame->back;
    mp_value self = super_first_argument(frame);
    if (self == NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "super(): no arguments");
        return NULL;
    }
    if (above != NULL)
        return super_new(vm, above, self);
    mp_raise(vm, MP_X_RUNTIME_ERROR, "super(): __class__ cell not found");
    return NULL;
}

static mp_value super_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (!mp_no_keywords(vm, args, "super") || !mp_positional(vm, args, "super", 0, 2))
        return NULL;
    if (args->count == 0)
        return super_without_arguments(vm);
    if (args->count == 2)
        return super_new(vm, args->values[0], args->values[1]);
    mp_raise(vm, MP_X_TYPE_ERROR, "super() with one argument is not in the scenario language");
    return NULL;
}

static mp_value super_get_attr(mp_vm *vm, mp_value self, mp_str *name)
{
    const mp_super *super = (const mp_super *)self;
    mp_value found = NULL;
    if (super->above != NULL && super->above->base != NULL && name != vm->names[MP_S___class__])
        found = mp_lookup(super->above->base, name);
    if (found != NULL) {
        mp_value instance = mp_as_value(super->type) == super->self ? NULL : super->self;
        return mp_bind_value(vm, found, instance, super->type);
    }
    found = mp_generic_find_attr(vm, self, name);
    if (found == NULL && vm->raised == NULL)
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'super' object has no attribute '%S'", name);
    return found;
}

static mp_value super_repr(mp_vm *vm, mp_value self)
{
    const mp_super *super = (const mp_super *)self;
    return mp_as_value(
        mp_str_formatted(vm, "<super: <class '%S'>, <%S object>>", super->above->name, super->type->name));
}

static const mp_slots super_slots = {
    .visit = super_visit,
    .clear = super_clear,
    .repr = super_repr,
    .get_attr = super_get_attr,
    .make = super_make,
};

const mp_type_def mp_super_def = {
    .name = "super",
    .size = sizeof(mp_super),
    .flags = MP_T_GC,
    .slots = &super_slots,
};
