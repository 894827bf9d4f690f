/* exception_impl.h - what the files about exceptions know of one another. */
#ifndef MP_EXCEPTION_IMPL_H
#define MP_EXCEPTION_IMPL_H

#include "objects/types_impl.h"

/* exception_object.c */
extern const mp_slots mp_base_exception_slots;
extern const mp_method mp_base_exception_methods[];
extern const mp_getset mp_base_exception_getsets[];
extern const mp_type_def mp_traceback_def;
/* A new instance whose args are the positional arguments; its init is still to come. */
mp_exception *mp_exception_bare(mp_vm *vm, mp_type *type, const mp_value *values, size_t count);
/* BaseException.__init__: keeps the arguments; no keywords unless they were taken before. */
bool mp_exception_keep_args(mp_vm *vm, mp_value self, const mp_args *args);
/* Where in the source an entry of a traceback is. */
mp_span mp_trace_span(const mp_trace_entry *entry);
mp_value mp_exception_str(mp_vm *vm, mp_value self);
/* self.name = value in its dict, as attributes that no code computes. */
bool mp_exception_put(mp_vm *vm, mp_value self, const char *name, mp_value value);
/* Borrowed; NULL: none. */
mp_value mp_exception_field(mp_vm *vm, mp_value self, const char *name);
/* Whether a value is a class derived from BaseException. */
bool mp_is_exception_class(mp_vm *vm, mp_value value);

/* exception_special.c: the classes that do something with their arguments */
extern const mp_slots mp_stop_iteration_slots, mp_system_exit_slots, mp_key_error_slots, mp_os_error_slots,
    mp_import_error_slots, mp_name_error_slots, mp_attribute_error_slots, mp_syntax_error_slots,
    mp_incomplete_read_slots, mp_limit_overrun_slots;
extern const mp_getset mp_stop_iteration_getsets[], mp_system_exit_getsets[];

/* exception_group.c */
extern const mp_slots mp_group_slots;
extern const mp_method mp_group_methods[];
extern const mp_getset mp_group_getsets[];
static inline bool mp_is_group(mp_vm *vm, mp_value value)
{
    return mp_is_exception(vm, value, MP_X_BASE_EXCEPTION_GROUP);
}

/* group_split.c */

typedef enum mp_match_kind {
    MP_MATCH_TYPE, /* value: a class or a tuple of them */
    MP_MATCH_CALL, /* value: a callable */
    MP_MATCH_SOME  /* leaves: one of these very objects, sorted by address */
} mp_match_kind;

typedef struct mp_matcher {
    mp_match_kind kind;
    mp_value value;
    const mp_value *leaves;
    size_t leaf_count;
} mp_matcher;

/* What a group's split(x) and subgroup(x) mean by x; false: TypeError. */
bool mp_matcher_of(mp_vm *vm, mp_value value, mp_matcher *out);
/* Splits an exception.  match and rest are new references or NULL where nothing is; rest itself may be NULL
 * when nobody wants it. */
bool mp_group_split(mp_vm *vm, mp_value exception, const mp_matcher *matcher, mp_value *match,
                    mp_value *rest);

#endif
