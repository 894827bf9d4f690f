/* names.h - the names that C code asks for: interned once per VM, vm->names[MP_S___init__]. */
#ifndef MP_NAMES_H
#define MP_NAMES_H

/* The methods with two underscores that C code looks for in classes of the program; each is a bit of
 * mp_type.dunders.  __arithmetic__ stands for any of __add__ ... __ixor__. */
/* clang-format off */
#define MP_DUNDERS(X) \
    X(__init__) X(__new__) X(__repr__) X(__str__) X(__format__) X(__hash__) X(__bool__) X(__len__) \
    X(__eq__) X(__ne__) X(__lt__) X(__le__) X(__gt__) X(__ge__) X(__contains__) X(__getitem__) \
    X(__setitem__) X(__delitem__) X(__iter__) X(__next__) X(__call__) X(__getattr__) X(__getattribute__) \
    X(__setattr__) X(__delattr__) X(__get__) X(__set__) X(__delete__) X(__set_name__) X(__enter__) \
    X(__exit__) X(__aenter__) X(__aexit__) X(__await__) X(__aiter__) X(__anext__) X(__del__) X(__neg__) \
    X(__pos__) X(__invert__) X(__abs__) X(__int__) X(__float__) X(__index__) X(__reversed__) \
    X(__init_subclass__) X(__arithmetic__)
/* clang-format on */

/* clang-format off */
#define MP_OTHER_NAMES(X) \
    X(__add__) X(__sub__) X(__mul__) X(__truediv__) X(__floordiv__) X(__mod__) X(__pow__) X(__lshift__) \
    X(__rshift__) X(__and__) X(__or__) X(__xor__) X(__matmul__) X(__radd__) X(__rsub__) X(__rmul__) \
    X(__rtruediv__) X(__rfloordiv__) X(__rmod__) X(__rpow__) X(__rlshift__) X(__rrshift__) X(__rand__) \
    X(__ror__) X(__rxor__) X(__rmatmul__) X(__iadd__) X(__isub__) X(__imul__) X(__itruediv__) \
    X(__ifloordiv__) X(__imod__) X(__ipow__) X(__ilshift__) X(__irshift__) X(__iand__) X(__ior__) \
    X(__ixor__) X(__imatmul__) X(__name__) X(__qualname__) X(__module__) X(__doc__) X(__dict__) \
    X(__class__) X(__main__) X(__notes__) X(__traceback__) X(send) X(throw) X(close) X(keys) X(name) \
    X(context) X(loop) X(get_loop) X(_loop) X(_asyncio_future_blocking) X(msg) X(message) X(derive) X(eager_start) X(builtins) X(cancel) \
    X(acquire) X(release) X(locked) X(wait) \
    X(_init) X(_put) X(_get) X(_format) X(empty) X(full) X(qsize) X(put_nowait) X(get_nowait) X(append) \
    X(pop) X(popleft)
/* clang-format on */

typedef enum mp_name {
#define MP_NAME_ENUM(name) MP_S_##name,
    MP_DUNDERS(MP_NAME_ENUM) MP_OTHER_NAMES(MP_NAME_ENUM)
#undef MP_NAME_ENUM
        MP_S_COUNT
} mp_name;

#define MP_S_DUNDER_COUNT ((int)MP_S___arithmetic__ + 1)

#endif
