/* chost_impl.h - what the files of the C host share.
 *
 * Idea   A loop of the C host is an ac_loop with what this host needs around it: memory, the current
 *        context, and what a blocking poll waits on.  The core's loop comes first, so a hook gets from
 *        one to the other by a cast.
 * Files  pool.c memory; values.c, exceptions.c, contexts.c what a value can be; repr.c texts; tasks.c,
 *        callbacks.c, gather.c, timeout.c what a program schedules and waits with; loop.c clock, poll and
 *        life; host.c the table; run.c asyncio.run; jobs.c what other threads ask for; names.c for who looks.
 * Holds  Everything that this host makes is allocated by aci_c_new, which goes through the realloc hook
 *        of the loop's table: a test that wraps the hook can make any of them fail. */
#ifndef AIOCORE_CHOST_IMPL_H
#define AIOCORE_CHOST_IMPL_H

#include <aiocore/chost.h>

#include <pthread.h>

/* A function that is kept out of its callers: they need to save no registers for it then. */
#if defined(__GNUC__)
#define C_APART __attribute__((noinline))
#else
#define C_APART
#endif

/* ---- Memory (pool.c) ----------------------------------------------------------------------------- */

#if defined(__has_feature) && !defined(AC_C_MALLOC)
#if __has_feature(address_sanitizer)
#define AC_C_MALLOC
#endif
#endif

/* Blocks up to C_POOLED bytes come from free lists, one for each multiple of C_GRAIN.  Under
 * AddressSanitizer, or with -DAC_C_MALLOC for valgrind, none do, so that each use after free is seen. */
enum {
    C_GRAIN = 16,
    C_PAGE = 256 * 1024,
    C_SLAB = 16 * C_PAGE,
    C_CLASSES = 32,
#if defined(AC_C_MALLOC) || defined(__SANITIZE_ADDRESS__)
    C_POOLED = 0
#else
    C_POOLED = C_GRAIN * C_CLASSES
#endif
};

/* What is in a free block, and at the beginning of a slab. */
typedef struct c_free {
    struct c_free *next;
} c_free;

/* 256 KiB of blocks of one class, aligned to its size: a block finds its page by its address. */
typedef struct c_page {
    c_free *free;        /* of this page only */
    char *fresh, *end;   /* what was never used */
    struct c_page *next; /* among those of its class that have blocks to give */
    bool listed;         /* it is one of these */
} c_page;

typedef struct c_pool {
    c_page *first[C_CLASSES + 1]; /* by size in grains: where the next block comes from */
    char *fresh, *end;            /* what is left of the newest slab, from which pages are cut */
    c_free *slabs;                /* all of them */
    ac_link large;                /* what malloc gave, so that it can be given back at the end */
    size_t blocks;                /* how many are in use */
} c_pool;

void aci_c_pool_init(c_pool *pool);
void aci_c_pool_clear(c_pool *pool);
void *aci_c_realloc(ac_loop *loop, void *memory, size_t old, size_t now);

/* ---- Objects ------------------------------------------------------------------------------------- */

/* Kinds that no program sees come after the public ones. */
enum { C_BINDINGS = AC_C_POINTER + 1 };

/* The head of every counted value. */
typedef struct c_object {
    union {
        size_t refs;
        struct c_object *next_dead; /* once refs has reached 0, until it is freed */
    } life;
    uint32_t kind;
    uint32_t size; /* of the whole object */
} c_object;

typedef struct c_string {
    c_object object;
    size_t length;
    char text[];
} c_string;

typedef struct c_list {
    c_object object;
    size_t count;
    ac_value items[];
} c_list;

typedef struct c_exception {
    c_object object;
    const ac_c_class *kind;
    ac_value argument, cause, context;
    int number; /* errno, of an OSError */
    size_t count;
    ac_value members[];
} c_exception;

typedef struct c_pointer {
    c_object object;
    ac_link link; /* of the loop's pointers: what is left at the end is freed, too */
    void *pointer;
    void (*free_it)(void *pointer);
} c_pointer;

/* The variables of a context: shared by all copies, and so never changed while two have it. */
typedef struct c_binding {
    const ac_c_var *var;
    ac_value value;
} c_binding;

typedef struct c_bindings {
    c_object object;
    size_t count;
    c_binding items[];
} c_bindings;

typedef struct c_context {
    c_object object;
    c_bindings *bindings;   /* owned; NULL: empty */
    struct c_context *prev; /* while entered: what was current before */
    bool entered;
} c_context;

/* ---- The loop ------------------------------------------------------------------------------------ */

typedef struct c_loop {
    ac_loop core; /* must come first */
    c_pool pool;
    size_t live;        /* objects made by this host */
    ac_link pointers;   /* values of kind AC_C_POINTER */
    ac_link jobs;       /* that have not ended; guarded by mutex */
    c_object *dead;     /* to be freed by the outermost drop */
    bool burying;       /* there is one */
    c_context *context; /* the current one; NULL: the empty one.  Kept alive by whoever entered it */
    c_context *outside; /* while the loop runs: the one around the run */
    ac_value base;      /* what became current outside of every callback and task */
    ac_value own;       /* what became current in the callback that runs */
    bool in_callback;   /* one of callbacks.c runs */
    bool woken;         /* guarded by mutex */
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    void (*report)(void *data, const char *text);
    void *report_data;
    ac_runner runner; /* of ac_c_run */
} c_loop;

static inline c_loop *c_loop_of(ac_loop *loop)
{
    return (c_loop *)(void *)loop;
}

/* Memory for an object of this host, not zeroed, counted as alive; NULL if memory is short. */
static inline void *aci_c_new(ac_loop *loop, size_t size)
{
    void *memory = ac_loop_host(loop)->realloc(loop, NULL, 0, size);

    if (memory)
        c_loop_of(loop)->live++;
    return memory;
}

static inline void aci_c_delete(ac_loop *loop, void *memory, size_t size)
{
    c_loop_of(loop)->live--;
    ac_loop_host(loop)->realloc(loop, memory, size, 0);
}

/* ---- Values (values.c) --------------------------------------------------------------------------- */

/* A word is none (0), an integer (61 bits above C_INT_TAG), or the address of an object. */
enum { C_TAG_BITS = 3, C_INT_TAG = 1, C_TAG_MASK = 7 };

static inline c_object *c_object_of(ac_ref value)
{
    return (value.bits & C_TAG_MASK) ? NULL : (c_object *)(uintptr_t)value.bits;
}

/* The object if it is of this kind, else NULL. */
static inline void *c_object_as(ac_ref value, uint32_t kind)
{
    c_object *object = c_object_of(value);

    return object && object->kind == kind ? object : NULL;
}

/* Takes over the reference that the caller holds. */
static inline ac_value c_value_of(void *object)
{
    ac_value value = {(uint64_t)(uintptr_t)object};
    return value;
}

static inline ac_value c_dup(ac_ref value)
{
    ac_value owned = {value.bits};
    c_object *object = c_object_of(value);

    if (object)
        object->life.refs++;
    return owned;
}

/* A new object with one reference, its head filled in; NULL if memory is short. */
void *aci_c_object_new(ac_loop *loop, uint32_t kind, size_t size);
void aci_c_drop(ac_loop *loop, ac_value value);
/* A string of this length whose text is to be filled in, terminated; NULL if memory is short. */
c_string *aci_c_string_new(ac_loop *loop, size_t length);
/* A string with a copy of the text; NULL if memory is short. */
c_string *aci_c_string(ac_loop *loop, const char *text);

/* ---- Exceptions (exceptions.c) ------------------------------------------------------------------- */

ac_value aci_c_error(ac_loop *loop, const ac_error *error);
unsigned aci_c_classify(ac_loop *loop, ac_ref exception);
/* Sets the context (stolen), and looks for no ring. */
void aci_c_put_context(ac_loop *loop, ac_ref exception, ac_value context);

/* ---- Texts (repr.c) ------------------------------------------------------------------------------ */

/* Writes like snprintf: what does not fit is counted only. */
typedef struct c_text {
    char *buffer;
    size_t size, length;
} c_text;

/* What the placeholders of a text stand for. */
typedef struct c_subjects {
    ac_loop *loop;
    ac_task *task, *parent;
    ac_future *future;
    ac_group *group;
    ac_ref value;
} c_subjects;

void aci_c_text_put(c_text *text, const char *chars, size_t count);
void aci_c_text_puts(c_text *text, const char *chars);
void aci_c_text_repr(c_text *text, ac_ref value);
void aci_c_text_repr_future(c_text *text, ac_future *future);
/* Writes a text of the core with its placeholders (%T and its kin, see ac_error) resolved. */
void aci_c_text_resolve(c_text *text, const char *from, const c_subjects *subjects);

void aci_c_report(ac_loop *loop, const ac_report *report);
void aci_c_slow(ac_loop *loop, ac_handle *handle, double seconds);

/* ---- Contexts (contexts.c) ----------------------------------------------------------------------- */

/* What a callback of this host keeps while it runs. */
typedef struct c_scope {
    c_context *context;
    ac_value own;
    bool in_callback;
} c_scope;

void aci_c_scope_begin(ac_loop *loop, c_scope *scope);
void aci_c_scope_end(ac_loop *loop, c_scope *scope);
/* The hook; also for callbacks. */
ac_status aci_c_copy_context(ac_loop *loop, ac_value *out);
ac_status aci_c_enter(ac_loop *loop, ac_ref context);
void aci_c_leave(ac_loop *loop, ac_ref context);

/* ---- Tasks (tasks.c) ----------------------------------------------------------------------------- */

/* Starts a task, in a group if that is not NULL.  *out, if not NULL, is retained: a factory may have made
 * another. */
ac_status aci_c_start(ac_loop *loop, ac_group *group, ac_c_task *task, ac_eager eager, ac_task **out);
ac_status aci_c_make_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out);
ac_status aci_c_set_name(ac_loop *loop, ac_task *task, ac_ref name);
void aci_c_retain(ac_loop *loop, ac_future *future);
/* Zeroed memory for a gather, counted once; NULL if memory is short. */
ac_gather *aci_c_gather_new(ac_loop *loop);

/* ---- The loop's hooks (loop.c) ------------------------------------------------------------------- */

double aci_c_now(ac_loop *loop);
ac_status aci_c_poll(ac_loop *loop, double timeout);
void aci_c_wake(ac_loop *loop);
ac_status aci_c_set_running(ac_loop *loop, bool running);
uint64_t aci_c_thread(ac_loop *loop);
/* True if a loop, or this one, runs on the calling thread. */
bool aci_c_any_running(void);
bool aci_c_runs_here(const ac_loop *loop);
/* A mutex and a condition on the monotonic clock; false: there are none. */
bool aci_c_waiting_init(pthread_mutex_t *mutex, pthread_cond_t *condition);
void aci_c_waiting_clear(pthread_mutex_t *mutex, pthread_cond_t *condition);
/* For pthread_cond_timedwait with such a condition; not for negative seconds. */
struct timespec aci_c_deadline_after(double seconds);

/* ---- Jobs of other threads (jobs.c) ---------------------------------------------------------------- */

/* Ends those that have not ended. */
void aci_c_lose_jobs(c_loop *loop);

#endif
