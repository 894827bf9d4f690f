/* bytes.h - bytes objects, and a look at the bytes of any object that has some. */
#ifndef MP_BYTES_H
#define MP_BYTES_H

#include "vm.h"

typedef struct mp_bytes {
    mp_object head;
    size_t size;
    uint64_t hash;        /* 0: not computed yet */
    unsigned char data[]; /* and a NUL */
} mp_bytes;

/* data NULL: to be written by the caller. */
mp_value mp_bytes_new(mp_vm *vm, const void *data, size_t size);

/* Bytes of somebody's, who is held meanwhile and does not move them. */
typedef struct mp_view {
    mp_value owner; /* owned */
    const void *data;
    size_t size;
} mp_view;

bool mp_is_bytes_like(mp_vm *vm, mp_value value);
/* False, raised: "a bytes-like object is required, not 'str'". */
bool mp_view_get(mp_vm *vm, mp_value value, mp_view *view);
void mp_view_drop(mp_vm *vm, mp_view *view);

/* bytes_methods.c, bytes_codec.c */
extern const mp_method mp_bytes_methods[];
mp_native mp_bytes_decode, mp_str_encode;
/* text.encode(encoding, errors); NULL: "utf-8", "strict". */
mp_value mp_encode(mp_vm *vm, mp_str *text, mp_value encoding, mp_value errors);
mp_value mp_decode(mp_vm *vm, const mp_view *view, mp_value encoding, mp_value errors);

#endif
