/* ffi.h - foreign functions: call any C function at once or on a thread, and give C a function to call.
 *
 * Library libaiocore-ffi, over libffi and libaiocore-io.  It knows no host.  A function is described by
 * library, name and signature; docs/ffi.md has the language of signatures:
 *
 *     (i32, f64) -> f64             numbers of fixed sizes, or by C's names: int, long, size, double
 *     (str, ptr, *i32) -> void      a string, a pointer, a pointer to something
 *     (bytes, size) -> u32          memory to be read; "buffer" is memory to be written
 *     (str, out i32) -> int         out, inout: C gets a pointer to the value
 *     ({f64, f64}) -> {i32, [4]u8}  structs by value
 *     (ptr, size, size, fn(*i32, *i32) -> int) -> void       a callback
 *     (str, ..., int, f64) -> int   of a variadic function, with the types of this call
 *
 * Memory is that of malloc.  What fails has changed nothing, and says why in an ac_ffi_error.
 * Threads: an object belongs to one thread at a time, its loop's if it has one, save where the words ON ANY
 * THREAD stand.  Functions and libraries are counted without a lock: they belong to one thread together. */
#ifndef AIOCORE_FFI_H
#define AIOCORE_FFI_H

#include <aiocore/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why something was refused. */
typedef struct ac_ffi_error {
    size_t position; /* in the signature, in bytes from 0; SIZE_MAX: it is not about a place in it */
    char text[240];  /* "position 5: there is no type 'i33'" */
} ac_ffi_error;

/* ---- Types ----------------------------------------------------------------------------------------- */

typedef enum ac_ffi_kind {
    AC_FFI_VOID,
    AC_FFI_BOOL,
    AC_FFI_I8,
    AC_FFI_U8,
    AC_FFI_I16,
    AC_FFI_U16,
    AC_FFI_I32,
    AC_FFI_U32,
    AC_FFI_I64,
    AC_FFI_U64,
    AC_FFI_F32,
    AC_FFI_F64,
    AC_FFI_POINTER,  /* ptr, *T: 'of' is what it points to, void for ptr */
    AC_FFI_STRING,   /* str: a const char *, which ends with a zero byte; may be NULL */
    AC_FFI_BYTES,    /* bytes: a const void * */
    AC_FFI_BUFFER,   /* buffer: a void * to memory that C writes */
    AC_FFI_STRUCT,   /* {...} */
    AC_FFI_ARRAY,    /* [n]T, of which a value is in a struct or behind a pointer */
    AC_FFI_FUNCTION, /* fn(...) -> T: a pointer to a function */
    AC_FFI_KINDS
} ac_ffi_kind;

typedef enum ac_ffi_way { AC_FFI_IN, AC_FFI_OUT, AC_FFI_INOUT } ac_ffi_way;

typedef struct ac_ffi_signature ac_ffi_signature;
typedef struct ac_ffi_type ac_ffi_type;

/* A type of a signature, which owns it.  Read only. */
struct ac_ffi_type {
    ac_ffi_kind kind;
    size_t size, alignment;            /* as the C compiler's */
    size_t count;                      /* of a struct: members; of an array: items */
    const ac_ffi_type *of;             /* of a pointer, of an array */
    const ac_ffi_type *const *members; /* of a struct */
    const size_t *offsets;             /* of a struct: where its members are */
    const ac_ffi_signature *function;  /* of a callback */
    void *native;                      /* private: libffi's */
};

/* Reads a signature.  AC_E_VALUE: it is none, and error (may be NULL) says where; AC_E_MEMORY. */
AC_API ac_status ac_ffi_signature_new(const char *text, ac_ffi_signature **out, ac_ffi_error *error);
/* NULL is nothing. */
AC_API void ac_ffi_signature_free(ac_ffi_signature *signature);
/* How many parameters, those of this call of a variadic function among them; and how many of them are the
 * function's own (SIZE_MAX: it is not variadic). */
AC_API size_t ac_ffi_count(const ac_ffi_signature *signature);
AC_API size_t ac_ffi_fixed(const ac_ffi_signature *signature);
/* A parameter's type, of out T the T.  index < ac_ffi_count. */
AC_API const ac_ffi_type *ac_ffi_parameter(const ac_ffi_signature *signature, size_t index);
AC_API ac_ffi_way ac_ffi_parameter_way(const ac_ffi_signature *signature, size_t index);
AC_API const ac_ffi_type *ac_ffi_result(const ac_ffi_signature *signature);
enum { AC_FFI_PARAMETERS = 64 }; /* at most */

/* ---- Libraries and functions ----------------------------------------------------------------------- */

typedef struct ac_ffi_library ac_ffi_library;
typedef struct ac_ffi_function ac_ffi_function;
typedef void (*ac_ffi_code)(void); /* a pointer to a function of any type */

/* A library by its file's name, as dlopen finds it; NULL: the program with what it is linked to.  AC_E_VALUE,
 * with the system's words; AC_E_MEMORY. */
AC_API ac_status ac_ffi_library_open(const char *name, ac_ffi_library **out, ac_ffi_error *error);
/* Gives it up; it stays open while functions of it are there.  NULL is nothing. */
AC_API void ac_ffi_library_close(ac_ffi_library *library);

/* A function of a library.  AC_E_VALUE: no such name, or a wrong signature, then with its position;
 * AC_E_MEMORY. */
AC_API ac_status ac_ffi_function_new(ac_ffi_library *library, const char *name, const char *signature,
                                     ac_ffi_function **out, ac_ffi_error *error);
/* One that you have a pointer to, which stays valid as long. */
AC_API ac_status ac_ffi_function_at(ac_ffi_code code, const char *signature, ac_ffi_function **out,
                                    ac_ffi_error *error);
/* Gives it up; it stays while calls of it are there.  NULL is nothing. */
AC_API void ac_ffi_function_free(ac_ffi_function *function);
AC_API const ac_ffi_signature *ac_ffi_function_signature(const ac_ffi_function *function);

/* Calls it at once, ON ANY THREAD while nobody frees it.  arguments[i] points to a value of the parameter's
 * type; of out T and inout T to the T, of str, bytes and buffer to the pointer.  result has room for the
 * result's type; of void it may be NULL.  Gives errno as the function left it, which was 0 before; the
 * caller's own is kept.  Whatever the function does it does: nothing is checked. */
AC_API int ac_ffi_invoke(const ac_ffi_function *function, void *result, void *const *arguments);

/* ---- Calls that keep what they need ---------------------------------------------------------------- */

typedef struct ac_ffi_call ac_ffi_call;

typedef struct ac_ffi_call_ops {
    /* What the future gets: the result, owned by the core, or the status of a failure (ac_loop_raise).  On
     * the loop's thread.  NULL: none.  RUNS USER CODE, MAY FAIL. */
    ac_status (*outcome)(ac_ffi_call *call, ac_value *result);
} ac_ffi_call_ops;

/* A call to be made, with room for its arguments and its result, all zero.  It owns that memory, what was
 * copied into it and what it was given to keep, until both are over: its owner has given it up, and no
 * thread is at it.  So a task that waits for it may be cancelled at any time.  NULL: memory is short.  ops
 * may be NULL; data is yours. */
AC_API ac_ffi_call *ac_ffi_call_new(ac_ffi_function *function, const ac_ffi_call_ops *ops, void *data);
/* Gives it up: frees it, at once or when the pool and its loop are done with it.  On the loop's thread.  NULL
 * is nothing.  RUNS USER CODE (what it keeps is dropped). */
AC_API void ac_ffi_call_free(ac_ffi_call *call);
AC_API const ac_ffi_signature *ac_ffi_call_signature(const ac_ffi_call *call);
AC_API void *ac_ffi_call_data(const ac_ffi_call *call);

/* Where the value of an argument is to be written, and, of out T, is afterwards.  Not while a thread has
 * it. */
AC_API void *ac_ffi_argument(ac_ffi_call *call, size_t index);
/* Copies memory for an argument that is a pointer of any kind, and points it there; the copy is the call's.
 * AC_E_MEMORY; AC_E_TYPE: the parameter is no pointer. */
AC_API ac_status ac_ffi_argument_copy(ac_ffi_call *call, size_t index, const void *memory, size_t size);
/* Keeps a value of the host's (stolen), whose memory an argument points into, until the call goes; drops what
 * was kept for this argument before.  Who has the value otherwise must not move or free that memory.  RUNS
 * USER CODE. */
AC_API void ac_ffi_argument_keep(ac_ffi_call *call, size_t index, ac_loop *loop, ac_value value);

/* Makes the call on this thread, and waits for it. */
AC_API void ac_ffi_call_now(ac_ffi_call *call);
/* Has a thread of a pool make it, NULL: of the default executor; the future is done when it is.  What may
 * fail, what cancelling does, what closing the loop does: ac_run_in_executor.  In short: what has not begun
 * is not called; what has begun goes on, and its result is dropped; ac_io_free waits for it.  While it is
 * under way the call may be given up, but neither written nor started. */
AC_API ac_status ac_ffi_call_start(ac_ffi_call *call, ac_io *io, ac_pool *pool, ac_future *future);
/* The same for ac_to_thread_init, which awaits it. */
AC_API ac_call *ac_ffi_call_to_await(ac_ffi_call *call);

/* What came of it: the result's memory, and errno as the function left it. */
AC_API void *ac_ffi_call_result(ac_ffi_call *call);
AC_API int ac_ffi_call_errno(const ac_ffi_call *call);
/* Shows what it keeps, for the host that has it while no thread does; an io shows what it has. */
AC_API int ac_ffi_call_visit(const ac_ffi_call *call, ac_visitor *visitor);

/* ---- Callbacks for C ------------------------------------------------------------------------------- */

typedef struct ac_ffi_closure ac_ffi_closure;

typedef struct ac_ffi_closure_ops {
    /* C has called.  On the loop's thread always.  arguments as those of ac_ffi_invoke, borrowed, and what
     * they point to is C's; result has room for the result's type, all zero.  It may complete a future, and
     * may give the closure up.  A failure gives C a result of zeros.  RUNS USER CODE, MAY CALL BACK, MAY
     * FAIL. */
    ac_status (*run)(ac_loop *loop, ac_ffi_closure *closure, void *const *arguments, void *result);
} ac_ffi_closure_ops;

/* What becomes of a call on another thread than the one that made the closure, which is the loop's.  Either
 * way it is a callback of the loop, by call_soon_threadsafe, and its failure is reported as one's. */
typedef enum ac_ffi_elsewhere {
    AC_FFI_POST, /* the call ends at once, with zeros; the callback gets copies, of str with their text */
    AC_FFI_WAIT  /* the thread waits for the callback, and gives C its result */
} ac_ffi_elsewhere;

/* A pointer to a function that runs 'run'.  Called on the loop's thread it does so at once: the failure of
 * such a call is kept, further ones give zeros without a run, until it is taken.  A call elsewhere that
 * finds the loop closed, or no memory, or whose loop is closed while it waits, gives zeros.  A thread that
 * waits does so until the loop runs, so the loop's thread must not wait for that thread.  Not to be called in
 * a signal handler.  AC_E_VALUE: a wrong signature, also a variadic one, or out with AC_FFI_POST;
 * AC_E_MEMORY. */
AC_API ac_status ac_ffi_closure_new(ac_loop *loop, const char *signature, const ac_ffi_closure_ops *ops,
                                    ac_ffi_elsewhere elsewhere, void *data, ac_ffi_closure **out,
                                    ac_ffi_error *error);
/* Gives it up, before the memory of the loop goes: 'run' is not called any more, and who waits for it has
 * zeros.  C must have been told to forget the pointer, or never use it again; a call that is under way, this
 * very one too, may go on to its end.  On the loop's thread.  NULL is nothing.  RUNS USER CODE. */
AC_API void ac_ffi_closure_free(ac_ffi_closure *closure);
/* The pointer, ON ANY THREAD until the closure is given up. */
AC_API ac_ffi_code ac_ffi_closure_code(const ac_ffi_closure *closure);
AC_API void *ac_ffi_closure_data(const ac_ffi_closure *closure);
/* After a call at once: what the first callback that failed in it has raised, owned; false: none did. */
AC_API bool ac_ffi_closure_take_raised(ac_ffi_closure *closure, ac_value *out);

#ifdef __cplusplus
}
#endif
#endif
