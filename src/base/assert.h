/* assert.h - claims about the core itself, never about what a host does.
 *
 * A broken claim is a bug of aiocore: debug builds (AC_DEBUG) stop, release builds go on.  Bad input of a
 * host gets a status instead (host.h). */
#ifndef AIOCORE_BASE_ASSERT_H
#define AIOCORE_BASE_ASSERT_H

#if defined(__GNUC__)
#define aci_likely(condition) __builtin_expect(!!(condition), 1)
#define aci_unlikely(condition) __builtin_expect(!!(condition), 0)
#else
#define aci_likely(condition) (condition)
#define aci_unlikely(condition) (condition)
#endif

#if defined(AC_DEBUG) && defined(__GNUC__)
#define aci_assert(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define aci_assert(condition) ((void)0)
#endif

#endif
