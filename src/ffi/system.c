/* system.c - the table of what src/ffi asks of the system. */
#include "system.h"

#include <dlfcn.h>
#include <stdlib.h>

aci_ffi_system aci_ffi_sys = {malloc, free, dlopen, ffi_closure_alloc, ffi_prep_closure_loc};
